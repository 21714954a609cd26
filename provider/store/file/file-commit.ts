/**
 * One write: it makes the next version of an object, and then publishes its manifest. It is safe with other processes, and
 * against a kill at any point, without lock files.
 *
 * The exclusive link(2) of the next number is the compare-and-swap. Each later step of a writer needs a draft: a file in the
 * folder of versions with the writer's number. The writer that links n removes all drafts below n *before* it publishes. So
 * the following holds, whatever processes are suspended or killed meanwhile:
 *
 * 1. No number is linked twice. A slow writer could try to link a number that was collected long ago. If its draft is older
 *    than a later writer's look for drafts, the draft is gone, and link fails with ENOENT. If its draft is newer, the listing
 *    that the slow writer makes after its draft shows the later number.
 * 2. The manifest never goes back. When n has removed the drafts below n, no older writer can rename over the manifest.
 * 3. No writer has to come back. A writer whose draft is gone leaves the manifest to the writer that removed it. If that one
 *    was killed, the manifest still shows a kept version, which readers recognise, and the next write publishes.
 * 4. The version that the manifest shows is kept. Only a writer that has just published collects versions.
 * 5. A removal cannot remove the manifest of an object that was created after it. It *moves* the manifest *into* its draft, a
 *    directory, and the creating writer removes that draft first.
 */
import { join } from "node:path";
import type { Manifest } from "../../api/meta";
import type { DurableFolders } from "./durable-folders";
import { claimNumber, discard } from "./exclusive-link";
import type { Place } from "./file-place";
import { type FileSystem, unless } from "./file-system";
import { encodeVersion, listVersions, publishedMark, readVersion } from "./file-version";

/** How many versions are kept: enough to recognise a manifest that a killed writer left behind, and to look back a little. */
export const KEPT_VERSIONS = 8;

export interface NextVersion {
  readonly number: number;
  readonly birth: number;
  /** Undefined for a tombstone. */
  readonly object: Manifest | undefined;
  /** The manifest's text. Undefined for a tombstone. */
  readonly manifestText: string | undefined;
  readonly publish: boolean;
}

export interface Workshop {
  readonly files: FileSystem;
  readonly folders: DurableFolders;
  /** Unique among all writers: [0-9a-z]+. */
  readonly mintToken: () => string;
}

/** The version is linked, but the disk did not confirm that it would survive a crash of the machine. */
export class Unconfirmed extends Error {
  constructor(override readonly cause: unknown) {
    super("the disk did not confirm the version");
  }
}

/**
 * False if another writer was first. Then nothing is changed, and also if it throws a system call's error. Also throws
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
    // ENOENT: another writer has linked this number and a later one, and has removed these drafts.
    won = (await unless(["ENOENT"], draftAndClaim(shop, place, next, token, draft, ticket))) === true;
  } finally {
    await discardQuietly(shop, `${draft}.version`);
    if (!won) await discardQuietly(shop, ticket);
  }
  if (!won) return false;
  await files.syncDirectory(place.versions).catch((error: unknown) => {
    // Without `publish` this is an adopted hand edit. The caller's own write has not happened then.
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
  // After the drafts were made (see 1. above), and before the syncs, which are slow.
  if ((await listVersions(files, place.versions)).highest !== next.number - 1) return false;
  const unsynced = next.publish && next.object ? [ticket, `${draft}.version`] : [`${draft}.version`];
  await Promise.all(unsynced.map((path) => files.syncFile(path)));
  if (await claimNumber(shop, place.versions, next.number, `${draft}.version`)) return true;
  // On NFS the answer to a link may be lost. The client tries again, and then finds the name of its first try.
  return (await readVersion(files, place.versions, next.number))?.token === token;
}

/** Finds reasons that would prevent publishing before the link is made: missing rights, a read-only mount. */
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

/** A disk that failed once may work the next time. A retry is worth it, because a user may apply the published folder to a cluster. */
const PUBLISH_TRIES = 3;

/** The version already counts. So an error here is not an error of the write, and the next write publishes again. */
async function publishQuietly(shop: Workshop, place: Place, next: NextVersion, ticket: string): Promise<void> {
  for (let tries = 1; tries <= PUBLISH_TRIES; tries++) {
    try {
      return await publish(shop, place, next, ticket);
    } catch {
      // The loop tries again: either the ticket is still there, or the manifest is published.
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

/** False if a later writer has removed the ticket. That writer publishes the manifest. */
async function putUp({ files, folders }: Workshop, place: Place, ticket: string): Promise<boolean> {
  const rename = () =>
    unless(
      ["ENOENT"],
      files.rename(ticket, place.manifest).then(() => true),
    );
  if (!(await rename())) {
    // The folder of manifests may also have been removed.
    await folders.make(place.manifestFolder);
    if (!(await rename())) return false;
  }
  await folders.sync(place.manifestFolder);
  return true;
}

/** False as in `putUp`. */
async function takeDown(shop: Workshop, place: Place, ticket: string): Promise<boolean> {
  const { files, folders } = shop;
  const taken = await unless(
    ["ENOENT"],
    files.rename(place.manifest, join(ticket, "manifest")).then(() => true),
  );
  if (taken) await folders.sync(place.manifestFolder);
  // If the ticket is still there, it was valid, and there was no manifest to move.
  return discard(shop, ticket);
}

async function discardQuietly(shop: Workshop, path: string): Promise<void> {
  // The next writer removes it as the draft of a dead writer.
  await discard(shop, path).catch(() => undefined);
}
