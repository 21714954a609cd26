/** Makes, takes over and removes one object of a lock: live-claims.ts makes one again that a live claim lost. */
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

/** `former`: the marks before the object was taken over; undefined where it was made. */
export interface TakenObject {
  readonly kind: "taken";
  readonly object: AddressObject;
  readonly former: Marks | undefined;
}

export type ObjectOutcome = TakenObject | { readonly kind: "held"; readonly object: AddressObject };

/** An object as it should be, and what may be made of one that is there already. */
export interface WantedObject {
  readonly of: AddressObject["of"];
  readonly manifest: Manifest;
  /** Whether the object that stands there is this claim's, and this owner may take it. */
  mayTake(found: AddressObject): boolean;
  /** The patch that makes it say what `manifest` says; undefined: it does. */
  patch(found: AddressObject): MergePatch | undefined;
}

/** The exclusive create of this one object decides. AlreadyExists is one more fact learned. */
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
    if (!found) throw new StoreError("Conflict", `${kind.kind} ${name} went while it was being taken`);
    if (!wanted.mayTake(found)) return { kind: "held", object: found };
    // On its way out it promises nothing, and its name is free when it is gone.
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

/** Another tool's finalizer may keep the object for ever. Throws Conflict to look again, `held` when its time is over. */
async function outwait({ environment }: PoolSession, kind: Kind, object: AddressObject, started: number) {
  const [what, key] = [kindText(kind), keyText(object)];
  if (environment.now() - started >= environment.waitMs) {
    throw new IpamError("held", wording.kept(what, key, finalizersOf(object)));
  }
  await pause(environment, POLL_MS, wording.waitsForEndOf(what, key));
  throw new StoreError("Conflict", `${what} ${key} is being deleted`);
}

/** Both objects of a lock have one kind and one name. */
function kindText({ kind, group }: Kind): string {
  return `${kind} (${group})`;
}

/** Undoes a take: an object that was made goes, one that was taken over gets its former marks. */
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

/** Patches the object as it was read (uid and version). Throws Conflict, NotFound. */
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
 * Removes an object as it was read (uid and version), if it may be removed. One that is gone is success. One that has
 * changed in between is judged again.
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
      // Other tools' finalizers keep it, and its name is taken so long. A deletion cannot be taken back.
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

/** The pool's address objects that are deleted and do not go, as the store has them now. */
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

/** Metal3's controller releases an address with its claim. Without a claim it would never take its finalizer off. */
async function withoutFinalizer(session: PoolSession, object: AddressObject): Promise<AddressObject> {
  const others = foreignFinalizers(object);
  if (others.length === finalizersOf(object).length) return object;
  return patchObject(session, object, { metadata: { finalizers: others } });
}

/** Works on an object as it was read, and after a Conflict on what it is by then; on none if it is gone by then. */
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

/** The object of that name in the pool's namespace, as it stands in the store now. The view learns it. */
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
