/**
 * Far deeper than any manifest or kubeconfig. Each nested block begins further to the right. The parser cannot check the depth
 * itself: where its stack ends, V8 may end the whole process (in a regular expression that it compiles there).
 */
const MAX_INDENTATION = 1_000;

const TOO_DEEP = new RegExp(`^[ \\t?:-]{${MAX_INDENTATION}}`, "m");

/** How many brackets may be open at once. Brackets in texts count too, but they mostly come in pairs. */
const MAX_OPEN = 500;

/** True if the blocks, or the lists and maps in brackets, of a YAML text are nested deeper than any real one. */
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
