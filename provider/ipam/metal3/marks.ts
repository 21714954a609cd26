import type { Manifest } from "../../api/meta";

/**
 * The marks that this provider writes on the objects it makes. The token decides who may release; the rest is for taking up
 * after a crash and for messages (project and stack do not survive a rename).
 */
export interface Marks {
  readonly token: string | undefined;
  /** `<project>/<stack>`. */
  readonly stack: string | undefined;
  /** Which state of an engine that was, where the engine has said so: stacks of two backends may have one name. */
  readonly state: string | undefined;
  /** The resource's label in that stack. */
  readonly resource: string | undefined;
  /** The address that a preview had shown, where another one was won instead of it. */
  readonly proposed: string | undefined;
  /** Since when an update has given the lock up, and in which run: see `Releasing`. */
  readonly releasing: string | undefined;
  /**
   * The token of the resource whose address this one takes over, because it replaces it. State still has that token if the
   * run is killed: then it tells that resource that the lock is its replacement's.
   */
  readonly replaces: string | undefined;
}

const PREFIX = "pulumi-metal3-ipam/";
const KEYS = ["token", "stack", "state", "resource", "proposed", "releasing", "replaces"] as const;

/** Each create mints its own: no two objects that were made apart have the same. */
export const TOKEN_ANNOTATION = `${PREFIX}token`;
/** Written by the plugin alone. Dynamic resources do not know the state's id. */
export const STATE_ANNOTATION = `${PREFIX}state`;

/** Changed to make Metal3's controller look at a pool again; says nothing of an owner. */
export const TOUCHED_ANNOTATION = `${PREFIX}touched`;

export function marksOf(object: Manifest): Marks {
  const annotations = object.metadata.annotations ?? {};
  const read = (key: (typeof KEYS)[number]) => annotations[PREFIX + key];
  const [token, stack, state, resource, proposed, releasing, replaces] = KEYS.map(read);
  return { token, stack, state, resource, proposed, releasing, replaces };
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

/** A lock that an update has given up. The end of the run releases it, unless another resource has taken it over. */
export interface Releasing {
  /** RFC 3339, UTC. */
  readonly since: string;
  /** `Environment.run` of the process that has given it up. */
  readonly run: string;
  /**
   * A later run that has found no resource to take it over, where no door tells the end of a run. That run may be stopped
   * before it asks for such a resource, so only one after it releases the lock.
   */
  readonly seenBy?: string | undefined;
}

export function releasingText({ since, run, seenBy }: Releasing): string {
  return [since, run, ...(seenBy === undefined ? [] : [seenBy])].join(" ");
}

/** Undefined where the lock is not given up. */
export function releasingOf({ releasing }: Pick<Marks, "releasing">): Releasing | undefined {
  if (releasing === undefined) return undefined;
  const [since = "", run = "", seenBy] = releasing.split(" ");
  return { since, run, seenBy };
}

/** The program that asks. */
export interface Origin {
  /** `<project>/<stack>`. Absent where a door does not know it: then only tokens tell what is its own. */
  readonly stack?: string | undefined;
  /** Absent where the engine does not tell. */
  readonly state?: ProgramState | undefined;
}

/** The identity of a stack beside its name, which a stack of another backend may have as well. */
export interface ProgramState {
  /** Locks carry it. Undefined in the preview of a new provider: the update draws it. */
  readonly id: string | undefined;
  /** Whether a lock with this id was made out of this state, and of no other. */
  isKnown(id: string): boolean;
  /** Locks of this state carry these ids: its tokens are on them. */
  learn(ids: readonly string[]): void;
  /** Whether it has a resource with this token. */
  holds(token: string): boolean;
}

/**
 * Made by this stack: out of the same state, even if a run was killed before that was written. What does not say which
 * state it was made from, as dynamic resources cannot, is told by the name alone.
 */
export function isOfStack({ token, stack, state }: Marks, by: Origin): boolean {
  if (token !== undefined && by.state?.holds(token)) return true;
  if (by.stack === undefined || stack !== by.stack) return false;
  return state === undefined || (by.state?.isKnown(state) ?? false);
}

/** How a message calls the owner: `stack metal/dev, resource cp-0`. `to`: who is told. */
export function ownerText(marks: Marks, to?: Origin): string {
  if (marks.stack === undefined && marks.token === undefined) return "not made by this provider";
  if (marks.stack === undefined) return ["an unnamed owner", ...resourceOf(marks)].join(", ");
  const isNamesake = to?.stack === marks.stack && !isOfStack(marks, to);
  const which = isNamesake ? " of another backend or of a lost state" : "";
  const givenUp = releasingOf(marks);
  const ending = givenUp ? `, which gave it up at ${givenUp.since}` : "";
  return `stack ${marks.stack}${which}, resource ${marks.resource ?? "unknown"}${ending}`;
}

function resourceOf({ resource }: Marks): string[] {
  return resource === undefined ? [] : [`resource ${resource}`];
}
