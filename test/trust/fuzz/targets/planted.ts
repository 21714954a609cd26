/**
 * A planted fault, to show that the fuzzer can find one. Each byte
 * is one more step, and a guess of six at once is too unlikely.
 */
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
