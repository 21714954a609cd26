/**
 * The versions that the tests run on. `make test` uses the defaults. `make versions` runs a short table with others, too,
 * which it names in METAL3_IPAM_VERSIONS as JSON (test/versions).
 *
 * A new version is a folder `tools/<name>/<version>` with go.mod and go.sum (for Python a file of `python-requirements`). It
 * becomes the default here, in a separate commit.
 */
export interface Versions {
  /** The CLI with its engine. */
  readonly pulumi: string;
  /** @pulumi/pulumi, the peer of this package. 3.248.0 is the last for Node 20. */
  readonly nodeSdk: string;
  /** For Python programs. */
  readonly pythonSdk: string;
  /** For Go programs. The default is the version that this SDK requires, and that a program gets by default. */
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

/** The versions of this run. */
export const versions: Versions = { ...defaults, ...JSON.parse(process.env.METAL3_IPAM_VERSIONS || "{}") };

/** Of @pulumi/kubernetes, which programs import, and of its plugin. */
export const kubernetesPackage = "4.34.2";
