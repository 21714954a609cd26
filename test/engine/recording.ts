/** What a program registers, and after which reservation: with mocks in place of the engine and of all other providers. */
import { join } from "node:path";
import type { Properties } from "../../provider/resources/handler";
import { repository } from "../testbed/cache";
import { run } from "../testbed/run";

/** By the logical name of a PreAllocation or PreAllocationSet, in the order in which they get their answer. */
export type Answers = Readonly<Record<string, "reserved" | "refused">>;

export interface Registered {
  /** `metal3-ipam:IPPool`, `kubernetes:metal3.io/v1alpha1:BareMetalHost`. */
  readonly type: string;
  readonly name: string;
  readonly inputs: Properties;
}

export interface Recording {
  /** What was registered while nothing was reserved yet, then what each answer let go on. */
  readonly phases: readonly { readonly after?: string; readonly registered: readonly Registered[] }[];
  /** What the program would have failed with. */
  readonly errors: readonly string[];
  /** Of each pool at the end, by its name: claim to address. */
  readonly preAllocations: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Runs the program in `folder`, where its packages are installed. `config`: by `<project>:<key>`. */
export async function record(
  folder: string,
  answers: Answers,
  config: Readonly<Record<string, string>>,
): Promise<Recording> {
  const args = ["--import", "tsx", join(__dirname, "recorder.ts"), folder, JSON.stringify({ answers, config })];
  const ran = await run(process.execPath, args, { cwd: repository, env: process.env });
  // Its exit code says only whether each promise of the program came to an end: where something is refused, none does.
  if (ran.stdout === "") throw new Error(`${ran.command}: no recording\n${ran.all}`);
  return JSON.parse(ran.stdout);
}
