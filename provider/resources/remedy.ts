/** What a store says of a request that failed, and beside it which backend that is and what to do: a newcomer's next step. */
import type { Vocabulary } from "../ipam/vocabulary";
import { wording } from "../ipam/wording";
import { StoreError, type StoreErrorReason, type Target } from "../store/store";
import { Unfinished } from "./handler";
import { backendWording } from "./wording";

type RemedyText = (words: Vocabulary, cluster: string) => string;

const REMEDIES: { readonly [reason in StoreErrorReason]?: RemedyText } = {
  Unavailable: wording.outOfReach,
  Forbidden: wording.forbidden,
  NotInstalled: wording.notInstalled,
};

/** True where the backend has given no answer to go by, rather than one that says no. */
export function isOutOfReach(error: unknown): error is StoreError {
  return error instanceof StoreError && REMEDIES[error.reason] !== undefined;
}

/** True where no connection to the backend came about. */
export function isUnreached(error: unknown): error is StoreError {
  return error instanceof StoreError && error.hints.isUnreached === true;
}

/** For a delete: its error, with what to do about a cluster that will not come back. */
export function withWayOut(words: Vocabulary, { reason, message, hints }: StoreError): StoreError {
  return new StoreError(reason, `${message} ${backendWording.wayOut(words)}`, hints);
}

export function leftUnreached(kind: string, id: string, { message }: StoreError): string {
  return backendWording.leftUnreached(kind, id, message);
}

/** The work's error, with the remedy for it if there is one. */
export async function withRemedy<T>(words: Vocabulary, target: Target, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isUnfinished = error instanceof Unfinished;
    const cause = isUnfinished ? error.cause : error;
    const remedy = cause instanceof StoreError ? remedyOf(cause) : undefined;
    if (!(cause instanceof StoreError) || !remedy) throw error;
    const told = new StoreError(cause.reason, `${cause.message}; ${remedy(words, target.description)}`, cause.hints);
    throw isUnfinished ? new Unfinished(error.id, error.outputs, [told.message], told) : told;
  }
}

/** A namespace that is on its way out is told as a right that is missing; what is missing is the namespace. */
function remedyOf({ reason, hints }: StoreError): RemedyText | undefined {
  return hints.isNamespaceEnding ? wording.namespaceEnding : REMEDIES[reason];
}
