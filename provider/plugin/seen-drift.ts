/** The drift that checks and reads of this process have found, and the messages about it. */
import { wording } from "../ipam/wording";
import { pulumiWords } from "../pulumi/vocabulary";
import { canonicalJson } from "../resources/arguments";
import type * as life from "../resources/handler";
import { isWithin, type PropertyPath, valueAt } from "./property-path";

type Drifts = life.CheckResponse["drift"];

export class SeenDrift {
  private readonly found = new Map<string, Drifts>();
  /** Resources whose drift a read has reported. */
  private readonly reported = new Set<string>();

  /** `inputs`: what the check has made of the program. A program that says the live value accepts it. */
  note(urn: string, drift: Drifts, inputs: life.Properties): void {
    const accepted = drift.filter(({ path, live }) => live !== undefined && isSame(valueAt(inputs, path), live));
    const lines = new Set(accepted.map(({ line }) => line));
    const found = drift.map((one): (typeof drift)[number] =>
      lines.has(one.line) ? { ...one, repair: "accepts" } : one,
    );
    this.found.set(urn, found);
  }

  /** Reports the drift of a read. When the resource's check comes, the run may already have repaired it. */
  report(urn: string, drift: Drifts): string[] {
    this.reported.add(urn);
    return ahead(drift);
  }

  /** The drift that the last check of a resource has found, without what its program ignores. */
  of(urn: string, ignored: readonly PropertyPath[] = []): Drifts {
    const found = this.found.get(urn) ?? [];
    return found.filter(({ path }) => !ignored.some((pattern) => isWithin(path, pattern)));
  }

  /** Messages of a preview: what the update will do. */
  ahead(urn: string, ignored?: readonly PropertyPath[]): string[] {
    return this.reported.has(urn) ? [] : ahead(this.of(urn, ignored));
  }

  /** Messages of an update: what it has done. */
  repaired(urn: string, ignored?: readonly PropertyPath[]): string[] {
    return saidHere(this.of(urn, ignored)).map(({ line, repair }) => wording.repaired(line, repair));
  }
}

function isSame(wanted: unknown, live: unknown): boolean {
  return wanted !== undefined && canonicalJson(wanted) === canonicalJson(live);
}

function ahead(drift: Drifts): string[] {
  return saidHere(drift).map(({ line, repair }) => wording.drifted(pulumiWords, line, repair));
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
