/** A target that never comes back from what it starts with. */
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
