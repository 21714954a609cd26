import type { Manifest } from "../../api/meta";

/**
 * The marks that this provider writes on its objects. The token decides who may release. The other marks help to continue
 * after a crash and appear in messages. Project and stack may change when a stack is renamed.
 */
export interface Marks {
  readonly token: string | undefined;
  /** `<project>/<stack>`. */
  readonly stack: string | undefined;
  /** The id of the engine's state, if the engine gave one. Stacks of two backends may have the same name. */
  readonly state: string | undefined;
  /** The resource's label in that stack. */
  readonly resource: string | undefined;
  /** The address that a preview had shown, if the claim got another one. */
  readonly proposed: string | undefined;
  /** The time and the run in which an update gave the lock up: see `Releasing`. */
  readonly releasing: string | undefined;
  /**
   * The token of the resource that this one replaces and whose address it takes over. If the run is killed, state still has
   * that token. Then that resource recognises the lock as its replacement's.
   */
  readonly replaces: string | undefined;
}

const PREFIX = "pulumi-metal3-ipam/";
const KEYS = ["token", "stack", "state", "resource", "proposed", "releasing", "replaces"] as const;

/** Each create makes its own token, so objects from two creates have different tokens. */
export const TOKEN_ANNOTATION = `${PREFIX}token`;
/** Only the plugin writes it. Dynamic resources do not know the state's id. */
export const STATE_ANNOTATION = `${PREFIX}state`;

/** Metal3's mirror of a lock has it. Its value is the kind of claim that the lock is for. It never changes. */
export const MIRROR_ANNOTATION = `${PREFIX}mirror-for`;

export function isMarkedMirror(object: Manifest): boolean {
  return object.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

/** A change of it makes Metal3's controller look at a pool again. It says nothing about an owner. */
export const TOUCHED_ANNOTATION = `${PREFIX}touched`;

export function marksOf(object: Manifest): Marks {
  const annotations = object.metadata.annotations ?? {};
  return {
    token: annotations[TOKEN_ANNOTATION],
    stack: annotations[`${PREFIX}stack`],
    state: annotations[STATE_ANNOTATION],
    resource: annotations[`${PREFIX}resource`],
    proposed: annotations[`${PREFIX}proposed`],
    releasing: annotations[`${PREFIX}releasing`],
    replaces: annotations[`${PREFIX}replaces`],
  };
}

/** The annotations of a patch. `null` removes what a former owner wrote. */
export function markAnnotations(marks: Partial<Marks>): Record<string, string | null> {
  return Object.fromEntries(KEYS.map((key) => [PREFIX + key, marks[key] ?? null]));
}

/** The annotations of a new object. */
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
  /** `Environment.run` of the process that gave it up. */
  readonly run: string;
  /**
   * A later run that found no resource that takes the lock over. Used if no door reports the end of a run. That run may be
   * stopped before it asks for such a resource, so only a run after it releases the lock.
   */
  readonly seenBy?: string | undefined;
}

export function releasingText({ since, run, seenBy }: Releasing): string {
  return [since, run, ...(seenBy === undefined ? [] : [seenBy])].join(" ");
}

/** Undefined if the lock is not given up. */
export function releasingOf({ releasing }: Pick<Marks, "releasing">): Releasing | undefined {
  if (releasing === undefined) return undefined;
  const [since = "", run = "", seenBy] = releasing.split(" ");
  return { since, run, seenBy };
}

/** The program that asks. */
export interface Origin {
  /** `<project>/<stack>`. Absent if a door does not know it. Then only tokens identify the program's own objects. */
  readonly stack?: string | undefined;
  /** Absent if the engine does not give it. */
  readonly state?: ProgramState | undefined;
}

/** The identity of a stack in addition to its name. A stack of another backend may have the same name. */
export interface ProgramState {
  /** Locks carry it. Undefined in the preview of a new provider, because the update creates it. */
  readonly id: string | undefined;
  /** Whether locks with this id were created from this state. */
  isKnown(id: string): boolean;
  /** Notes these ids as ids of this state, because locks with its tokens carry them. */
  learn(ids: readonly string[]): void;
  /** Whether the state has a resource with this token. */
  holds(token: string): boolean;
}

/**
 * Whether this stack created the object. It did if the object comes from the same state, even if a run was killed before the
 * state was written. Dynamic resources do not mark the state, so for their objects only the stack's name counts.
 */
export function isOfStack({ token, stack, state }: Marks, by: Origin): boolean {
  if (token !== undefined && by.state?.holds(token)) return true;
  if (by.stack === undefined || stack !== by.stack) return false;
  return state === undefined || (by.state?.isKnown(state) ?? false);
}

/** The owner's name in a message: `stack metal/dev, resource cp-0`. `to`: the program that gets the message. */
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
