/**
 * Waits for a controller to change claims. All waits for one kind in a namespace share one watch, which is open only during
 * waits.
 * An event of the watch is only a hint to look again.
 */

import type { Kind } from "../api/kinds";
import type { ObjectKey } from "../api/meta";
import type { Store, Stored, StoreError, Watch } from "../store/store";
import { type Environment, pause } from "./environment";

/** How long a wait relies on the watch before it looks by itself. */
const RELOOK_MS = 1_000;

export class ClaimWatch {
  /** By kind and namespace. */
  private readonly watches = new Map<string, SharedWatch>();

  constructor(private readonly store: Store) {}

  /** The claim as soon as `done` accepts it, or as it is when the controller's time is over. Throws `cancelled`. */
  async until(
    environment: Environment,
    kind: Kind,
    key: ObjectKey,
    done: (claim: Stored | undefined) => boolean,
    what: string,
  ): Promise<Stored | undefined> {
    const started = environment.now();
    const place = `${kind.plural}/${key.namespace ?? ""}`;
    const watch = this.watches.get(place) ?? new SharedWatch(this.store, kind, key.namespace ?? "");
    this.watches.set(place, watch);
    watch.enter();
    try {
      for (;;) {
        const changed = watch.changed(key.name);
        const claim = await this.store.get(kind, key);
        const isLate = environment.now() - started >= environment.controllerWaitMs;
        if (done(claim) || isLate) return claim;
        await Promise.race([changed, pause(environment, RELOOK_MS, what)]);
      }
    } finally {
      if (watch.leave()) this.watches.delete(place);
    }
  }
}

class SharedWatch {
  private readonly listeners = new Map<string, { changed: () => void; failed: (error: StoreError) => void }[]>();
  private watch: Watch | undefined;
  private error: StoreError | undefined;
  private users = 0;

  constructor(
    private readonly store: Store,
    private readonly kind: Kind,
    private readonly namespace: string,
  ) {}

  enter(): void {
    this.users += 1;
    this.watch ??= this.store.apiServer?.watch(this.kind, this.namespace, {
      seen: ({ metadata }) => this.tell(metadata.name),
      gone: ({ name }) => this.tell(name),
      failed: (error) => {
        this.error = error;
        for (const name of [...this.listeners.keys()]) this.tell(name, error);
      },
    });
  }

  /** True if no user is left, and the watch has been closed. */
  leave(): boolean {
    this.users -= 1;
    if (this.users > 0) return false;
    this.watch?.close();
    return true;
  }

  /** Resolves at the next change of the claim. Throws the error that ended the watch. */
  changed(name: string): Promise<void> {
    const change = new Promise<void>((changed, failed) => {
      if (this.error) failed(this.error);
      else this.listeners.set(name, [...(this.listeners.get(name) ?? []), { changed, failed }]);
    });
    // A user that no longer waits for the change must not leave a rejection unhandled.
    change.catch(() => undefined);
    return change;
  }

  private tell(name: string, error?: StoreError): void {
    const waiting = this.listeners.get(name) ?? [];
    this.listeners.delete(name);
    for (const { changed, failed } of waiting) {
      if (error) failed(error);
      else changed();
    }
  }
}
