import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { DRIFT_INPUT } from "../pulumi/drift-input";
import { changedProperties } from "../resources/arguments";
import type * as life from "../resources/handler";
import { isHiddenInput } from "../resources/hidden";
import { detailedDiff, type Kind } from "./detailed-diff";
import { driftLines } from "./own-inputs";
import { propertyPathText, valueAt } from "./property-path";

interface Sides {
  readonly olds: life.Properties;
  readonly oldInputs: life.Properties;
  readonly news: life.Properties;
  /** The news as received. For ignored properties the engine has already inserted the old inputs. */
  readonly given: life.Properties;
}

const TOKEN = "token";
const { Kind: ON_WIRE } = PropertyDiff;
const PLAIN: Record<Kind, PropertyDiff.Kind> = { add: ON_WIRE.ADD, delete: ON_WIRE.DELETE, update: ON_WIRE.UPDATE };
const REPLACING: Record<Kind, PropertyDiff.Kind> = {
  add: ON_WIRE.ADD_REPLACE,
  delete: ON_WIRE.DELETE_REPLACE,
  update: ON_WIRE.UPDATE_REPLACE,
};

/**
 * The response with all changes that the handler found, leaf by leaf, and the drift that the last check found. The engine
 * would print a drifted value as state and the program have it, twice the same value. So only an absent value is shown at
 * its own place, as an addition.
 */
export function diffResponse(
  { changed, replaces, deleteBeforeReplace, stables }: life.DiffResponse,
  drift: life.CheckResponse["drift"],
  sides: Sides,
): DiffResponse {
  const response = new DiffResponse();
  response.setHasdetaileddiff(true);
  response.setStablesList(stables.filter((property) => !replaces.includes(property)));
  const isChange = changed.length + drift.length > 0;
  response.setChanges(isChange ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
  if (!isChange) return response;
  const said = changedProperties(sides.oldInputs, sides.given, Object.keys({ ...sides.oldInputs, ...sides.given }));
  // A value that create filled in or that the program ignores is a different input, but the user sees no change.
  const seen = changedProperties(sides.olds, sides.news, said);
  const properties = new Set([...changed, ...seen.filter((property) => !isHiddenInput(property))]);
  // The token is hidden. It stands for what state does not say: another owner, or an address that was given up.
  const isTokens = properties.delete(TOKEN);
  if (isTokens) put(response, DRIFT_INPUT, ON_WIRE.ADD);
  for (const property of properties) {
    const kinds = replaces.includes(property) ? REPLACING : PLAIN;
    for (const [path, kind] of detailedDiff(sides.olds[property], sides.news[property], [property])) {
      put(response, path, kinds[kind]);
    }
  }
  const absent = drift.filter(({ path, live }) => live === undefined && valueAt(sides.news, path) !== undefined);
  for (const { path } of absent) {
    if (!properties.has(String(path[0]))) put(response, propertyPathText(path), ON_WIRE.ADD);
  }
  if (driftLines(drift).length > 0) put(response, DRIFT_INPUT, ON_WIRE.ADD);
  else if (drift[0] && properties.size + absent.length === 0) {
    put(response, propertyPathText(drift[0].path), ON_WIRE.UPDATE);
  }
  const drifted = isTokens || drift.length > 0 ? [DRIFT_INPUT, ...drift.map(({ path }) => String(path[0]))] : [];
  response.setDiffsList([...new Set([...properties, ...drifted])]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteBeforeReplace);
  return response;
}

function put(response: DiffResponse, path: string, kind: PropertyDiff.Kind): void {
  const diff = new PropertyDiff();
  diff.setKind(kind);
  response.getDetaileddiffMap().set(path, diff);
}
