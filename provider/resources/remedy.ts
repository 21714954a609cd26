/** Adds the backend and the remedy to the error of a failed request, so that a newcomer knows the next step. */
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

/** True if the backend gave no usable answer. An answer that says no does not count. */
export function isOutOfReach(error: unknown): error is StoreError {
  return error instanceof StoreError && REMEDIES[error.reason] !== undefined;
}

/** True if no connection to the backend could be made. */
export function isUnreached(error: unknown): error is StoreError {
  return error instanceof StoreError && error.hints.isUnreached === true;
}

/** For a delete: adds what to do if the cluster does not come back. */
export function withWayOut(words: Vocabulary, { reason, message, hints }: StoreError): StoreError {
  return new StoreError(reason, `${message} ${backendWording.wayOut(words)}`, hints);
}

export function leftUnreached(kind: string, id: string, { message }: StoreError): string {
  return backendWording.leftUnreached(kind, id, message);
}

/** Passes the work through, and adds the remedy to its error if there is one. */
export async function withRemedy<T>(words: Vocabulary, target: Target, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isUnfinished = error instanceof Unfinished;
    const cause = isUnfinished ? error.cause : error;
    const remedy = cause instanceof StoreError ? remedyOf(cause) : undefined;
    if (!(cause instanceof StoreError) || !remedy) throw error;
    const told = new StoreError(cause.reason, `${cause.message} ${remedy(words, target.description)}`, cause.hints);
    throw isUnfinished ? new Unfinished(error.id, error.outputs, [told.message], told) : told;
  }
}

/** An API server reports a terminating namespace as a missing right. The remedy is about the namespace. */
function remedyOf({ reason, hints }: StoreError): RemedyText | undefined {
  return hints.isNamespaceEnding ? wording.namespaceEnding : REMEDIES[reason];
}
