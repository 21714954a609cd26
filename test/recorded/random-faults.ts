/** One fault in a program, made by an edit of one resource. */
import type { Declared } from "../resources/program";
import type { Dice } from "./dice";
import type { Program } from "./random-members";

/** One fault in an otherwise good program. */
export function withFault(dice: Dice, program: Program): Program {
  return editOne(
    dice,
    program,
    ({ kind }) => kind !== "ipPool",
    (one) => ({ ...one.args, ...dice.pick(FAULTS)(one) }),
  );
}

const FAULTS: readonly ((one: Declared) => object)[] = [
  () => ({ pool: "nowhere" }),
  () => ({ colour: "red" }),
  () => ({ placement: "highest" }),
  ({ kind }) => (kind === "preAllocationSet" ? { pins: { nobody: "10.0.1.17" } } : { address: "10.0.1.300" }),
  ({ kind }) => (kind === "preAllocationSet" ? { start: "10.0.9.1" } : { address: "10.0.9.1" }),
  (one) => (one.kind === "preAllocationSet" ? { hosts: ["x", "y", "x"], claimNames: undefined } : { pool: "" }),
  (one) => (one.kind === "ipClaim" ? { name: "Not A Name" } : { host: "b", hosts: ["b"], claimName: "b" }),
];

/** Returns the same program if no resource fits. */
export function editOne(
  dice: Dice,
  program: Program,
  fits: (one: Declared) => boolean,
  edit: (one: Declared) => Declared["args"],
): Program {
  const fitting = program.filter(fits);
  if (fitting.length === 0) return program;
  const target = dice.pick(fitting);
  return program.map((one) => (one === target ? { ...one, args: edit(one) } : one));
}
