/**
 * Writes whose answer may be lost: the connection breaks, the answer is a 5xx, or none comes in time. Then it is not known
 * whether the server has acted. So the object is read back, and only a result that cannot be another writer's counts as done.
 *
 * In doubt the outcome is AlreadyExists or Conflict. They do no harm, because every writer then reads the object and goes on.
 *
 * **create.** After a lost answer, an object of that name may be another writer's, even with the same content: two stacks may
 * declare the same pool. The uid (not known yet), the times (whole seconds) and the managers (the same name for all) do not
 * tell the two apart. A value that no two creates share does: the random token that this provider puts on its objects. The
 * store knows the annotation of that token. An object without it counts as another writer's.
 *
 * **patch.** With a resourceVersion it is one compare-and-swap, however often it is sent. If the object still has that
 * version, the patch was not done, and is sent again. If the version is another one and the object has all values of the
 * patch, it was done. (If another writer wrote the same values, the object is still as the caller wants it, and values that
 * name its owner are unique, as above.) Otherwise it is a Conflict. Without a resourceVersion it may be sent again at any time.
 *
 * **remove.** It always names the uid, so it cannot remove an object that was created later under that name. It counts as done
 * if the object is gone, has another uid or is being deleted.
 *
 * The server may still carry out the first request after the object was read. But it stops working on a request after some
 * seconds (`timeout`), and we wait longer than that for its answer. If a connection broke earlier, the server decides create
 * (exclusive), patch with a resourceVersion and remove (uid) correctly, in whatever order they arrive.
 */
import { isDeepStrictEqual } from "node:util";
import type { Manifest } from "../../api/meta";
import { isObject } from "../merge-patch";
import type { MergePatch, Precondition, Stored, StoreError } from "../store";
import { wording } from "../wording";
import type { Call } from "./call";
import type { Answer } from "./delivery";
import type { WireRequest } from "./link";
import { errorAbout, isSuccess, saidIn } from "./status";
import { requestWording } from "./wording";

export interface Write<T> {
  readonly call: Call;
  readonly request: WireRequest;
  /** Reads the object as it is now. */
  readBack(): Promise<Stored | undefined>;
  /** The result in a successful answer. */
  accept(answer: Answer): T;
  /** The error for an answer that is not a success. Undefined: send the request again. */
  refusalOf(answer: Answer): StoreError | undefined;
}

/** `unique` is the annotation that has a different value for each create. */
export function settleCreate(write: Write<Stored>, sent: Manifest, unique: string | undefined): Promise<Stored> {
  const markOf = ({ metadata }: Manifest) => (unique === undefined ? undefined : metadata.annotations?.[unique]);
  return settle(write, async (refusal) => {
    const there = await write.readBack();
    if (there !== undefined && markOf(sent) !== undefined && markOf(there) === markOf(sent)) return there;
    if (there === undefined && refusal === undefined) return AGAIN;
    throw refusal ?? errorAbout(write.call.subject, "AlreadyExists", wording.exists);
  });
}

export function settlePatch(write: Write<Stored>, patch: MergePatch, only: Precondition): Promise<Stored> {
  return settle(write, async (refusal) => {
    const there = await write.readBack();
    const { subject } = write.call;
    if (there === undefined) throw refusal ?? errorAbout(subject, "NotFound", wording.missing);
    const { uid, resourceVersion } = there.metadata;
    const isSame = only.uid === undefined || only.uid === uid;
    if (isSame && isAsPatched(there, patch)) return there;
    if (refusal !== undefined) throw refusal;
    if (isSame && (only.resourceVersion === undefined || only.resourceVersion === resourceVersion)) return AGAIN;
    throw errorAbout(subject, "Conflict", requestWording.changed(resourceVersion));
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
    throw errorAbout(write.call.subject, "Conflict", requestWording.changed(resourceVersion));
  });
}

const AGAIN = Symbol("again");

/**
 * Sends the write until its outcome is known. `look` decides after a lost answer. It also decides if a repetition is refused,
 * and the first try may be the reason.
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

/** True if the object is as the patch wants it. The preconditions in the patch do not count. */
function isAsPatched(there: Stored, patch: MergePatch): boolean {
  const { uid: _uid, resourceVersion: _version, ...metadata } = (patch.metadata ?? {}) as Stored["metadata"];
  return satisfies(there, { ...patch, metadata });
}

/** True if the RFC 7386 patch would change nothing. An API server drops empty objects, so a missing member counts as an empty object. */
function satisfies(value: unknown, patch: unknown): boolean {
  if (patch === null) return value === undefined;
  if (!isObject(patch)) return isDeepStrictEqual(value, patch);
  if (value !== undefined && !isObject(value)) return false;
  return Object.entries(patch).every(([field, wanted]) =>
    satisfies(value && Object.hasOwn(value, field) ? value[field] : undefined, wanted),
  );
}
