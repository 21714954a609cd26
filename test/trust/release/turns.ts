import type { Store } from "../../../provider/store/store";

/** Lets several actors into their stores one call at a time, in a random order. The same numbers give the same order. */
export class Turns {
  private readonly waiting: (() => Promise<unknown>)[] = [];

  constructor(private readonly random: () => number) {}

  /** The same store, but every call waits for its turn. */
  store(store: Store): Store {
    return {
      target: store.target,
      ...(store.apiServer && { apiServer: store.apiServer }),
      get: (...asked) => this.turn(() => store.get(...asked)),
      list: (...asked) => this.turn(() => store.list(...asked)),
      create: (...asked) => this.turn(() => store.create(...asked)),
      patch: (...asked) => this.turn(() => store.patch(...asked)),
      remove: (...asked) => this.turn(() => store.remove(...asked)),
    };
  }

  /** Until all actors are done. */
  async run<Outcome>(actors: readonly (() => Promise<Outcome>)[]): Promise<PromiseSettledResult<Outcome>[]> {
    let isOver = false;
    const all = Promise.allSettled(actors.map((act) => act())).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      // By then every actor has asked for its next call.
      await new Promise(setImmediate);
      const [next] = this.waiting.splice(Math.floor(this.random() * this.waiting.length), 1);
      await next?.();
    }
    return all;
  }

  private turn<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push(() => call().then(resolve, reject));
    });
  }
}
