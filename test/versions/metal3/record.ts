/**
 * Puts the questions of a file of cases to Metal3's real webhooks and controller, and prints the file with their answers:
 *
 *   METAL3_IPAM_VERSIONS='{"metal3":"1.15.0"}' node --import tsx test/versions/metal3/record.ts FILE
 *
 * for a version that has a folder in test/testbed/tools/metal3-ipam. Run by hand when there is a new one.
 */
import { readFileSync } from "node:fs";
import { type ApiClient, ApiError, type KubeObject, objectPath, startCluster } from "../../testbed/cluster";
import type { Cases, ClaimAnswer } from "./cases";

const apiVersion = "ipam.metal3.io/v1alpha1";
type Served = KubeObject & { status?: { address?: { name: string }; errorMessage?: string } };

async function record(cases: Cases): Promise<Cases> {
  const cluster = await startCluster();
  const { api } = cluster;
  const pool = async (spec: object) => {
    const path = objectPath(apiVersion, "ippools", await cluster.namespace());
    const says = await said(() => api.create(path, { apiVersion, kind: "IPPool", metadata: { name: "pool" }, spec }));
    return { path, says };
  };
  try {
    const pools = [];
    for (const one of cases.pools) pools.push({ ...one, says: (await pool(one.spec)).says });
    const changes = [];
    for (const one of cases.changes) {
      const { path, says } = await pool(one.before);
      if (says !== "ok") throw new Error(`${one.name}: ${says}`);
      // Fields that the change does not name are removed.
      const dropped = Object.fromEntries(Object.keys(one.before).map((field) => [field, null]));
      changes.push({
        ...one,
        says: await said(() => api.patch(`${path}/pool`, { spec: { ...dropped, ...one.after } })),
      });
    }
    const claims = [];
    for (const one of cases.claims) {
      const { path, says } = await pool(one.spec);
      if (says !== "ok") throw new Error(`${one.name}: ${says}`);
      claims.push({ ...one, says: await claimed(api, path.replace(/ippools$/, ""), one.ipAddress) });
    }
    return { ...cases, pools, changes, claims };
  } finally {
    await cluster.dispose();
  }
}

async function claimed(api: ApiClient, folder: string, ipAddress: string | undefined): Promise<ClaimAnswer> {
  const annotations = ipAddress === undefined ? {} : { ipAddress };
  const claim = {
    apiVersion,
    kind: "IPClaim",
    metadata: { name: "claim", annotations },
    spec: { pool: { name: "pool" } },
  };
  const answer = await said(() => api.create(`${folder}ipclaims`, claim));
  if (answer !== "ok") return { refused: answer };
  for (let waited = 0; waited < 10_000; waited += 200) {
    const { status } = await api.get<Served>(`${folder}ipclaims/claim`);
    if (status?.errorMessage) return { error: status.errorMessage };
    if (status?.address) {
      const { spec } = await api.get<KubeObject & { spec: { address: string } }>(
        `${folder}ipaddresses/${status.address.name}`,
      );
      return { address: spec.address };
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { error: "nothing for 10 s" };
}

/** `ok`, or the server's message without the request's path; the long patterns of its schema are left out. */
async function said(write: () => Promise<unknown>): Promise<string> {
  try {
    await write();
    return "ok";
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const message = error.message.replace(/^.*? Invalid: /, "");
    return message.replaceAll(/should match '[^']*'/g, "should match <pattern>");
  }
}

record(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Cases).then(
  // A case is one line.
  (recorded) => process.stdout.write(`${JSON.stringify(recorded).replaceAll(/(?<=\[|,)\{"name"/g, '\n{"name"')}\n`),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
