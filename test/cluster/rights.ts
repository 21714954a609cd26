/** The rights of `deploy/rbac`, one verb of one resource at a time. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { repository } from "../testbed/cache";
import { type Cluster, eventually, type KubeObject, objectPath, type User } from "../testbed/cluster";

export interface Right {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
}

export type RightsFile = "reader" | "writer" | "other-namespaces";

/**
 * Without such a right nothing fails, and the provider knows less. A cluster needs the CRDs of Machines and BareMetalHosts to
 * use it: see `test/e2e`.
 */
export const isOptional = ({ resource }: Right): boolean => ["machines", "baremetalhosts"].includes(resource);

export const rightsFolder = join(repository, "deploy", "rbac");

/** `list ippools.ipam.metal3.io`: as a `Front` counts what it sees. */
export const rightText = ({ verb, resource, group }: Right): string =>
  `${verb} ${resource}${group === "" ? "" : `.${group}`}`;

/** The API server's message about a refused request; without a `right`, about any request that names one. */
export function refusal(user: string, namespace: string, right?: Right): RegExp {
  const { verb, resource, group } = right ?? { verb: "[a-z]+", resource: "[a-z]+", group: "[a-z0-9.-]+" };
  const asked = `cannot ${verb} resource "${resource}" in API group "${group}"`;
  return new RegExp(`User "${user}" ${asked} in the namespace "${namespace}"`);
}

export function rightsIn(file: RightsFile): Right[] {
  return roleIn(file).rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => ({ verb, resource, group })))),
  );
}

/** Gives the file's group these rights in a namespace, instead of all rights of the file, and waits until they apply. */
export async function grant(cluster: Cluster, namespace: string, file: RightsFile, rights: readonly Right[]) {
  const at = (resource: string, name?: string) => objectPath("rbac.authorization.k8s.io/v1", resource, namespace, name);
  const [role, binding] = [roleIn(file), bindingIn(file)];
  const rules = rights.map(({ verb, resource, group }) => ({
    apiGroups: [group],
    resources: [resource],
    verbs: [verb],
  }));
  const { name } = role.metadata;
  if (await cluster.api.find(at("roles", name))) await cluster.api.patch(at("roles", name), { rules });
  else await cluster.api.create(at("roles"), { ...role, rules });
  if (!(await cluster.api.find(at("rolebindings", binding.metadata.name)))) {
    await cluster.api.create(at("rolebindings"), binding);
  }
  const groups = binding.subjects.map((subject) => subject.name);
  await eventually(`the rights of ${groups}`, async () => {
    const allowed = await allowedOf(cluster, { name: "anybody", groups }, namespace, rightsIn(file));
    return String(allowed) === String(rights.map(rightText));
  });
}

/** The rights of `asked` that a user has; without a namespace: in all namespaces. */
export async function allowedOf(
  { api }: Cluster,
  { name: user, groups }: Pick<User, "name" | "groups">,
  namespace: string | undefined,
  asked: readonly Right[],
): Promise<string[]> {
  const allowed = asked.map(async (right) => {
    const spec = { user, groups, resourceAttributes: { ...right, namespace } };
    const { status } = await api.create<Review>("/apis/authorization.k8s.io/v1/subjectaccessreviews", { spec });
    return status.allowed ? [rightText(right)] : [];
  });
  return (await Promise.all(allowed)).flat();
}

interface Review {
  readonly status: { readonly allowed: boolean };
}

interface Role extends KubeObject {
  readonly rules: readonly { readonly apiGroups: string[]; readonly resources: string[]; readonly verbs: string[] }[];
}

interface Binding extends KubeObject {
  readonly subjects: readonly { readonly name: string }[];
}

const roleIn = (file: RightsFile) => documents(file)[0] as Role;
const bindingIn = (file: RightsFile) => documents(file)[1] as Binding;

function documents(file: RightsFile): KubeObject[] {
  const text = readFileSync(join(rightsFolder, `${file}.yaml`), "utf8");
  return parseAllDocuments(text).map((document) => document.toJS());
}
