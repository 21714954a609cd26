/** Undefined if the text is not JSON. The reader's schema then reports what is missing, and no message quotes the text. */
export function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
