/**
 * Does to a namespace what `clusterctl move` does: creates its objects
 * again in another cluster, with other UIDs, and deletes them here.
 */
import assert from "node:assert/strict";
import type { KubeObject } from "../testbed/cluster";
import type { Site, SiteKind } from "./site";

/** Owners before their objects. */
const KINDS: readonly SiteKind[] = ["cluster", "pool", "claim", "address", "capiAddress"];

/** Creates each object again there, with its owners' new uids and without its status. Then deletes all objects here. */
export async function moveObjects(here: Site, there: Site): Promise<void> {
  const uids = new Map<unknown, unknown>();
  const moved: [SiteKind, KubeObject][] = [];
  for (const kind of KINDS) {
    for (const object of await here.list(kind)) {
      const { name, uid, labels, annotations, ownerReferences = [] } = object.metadata;
      const owners = ownerReferences.map((owner) => ({ ...owner, uid: uids.get(owner.uid) }));
      const metadata = { labels, annotations, ownerReferences: owners };
      const made = await there.create(kind, name, { spec: object.spec }, metadata);
      uids.set(uid, made.metadata.uid);
      moved.unshift([kind, object]);
    }
  }
  for (const [kind, { metadata }] of moved) {
    await here.patch(kind, metadata.name, { metadata: { finalizers: null } });
    await here.delete(kind, metadata.name);
  }
  assert.deepEqual(await here.left(), []);
}
