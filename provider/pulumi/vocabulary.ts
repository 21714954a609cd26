/** Pulumi's names of commands and settings, for both of its doors. */
import type { Vocabulary } from "../ipam/vocabulary";
import { PACKAGE, tokenOf } from "./tokens";

const IMPORT = "pulumi import --protect=false";
/** A destroy uses the settings of the last update, so only a variable can change them. */
export const DELETE_UNREACHABLE = "PULUMI_METAL3_IPAM_DELETE_UNREACHABLE";
const name = (key: string) => `${PACKAGE}:${key}`;

export const pulumiWords: Vocabulary = {
  engine: "Pulumi",
  update: "pulumi up",
  destroy: "pulumi destroy",
  holdingPlan: "`pulumi preview --save-plan` and `pulumi up --plan`",
  importing: IMPORT,
  importingOne: (kind, resource, id) => `${IMPORT} ${tokenOf(kind)} ${resource} ${id}`,
  forgetting: "pulumi state delete",
  variable: () => DELETE_UNREACHABLE,
  poolName: "pool.name",
  setting: name,
  settings: (keys) => keys.map((key, index) => (index === 0 ? name(key) : `:${key}`)),
  giving: (key, value) => `pulumi config set ${name(key)} ${value}`,
  removing: "pulumi config rm",
};
