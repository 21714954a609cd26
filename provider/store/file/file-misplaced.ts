/**
 * Objects outside their own file: several in one file, a `List`, another name or folder. `kubectl apply -R -f` would apply them,
 * so they count. The store never writes them, because such a file, with its comments, belongs to its author.
 *
 * If the object has versions, the file at its place always counts as its own, whatever it holds (see file-observe.ts).
 */
import type { Kind } from "../../api/kinds";
import { keyText, type ObjectKey } from "../../api/meta";
import type { Stored } from "../store";
import { canonicalJson } from "./canonical";
import { shownPart } from "./file-manifest";
import { MalformedManifest } from "./file-observe";
import { placeOf } from "./file-place";
import type { FileContent } from "./file-system";
import { faultWording } from "./wording";

/** One object in one file that is not its own. */
export interface FoundObject {
  readonly kind: Kind;
  readonly key: ObjectKey;
  /** Its path below the root. */
  readonly file: string;
  readonly object: Stored;
}

/** The result of one look at all files of the folder. */
export interface FolderScan {
  readonly found: readonly FoundObject[];
  /** Files that may hold objects, but cannot be read. */
  readonly faults: readonly MalformedManifest[];
  /** Files at an object's place that hold other objects. */
  readonly occupied: ReadonlySet<string>;
  /** Files that a person put at the right place, and that the store has not written yet. */
  readonly handPut: Map<string, FileContent>;
}

export class MisplacedObjects {
  private readonly byKey = new Map<string, FoundObject[]>();

  constructor(private readonly scan: FolderScan) {
    for (const one of scan.found) {
      const text = textOf(one.kind, one.key);
      this.byKey.set(text, [...(this.byKey.get(text) ?? []), one]);
    }
  }

  get faults(): readonly MalformedManifest[] {
    return this.scan.faults;
  }

  /** The object in these files. Throws MalformedManifest if they differ. */
  get(kind: Kind, key: ObjectKey): Stored | undefined {
    const [first, ...others] = this.foundOf(kind, key);
    const other = others.find(({ object }) => !isSame(object, first!.object));
    if (!first || !other) return first?.object;
    const name = `${kind.kind} ${keyText(key)}`;
    const fault = faultWording.contradiction(other.file, name, placeOf("", kind, key).shown);
    throw new MalformedManifest(first.file, fault);
  }

  /** Keys of a kind, in one namespace or in all. */
  keys(kind: Kind, namespace: string | undefined): ObjectKey[] {
    return [...this.byKey.values()]
      .map(([first]) => first!)
      .filter((one) => isKind(one.kind, kind) && (namespace === undefined || one.key.namespace === namespace))
      .map(({ key }) => key);
  }

  /** The other files that have the object with another content. If the object has no own file, all files that have it. */
  filesOf(kind: Kind, key: ObjectKey, own: Stored | undefined): string[] {
    const others = this.foundOf(kind, key).filter(({ object }) => !own || !isSame(object, own));
    return [...new Set(others.map(({ file }) => file))];
  }

  /** True if other files have the object, or its own file has other objects. */
  knows(kind: Kind, key: ObjectKey): boolean {
    return this.foundOf(kind, key).length > 0 || this.isOccupied(kind, key);
  }

  /** True if the object's own file holds other objects. */
  isOccupied(kind: Kind, key: ObjectKey): boolean {
    return this.scan.occupied.has(placeOf("", kind, key).shown);
  }

  /** The content of the object's own file, if the look has read it. It is given out once. */
  takeHandPut(kind: Kind, key: ObjectKey): FileContent | undefined {
    const { shown } = placeOf("", kind, key);
    const content = this.scan.handPut.get(shown);
    this.scan.handPut.delete(shown);
    return content;
  }

  private foundOf(kind: Kind, key: ObjectKey): readonly FoundObject[] {
    return this.byKey.get(textOf(kind, key)) ?? [];
  }
}

/** True for any two versions of the API. */
function isKind(a: Kind, b: Kind): boolean {
  return a.group === b.group && a.kind === b.kind;
}

function textOf(kind: Kind, key: ObjectKey): string {
  return `${kind.group}/${kind.kind}/${keyText(key)}`;
}

function isSame(a: Stored, b: Stored): boolean {
  return canonicalJson(shownPart(a)) === canonicalJson(shownPart(b));
}
