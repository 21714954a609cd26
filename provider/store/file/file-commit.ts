/**
 * One write: the next version of an object, and then its published manifest. Safe beside other processes and against
 * a kill at any point, without lock files.
 *
 * Exclusive link(2) of the next number is the compare-and-swap. Everything that a writer may still do afterwards needs
 * a draft, a file in the folder of versions that carries the writer's number; whoever links n takes away all drafts
 * below n *before* it publishes. From this follow, whatever processes are suspended or killed meanwhile:
 *
 * 1. No number is linked twice. A stale writer might link a number that was collected long ago; but its draft was
 *    there when a later writer looked for drafts, and is gone (link fails: ENOENT), or it was made afterwards, and the
 *    listing that the stale writer makes after its draft shows that later number.
 * 2. The manifest never goes back. Once n has taken the drafts below n away, no older writer can rename over it.
 * 3. Nobody needs to come back. A writer whose draft is gone leaves the manifest to the one who took it; if that one
 *    was killed, the manifest still shows a kept version, which readers know, and the next write publishes.
 * 4. What the manifest shows is kept: versions are collected only by a writer that has itself just published.
 * 5. A removal cannot hit the manifest of the next life: the manifest is *moved into* the remover's draft, a directory
 *    that the next life's writer takes away first.
 */
import { join } from "node:path";
import type { Manifest } from "../../api/meta";
import type { DurableFolders } from "./durable-folders";
import { claimNumber, discard } from "./exclusive-link";
import type { Place } from "./file-place";
import { type FileSystem, unless } from "./file-system";
import { encodeVersion, listVersions, publishedMark, readVersion } from "./file-version";

/** How many versions stay: enough to know a manifest that a killed writer left behind, and to look back a little. */
export const KEPT_VERSIONS = 8;

export interface NextVersion {
  readonly number: number;
  readonly birth: number;
  /** Undefined: a tombstone. */
  readonly object: Manifest | undefined;
  /** What to publish; undefined for a tombstone and for a hand edit, which its author has published. */
  readonly manifestText: string | undefined;
  readonly publish: boolean;
}

export interface Workshop {
  readonly files: FileSystem;
  readonly folders: DurableFolders;
  /** Unique among all writers: [0-9a-z]+. */
  readonly mintToken: () => string;
}

/** The version is linked, but whether it would survive a crash of the machine the disk did not say. */
export class Unconfirmed extends Error {
  constructor(override readonly cause: unknown) {
    super("the disk did not confirm the version");
  }
}

/**
 * False: another writer was first, and nothing is changed. Throws system calls' errors; then nothing is changed; and
 * Unconfirmed.
 */
export async function commit(shop: Workshop, place: Place, next: NextVersion): Promise<boolean> {
  const { files, folders } = shop;
  if (next.number === 1) await folders.make(place.versions);
  if (next.publish) await requireManifestFolder(shop, place, next);
  const token = shop.mintToken();
  const draft = join(place.versions, `${next.number}.${token}`);
  const ticket = next.object === undefined ? `${draft}.taken` : `${draft}.manifest`;
  let won = false;
  try {
    // ENOENT: somebody has linked this number already, and a later one, and taken these drafts away.
    won = (await unless(["ENOENT"], draftAndClaim(shop, place, next, token, draft, ticket))) === true;
  } finally {
    await discardQuietly(shop, `${draft}.version`);
    if (!won) await discardQuietly(shop, ticket);
  }
  if (!won) return false;
  await files.syncDirectory(place.versions).catch((error: unknown) => {
    // An adopted hand edit is not what the caller asked for: that is not written.
    throw next.publish ? new Unconfirmed(error) : error;
  });
  if (next.publish) await publishQuietly(shop, place, next, ticket);
  return true;
}

