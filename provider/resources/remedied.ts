/** What a store says of a request that failed, and beside it which backend that is and what to do: a newcomer's next step. */
import type { Vocabulary } from "../ipam/vocabulary";
import { wording } from "../ipam/wording";
import { StoreError, type StoreErrorReason, type Target } from "../store/store";
import { Delegate } from "./delegate";
import * as life from "./handler";

const REMEDIES: { readonly [reason in StoreErrorReason]?: (words: Vocabulary, cluster: string) => string } = {
  Unavailable: wording.outOfReach,
  Forbidden: wording.forbidden,
  NotInstalled: wording.notInstalled,
};

/** True where the backend has given no answer to go by, rather than one that says no. */
export function isOutOfReach(error: unknown): error is StoreError {
  return error instanceof StoreError && REMEDIES[error.reason] !== undefined;
}

/** The same handler over a cluster: errors of its API server end in a remedy. */
export class Remedied extends Delegate {
  constructor(
    inner: life.Handler,
    private readonly target: Target,
    private readonly words: Vocabulary,
  ) {
    super(inner);
  }

  override check(request: life.CheckRequest): Promise<life.CheckResponse> {
    return withRemedy(this.words, this.target, super.check(request));
  }

  override diff(request: life.DiffRequest): Promise<life.DiffResponse> {
    return withRemedy(this.words, this.target, super.diff(request));
  }

  override create(request: life.CreateRequest): Promise<life.CreateResponse> {
    return withRemedy(this.words, this.target, super.create(request));
  }

  override read(request: life.ReadRequest): Promise<life.ReadResponse> {
    return withRemedy(this.words, this.target, super.read(request));
  }

  override update(request: life.UpdateRequest): Promise<life.UpdateResponse> {
    return withRemedy(this.words, this.target, super.update(request));
  }

  override delete(request: life.DeleteRequest): Promise<void> {
    return withRemedy(this.words, this.target, super.delete(request));
  }
}

/** The work's error, with the remedy for it if there is one. */
export async function withRemedy<T>(words: Vocabulary, target: Target, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isUnfinished = error instanceof life.Unfinished;
    const cause = isUnfinished ? error.cause : error;
    const remedy = cause instanceof StoreError ? remedyOf(cause) : undefined;
    if (!(cause instanceof StoreError) || !remedy) throw error;
    const told = new StoreError(cause.reason, `${cause.message}; ${remedy(words, target.description)}`);
    throw isUnfinished ? new life.Unfinished(error.id, error.outputs, [told.message], told) : told;
  }
}

/** A namespace that is on its way out is told as a right that is missing; what is missing is the namespace. */
const ENDING = /because it is being terminated$/;

function remedyOf({ reason, message }: StoreError): ((words: Vocabulary, cluster: string) => string) | undefined {
  return reason === "Forbidden" && ENDING.test(message) ? wording.namespaceEnding : REMEDIES[reason];
}
