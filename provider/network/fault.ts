/** One fault of a layout. */
export interface LayoutFault {
  /** `["vlans", 0, "mtu"]`. */
  readonly path: readonly (string | number)[];
  /** It follows the path in a message: the value, what is wrong, what to do. */
  readonly reason: string;
}

/** `eno1, eno2 or bond0`. */
export function oneOfText(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
