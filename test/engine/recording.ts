/** The resources that a program registers, and after which reservation. Mocks replace the engine and all other providers. */
import { join } from "node:path";
import type { Properties } from "../../provider/resources/handler";
import { repository } from "../testbed/cache";
import { run } from "../testbed/run";

/** By the logical name of a PreAllocation or PreAllocationSet, in the order of the answers. */
export type Answers = Readonly<Record<string, "reserved" | "refused">>;

export interface Registered {
  /** `metal3-ipam:IPPool`, `kubernetes:metal3.io/v1alpha1:BareMetalHost`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
}

export interface Recording {
  /** The resources registered before any reservation, then those after each answer. */
  readonly phases: readonly { readonly after?: string; readonly registered: readonly Registered[] }[];
  /** The errors of the program. */
  readonly errors: readonly string[];
  /** For each pool by its name: claim to address, at the end. */
  readonly preAllocations: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Runs the program in `folder`, which has its packages. `config`: by `<project>:<key>`. */
export async function record(
  folder: string,
  answers: Answers,
  config: Readonly<Record<string, string>>,
): Promise<Recording> {
  const args = ["--import", "tsx", join(__dirname, "recorder.ts"), folder, JSON.stringify({ answers, config })];
  const ran = await run(process.execPath, args, { cwd: repository, env: process.env });
  // Its exit code only says whether each promise of the program has ended. After a refusal none does.
  if (ran.stdout === "") throw new Error(`${ran.command}: no recording\n${ran.all}`);
  return JSON.parse(ran.stdout);
}
