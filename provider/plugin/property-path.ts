/** Pulumi's property paths (sdk/go/common/resource/properties_path.go): `pools[0].start`, `preAllocations["cp-0"]`, `*`. */

/** A number is a step into a list. "*" stands for every member. */
export type PropertyPath = readonly (string | number)[];

/** In a quoted key, only quotes are escaped. */
const STEP = /\.?([^.[\]"]+)|\[(\d+)\]|\["((?:\\"|[^"])*)"\]|\[\*\]/y;

export function propertyPathText(path: PropertyPath): string {
  const text = path.map((step) => {
    if (typeof step === "number") return `[${step}]`;
    return /^[A-Za-z0-9_]+$/.test(step) ? `.${step}` : `["${step.replaceAll('"', '\\"')}"]`;
  });
  return text.join("").replace(/^\./, "");
}

/** Undefined if the text is not a path. */
export function readPropertyPath(text: string): PropertyPath | undefined {
  const steps: (string | number)[] = [];
  STEP.lastIndex = 0;
  for (let match = STEP.exec(text); match; match = STEP.exec(text)) {
    const [, name, index, quoted] = match;
    if (index !== undefined) steps.push(Number(index));
    else if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else steps.push(name ?? "*");
    if (STEP.lastIndex === text.length) return steps;
  }
  return undefined;
}

/** True if `pattern` names `path` or a parent of it. */
export function isWithin(path: PropertyPath, pattern: PropertyPath): boolean {
  return pattern.length <= path.length && pattern.every((step, at) => step === "*" || step === path[at]);
}

/**
 * `news` with the values of `olds` at all places that match one of the patterns in either. So a program's ignored properties
 * keep their old values.
 */
export function withIgnored<T>(news: T, olds: unknown, patterns: readonly PropertyPath[]): T {
  return patterns.reduce<unknown>((kept, pattern) => keep(kept, olds, pattern), news) as T;
}

function keep(news: unknown, olds: unknown, [step, ...rest]: PropertyPath): unknown {
  if (step === undefined) return olds;
  if (Array.isArray(news)) {
    const members = Array.isArray(olds) ? olds : [];
    return news.map((member, index) => (step === "*" || step === index ? keep(member, members[index], rest) : member));
  }
  if (typeof news !== "object" || news === null) return news;
  const before = (typeof olds === "object" && olds !== null ? olds : {}) as Record<string, unknown>;
  const kept: Record<string, unknown> = { ...news };
  for (const key of step === "*" ? new Set([...Object.keys(kept), ...Object.keys(before)]) : [String(step)]) {
    const value = keep(kept[key], before[key], rest);
    if (value === undefined) delete kept[key];
    else kept[key] = value;
  }
  return kept;
}

export function valueAt(properties: object, path: PropertyPath): unknown {
  return path.reduce<unknown>((at, step) => (at as Readonly<Record<string, unknown>> | undefined)?.[step], properties);
}
