import { apiVersionOf, type Kind } from "../../api/kinds";
import type { ObjectKey } from "../../api/meta";
import { losslessJson, refusal } from "../admission";
import { isObject } from "../merge-patch";
import type { MergePatch, Precondition } from "../store";
import { wording } from "../wording";
import type { Answer } from "./delivery";
import { errorAbout, namesField, refusalOf, type Subject } from "./status";
import { requestWording } from "./wording";

/** A merge patch as it is sent, and its preconditions. */
export interface WirePatch {
  readonly patch: MergePatch;
  readonly only: Precondition;
  /** See `Write`. */
  refusalOf(answer: Answer): ReturnType<typeof refusalOf> | undefined;
}

/**
 * Puts the preconditions where an API server looks for them in a patch: `metadata.resourceVersion` (409 if it differs) and
 * `metadata.uid` (422, because a uid cannot change). Throws Invalid for a patch that would make it another object, and Conflict
 * if no object can fulfil both of two conditions.
 */
export function wirePatch(
  kind: Kind,
  key: ObjectKey,
  said: MergePatch,
  only: Precondition,
  subject: Subject,
): WirePatch {
  const {
    apiVersion,
    kind: kindName,
    metadata = {},
    ...rest
  } = JSON.parse(losslessJson("patch", kind, key, said)) as Fields;
  const invalid = (field: string) => refusal("patch", kind, key, wording.fixed(field));
  if (!isObject(metadata)) throw invalid("metadata");
  const { name, namespace, uid, resourceVersion, ...declared } = metadata;
  for (const [field, value, fixed] of [
    ["apiVersion", apiVersion, apiVersionOf(kind)],
    ["kind", kindName, kind.kind],
    ["metadata.name", name, key.name],
    ["metadata.namespace", namespace, key.namespace],
    ["metadata.uid", uid, only.uid ?? uid],
  ]) {
    if (value !== undefined && (value !== fixed || value === null)) throw invalid(String(field));
  }
  const version = only.resourceVersion ?? resourceVersion ?? undefined;
  const conflict = (why: string) => errorAbout(subject, "Conflict", why);
  if (resourceVersion && resourceVersion !== version) throw conflict(requestWording.twoVersions);
  // An API server answers 500 to a version that is not a number, such as another backend's version.
  if (version !== undefined && !/^\d+$/.test(String(version))) throw conflict(requestWording.otherVersion);
  const conditions = {
    ...((only.uid ?? uid) !== undefined && { uid: String(only.uid ?? uid) }),
    ...(version !== undefined && { resourceVersion: String(version) }),
  };
  return {
    patch: { ...rest, metadata: { ...declared, ...conditions } },
    only: conditions,
    refusalOf(answer) {
      if (only.uid !== undefined && namesField(answer, "metadata.uid")) return conflict(requestWording.otherUid);
      // Without a version the server merges into the current object, but gives up after some lost races.
      if (version === undefined && answer.status === 409) return undefined;
      return refusalOf(answer, subject);
    },
  };
}

type Fields = { readonly [field: string]: unknown };
