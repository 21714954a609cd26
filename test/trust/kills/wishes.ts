/** A user's wishes for pool `net`, and their changes from one `pulumi up` to the next. */
import type { Declared } from "../../resources/program";

export interface Wishes {
  /** Last address of the pool, which begins at 10.0.0.10; undefined: the user wants nothing any more. */
  readonly last: number | undefined;
  /** Resource → host, with the address that it is pinned to. */
  readonly singles: Readonly<Record<string, { readonly host: string; readonly pin?: number }>>;
  readonly set: readonly string[];
  /** Host of the set → address. */
  readonly pins: Readonly<Record<string, number>>;
  /** Name of an IPClaim → address. */
  readonly claims: Readonly<Record<string, number | undefined>>;
}

export const NOTHING: Wishes = { last: undefined, singles: {}, set: [], pins: {}, claims: {} };

const SMALL = 79;
const LARGE = 99;
export const textOf = (last: number) => `10.0.0.${last}`;

export function programOf({ last, singles, set, pins, claims }: Wishes): Declared[] {
  if (last === undefined) return [];
  const pools = [{ start: textOf(10), end: textOf(last) }];
  const address = (pin: number | undefined) => (pin === undefined ? {} : { address: textOf(pin) });
  return [
    { kind: "ipPool", as: "net", args: { name: "net", pools, prefix: 24, gateway: "10.0.0.1" } },
    ...Object.entries(singles).map(
      ([as, { host, pin }]): Declared => ({ kind: "preAllocation", as, args: { pool: "net", host, ...address(pin) } }),
    ),
    ...(set.length === 0
      ? []
      : [
          {
            kind: "preAllocationSet" as const,
            as: "rack",
            args: {
              pool: "net",
              hosts: set,
              pins: Object.fromEntries(Object.entries(pins).map(([h, p]) => [h, textOf(p)])),
            },
          },
        ]),
    ...Object.entries(claims).map(
      ([name, pin]): Declared => ({ kind: "ipClaim", as: name, args: { name, pool: "net", ...address(pin) } }),
    ),
  ];
}

/** The claims that must exist: claim → its pin, if it has one. */
export function wantedIn({ singles, set, pins, claims }: Wishes) {
  const hosts = [
    ...Object.values(singles).map(({ host, pin }) => [`${host}-net`, pin] as const),
    ...set.map((host) => [`${host}-net`, pins[host]] as const),
  ];
  const pinned = (rows: (readonly [string, number | undefined])[]) =>
    new Map(rows.map(([claim, pin]) => [claim, pin === undefined ? undefined : textOf(pin)]));
  return { hosts: pinned(hosts), claims: pinned(Object.entries(claims)) };
}

/** Unused names and addresses. */
export interface Fresh {
  name(prefix: string): string;
  address(): number;
  /** The highest used address. */
  readonly highest: number;
  /** One of several. */
  pick<T>(items: readonly T[]): T;
}

type Change = (wishes: Wishes, fresh: Fresh) => Wishes | undefined;

/** No pins, because a sibling's slot may be the same address, and then the update warns. */
const begin: Change = (_, fresh) => ({
  last: SMALL,
  singles: {
    a: { host: fresh.name("a") },
    b: { host: fresh.name("b") },
  },
  set: [fresh.name("s"), fresh.name("s"), fresh.name("s"), fresh.name("s")],
  pins: {},
  claims: { [fresh.name("vip")]: undefined },
});

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([one]) => one !== key));
}

/** Each gives undefined if it is not possible. */
const CHANGES: Readonly<Record<string, Change>> = {
  "a host comes": (wishes, fresh) => {
    const as = fresh.name("r");
    return { ...wishes, singles: { ...wishes.singles, [as]: { host: as } } };
  },
  "a pinned host comes": (wishes, fresh) => {
    const as = fresh.name("q");
    return { ...wishes, singles: { ...wishes.singles, [as]: { host: as, pin: fresh.address() } } };
  },
  "a pin changes": (wishes, fresh) => {
    const pinned = Object.entries(wishes.singles).filter(([, { pin }]) => pin !== undefined);
    if (pinned.length === 0) return undefined;
    const [as, { host }] = fresh.pick(pinned);
    return { ...wishes, singles: { ...wishes.singles, [as]: { host, pin: fresh.address() } } };
  },
  "a host is renamed": (wishes, fresh) => {
    const free = Object.entries(wishes.singles).filter(([, { pin }]) => pin === undefined);
    if (free.length === 0) return undefined;
    const [as] = fresh.pick(free);
    return { ...wishes, singles: { ...wishes.singles, [as]: { host: fresh.name("n") } } };
  },
  "a host goes": (wishes, fresh) => {
    const all = Object.keys(wishes.singles);
    if (all.length < 2) return undefined;
    return { ...wishes, singles: without(wishes.singles, fresh.pick(all)) };
  },
  "the set grows": (wishes, fresh) => {
    if (wishes.set.length > 8) return undefined;
    return { ...wishes, set: [...wishes.set, fresh.name("s"), fresh.name("s")] };
  },
  "the set shrinks": (wishes, fresh) => {
    const [first, ...others] = wishes.set;
    if (first === undefined || others.length === 0) return undefined;
    const gone = fresh.pick(wishes.set);
    return { ...wishes, set: wishes.set.filter((host) => host !== gone), pins: without(wishes.pins, gone) };
  },
  "hosts of the set are pinned": (wishes, fresh) => {
    const [first, second] = wishes.set;
    if (first === undefined || second === undefined) return undefined;
    const pin = fresh.address();
    return { ...wishes, pins: { ...wishes.pins, [first]: pin, [second]: fresh.address() } };
  },
  "two pins of the set are swapped": (wishes) => {
    const [[first, one] = [], [second, other] = []] = Object.entries(wishes.pins);
    if (first === undefined || second === undefined) return undefined;
    return { ...wishes, pins: { ...wishes.pins, [first]: other!, [second]: one! } };
  },
  "a claim comes": (wishes, fresh) => {
    if (Object.keys(wishes.claims).length > 2) return undefined;
    return { ...wishes, claims: { ...wishes.claims, [fresh.name("vip")]: undefined } };
  },
  "a claim changes its address": (wishes, fresh) => {
    const all = Object.keys(wishes.claims);
    if (all.length === 0) return undefined;
    return { ...wishes, claims: { ...wishes.claims, [fresh.pick(all)]: fresh.address() } };
  },
  "a claim goes": (wishes, fresh) => {
    const all = Object.keys(wishes.claims);
    return all.length === 0 ? undefined : { ...wishes, claims: without(wishes.claims, fresh.pick(all)) };
  },
  "the pool grows": (wishes) => (wishes.last === SMALL ? { ...wishes, last: LARGE } : undefined),
  "the pool shrinks": (wishes, { highest }) =>
    wishes.last === LARGE && highest <= SMALL ? { ...wishes, last: SMALL } : undefined,
  "everything is removed": () => NOTHING,
};

/** The next possible change, and the wishes after it. */
export function changed(wishes: Wishes, fresh: Fresh): { readonly what: string; readonly wishes: Wishes } {
  if (wishes.last === undefined) return { what: "all comes", wishes: begin(wishes, fresh)! };
  for (;;) {
    const [what, change] = fresh.pick(Object.entries(CHANGES));
    const next = change(wishes, fresh);
    if (next) return { what, wishes: next };
  }
}
