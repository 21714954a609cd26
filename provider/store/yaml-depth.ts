/**
 * Far deeper than any manifest or kubeconfig; each block within a block begins further to the right. Where a parser's
 * stack ends, V8 may end the whole process instead (a regular expression that it compiles there), so it is not left to it.
 */
const MAX_INDENTATION = 1_000;

const TOO_DEEP = new RegExp(`^[ \\t?:-]{${MAX_INDENTATION}}`, "m");

/** Brackets that are open at once; what stands in texts is counted, too, and seldom comes without its other half. */
const MAX_OPEN = 500;

/** Whether a YAML text begins blocks, or lists and maps in brackets, deeper than anybody means to. */
export function isTooDeep(text: string): boolean {
  return TOO_DEEP.test(text) || hasTooManyOpen(text);
}

function hasTooManyOpen(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === "[" || bracket === "{" ? open + 1 : Math.max(0, open - 1);
    if (open > MAX_OPEN) return true;
  }
  return false;
}
