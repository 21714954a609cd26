/** The drift that a user sees in a plain preview: rows with their differences, and the warnings of each. */
import { readPropertyPath } from "../../../provider/plugin/property-path";
import type { PulumiResult, Row } from "../../testbed/result";
import { ownDiagnostics } from "../neighbours";

export interface Seen {
  /** `address: absent → 10.0.0.10`: an update adds it. `drift: as said`: the warnings without what an update does. */
  readonly diff: readonly string[];
  /** Warnings on the resource, in the order in which they came. */
  readonly said: readonly string[];
}

/** By `<op> <name>`, without unchanged resources and without `namespace/`, and with `TIME` for times since `began`. */
export function seenIn(preview: PulumiResult, namespace: string, began: number): Record<string, Seen> {
  const rows = preview.rows.filter(({ op }) => op !== "same" && op !== "refresh");
  return Object.fromEntries(
    rows.map((row) => {
      const of = ownDiagnostics(preview).filter(({ urn }) => urn === row.urn);
      const said = of.map(({ severity, message }) => `${severity}: ${plain(message, namespace, began)}`);
      const drift = [row.inputs.drift ?? []].flat().map((line) => `warning: ${plain(String(line), namespace, began)}`);
      const found = said.map((warning) => warning.replace(/\.( `pulumi up` [^`]+\.)?$/, ""));
      const isAsSaid = JSON.stringify(drift) === JSON.stringify(found);
      return [`${row.op} ${row.name}`, { diff: differencesOf(row, isAsSaid ? "as said" : drift.join("; ")), said }];
    }),
  );
}

/** As in the CLI: the old side is state, the new side are the program's checked inputs. */
function differencesOf({ diff, before, inputs }: Row, drift: string): string[] {
  const text = (side: unknown, path: string) => {
    const value = (readPropertyPath(path) ?? []).reduce<unknown>((at, step) => (at as Steps | undefined)?.[step], side);
    return typeof value === "string" ? value : (JSON.stringify(value) ?? "absent");
  };
  return Object.keys(diff)
    .sort()
    .map((path) => {
      if (path === "drift") return `drift: ${drift}`;
      return `${path}: ${diff[path] === "add" ? "absent" : text(before, path)} → ${text(inputs, path)}`;
    });
}

type Steps = Readonly<Record<string | number, unknown>>;

function plain(message: string, namespace: string, began: number): string {
  const time = (text: string) => {
    const isThen = Date.parse(text) >= began - 1_000 && Date.parse(text) <= Date.now(); // whole seconds
    return isThen ? "TIME" : text;
  };
  return message
    .trim()
    .replaceAll(`${namespace}/`, "")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, time);
}
