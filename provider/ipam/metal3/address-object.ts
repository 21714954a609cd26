/** Making, taking over and removing one object of a lock: the one place that writes them. */

import { IP_ADDRESS, type Kind } from "../../api/kinds";
import { keyText, type Manifest } from "../../api/meta";
import { METAL3_ADDRESS_FINALIZER } from "../../api/metal3/ip-address";
import { isStoreError, type MergePatch, type Stored, StoreError } from "../../store/store";
import { POLL_MS, pause } from "../environment";
import { IpamError } from "../errors";
import type { Ipam } from "../ipam";
import type { PoolView } from "../pool/pool-view";
import { retryOnConflict } from "../retry";
import { wording } from "../wording";
import { type AddressObject, readCapiObject, readMetal3Object } from "./lock";
import { type Marks, markAnnotations } from "./marks";

/** `former`: what the half said of its owner before it was taken over; undefined where it was made. */
export interface TakenObject {
  readonly kind: "taken";
  readonly object: AddressObject;
  readonly former: Marks | undefined;
}

export type ObjectOutcome = TakenObject | { readonly kind: "held"; readonly half: AddressObject };

/** A half as it should be, and what may be made of one that is there already. */
export interface WantedObject {
  readonly of: AddressObject["of"];
  readonly object: Manifest;
  /** Whether the half that stands there is this claim's, for this hand to take. */
  mayTake(found: AddressObject): boolean;
  /** What makes it say what `object` says; undefined: it does. */
  patch(found: AddressObject): MergePatch | undefined;
}

