import type { Versions } from "../testbed/versions";

/** Versions that run together. All are named, so that a new default only changes the first combination. */
export interface Combination {
  readonly name: string;
  readonly why: string;
  /** A version of the npm package `node`, which contains the program. Default: the Node that runs `make versions`. */
  readonly node?: string;
  /** Default: what `make test` runs on. */
  readonly versions?: Versions;
}

const metal3 = "1.13.1";
/** The versions that the tests ran on before the newest. */
const before: Versions = {
  pulumi: "3.255.0",
  nodeSdk: "3.248.0",
  pythonSdk: "3.248.0",
  goSdk: "3.255.0",
  kubernetes: "1.36.3",
  metal3,
};
const newest: Versions = {
  pulumi: "3.276.0",
  nodeSdk: "3.276.0",
  pythonSdk: "3.272.0",
  goSdk: "3.276.0",
  kubernetes: "1.37.2",
  metal3,
};

export const combinations: readonly Combination[] = [
  { name: "default", why: "what `make test` runs on" },
  { name: "newest", why: "the newest of everything", node: "24.21.0", versions: newest },
  { name: "before", why: "what `make test` ran on before", versions: before },
  {
    name: "oldest",
    why: "the oldest SDKs that our packages accept",
    versions: { ...before, nodeSdk: "3.216.0", pythonSdk: "3.231.0" },
  },
  {
    name: "old-cli",
    why: "an older CLI below the newest SDKs",
    node: "26.10.0",
    versions: { ...newest, pulumi: before.pulumi },
  },
  {
    name: "old-sdks",
    why: "older SDKs and an older cluster below the newest CLI",
    node: "22.23.3",
    versions: { ...before, pulumi: newest.pulumi },
  },
];
