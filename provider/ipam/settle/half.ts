/** Making, taking over and removing one object of a lock: the one place that writes them. */
import { METAL3_ADDRESS_FINALIZER } from "../../api/ip-address";
import { IP_ADDRESS, type Kind } from "../../api/kinds";
import { keyText, type Manifest } from "../../api/meta";
import { isStoreError, type MergePatch, type Stored, StoreError } from "../../store/store";
import { POLL_MS, pause } from "../environment";
import { IpamError } from "../errors";
import type { Ipam } from "../ipam";
import type { Ledger } from "../ledger/ledger";
import { type Half, readCapiHalf, readMetal3Half } from "../ledger/lock";
import { type Marks, markAnnotations } from "../ledger/marks";
import { retryOnConflict } from "../retry";
import { wording } from "../wording";

/** `former`: what the half said of its owner before it was taken over; undefined where it was made. */
export interface TakenHalf {
  readonly kind: "taken";
  readonly half: Half;
  readonly former: Marks | undefined;
}

export type HalfOutcome = TakenHalf | { readonly kind: "held"; readonly half: Half };

/** A half as it should be, and what may be made of one that is there already. */
export interface WantedHalf {
  readonly of: Half["of"];
  readonly object: Manifest;
  /** Whether the half that stands there is this claim's, for this hand to take. */
  mayTake(found: Half): boolean;
  /** What makes it say what `object` says; undefined: it does. */
  patch(found: Half): MergePatch | undefined;
}

/** The exclusive create of this one object decides; AlreadyExists is one more fact learned. */
export function takeHalf(ipam: Ipam, ledger: Ledger, wanted: WantedHalf): Promise<HalfOutcome> {
  const { store, environment } = ipam;
  const started = environment.now();
  return retryOnConflict(environment, async (): Promise<HalfOutcome> => {
    const kind = await kindOf(ipam, wanted.of);
    const key = { namespace: wanted.object.metadata.namespace ?? "", name: wanted.object.metadata.name };
    try {
      const half = readHalf(wanted.of, await store.create(kind, wanted.object));
      ledger.noteHalf(half);
      return { kind: "taken", half, former: undefined };
    } catch (error) {
      if (!isStoreError(error, "AlreadyExists")) throw error;
    }
    const found = await freshHalf(ipam, ledger, wanted.of, key.namespace, key.name);
    if (!found) throw new StoreError("Conflict", `${kind.kind} ${keyText(key)} went while it was being taken`);
    if (!wanted.mayTake(found)) return { kind: "held", half: found };
    // On its way out it promises nothing, and its name is free when it is gone.
    if (found.object.metadata.deletionTimestamp) await outwait(ipam, kind, found, started);
    const patch = wanted.patch(found);
    try {
      const half = patch ? await patchHalf(ipam, ledger, found, patch) : found;
      return { kind: "taken", half, former: found.marks };
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
      throw new StoreError("Conflict", error.message);
    }
  });
}

