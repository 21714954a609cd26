/** Undefined for what is no JSON: a reader's schema then says what is missing, and nothing of the text is quoted. */
export function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
