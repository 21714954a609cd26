/** Files of sections, `[name]`, with lines `key=value`: those of NetworkManager and systemd. */

/** A name or a key can occur several times. */
export interface Section {
  readonly name: string;
  readonly lines: readonly (readonly [key: string, value: string])[];
}

export function sectionsOf(text: string): Section[] {
  const sections: { name: string; lines: [string, string][] }[] = [];
  for (const line of text.split("\n")) {
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^([^=#]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) sections.push({ name, lines: [] });
    if (key !== undefined) sections.at(-1)!.lines.push([key, value!]);
  }
  return sections;
}

/** All values of a key in the sections of a name. */
export function valuesOf(sections: readonly Section[], name: string, key: string): string[] {
  const lines = sections.filter((section) => section.name === name).flatMap((section) => section.lines);
  return lines.flatMap(([each, value]) => (each === key ? value : []));
}
