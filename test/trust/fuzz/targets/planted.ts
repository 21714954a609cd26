/** What a fuzzer has to find, to show that it can: each byte is one more step, and nobody guesses six at once. */
import type { Target } from "../fuzz";

export class Planted extends Error {}

const target: Target = {
  seeds: ["10.0.0.1"],
  words: [],
  follows: /\/targets\/planted\./,
  run(input) {
    if (input[0] === 0x66) {
      if (input[1] === 0x75) {
        if (input[2] === 0x7a) {
          if (input[3] === 0x7a) {
            if (input[4] === 0x21) throw new Planted("found");
          }
        }
      }
    }
  },
};
export default target;
