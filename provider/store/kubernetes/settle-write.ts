/**
 * Writes whose answer may be lost: a connection that breaks, a 5xx, no answer in time. Nobody knows then whether the
 * server has acted, so the object is read back, and only what cannot be another writer's work counts as done.
 *
 * In doubt the answer is the one that costs nothing: AlreadyExists and Conflict, after which every writer reads what is
 * there and goes on from it.
 *
 * **create.** An object of that name, found after a lost answer, may be another writer's, even with the very same
 * content: two stacks declare the same pool. Neither its uid, which nobody knows yet, nor its times (whole seconds), nor
 * its managers (all of us bear one name) tell the two apart. What does is a value that no two creates share: the random
 * token that this provider puts on what it makes. The store is told under which annotation it stands; where an object
 * has none, what is found is somebody else's.
 *
 * **patch.** With a resourceVersion it is one compare-and-swap, however often it is sent: if the object still has that
 * version it was not done, and it is sent again. If the version is another one and the object has all that the patch
 * says, it was done. (Or another writer did the same: then the object is as the caller wants it, and values that say whose
 * it is are unique, as above.) Otherwise it is a Conflict. Without a resourceVersion it may be sent again at any time.
 *
 * **remove.** It always names the uid, so it cannot hit the name's next life: gone, another uid or being deleted is done.
 *
 * What was sent first may still be done after what was read: the server stops working on a request after some seconds
 * (`timeout`), which is less than we wait for its answer. Where a connection broke earlier, create (exclusive), patch with
 * a resourceVersion and remove (uid) are decided by the server, in whatever order they arrive.
 */
import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../../api/meta";
import { isObject } from "../merge-patch";
import type { MergePatch, Precondition, Stored, StoreError } from "../store";
import type { Call } from "./call";
import type { Answer } from "./delivery";
import type { WireRequest } from "./link";
import { errorAbout, isSuccess, saidIn } from "./status";

export interface Write<T> {
  readonly call: Call;
  readonly request: WireRequest;
  /** The object as it is now. */
  readBack(): Promise<Stored | undefined>;
  /** What a successful answer says. */
  accept(answer: Answer): T;
  /** The error for an answer that is no success; undefined: send it again. */
  refusalOf(answer: Answer): StoreError | undefined;
}

/** `unique` is the annotation that no two creates share. */
export function settleCreate(write: Write<Stored>, sent: Manifest, unique: string | undefined): Promise<Stored> {
  const markOf = ({ metadata }: Manifest) => (unique === undefined ? undefined : metadata.annotations?.[unique]);
  return settle(write, async (refusal) => {
    const there = await write.readBack();
    if (there !== undefined && markOf(sent) !== undefined && markOf(there) === markOf(sent)) return there;
    if (there === undefined && refusal === undefined) return AGAIN;
    throw refusal ?? errorAbout(write.call.subject, "AlreadyExists", "it exists already");
  });
}

export function settlePatch(write: Write<Stored>, patch: MergePatch, only: Precondition): Promise<Stored> {
  return settle(write, async (refusal) => {
    const there = await write.readBack();
    const { subject } = write.call;
    if (there === undefined) throw refusal ?? errorAbout(subject, "NotFound", "there is no such object");
    const { uid, resourceVersion } = there.metadata;
    const isSame = only.uid === undefined || only.uid === uid;
    if (isSame && isAsPatched(there, patch)) return there;
    if (refusal !== undefined) throw refusal;
    if (isSame && (only.resourceVersion === undefined || only.resourceVersion === resourceVersion)) return AGAIN;
    throw errorAbout(subject, "Conflict", `it was changed meanwhile (resourceVersion ${resourceVersion})`);
  });
}

export function settleRemove(write: Write<void>, only: Precondition & { readonly uid: string }): Promise<void> {
  return settle(write, async (refusal) => {
    const there = await write.readBack();
    if (there === undefined || there.metadata.uid !== only.uid || there.metadata.deletionTimestamp !== undefined)
      return undefined;
    if (refusal !== undefined) throw refusal;
    const { resourceVersion } = there.metadata;
    if (only.resourceVersion === undefined || only.resourceVersion === resourceVersion) return AGAIN;
    throw errorAbout(write.call.subject, "Conflict", `it was changed meanwhile (resourceVersion ${resourceVersion})`);
  });
}

const AGAIN = Symbol("again");

/**
 * Sends until the outcome is known. `look` decides after a lost answer, and when, after one, the repetition is refused in
 * a way that the first try may be the reason for.
 */
async function settle<T>(
  { call, request, accept, refusalOf }: Write<T>,
  look: (refusal?: StoreError) => Promise<T | typeof AGAIN>,
): Promise<T> {
  let lost = false;
  for (;;) {
    const sent = await call.write(request);
    if (!("lost" in sent)) {
      if (isSuccess(sent)) return accept(sent);
      const refusal = refusalOf(sent);
      if (refusal === undefined) {
        await call.pause(saidIn(sent));
        continue;
      }
      if (!lost || !mayBeOurDoing(refusal)) throw refusal;
      const found = await look(refusal);
      if (found !== AGAIN) return found;
      throw refusal;
    }
    lost = true;
    const found = await look();
    if (found !== AGAIN) return found;
    await call.pause(sent.lost, sent.retryAfterMs);
  }
}

function mayBeOurDoing({ reason }: StoreError): boolean {
  return reason === "AlreadyExists" || reason === "Conflict" || reason === "NotFound";
}

/** Whether the object is as the patch wants it; the patch's conditions are not about that. */
function isAsPatched(there: Stored, patch: MergePatch): boolean {
  const { uid: _uid, resourceVersion: _version, ...metadata } = (patch.metadata ?? {}) as Stored["metadata"];
  return satisfies(there, { ...patch, metadata });
}

/** RFC 7386, read as a question. An API server drops what is empty then: a member that is not there is an empty object. */
function satisfies(value: unknown, patch: unknown): boolean {
  if (patch === null) return value === undefined;
  if (!isObject(patch)) return isDeepStrictEqual(value, patch);
  if (value !== undefined && !isObject(value)) return false;
  return Object.entries(patch).every(([field, wanted]) =>
    satisfies(value && Object.hasOwn(value, field) ? value[field] : undefined, wanted),
  );
}
