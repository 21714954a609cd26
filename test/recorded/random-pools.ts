/** Random IPPools: ranges, subnets, several entries, both families, and everything that excludes addresses. */
import type { Declared } from "../resources/program";
import type { Dice } from "./dice";

/** A generator's data of a pool, for pins that fit, and some that do not. */
export interface Ground {
  readonly pool: Declared;
  readonly name: string;
  /** The n-th address, counted from the first offered one. */
  at(index: number): string;
  /** From this number on, `at` is outside of the pool. */
  readonly size: number;
  /** The first addresses that the new pool offers and does not need itself. */
  readonly offered: readonly string[];
}

type Shape = "range" | "split" | "subnet" | "limited" | "large";
const SHAPES: readonly Shape[] = ["range", "range", "split", "subnet", "limited", "large"];

export function randomGround(dice: Dice, name: string, third: number): Ground {
  const isFour = dice.chance(60);
  const shape = dice.pick(SHAPES);
  const first = shape === "range" || shape === "split" ? 16 : 1;
  const size = shape === "large" ? 200 : shape === "subnet" ? 15 : dice.chance(15) ? 4 : 8 + dice.below(8);
  const at = (index: number) =>
    isFour ? `10.0.${third}.${first + index}` : `fd00:${third}::${(first + index).toString(16)}`;
  const network = isFour ? `10.0.${third}.0` : `fd00:${third}::`;
  const lengths = isFour ? { large: 24, small: 28 } : { large: 64, small: 124 };
  const slots = Array.from({ length: Math.min(size, 14) }, (_, index) => index);
  const [own, excluded] = dice.shuffled(slots.slice(shape === "split" ? 3 : 1));
  const entry = dice.pick(["own", "own", "own", `a-${name}`]);
  const args = {
    name,
    pools: entriesOf(shape, at, size, `${network}/${shape === "large" ? lengths.large : lengths.small}`),
    prefix: lengths.large,
    ...(dice.chance(60) && { gateway: isFour ? `10.0.${third}.1` : `fd00:${third}::1` }),
    ...(excluded !== undefined &&
      dice.chance(35) && {
        excludes: [
          dice.pick([at(excluded), `${at(excluded)}-${at(excluded)}`, `${at(excluded)}/${isFour ? 32 : 128}`]),
        ],
      }),
    ...(dice.chance(25) && { excludeReserved: true }),
    ...(dice.chance(30) && { preAllocations: { [entry]: at(own!) } }),
    ...(dice.chance(20) && { namePrefix: `pre-${name}` }),
  };
  const offered = slots.filter(
    (slot) => slot > 0 && slot !== own && slot !== excluded && (shape !== "split" || slot !== 2),
  );
  return { pool: { kind: "ipPool", as: name, args }, name, at, size, offered: offered.map(at) };
}

function entriesOf(shape: Shape, at: Ground["at"], size: number, subnet: string): object[] {
  switch (shape) {
    case "range":
      return [{ start: at(0), end: at(size - 1) }];
    case "split":
      return [
        { start: at(0), end: at(1) },
        { start: at(3), end: at(size) },
      ];
    case "limited":
      return [{ subnet, start: at(0), end: at(size - 1) }];
    default:
      return [{ subnet }];
  }
}
