/**
 * Far deeper than any manifest or kubeconfig; each block within a block begins further to the right. Where a parser's
 * stack ends, V8 may end the whole process instead (a regular expression that it compiles there), so it is not left to it.
 */
const MAX_INDENTATION = 1_000;

const TOO_DEEP = new RegExp(`^[ \\t?:-]{${MAX_INDENTATION}}`, "m");

/** Whether a YAML text begins blocks deeper than anybody means to. Flow collections the parser counts itself. */
export function isTooDeep(text: string): boolean {
  return TOO_DEEP.test(text);
}
