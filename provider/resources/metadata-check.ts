/** What check refuses in the metadata that a program declares, and what it only tells of, because state has it already. */
import { type Fault, sinceBefore } from "../api/fault";
import { type DeclaredMetadata, metadataFaults } from "../api/metadata-rules";
import { pathText } from "../api/property-path";
import { isMark, marksBy, newMarkAnnotations } from "../ipam/ipam";
import type { Stored } from "../store/store";
import type { CheckFailure, ResourceOwner } from "./handler";
import type { Texts } from "./reserved-keys";

/** The metadata of one object, as far as it can be read. */
export interface CheckedMetadata {
  /** How warnings call the object: `IPPool metal3/net`. */
  readonly object: string;
  readonly said: DeclaredMetadata;
  /** What state says; undefined for a new object. */
  readonly before: DeclaredMetadata | undefined;
  /** Annotations that are not the program's. They count for the limit of all. */
  readonly beside: Texts;
  /** The rules of this kind. */
  readonly own: (declared: DeclaredMetadata) => Fault[];
}

export function checkMetadata({ object, said, before, beside, own }: CheckedMetadata): {
  failures: CheckFailure[];
  warnings: string[];
} {
  const faultsOf = (declared: DeclaredMetadata) => [...metadataFaults(declared, beside), ...own(declared)];
  const { fresh, kept } = sinceBefore(faultsOf(said), before ? faultsOf(before) : []);
  return { failures: fresh, warnings: kept.map(({ path, reason }) => `${object} ${pathText(path)}: ${reason}`) };
}

/** The annotations that an object has beside those of the program: our marks, and what others have written on it. */
export function annotationsBeside(owner: ResourceOwner, live: Stored | undefined, before: Texts | undefined): Texts {
  const others = Object.entries(live?.metadata.annotations ?? {}).filter(
    ([key]) => !isMark(key) && !Object.hasOwn(before ?? {}, key),
  );
  const marks = newMarkAnnotations(marksBy({ ...owner, kind: "IPPool", adopt: false, token: TOKEN }));
  return { ...Object.fromEntries(others), ...marks };
}

/** As long as a token is. */
const TOKEN = "0".repeat(36);
