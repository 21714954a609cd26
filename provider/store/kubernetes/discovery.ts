/** Finds out which kinds a server serves, and in which versions. */
import { z } from "zod";
import type { Kind } from "../../api/kinds";
import { asJson } from "../json";
import type { Call } from "./call";
import { versionPath } from "./paths";
import { errorAbout, isSuccess, refusalOf } from "./status";
import { requestWording } from "./wording";

/** `metav1.APIGroup`. */
const apiGroup = z.looseObject({
  versions: z.array(z.looseObject({ version: z.string() })),
  preferredVersion: z.looseObject({ version: z.string() }).optional(),
});

const apiResource = z.looseObject({
  name: z.string(),
  kind: z.string().optional(),
  namespaced: z.boolean().optional(),
});

/** `metav1.APIResourceList`. `resources` is null if a version has none. */
const apiResources = z.looseObject({ resources: z.array(apiResource).nullish() });

/** The kind in its own version if that is served, else in a version that the server prefers. Undefined if no version has it. */
export async function discover(call: Call, kind: Kind): Promise<Kind | undefined> {
  for (const version of await versionsOf(call, kind)) {
    const served = { ...kind, version };
    if (await isServed(call, served)) return served;
  }
  return undefined;
}

/** The kind with this name, in a version that the server prefers. Undefined if no version of the group has it. */
export async function discoverNamed(call: Call, group: string, kind: string): Promise<Kind | undefined> {
  for (const version of await versionsOf(call, { group, version: group === "" ? CORE_VERSION : "" })) {
    const read = await get(call, versionPath({ group, version }), apiResources);
    // A sub-resource, such as `machines/status`, has the same kind.
    const found = read?.resources?.find((one) => one.kind === kind && !one.name.includes("/"));
    if (found) return { group, version, kind, plural: found.name, namespaced: found.namespaced ?? true };
  }
  return undefined;
}

/** The only version of the group "". */
const CORE_VERSION = "v1";

/** The requested version first, then by the server's preference. */
async function versionsOf(call: Call, { group, version }: Pick<Kind, "group" | "version">): Promise<string[]> {
  if (group === "") return [version];
  const read = await get(call, `/apis/${group}`, apiGroup);
  if (read === undefined) return [];
  const served = [read.preferredVersion?.version, ...read.versions.map((each) => each.version)].filter(
    (each) => each !== undefined,
  );
  return [...new Set(served.includes(version) ? [version, ...served] : served)];
}

async function isServed(call: Call, kind: Kind): Promise<boolean> {
  const read = await get(call, versionPath(kind), apiResources);
  return read?.resources?.some(({ name }) => name === kind.plural) === true;
}

/** Undefined if there is no such path. */
async function get<T>(call: Call, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const answer = await call.read({ method: "GET", path });
  if (answer.status === 404) return undefined;
  if (!isSuccess(answer)) throw refusalOf(answer, call.subject);
  const read = schema.safeParse(asJson(answer.body));
  if (read.success) return read.data;
  throw errorAbout(call.subject, "Unavailable", requestWording.notOfApi(path));
}
