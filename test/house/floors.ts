import { type Import, importsOf, type Sources } from "./imports";

/** A floor of the house: the files that it may import (in addition to its own), and the packages. */
interface Floor {
  readonly holds: RegExp;
  readonly mayImport: readonly RegExp[];
  /** Default: any except Pulumi's, which belong to the doors. */
  readonly packages?: RegExp;
}

const below = (...folders: string[]): RegExp => new RegExp(`^provider/(${folders.join("|")})/`);
const config = /^provider\/config\.ts$/;
const compose = /^provider\/compose\.ts$/;
/** The contract between the floors, without any store behind it. */
const storeContract = /^provider\/store\/store\.ts$/;
const ipamErrors = /^provider\/ipam\/(errors|wording)\.ts$/;
/** The part of a door that the floors below it get. */
const askedOfDoors = /^provider\/ipam\/(vocabulary|pool-name|pool\/(preview-memory|other-processes))\.ts$/;
const addresses = /^provider\/core\/address\.ts$/;
/** The form of a property path, and of a shown value. */
const paths = /^provider\/api\/property-path\.ts$/;
const faults = /^provider\/api\/(property-path|fault)\.ts$/;
const doorImports = [below("pulumi", "resources"), compose, config, ipamErrors, askedOfDoors, storeContract, faults];

/** Bottom to top. Imports go down only. */
const floors: Readonly<Record<string, Floor>> = {
  // The user's configuration, and its words in messages.
  config: { holds: config, mayImport: [] },
  // Pure: no I/O, no clock. `node:net` is for isIP, which does no I/O, `node:crypto` for hashes.
  core: { holds: below("core"), mayImport: [], packages: /^(ip-address|node:(net|crypto))$/ },
  network: { holds: below("network"), mayImport: [below("core")], packages: /^yaml$/ },
  api: { holds: below("api"), mayImport: [below("core")] },
  store: { holds: below("store"), mayImport: [below("api"), config] },
  ipam: { holds: below("ipam"), mayImport: [below("store", "api", "core"), config] },
  resources: { holds: below("resources"), mayImport: [below("ipam", "api", "network", "core"), storeContract] },
  compose: { holds: compose, mayImport: [below("core", "api", "store", "ipam", "resources"), config] },
  // The shared part of the two doors of Pulumi.
  pulumi: {
    holds: below("pulumi"),
    mayImport: [below("resources"), compose, config, askedOfDoors, addresses, paths],
    packages: /./,
  },
  dynamic: { holds: below("dynamic"), mayImport: doorImports, packages: /./ },
  plugin: { holds: below("plugin", "bin"), mayImport: doorImports, packages: /./ },
  // The generated SDK is below it. A MAC address has many spellings.
  "sdk/hosts": {
    holds: /^sdk\/hosts\//,
    mayImport: [/^sdk\/nodejs$/, /^provider\/core\/mac\.ts$/],
    packages: /^@pulumi\//,
  },
  "sdk/dynamic": { holds: /^sdk\/dynamic\//, mayImport: [below("dynamic")], packages: /./ },
};

/** Imports that do not go down, one line each, by file and line. */
export function upwardImports(sources: Sources): string[] {
  const homeless = [...sources.keys()].filter((path) => floorOf(path) === undefined);
  return [
    ...homeless.map((path) => `${path}: belongs to no floor`),
    ...importsOf(sources).flatMap((each) => complaintAbout(each) ?? []),
  ];
}

function complaintAbout({ from, line, target, isOurs }: Import): string | undefined {
  const [name, floor] = floorOf(from) ?? [];
  if (floor === undefined) return undefined;
  const isFine = isOurs
    ? floor.holds.test(target) || floor.mayImport.some((allowed) => allowed.test(target))
    : (floor.packages ?? /^(?!@pulumi\/)/).test(target);
  return isFine ? undefined : `${from}:${line}: ${name} must not import ${target}`;
}

const floorOf = (path: string): [string, Floor] | undefined =>
  Object.entries(floors).find(([, floor]) => floor.holds.test(path));

/**
 * Circles of imports, each as `a → b → a`. Imports of types count: they vanish when compiled, but the reader still cannot
 * understand one file before the other.
 */
export function circularImports(sources: Sources): string[] {
  const targets = new Map<string, string[]>([...sources.keys()].map((path) => [path, []]));
  for (const { from, target } of importsOf(sources)) if (sources.has(target)) targets.get(from)?.push(target);
  const circles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.add([...trail.slice(start), path].join(" → "));
    if (start >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return [...circles];
}
