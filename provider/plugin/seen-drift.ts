/** The drift that checks and reads of this process have found, and the messages about it. */
import { ended, wording } from "../ipam/wording";
import { pulumiWords } from "../pulumi/vocabulary";
import { canonicalJson } from "../resources/arguments";
import type * as life from "../resources/handler";
import { isWithin, type PropertyPath, valueAt } from "./property-path";

type Drifts = life.CheckResponse["drift"];
type Drift = Drifts[number];

/** The program before and now: what the last check and this one have made of it. */
interface Program {
  readonly olds: life.Properties | undefined;
  readonly inputs: life.Properties;
}

export class SeenDrift {
  private readonly found = new Map<string, Drifts>();
  /** Resources whose drift a read has reported. */
  private readonly reported = new Set<string>();

  /** The check of a replacement has no `olds`. It keeps what the check before it has found. */
  note(urn: string, drift: Drifts, program: Program): void {
    if (program.olds === undefined && this.found.has(urn)) return;
    const accepted = new Set(drift.filter((one) => isAccepted(one, program)).map(({ line }) => line));
    const repairOf = (one: Drift) => (accepted.has(one.line) ? "accepts" : repairFor(one, program));
    this.found.set(
      urn,
      drift.map((one) => ({ ...one, repair: repairOf(one) })),
    );
  }

  /** A read does not know the program, so it cannot say what an update will do. */
  report(urn: string, drift: Drifts): string[] {
    this.reported.add(urn);
    return saidHere(drift).map(({ line }) => ended(line));
  }

  /** The drift that the last check of a resource has found, without what its program ignores. */
  of(urn: string, ignored: readonly PropertyPath[] = []): Drifts {
    const found = this.found.get(urn) ?? [];
    return found.filter(({ path }) => !ignored.some((pattern) => isWithin(path, pattern)));
  }

  /** Messages of a preview: what the update will do. An update writes the properties that its program ignores as well. */
  ahead(urn: string): string[] {
    const isNew = ({ repair }: Drift) => !this.reported.has(urn) || repair === "accepts" || repair === "replaces";
    const drift = saidHere(this.of(urn)).filter(isNew);
    return drift.map(({ line, repair }) => wording.drifted(pulumiWords, line, repair));
  }

  /** Messages of an update: what it has done. */
  repaired(urn: string): string[] {
    return saidHere(this.of(urn)).map(({ line, repair }) => wording.repaired(line, repair));
  }

  /** Messages of a replacement, and of an update that has failed: nothing is known of a repair. */
  plain(urn: string): string[] {
    return saidHere(this.of(urn)).map(({ line }) => ended(line));
  }

  /** Called when a run has ended. */
  clear(): void {
    this.found.clear();
    this.reported.clear();
  }
}

function isAccepted({ path, live }: Drift, { inputs }: Program): boolean {
  return live !== undefined && isSame(valueAt(inputs, path), live);
}

/** A program may say another value than before, or none any more. */
function repairFor({ path, repair }: Drift, { olds = {}, inputs }: Program): Drift["repair"] {
  const [before, now] = [valueAt(olds, path), valueAt(inputs, path)];
  if (repair !== "restores" || before === undefined || isSame(before, now)) return repair;
  return now === undefined ? undefined : "replaces";
}

function isSame(one: unknown, other: unknown): boolean {
  return one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other);
}

/**
 * The drift that this resource reports. Another backend has its own warning. The own resource of a missing pool of this
 * program reports that pool.
 */
function saidHere(drift: Drifts): Drifts {
  return drift.filter(({ path: [property], isOfPool, repair }) => {
    return property !== "target" && !(isOfPool && repair !== undefined);
  });
}
