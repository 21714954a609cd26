/**
 * A program as data, written for either door: the same resources, in the same order, and the same
 * outputs. A row expects the same addresses and pools from both.
 */
import type { Properties } from "../../provider/resources/handler";
import type { Declared } from "../resources/program";
import type { Engine, ProjectSpec } from "../testbed/engine";
import { type OpenBackend, onEachBackend, openFolder } from "./backends";

/** A declared resource. `options`: Pulumi's own; one in `dependsOn` is a logical name. */
export interface Written extends Declared {
  readonly options?: Readonly<{ dependsOn?: readonly string[] } & Record<string, unknown>>;
}

export interface Door {
  readonly name: "dynamic" | "plugin";
  /** Spread this into each project with programs for this door. */
  readonly project: Pick<ProjectSpec, "runtime" | "plugin">;
  /** Source text. Its outputs are the addresses by logical name. */
  program(...resources: readonly Written[]): string;
}

const classes = {
  ipPool: "IPPool",
  ipClaim: "IPClaim",
  ipAddressClaim: "IPAddressClaim",
  preAllocation: "PreAllocation",
  preAllocationSet: "PreAllocationSet",
} as const satisfies Record<Declared["kind"], string>;

const outputs = {
  ipPool: undefined,
  ipClaim: "address",
  ipAddressClaim: "address",
  preAllocation: "address",
  preAllocationSet: "addresses",
};

/** TypeScript, on dynamic resources. */
export const dynamicDoor = typescript("dynamic", "pulumi-metal3-ipam/dynamic");
/** The same text with another import. */
export const typescriptPluginDoor = typescript("plugin", "pulumi-metal3-ipam");

function typescript(name: Door["name"], module: string): Door {
  const statement = (resources: readonly Written[], one: Written): string => {
    const { kind, as, args, options = {} } = one;
    const { dependsOn = [], ...others } = options;
    const pool = isDeclared(resources, args.pool) ? { pool: undefined } : {};
    const reference = "pool" in pool ? `, pool: ${identifier(String(args.pool))}_.name` : "";
    const said = `{ ...${JSON.stringify({ ...args, ...named(one), ...pool })}${reference} }`;
    const after = `dependsOn: [${dependsOn.map((other) => `${identifier(other)}_`)}]`;
    const made = `new ${classes[kind]}("${as}", ${said}, { ...${JSON.stringify(others)}, ${after} })`;
    const output = outputs[kind];
    const told = output ? `\nexport const ${identifier(as)} = ${identifier(as)}_.${output};` : "";
    return `const ${identifier(as)}_ = ${made};${told}`;
  };
  return {
    name,
    project: { runtime: "ts-node" },
    program: (...resources) => {
      const imported = `import { ${Object.values(classes).join(", ")} } from "${module}";`;
      return [imported, ...resources.map((one) => statement(resources, one)), ""].join("\n");
    },
  };
}

/** YAML, on the plugin. JSON is YAML, too. */
export const pluginDoor: Door = {
  name: "plugin",
  project: { runtime: "yaml", plugin: "attached" },
  program(...resources) {
    const written = resources.map((one) => {
      const { kind, as, args, options } = one;
      const { pool } = args;
      const reference = isDeclared(resources, pool) ? { pool: `\${${String(pool)}.name}` } : {};
      const dependsOn = options?.dependsOn?.map((name) => `\${${name}}`);
      const properties = { ...args, ...named(one), ...reference };
      return [as, { type: `metal3-ipam:${classes[kind]}`, properties, options: { ...options, dependsOn } }];
    });
    const told = resources.flatMap(({ kind, as }) =>
      outputs[kind] ? [[identifier(as), `\${${as}.${outputs[kind]}}`]] : [],
    );
    return JSON.stringify({ resources: Object.fromEntries(written), outputs: Object.fromEntries(told) }, undefined, 2);
  },
};

/**
 * The same rows through the plugin on each backend, and through dynamic resources in a folder. The doors handle a
 * command differently, but a store handles a request independently of the door. A command of dynamic resources costs six
 * times as much, because it starts two Node processes.
 */
export function onEachDoor(engine: () => Engine, rows: (door: Door, open: OpenBackend) => void): void {
  describe("through the plugin", () => onEachBackend(engine, (open) => rows(pluginDoor, open)));
  describe("through dynamic resources, in a folder", () => rows(dynamicDoor, () => openFolder(engine())));
}

/** Leaves out what the logical name stands for, as users do. */
function named({ as, args }: Declared): Properties {
  return args.name === as ? { name: undefined } : {};
}

function isDeclared(resources: readonly Declared[], pool: unknown): boolean {
  return resources.some(({ kind, as }) => kind === "ipPool" && as === pool);
}

function identifier(name: string): string {
  return name.replace(/[^a-z0-9]/gi, "_");
}
