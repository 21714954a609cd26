/** What a store says of a request that failed, and beside it which backend that is and what to do: a newcomer's next step. */
import { wording } from "../ipam/errors";
import { StoreError, type StoreErrorReason, type Target } from "../store/store";
import { type Handler, Unfinished } from "./handler";

const REMEDIES: { readonly [reason in StoreErrorReason]?: (cluster: string) => string } = {
  Unavailable: wording.outOfReach,
  Forbidden: wording.forbidden,
  NotInstalled: wording.notInstalled,
};

/** The same handler over a cluster: errors of its API server end in a remedy. */
export function withRemedies(handler: Handler, { description }: Target): Handler {
  async function told<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const isUnfinished = error instanceof Unfinished;
      const cause = withRemedy(isUnfinished ? error.cause : error);
      if (!cause) throw error;
      throw isUnfinished ? new Unfinished(error.id, error.outputs, [cause.message], cause) : cause;
    }
  }
  function withRemedy(error: unknown): StoreError | undefined {
    const remedy = error instanceof StoreError ? REMEDIES[error.reason] : undefined;
    if (!(error instanceof StoreError) || !remedy) return undefined;
    return new StoreError(error.reason, `${error.message}; ${remedy(description)}`);
  }
  return {
    token: handler.token,
    check: (request) => told(handler.check(request)),
    diff: (request) => told(handler.diff(request)),
    create: (request) => told(handler.create(request)),
    // What cannot be asked is not gone: a refresh keeps what state says.
    read: (request) =>
      told(handler.read(request)).catch((error) => {
        const isKnown = Object.keys(request.state).length > 0;
        if (!isKnown || !(error instanceof StoreError) || !REMEDIES[error.reason]) throw error;
        return { id: request.id, outputs: request.state, warnings: [wording.stateKept(error.message)] };
      }),
    update: (request) => told(handler.update(request)),
    delete: (request) => told(handler.delete(request)),
  };
}
