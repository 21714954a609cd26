import { DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import { changedProperties } from "../resources/arguments";
import type * as life from "../resources/handler";
import { isHiddenInput } from "../resources/hidden";
import { detailedDiff, type Kind } from "./detailed-diff";
import { propertyPathText } from "./property-path";

interface Sides {
  readonly olds: life.Properties;
  readonly oldInputs: life.Properties;
  readonly news: life.Properties;
  /** The news as they came, with what the program says to ignore: there the engine has put the old inputs. */
  readonly given: life.Properties;
}

const { Kind: ON_WIRE } = PropertyDiff;
const PLAIN: Record<Kind, PropertyDiff.Kind> = { add: ON_WIRE.ADD, delete: ON_WIRE.DELETE, update: ON_WIRE.UPDATE };
const REPLACING: Record<Kind, PropertyDiff.Kind> = {
  add: ON_WIRE.ADD_REPLACE,
  delete: ON_WIRE.DELETE_REPLACE,
  update: ON_WIRE.UPDATE_REPLACE,
};

/** What the handler calls changed, leaf by leaf, and where the last check has found drift. */
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
  // What create filled in, or the program ignores, is another input than it was, but the same to whoever looks.
  const seen = changedProperties(sides.olds, sides.news, said);
  const properties = new Set([...changed, ...seen.filter((property) => !isHiddenInput(property))]);
  for (const property of properties) {
    const kinds = replaces.includes(property) ? REPLACING : PLAIN;
    for (const [path, kind] of detailedDiff(sides.olds[property], sides.news[property], [property])) {
      put(response, path, kinds[kind]);
    }
  }
  for (const { path } of drift)
    if (!properties.has(String(path[0]))) put(response, propertyPathText(path), ON_WIRE.UPDATE);
  response.setDiffsList([...new Set([...properties, ...drift.map(({ path }) => String(path[0]))])]);
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(deleteBeforeReplace);
  return response;
}

function put(response: DiffResponse, path: string, kind: PropertyDiff.Kind): void {
  const diff = new PropertyDiff();
  diff.setKind(kind);
  response.getDetaileddiffMap().set(path, diff);
}
