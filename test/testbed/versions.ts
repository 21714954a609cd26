/**
 * The versions that the tests run on. `make test` takes the defaults; `make versions` starts a short table with others, too,
 * which it names in METAL3_IPAM_VERSIONS as JSON (test/versions).
 *
 * A new version is a folder `tools/<name>/<version>` with go.mod and go.sum (of Python a file of `python-requirements`). It
 * becomes the default here, in a commit of its own.
 */
export interface Versions {
  /** The CLI with its engine. */
  readonly pulumi: string;
  /** @pulumi/pulumi, beside our package. 3.248.0 is the last for Node 20. */
  readonly nodeSdk: string;
  /** Of Python programs. */
  readonly pythonSdk: string;
  /** Of Go programs. The default is what our SDK requires, and so what a program gets that asks for no other. */
  readonly goSdk: string;
  /** API server, controller manager and kubectl. */
  readonly kubernetes: string;
  /** Metal3's IPAM controller, its CRDs and webhooks. */
  readonly metal3: string;
}

export const defaults: Versions = {
  pulumi: "3.276.0",
  nodeSdk: "3.248.0",
  pythonSdk: "3.272.0",
  goSdk: "3.255.0",
  kubernetes: "1.37.2",
  metal3: "1.13.1",
};

/** Those of this run. */
export const versions: Versions = { ...defaults, ...JSON.parse(process.env.METAL3_IPAM_VERSIONS || "{}") };
