/**
 * Chooses the next client by a seed: clients of one process wait for their turn before each call that others could see. If the
 * store answers immediately, like the simulated disk, the same seed makes the same history.
 */
import type { FileSystem } from "../../../provider/store/file/file-system";
import type { Store } from "../../../provider/store/store";

/** Sometimes a client is suspended in the middle of its work, and the others get far. */
const SUSPENSIONS = 0.01;
const LONGEST_SUSPENSION = 300;

export class Turns {
  private readonly waiting: { readonly client: number; readonly go: () => void }[] = [];
  private readonly suspended = new Map<number, number>();
  private isTurning = false;
  private turn = 0;

  constructor(private readonly random: () => number) {}

  wait(client: number): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ client, go });
      if (!this.isTurning) setImmediate(() => this.next());
      this.isTurning = true;
    });
  }

  /** Between two turns the resumed client runs to its next wait. */
  private next(): void {
    this.turn++;
    if (this.waiting.length === 0) {
      this.isTurning = false;
      return;
    }
    const awake = this.waiting.filter(({ client }) => (this.suspended.get(client) ?? 0) <= this.turn);
    const from = awake.length > 0 ? awake : this.waiting;
    const one = from[Math.floor(this.random() * from.length)]!;
    this.waiting.splice(this.waiting.indexOf(one), 1);
    if (this.random() < SUSPENSIONS) {
      this.suspended.set(one.client, this.turn + Math.floor(this.random() * LONGEST_SUSPENSION));
    }
    one.go();
    setImmediate(() => this.next());
  }

  /** System calls that wait for their turn. */
  files(files: FileSystem, client: number): FileSystem {
    return this.over(files, client);
  }

  /** An API server's verbs, with a wait before the request and one before the answer is heard. */
  store(store: Store, client: number): Store {
    const { get, list, create, patch, remove } = this.over(
      {
        get: store.get.bind(store),
        list: store.list.bind(store),
        create: store.create.bind(store),
        patch: store.patch.bind(store),
        remove: store.remove.bind(store),
      } satisfies Pick<Store, "get" | "list" | "create" | "patch" | "remove">,
      client,
      true,
    );
    const { target, apiServer } = store;
    return { target, ...(apiServer && { apiServer }), get, list, create, patch, remove };
  }

  private over<T extends object>(calls: T, client: number, after = false): T {
    const turned = Object.entries(calls).map(([name, call]) => [
      name,
      async (...args: unknown[]) => {
        await this.wait(client);
        const answer = await (call as (...args: unknown[]) => Promise<unknown>)(...args);
        if (after) await this.wait(client);
        return answer;
      },
    ]);
    return Object.fromEntries(turned) as T;
  }
}
