/** Changes an input: random bytes, inserted words of the language, joined pieces of two inputs. */
const MAX_BYTES = 8_192;

/** Texts that are hard for all parsers. */
const ODD = [
  ..."\0 \t\n\r\u0085\u00a0\u200b\u202e\u2028\ufeff\uff11\u0661\ud835\udfcf",
  "0",
  "-1",
  "-0",
  "255",
  "256",
  "4294967296",
  "9007199254740993",
  "1e309",
  "NaN",
  "null",
  "true",
  "__proto__",
  "constructor",
];

export type Mutate = (input: Buffer, other: Buffer) => Buffer;

/** `words` are of the language that the target reads. */
export function mutator(words: readonly string[], random: () => number): Mutate {
  const below = (bound: number) => Math.floor(random() * bound);
  const vocabulary = [...words, ...words, ...ODD].map((word) => Buffer.from(word));
  const cut = (input: Buffer, from: number, to: number, put: Uint8Array) =>
    Buffer.concat([input.subarray(0, from), put, input.subarray(to)]);
  /** A piece of the input, mostly a short one. */
  const piece = (input: Buffer): [number, number] => {
    const from = below(input.length + 1);
    return [from, Math.min(input.length, from + 1 + below(random() < 0.7 ? 4 : input.length + 1))];
  };
  const word = () => vocabulary[below(vocabulary.length)]!;

  const ways: readonly Mutate[] = [
    (input) => {
      const at = below(input.length);
      return cut(input, at, at + 1, Buffer.of(random() < 0.8 ? 32 + below(95) : below(256)));
    },
    (input) => {
      const at = below(input.length);
      return cut(input, at, at + 1, Buffer.of((input[at] ?? 0) ^ (1 << below(8))));
    },
    (input) => {
      const at = below(input.length + 1);
      return cut(input, at, at, Buffer.of(32 + below(95)));
    },
    (input) => cut(input, ...piece(input), Buffer.alloc(0)),
    (input) => {
      const [from, to] = piece(input);
      const again = random() < 0.1 ? 1 + below(200) : 1;
      return cut(input, to, to, Buffer.concat(Array(again).fill(input.subarray(from, to))));
    },
    (input) => cut(input, ...piece(input), word()),
    (input) => {
      const at = below(input.length + 1);
      return cut(input, at, at, word());
    },
    (input, other) => cut(input, ...piece(input), other.subarray(...piece(other))),
    (input, other) => Buffer.concat([input.subarray(0, below(input.length + 1)), other.subarray(below(other.length))]),
  ];
  return (input, other) => {
    let mutant = input;
    for (let steps = 1 + below(random() < 0.6 ? 1 : 5); steps > 0; steps--) {
      mutant = ways[below(ways.length)]!(mutant, other).subarray(0, MAX_BYTES);
    }
    return mutant;
  };
}