/** The exclusive create of this one object decides; AlreadyExists is one more fact learned. */
export function takeObject(ipam: Ipam, view: PoolView, wanted: WantedObject): Promise<ObjectOutcome> {
  const { store, environment } = ipam;
  const started = environment.now();
  return retryOnConflict(environment, async (): Promise<ObjectOutcome> => {
    const kind = await kindOf(ipam, wanted.of);
    const key = { namespace: wanted.object.metadata.namespace ?? "", name: wanted.object.metadata.name };
    try {
      const object = readObject(wanted.of, await store.create(kind, wanted.object));
      view.noteObject(object);
      return { kind: "taken", object, former: undefined };
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
    const found = await freshObject(ipam, view, wanted.of, key.namespace, key.name);
    if (!found) throw new StoreError("Conflict", `${kind.kind} ${keyText(key)} went while it was being taken`);
    if (!wanted.mayTake(found)) return { kind: "held", half: found };
    // On its way out it promises nothing, and its name is free when it is gone.
    if (found.object.metadata.deletionTimestamp) await outwait(ipam, kind, found, started);
    const patch = wanted.patch(found);
    try {
      const object = patch ? await patchObject(ipam, view, found, patch) : found;
      return { kind: "taken", object, former: found.marks };
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
      throw new StoreError("Conflict", error.message);
    }
  });
}

/** Somebody else's finalizer may keep it for ever. Throws Conflict to look again, `held` when it has had its time. */
async function outwait({ environment }: Ipam, kind: Kind, half: AddressObject, started: number): Promise<never> {
  const [what, key] = [textOf(kind), keyText(half)];
  if (environment.now() - started >= environment.waitMs) {
    throw new IpamError("held", wording.kept(what, key, half.object.metadata.finalizers ?? []));
  }
  await pause(environment, POLL_MS, wording.waitsForEndOf(what, key));
  throw new StoreError("Conflict", `${what} ${key} is being deleted`);
}

/** Both halves are of one kind and name. */
function textOf({ kind, group }: Kind): string {
  return `${kind} (${group})`;
}

/** Undoes a take: what was made goes, what was taken over says again whose it was. */
export async function giveObjectBack(ipam: Ipam, view: PoolView, { object, former }: TakenObject): Promise<void> {
  const isOurs = ({ marks }: AddressObject) => marks.token === object.marks.token;
  if (!former) return removeObject(ipam, view, object, isOurs);
  if (former.token === object.marks.token) return;
  await retryOnConflict(ipam.environment, async () => {
    const now = await freshObject(ipam, view, object.of, object.namespace, object.name);
    const patch = { metadata: { annotations: markAnnotations(former) } };
    if (!now || !isOurs(now)) return;
    await patchObject(ipam, view, now, patch).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
  });
}

/** As it was read (uid and version). Throws Conflict, NotFound. */
export async function patchObject(
  ipam: Ipam,
  view: PoolView,
  half: AddressObject,
  patch: MergePatch,
): Promise<AddressObject> {
  const { uid, resourceVersion } = half.object.metadata;
  const stored = await ipam.store.patch(await kindOf(ipam, half.of), half, patch, { uid, resourceVersion });
  const now = readObject(half.of, stored);
  view.noteObject(now);
  return now;
}

/**
 * Removes a half as it was read (uid and version), if it may be removed. Gone is success; changed in between is judged
 * again.
 */
export async function removeObject(
  ipam: Ipam,
  view: PoolView,
  half: AddressObject,
  mayRemove: (half: AddressObject) => boolean,
): Promise<void> {
  await withObject(ipam, view, half, async (current) => {
    if (!mayRemove(current)) return;
    try {
      const { uid, resourceVersion } = (await withoutFinalizer(ipam, view, current)).object.metadata;
      await ipam.store.remove(await kindOf(ipam, half.of), current, { uid, resourceVersion });
      await warnOfKept(ipam, current);
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
    }
    view.forgetObject(half.of, half.name);
  });
}

/** What somebody else's finalizers keep is deleted all the same: nobody can take that back, and its name is taken so long. */
async function warnOfKept(ipam: Ipam, half: AddressObject): Promise<void> {
  const kept = keptBy(half);
  if (kept.length === 0) return;
  await ipam.environment.warn?.(wording.kept(textOf(await kindOf(ipam, half.of)), keyText(half), kept));
}

/** The finalizers that are not Metal3's. */
function keptBy({ object }: AddressObject): string[] {
  return (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== METAL3_ADDRESS_FINALIZER);
}

/** Halves of a pool's locks that are deleted and do not go, as the store has them now. */
export async function keptObjects(ipam: Ipam, view: PoolView): Promise<string[]> {
  await ipam.refresh(view);
  const dying = view.allObjects().filter(({ object }) => object.metadata.deletionTimestamp);
  return Promise.all(
    dying.map(async (half) => {
      const finalizers = half.object.metadata.finalizers ?? [];
      return `${textOf(await kindOf(ipam, half.of))} ${keyText(half)} (finalizers: ${finalizers.join(", ")})`;
    }),
  );
}

/** Metal3's controller lets an address go with its claim. Of one that has none, or none any more, it never would. */
async function withoutFinalizer(ipam: Ipam, view: PoolView, half: AddressObject): Promise<AddressObject> {
  const others = keptBy(half);
  if (others.length === (half.object.metadata.finalizers ?? []).length) return half;
  return patchObject(ipam, view, half, { metadata: { finalizers: others } });
}

/** Works on a half as it was read, and after a Conflict on what it is by then; on none where it is gone by then. */
export async function withObject(
  ipam: Ipam,
  view: PoolView,
  known: AddressObject,
  work: (half: AddressObject) => Promise<void>,
): Promise<void> {
  let read: AddressObject | undefined = known;
  await retryOnConflict(ipam.environment, async () => {
    const half = read ?? (await freshObject(ipam, view, known.of, known.namespace, known.name));
    read = undefined;
    if (half) await work(half);
  });
}

/** The object of that name as it stands in the store now; the view learns it. */
export async function freshObject(
  ipam: Ipam,
  view: PoolView,
  of: AddressObject["of"],
  namespace: string,
  name: string,
): Promise<AddressObject | undefined> {
  const stored = await ipam.store.get(await kindOf(ipam, of), { namespace, name });
  if (!stored) {
    view.forgetObject(of, name);
    return undefined;
  }
  const half = readObject(of, stored);
  if (half.poolName === view.name.name) view.noteObject(half);
  return half;
}

function readObject(of: AddressObject["of"], stored: Stored): AddressObject {
  return of === "metal3" ? readMetal3Object(stored) : readCapiObject(stored);
}

async function kindOf(ipam: Ipam, of: AddressObject["of"]): Promise<Kind> {
  const mirror = of === "capi" ? await ipam.mirrorKind() : undefined;
  return mirror ?? IP_ADDRESS;
}
