/**
 * Creates, takes over and removes one object of a lock. release-unused.ts decides when a live claim gets a lost object back.
 */
import { CAPI_IP_ADDRESS } from "../../api/capi/kinds";
import type { Kind } from "../../api/kinds";
import { keyText, type Manifest } from "../../api/meta";
import { METAL3_ADDRESS_FINALIZERS } from "../../api/metal3/ip-address";
import { IP_ADDRESS } from "../../api/metal3/kinds";
import { isStoreError, type MergePatch, StoreError } from "../../store/store";
import { POLL_MS, pause } from "../environment";
import { IpamError } from "../errors";
import { retryOnConflict } from "../retry";
import type { PoolSession } from "../session";
import { wording } from "../wording";
import { type AddressObject, readCapiObject, readMetal3Object } from "./lock";
import { type Marks, markAnnotations } from "./marks";

/**
 * `former`: the marks before the object was taken over. Undefined if the object was created. `replaced`: an older object of
 * the same owner that gave its name to this one.
 */
export interface TakenObject {
  readonly kind: "taken";
  readonly object: AddressObject;
  readonly former: Marks | undefined;
  readonly replaced?: AddressObject | undefined;
}

export type ObjectOutcome = TakenObject | { readonly kind: "held"; readonly object: AddressObject };

/** The wanted object, and the rules for one that already exists. */
export interface WantedObject {
  readonly of: AddressObject["of"];
  readonly manifest: Manifest;
  /** Whether the existing object is this claim's and this owner may take it. */
  mayTake(found: AddressObject): boolean;
  /** Whether the object has to be created again, because nothing may change what it says. Asked after `mayTake`. */
  isOld(found: AddressObject): Promise<boolean>;
  /** The patch that makes it match `manifest`. Undefined if it already does. */
  patch(found: AddressObject): MergePatch | undefined;
}

/** The exclusive create of this one object decides. AlreadyExists leads to a look at the existing object. */
export function takeObject(session: PoolSession, wanted: WantedObject): Promise<ObjectOutcome> {
  const { store, environment, view } = session;
  const started = environment.now();
  let replaced: AddressObject | undefined;
  return retryOnConflict(environment, async (): Promise<ObjectOutcome> => {
    const kind = await kindOf(session, wanted.of);
    const { name } = wanted.manifest.metadata;
    try {
      const object = read(wanted.of, await store.create(kind, wanted.manifest));
      view.objects.note(object);
      return { kind: "taken", object, former: replaced?.marks, replaced };
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
    const found = await freshObject(session, wanted.of, name);
    if (!found) throw new StoreError("Conflict", wording.wentWhileMade(kind.kind, name));
    if (!wanted.mayTake(found)) return { kind: "held", object: found };
    // An object that is being deleted reserves nothing, and its name is free when it is gone.
    if (found.manifest.metadata.deletionTimestamp) await outwait(session, kind, found, started);
    if (await wanted.isOld(found)) {
      replaced ??= found;
      await removeObject(session, found, wanted.mayTake);
      throw new StoreError("Conflict", wording.isBeingDeleted(kindText(kind), keyText(found)));
    }
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

/**
 * Undoes a take: removes an object that was created, restores the former marks of one that was taken over, and creates a
 * replaced one again.
 */
export async function giveObjectBack(session: PoolSession, { object, former, replaced }: TakenObject): Promise<void> {
  const isOurs = ({ marks }: AddressObject) => marks.token === object.marks.token;
  if (replaced) {
    await removeObject(session, object, isOurs);
    return createAgain(session, replaced.of, asNew(replaced));
  }
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

/** The manifest as it was before the object was removed. */
function asNew({ manifest }: AddressObject): Manifest {
  const { name, namespace, labels, annotations, ownerReferences } = manifest.metadata;
  return { ...manifest, metadata: { name, namespace, labels, annotations, ownerReferences } };
}

/** Creates an object that was lost. An object that somebody else has created meanwhile stays. */
export async function createAgain(session: PoolSession, of: AddressObject["of"], manifest: Manifest): Promise<void> {
  try {
    session.view.objects.note(read(of, await session.store.create(await kindOf(session, of), manifest)));
  } catch (error) {
    if (!isStoreError(error, "AlreadyExists")) throw error;
  }
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
  session.view.objects.note(now);
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
    session.view.objects.forget(object.of, object.name);
  });
}

function finalizersOf({ manifest }: AddressObject): readonly string[] {
  return manifest.metadata.finalizers ?? [];
}

function foreignFinalizers(object: AddressObject): string[] {
  return finalizersOf(object).filter((finalizer) => !METAL3_ADDRESS_FINALIZERS.includes(finalizer));
}

/** The pool's address objects that are being deleted and still exist, read from the store now. */
export async function keptObjects(session: PoolSession): Promise<string[]> {
  await session.refresh();
  const dying = session.view.objects.all().filter(({ manifest }) => manifest.metadata.deletionTimestamp);
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
    view.objects.forget(of, name);
    return undefined;
  }
  const object = read(of, stored);
  if (object.poolName === view.name.name) view.objects.note(object);
  return object;
}

function read(of: AddressObject["of"], stored: AddressObject["manifest"]): AddressObject {
  return of === "metal3" ? readMetal3Object(stored) : readCapiObject(stored);
}

async function kindOf(session: PoolSession, of: AddressObject["of"]): Promise<Kind> {
  if (of === "metal3") return IP_ADDRESS;
  return (await session.capiKind()) ?? CAPI_IP_ADDRESS;
}
