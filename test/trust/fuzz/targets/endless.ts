/** A target that never returns from its first input. */
import type { Target } from "../fuzz";

const target: Target = {
  seeds: ["a", "for ever"],
  words: [],
  follows: /\/targets\/endless\./,
  run(input) {
    while (input.includes("for ever"));
  },
};
export default target;
