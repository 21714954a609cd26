/**
 * Creates, takes over and removes one object of a lock. live-claims.ts creates an object again that a live claim has lost.
 */
import type { Kind } from "../../api/kinds";
import { keyText, type Manifest } from "../../api/meta";
import { METAL3_ADDRESS_FINALIZER } from "../../api/metal3/ip-address";
import { IP_ADDRESS } from "../../api/metal3/kinds";
import { isStoreError, type MergePatch, StoreError } from "../../store/store";
import { POLL_MS, pause } from "../environment";
import { IpamError } from "../errors";
import { retryOnConflict } from "../retry";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import { type AddressObject, readCapiObject, readMetal3Object } from "./lock";
import { type Marks, markAnnotations } from "./marks";

/** `former`: the marks before the object was taken over. Undefined if the object was created. */
export interface TakenObject {
  readonly kind: "taken";
  readonly object: AddressObject;
  readonly former: Marks | undefined;
}

export type ObjectOutcome = TakenObject | { readonly kind: "held"; readonly object: AddressObject };

/** The wanted object, and the rules for one that already exists. */
export interface WantedObject {
  readonly of: AddressObject["of"];
  readonly manifest: Manifest;
  /** Whether the existing object is this claim's and this owner may take it. */
  mayTake(found: AddressObject): boolean;
  /** The patch that makes it match `manifest`. Undefined if it already does. */
  patch(found: AddressObject): MergePatch | undefined;
}

