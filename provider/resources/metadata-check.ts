/** Checks the metadata that a program declares. Faults that state already has are warnings. */
import { type Fault, sinceBefore } from "../api/fault";
import { type DeclaredMetadata, metadataFaults } from "../api/metadata-rules";
import { pathText } from "../api/property-path";
import { isMark, marksBy, newMarkAnnotations } from "../ipam/ipam";
import type { Stored } from "../store/store";
import type { CheckFailure, ResourceOwner } from "./handler";
import type { Texts } from "./reserved-keys";

/** The metadata of one object, as far as it can be read. */
export interface CheckedMetadata {
  /** The name of the object in warnings: `IPPool metal3/net`. */
  readonly object: string;
  readonly said: DeclaredMetadata;
  /** The metadata in state. Undefined for a new object. */
  readonly before: DeclaredMetadata | undefined;
  /** Annotations that are not the program's. They count towards the size limit of all annotations. */
  readonly beside: Texts;
  /** The extra rules of this kind. */
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

/** The annotations on an object that the program does not declare: our marks, and those that others wrote. */
export function annotationsBeside(owner: ResourceOwner, live: Stored | undefined, before: Texts | undefined): Texts {
  const others = Object.entries(live?.metadata.annotations ?? {}).filter(
    ([key]) => !isMark(key) && !Object.hasOwn(before ?? {}, key),
  );
  const marks = newMarkAnnotations(marksBy({ ...owner, kind: "IPPool", adopt: false, token: TOKEN }));
  return { ...Object.fromEntries(others), ...marks };
}

/** A text of the length of a token. */
const TOKEN = "0".repeat(36);