async function draftAndClaim(
  shop: Workshop,
  place: Place,
  next: NextVersion,
  token: string,
  draft: string,
  ticket: string,
): Promise<boolean> {
  const { files } = shop;
  if (next.publish) await makeTicket(files, ticket, next.manifestText);
  await files.createFile(`${draft}.version`, encodeVersion({ ...next, token }, next.manifestText));
  // After the drafts were made, see 1. above; and before the syncs, which are what costs.
  if ((await listVersions(files, place.versions)).highest !== next.number - 1) return false;
  const unsynced = next.publish && next.object ? [ticket, `${draft}.version`] : [`${draft}.version`];
  await Promise.all(unsynced.map((path) => files.syncFile(path)));
  if (await claimNumber(shop, place.versions, next.number, `${draft}.version`)) return true;
  // NFS: the answer to a link may be lost, and the client's second try then finds the first one's name.
  return (await readVersion(files, place.versions, next.number))?.token === token;
}

/** Finds out before the link what would keep the manifest from being published: rights, a read-only mount. */
async function requireManifestFolder({ files, folders }: Workshop, place: Place, next: NextVersion): Promise<void> {
  const checked = await unless(
    ["ENOENT"],
    files.checkWritable(place.manifestFolder).then(() => true),
  );
  if (next.object === undefined) return;
  await (checked ? folders.confirm(place.manifestFolder) : folders.make(place.manifestFolder));
}

function makeTicket(files: FileSystem, ticket: string, text: string | undefined): Promise<void> {
  return text === undefined ? files.makeDirectory(ticket) : files.createFile(ticket, text);
}

/** A disk that has failed once may do better: whoever applies the folder to a cluster has what it shows, and no more. */
const PUBLISH_TRIES = 3;

/** The version is there for all to see: what fails now is no failure of the write, and the next write makes it good. */
async function publishQuietly(shop: Workshop, place: Place, next: NextVersion, ticket: string): Promise<void> {
  for (let tries = 1; tries <= PUBLISH_TRIES; tries++) {
    try {
      return await publish(shop, place, next, ticket);
    } catch {
      // Tried again; the ticket is still there, or it is published.
    }
  }
  await discardQuietly(shop, ticket);
}

async function publish(shop: Workshop, place: Place, next: NextVersion, ticket: string): Promise<void> {
  const { files } = shop;
  const listing = await listVersions(files, place.versions);
  const below = listing.drafts.filter((draft) => draft.number < next.number);
  for (const { name } of below) await discard(shop, join(place.versions, name));
  const shown = next.object === undefined ? await takeDown(shop, place, ticket) : await putUp(shop, place, ticket);
  if (!shown) return;
  await files.createFile(join(place.versions, publishedMark(next.number)), "");
  for (const number of listing.numbers) {
    if (number <= next.number - KEPT_VERSIONS) await discard(shop, join(place.versions, String(number)));
  }
  for (const number of listing.published) {
    if (number < next.number) await discard(shop, join(place.versions, publishedMark(number)));
  }
}

/** False: a later writer has taken the ticket and is in charge of the manifest. */
async function putUp({ files, folders }: Workshop, place: Place, ticket: string): Promise<boolean> {
  const rename = () =>
    unless(
      ["ENOENT"],
      files.rename(ticket, place.manifest).then(() => true),
    );
  if (!(await rename())) {
    // Or somebody has removed the folder of manifests.
    await folders.make(place.manifestFolder);
    if (!(await rename())) return false;
  }
  await files.syncDirectory(place.manifestFolder);
  return true;
}

/** False: as in `putUp`. */
async function takeDown(shop: Workshop, place: Place, ticket: string): Promise<boolean> {
  const { files } = shop;
  const taken = await unless(
    ["ENOENT"],
    files.rename(place.manifest, join(ticket, "manifest")).then(() => true),
  );
  if (taken) await files.syncDirectory(place.manifestFolder);
  // Still there: the ticket was good, and without a manifest there was nothing to take.
  return discard(shop, ticket);
}

async function discardQuietly(shop: Workshop, path: string): Promise<void> {
  // What cannot be removed now is a draft of a dead writer to the next one.
  await discard(shop, path).catch(() => undefined);
}
