import type { Manifest } from "../../api/meta";

/**
 * What this provider writes on the objects it makes. The token decides who may release; the rest is for taking up
 * after a crash and for messages (project and stack do not survive a rename).
 */
export interface Marks {
  readonly token: string | undefined;
  /** `<project>/<stack>`. */
  readonly stack: string | undefined;
  /** The resource's label in that stack. */
  readonly resource: string | undefined;
  /** The address that a preview had shown, where another one was won instead of it. */
  readonly proposed: string | undefined;
}

const PREFIX = "pulumi-metal3-ipam/";
const KEYS = ["token", "stack", "resource", "proposed"] as const;

/** Each create mints its own: no two objects that were made apart have the same. */
export const TOKEN_ANNOTATION = `${PREFIX}token`;

/** Changed to make Metal3's controller look at a pool again; says nothing of an owner. */
export const TOUCHED_ANNOTATION = `${PREFIX}touched`;

export function marksOf(object: Manifest): Marks {
  const annotations = object.metadata.annotations ?? {};
  const read = (key: (typeof KEYS)[number]) => annotations[PREFIX + key];
  return { token: read("token"), stack: read("stack"), resource: read("resource"), proposed: read("proposed") };
}

/** As annotations for a patch: null removes what a former owner wrote. */
export function markAnnotations(marks: Partial<Marks>): Record<string, string | null> {
  return Object.fromEntries(KEYS.map((key) => [PREFIX + key, marks[key] ?? null]));
}

/** As annotations of a new object. */
export function newMarkAnnotations(marks: Partial<Marks>): Record<string, string> {
  return Object.fromEntries(KEYS.flatMap((key) => (marks[key] === undefined ? [] : [[PREFIX + key, marks[key]]])));
}

export function isMark(annotation: string): boolean {
  return annotation.startsWith(PREFIX);
}

/** How a message calls the owner: `stack metal/dev, resource cp-0`. */
export function ownerText(marks: Marks): string {
  if (marks.stack === undefined) return "not made by this provider";
  return `stack ${marks.stack}, resource ${marks.resource ?? "unknown"}`;
}