/** Somebody else's finalizer may keep it for ever. Throws Conflict to look again, `held` when it has had its time. */
async function outwait({ environment }: Ipam, kind: Kind, half: Half, started: number): Promise<never> {
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
export async function giveHalfBack(ipam: Ipam, ledger: Ledger, { half, former }: TakenHalf): Promise<void> {
  const isOurs = ({ marks }: Half) => marks.token === half.marks.token;
  if (!former) return removeHalf(ipam, ledger, half, isOurs);
  if (former.token === half.marks.token) return;
  await retryOnConflict(ipam.environment, async () => {
    const now = await freshHalf(ipam, ledger, half.of, half.namespace, half.name);
    const patch = { metadata: { annotations: markAnnotations(former) } };
    if (!now || !isOurs(now)) return;
    await patchHalf(ipam, ledger, now, patch).catch((error) => {
      if (!isStoreError(error, "NotFound")) throw error;
    });
  });
}

/** As it was read (uid and version). Throws Conflict, NotFound. */
export async function patchHalf(ipam: Ipam, ledger: Ledger, half: Half, patch: MergePatch): Promise<Half> {
  const { uid, resourceVersion } = half.object.metadata;
  const stored = await ipam.store.patch(await kindOf(ipam, half.of), half, patch, { uid, resourceVersion });
  const now = readHalf(half.of, stored);
  ledger.noteHalf(now);
  return now;
}

/**
 * Removes a half as it was read (uid and version), if it may be removed. Gone is success; changed in between is judged
 * again.
 */
export async function removeHalf(
  ipam: Ipam,
  ledger: Ledger,
  half: Half,
  mayRemove: (half: Half) => boolean,
): Promise<void> {
  await withHalf(ipam, ledger, half, async (current) => {
    if (!mayRemove(current)) return;
    try {
      const { uid, resourceVersion } = (await withoutFinalizer(ipam, ledger, current)).object.metadata;
      await ipam.store.remove(await kindOf(ipam, half.of), current, { uid, resourceVersion });
      await warnOfKept(ipam, current);
    } catch (error) {
      if (!isStoreError(error, "NotFound")) throw error;
    }
    ledger.forgetHalf(half.of, half.name);
  });
}

/** What somebody else's finalizers keep is deleted all the same: nobody can take that back, and its name is taken so long. */
async function warnOfKept(ipam: Ipam, half: Half): Promise<void> {
  const kept = keptBy(half);
  if (kept.length === 0) return;
  await ipam.environment.warn?.(wording.kept(textOf(await kindOf(ipam, half.of)), keyText(half), kept));
}

/** The finalizers that are not Metal3's. */
function keptBy({ object }: Half): string[] {
  return (object.metadata.finalizers ?? []).filter((finalizer) => finalizer !== METAL3_ADDRESS_FINALIZER);
}

/** Halves of a pool's locks that are deleted and do not go, as the store has them now. */
export async function keptHalves(ipam: Ipam, ledger: Ledger): Promise<string[]> {
  await ipam.refresh(ledger);
  const dying = ledger.allHalves().filter(({ object }) => object.metadata.deletionTimestamp);
  return Promise.all(
    dying.map(async (half) => {
      const finalizers = half.object.metadata.finalizers ?? [];
      return `${textOf(await kindOf(ipam, half.of))} ${keyText(half)} (finalizers: ${finalizers.join(", ")})`;
    }),
  );
}

/** Metal3's controller lets an address go with its claim. Of one that has none, or none any more, it never would. */
async function withoutFinalizer(ipam: Ipam, ledger: Ledger, half: Half): Promise<Half> {
  const others = keptBy(half);
  if (others.length === (half.object.metadata.finalizers ?? []).length) return half;
  return patchHalf(ipam, ledger, half, { metadata: { finalizers: others } });
}

/** Works on a half as it was read, and after a Conflict on what it is by then; on none where it is gone by then. */
export async function withHalf(
  ipam: Ipam,
  ledger: Ledger,
  known: Half,
  work: (half: Half) => Promise<void>,
): Promise<void> {
  let read: Half | undefined = known;
  await retryOnConflict(ipam.environment, async () => {
    const half = read ?? (await freshHalf(ipam, ledger, known.of, known.namespace, known.name));
    read = undefined;
    if (half) await work(half);
  });
}

/** The object of that name as it stands in the store now; the ledger learns it. */
export async function freshHalf(
  ipam: Ipam,
  ledger: Ledger,
  of: Half["of"],
  namespace: string,
  name: string,
): Promise<Half | undefined> {
  const stored = await ipam.store.get(await kindOf(ipam, of), { namespace, name });
  if (!stored) {
    ledger.forgetHalf(of, name);
    return undefined;
  }
  const half = readHalf(of, stored);
  if (half.poolName === ledger.name.name) ledger.noteHalf(half);
  return half;
}

function readHalf(of: Half["of"], stored: Stored): Half {
  return of === "metal3" ? readMetal3Half(stored) : readCapiHalf(stored);
}

async function kindOf(ipam: Ipam, of: Half["of"]): Promise<Kind> {
  const twin = of === "capi" ? await ipam.twinKind() : undefined;
  return twin ?? IP_ADDRESS;
}
