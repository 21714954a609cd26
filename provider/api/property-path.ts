/** A place in an input or a manifest: keys and indexes from the outside in. */
export type PropertyPath = readonly (string | number)[];

/** `["pools", 0, "start"]` → `pools[0].start`. A key that is not a plain word is quoted, except the first. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (text === "") text = String(part);
    else if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(String(part))) text += `.${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}
