/** Changes of a program before its next update. */
import type { Declared } from "../resources/program";
import type { Dice } from "./dice";
import { editOne } from "./random-faults";
import {
  listOf,
  type Program,
  randomAddress,
  randomHost,
  randomMember,
  randomPins,
  randomSet,
  type Scene,
  unused,
} from "./random-members";

type Change = (dice: Dice, scene: Scene, program: Program) => Program;

/** Returns the same program if a change finds nothing to change. */
export function changed(dice: Dice, scene: Scene, program: Program): Program {
  return dice.pick(CHANGES)(dice, scene, program);
}

const isSet = ({ kind }: Declared) => kind === "preAllocationSet";
const isOne = ({ kind }: Declared) => kind === "preAllocation";
const isPool = ({ kind }: Declared) => kind === "ipPool";
const isMember = ({ kind }: Declared) => kind !== "ipPool";

const groundOf = ({ grounds }: Scene, { args, as }: Declared) =>
  grounds.find(({ name }) => name === (args.pool ?? as)) ?? grounds[0]!;

const list = (one: Declared, names: readonly string[]) =>
  one.args.claimNames ? { claimNames: names } : { hosts: names };
/** The pins of hosts that are still listed. */
const pinsOf = (one: Declared, names: readonly string[]) => {
  const pins = Object.entries((one.args.pins ?? {}) as Record<string, string>);
  return one.args.pins ? { pins: Object.fromEntries(pins.filter(([name]) => names.includes(name))) } : {};
};
const withNames = (one: Declared, names: readonly string[]) => ({
  ...one.args,
  ...list(one, names),
  ...pinsOf(one, names),
});

const add: Change = (dice, scene, program) => {
  const member = randomMember(dice, scene, program);
  return member && !program.some(({ as }) => as === member.as) ? [...program, member] : program;
};

const remove: Change = (dice, _scene, program) => {
  const members = program.filter(isMember);
  if (members.length === 0) return program;
  const gone = dice.pick(members);
  return program.filter((one) => one !== gone);
};

/** The resource has another logical name. For an engine that is a new resource, and the old one is deleted. */
const rename: Change = (dice, _scene, program) => {
  const fitting = program.filter((one) => isSet(one) || isOne(one));
  if (fitting.length === 0) return program;
  const target = dice.pick(fitting);
  return program.map((one) => (one === target ? { ...one, as: `${one.as}-again` } : one));
};

const repin: Change = (dice, scene, program) =>
  editOne(
    dice,
    program,
    (one) => isOne(one) || one.kind === "ipClaim",
    (one) => {
      const { address: _address, ...others } = one.args;
      return dice.chance(30) ? others : { ...others, address: randomAddress(dice, groundOf(scene, one), program) };
    },
  );

const repinSet: Change = (dice, scene, program) =>
  editOne(dice, program, isSet, (one) => {
    const { pins, ...others } = one.args;
    const said = Object.entries((pins ?? {}) as Record<string, string>);
    const addresses = said.map(([, address]) => address).reverse();
    if (said.length > 1 && dice.chance(50)) {
      return { ...others, pins: Object.fromEntries(said.map(([name], index) => [name, addresses[index]])) };
    }
    return dice.chance(25) ? others : { ...others, pins: randomPins(dice, groundOf(scene, one), program, listOf(one)) };
  });

const addHost: Change = (dice, { hosts }, program) => {
  const left = unused(hosts, program);
  if (left.length === 0) return program;
  return editOne(dice, program, isSet, (one) => withNames(one, dice.shuffled([...listOf(one), dice.pick(left)])));
};

const removeHost: Change = (dice, _scene, program) =>
  editOne(
    dice,
    program,
    (one) => listOf(one).length > 1,
    (one) => {
      const gone = dice.pick(listOf(one));
      return withNames(
        one,
        listOf(one).filter((name) => name !== gone),
      );
    },
  );

const reorderHosts: Change = (dice, _scene, program) =>
  editOne(dice, program, isSet, (one) => withNames(one, dice.shuffled(listOf(one))));

/** A host leaves its set for its own resource. */
const moveOut: Change = (dice, scene, program) => {
  const sets = program.filter((one) => listOf(one).length > 1 && one.args.hosts);
  if (sets.length === 0) return program;
  const from = dice.pick(sets);
  const name = dice.pick(listOf(from));
  const rest = {
    ...from,
    args: withNames(
      from,
      listOf(from).filter((other) => other !== name),
    ),
  };
  const alone = randomHost(dice, groundOf(scene, from), program, name, `out-${name}`);
  const moved: Declared = { ...alone, args: { ...alone.args, host: name, claimName: undefined } };
  const others = program.filter((one) => one !== from && one.as !== moved.as);
  return dice.chance(50) ? [...others, rest, moved] : [...others, moved, rest];
};

/** A host gives up its own resource for a set. */
const moveIn: Change = (dice, scene, program) => {
  const ones = program.filter((one) => isOne(one) && one.args.host);
  if (ones.length === 0) return program;
  const gone = dice.pick(ones);
  const name = String(gone.args.host);
  const rest = program.filter((one) => one !== gone);
  const isHome = (one: Declared) => isSet(one) && one.args.pool === gone.args.pool && one.args.hosts !== undefined;
  if (rest.some(isHome)) return editOne(dice, rest, isHome, (one) => withNames(one, [...listOf(one), name]));
  return [...rest, randomSet(dice, groundOf(scene, gone), program, [name], `in-${name}`)];
};

const otherPool: Change = (dice, { grounds }, program) =>
  editOne(dice, program, isMember, ({ args: { address: _address, pins: _pins, start: _start, ...others } }) => ({
    ...others,
    pool: dice.pick(grounds).name,
  }));

const changePool: Change = (dice, scene, program) =>
  editOne(dice, program, isPool, (one) => {
    const { at, size, name, offered } = groundOf(scene, one);
    const changes = [
      { pools: [{ start: at(0), end: at(size + 4) }] },
      { pools: [{ start: at(0), end: at(2) }] },
      { excludes: dice.some([at(1), `${at(2)}-${at(3)}`, at(5)], 1, 2) },
      { excludes: undefined },
      { preAllocations: { [dice.pick(["own", "spare", `node-3-${name}`])]: dice.pick(offered) } },
      { preAllocations: undefined },
      { namePrefix: "other" },
      { dnsServers: [at(0)] },
    ];
    return { ...one.args, ...dice.pick(changes) };
  });

const rechoose: Change = (dice, _scene, program) =>
  editOne(dice, program, isMember, (one) => ({
    ...one.args,
    ...dice.pick([{ placement: "lowest" }, { placement: "byName" }, { fallback: "next" }, { fallback: "error" }]),
  }));

/** Pools stay first, because the engine creates them first. */
const reorder: Change = (dice, _scene, program) => [
  ...program.filter(isPool),
  ...dice.shuffled(program.filter(isMember)),
];

const CHANGES: readonly Change[] = [
  ...[add, add, remove, rename, repin, repin, repinSet, repinSet],
  ...[addHost, addHost, removeHost, reorderHosts, moveOut, moveOut, moveIn, moveIn],
  ...[otherPool, changePool, changePool, rechoose, reorder],
];
