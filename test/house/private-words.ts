/** Earlier words of this project for which the field has a word, and the word to use. */
export const PRIVATE_WORDS: ReadonlyMap<RegExp, string> = new Map([
  [/\bledgers?\b/, "say session, pool view or request"],
  [/\b(another|other|foreign|whose|no) hands?\b/, "say owner"],
  [/\bhalf (a|the|of a|of the) (lock|object)\b|\bhalves\b/, "say object or mirror"],
  [/\btwins?\b/, "say mirror"],
  [/\b(un)?settle[sd]?\b|\bsettling\b/, "say reconcile, resolve or decide"],
  [/\bexchange[sd]?\b/, "say move"],
  [/\bvacat\w*\b/, "say release"],
  [/\bstrays?\b/, "say orphan, or misplaced"],
  [/\bbegun\b/, "say started, or unfinished"],
]);

/** Files that may keep a word: it has another meaning there, or a rewrite is under way. */
export const ALLOWED_WORDS: readonly { readonly file: RegExp; readonly word: RegExp; readonly reason: string }[] = [
  {
    file: /^provider\/store\/(store|kubernetes\/(settle-write|kubernetes-store))\.ts$/,
    word: /settle/,
    reason: "a write whose answer was lost: it is read back, and no reservation is meant",
  },
  {
    file: /^provider\/store\/kubernetes\/(link|call)\.ts$/,
    word: /exchange/,
    reason: "one HTTP request and its answer",
  },
  {
    file: /^provider\/ipam\/(wording\/addresses|reconcile\/deviations|plan\/proposal|pool\/shown-addresses)\.ts$/,
    word: /unsettled/,
    reason: "the state of a shown address that another preview may have got, named after its message",
  },
];