/** The exclusive create of this one object decides. AlreadyExists leads to a look at the existing object. */
export function takeObject(session: PoolSession, wanted: WantedObject): Promise<ObjectOutcome> {
  const { store, environment, view } = session;
  const started = environment.now();
  return retryOnConflict(environment, async (): Promise<ObjectOutcome> => {
    const kind = await kindOf(session, wanted.of);
    const { name } = wanted.manifest.metadata;
    try {
      const object = read(wanted.of, await store.create(kind, wanted.manifest));
      view.noteObject(object);
      return { kind: "taken", object, former: undefined };
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
    const found = await freshObject(session, wanted.of, name);
    if (!found) throw new StoreError("Conflict", wording.wentWhileMade(kind.kind, name));
    if (!wanted.mayTake(found)) return { kind: "held", object: found };
    // An object that is being deleted reserves nothing, and its name is free when it is gone.
    if (found.manifest.metadata.deletionTimestamp) await outwait(session, kind, found, started);
    const patch = wanted.patch(found);
    try {
      const object = patch ? await patchObject(session, found, patch) : found;
      return { kind: "taken", object, former: found.marks };
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
      throw new StoreError("Conflict", error.message);
    }
  });
}

/**
 * Another tool's finalizer may keep the object for ever. Throws Conflict to look again, and `held` when the time is over.
 */
async function outwait({ environment }: PoolSession, kind: Kind, object: AddressObject, started: number) {
  const [what, key] = [kindText(kind), keyText(object)];
  if (environment.now() - started >= environment.waitMs) {
    throw new IpamError("held", wording.kept(what, key, finalizersOf(object)));
  }
  await pause(environment, POLL_MS, wording.waitsForEndOf(what, key));
  throw new StoreError("Conflict", wording.isBeingDeleted(what, key));
}

/** Text with the group, because both objects of a lock have one kind and one name. */
function kindText({ kind, group }: Kind): string {
  return `${kind} (${group})`;
}

/** Undoes a take: removes an object that was created, and restores the former marks of one that was taken over. */
export async function giveObjectBack(session: PoolSession, { object, former }: TakenObject): Promise<void> {
  const isOurs = ({ marks }: AddressObject) => marks.token === object.marks.token;
  if (!former) return removeObject(session, object, isOurs);
  if (former.token === object.marks.token) return;
  await retryOnConflict(session.environment, async () => {
    const now = await freshObject(session, object.of, object.name);
    if (!now || !isOurs(now)) return;
    await patchObject(session, now, { metadata: { annotations: markAnnotations(former) } }).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
  });
}

/** Patches the object with its uid and version as preconditions. Throws Conflict, NotFound. */
export async function patchObject(
  session: PoolSession,
  object: AddressObject,
  patch: MergePatch,
): Promise<AddressObject> {
  const { uid, resourceVersion } = object.manifest.metadata;
  const kind = await kindOf(session, object.of);
  const now = read(object.of, await session.store.patch(kind, object, patch, { uid, resourceVersion }));
  session.view.noteObject(now);
  return now;
}

/**
 * Removes an object if `mayRemove` allows it, with its uid and version as preconditions. An object that is already gone
 * counts as success. An object that has changed in between is read and checked again.
 */
export async function removeObject(
  session: PoolSession,
  object: AddressObject,
  mayRemove: (object: AddressObject) => boolean,
): Promise<void> {
  await withObject(session, object, async (current) => {
    if (!mayRemove(current)) return;
    try {
      const { uid, resourceVersion } = (await withoutFinalizer(session, current)).manifest.metadata;
      const kind = await kindOf(session, current.of);
      await session.store.remove(kind, current, { uid, resourceVersion });
      // Other tools' finalizers keep the object, and its name stays taken until they are removed. A deletion cannot be
      // undone.
      const kept = foreignFinalizers(current);
      if (kept.length > 0) await session.environment.warn?.(wording.kept(kindText(kind), keyText(current), kept));
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
    }
    session.view.forgetObject(object.of, object.name);
  });
}

function finalizersOf({ manifest }: AddressObject): readonly string[] {
  return manifest.metadata.finalizers ?? [];
}

function foreignFinalizers(object: AddressObject): string[] {
  return finalizersOf(object).filter((finalizer) => finalizer !== METAL3_ADDRESS_FINALIZER);
}

/** The pool's address objects that are being deleted and still exist, read from the store now. */
export async function keptObjects(session: PoolSession): Promise<string[]> {
  await session.refresh();
  const dying = session.view.allObjects().filter(({ manifest }) => manifest.metadata.deletionTimestamp);
  return Promise.all(
    dying.map(async (object) => {
      const kind = await kindOf(session, object.of);
      return `${kindText(kind)} ${keyText(object)} (finalizers: ${finalizersOf(object).join(", ")})`;
    }),
  );
}

/**
 * Removes Metal3's finalizer. The controller releases an address with its claim, so without a claim it would never remove
 * the finalizer.
 */
async function withoutFinalizer(session: PoolSession, object: AddressObject): Promise<AddressObject> {
  const others = foreignFinalizers(object);
  if (others.length === finalizersOf(object).length) return object;
  return patchObject(session, object, { metadata: { finalizers: others } });
}

/**
 * Calls `work` with the known object, and after a Conflict with the object as it is then. Does not call it again if the
 * object is gone.
 */
export async function withObject(
  session: PoolSession,
  known: AddressObject,
  work: (object: AddressObject) => Promise<void>,
): Promise<void> {
  let first: AddressObject | undefined = known;
  await retryOnConflict(session.environment, async () => {
    const object = first ?? (await freshObject(session, known.of, known.name));
    first = undefined;
    if (object) await work(object);
  });
}

/** The object of that name in the pool's namespace, read from the store now. The view notes it. */
export async function freshObject(
  session: PoolSession,
  of: AddressObject["of"],
  name: string,
): Promise<AddressObject | undefined> {
  const { view } = session;
  const stored = await session.store.get(await kindOf(session, of), { namespace: view.name.namespace, name });
  if (!stored) {
    view.forgetObject(of, name);
    return undefined;
  }
  const object = read(of, stored);
  if (object.poolName === view.name.name) view.noteObject(object);
  return object;
}

function read(of: AddressObject["of"], stored: AddressObject["manifest"]): AddressObject {
  return of === "metal3" ? readMetal3Object(stored) : readCapiObject(stored);
}

async function kindOf(session: PoolSession, of: AddressObject["of"]): Promise<Kind> {
  const mirror = of === "capi" ? await session.mirrorKind() : undefined;
  return mirror ?? IP_ADDRESS;
}
