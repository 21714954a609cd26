/**
 * A program as data, written for either door: the same resources, in the order in which they stand there, and the same
 * outputs. Addresses and pools that a row expects are those of both.
 */
import type { Properties } from "../../provider/resources/handler";
import type { Declared } from "../resources/program";
import type { Runtime } from "../testbed/program";

/** A declared resource. `options`: Pulumi's own; one in `dependsOn` is a logical name. */
export interface Written extends Declared {
  readonly options?: Readonly<{ dependsOn?: readonly string[] } & Record<string, unknown>>;
}

export interface Door {
  readonly name: "dynamic" | "plugin";
  readonly runtime: Runtime;
  /** Source text, whose outputs are the addresses by logical name. */
  program(...resources: readonly Written[]): string;
}

const classes = {
  ipPool: "IPPool",
  ipClaim: "IPClaim",
  preAllocation: "PreAllocation",
  preAllocationSet: "PreAllocationSet",
} as const satisfies Record<Declared["kind"], string>;

const outputs = { ipPool: undefined, ipClaim: "address", preAllocation: "address", preAllocationSet: "addresses" };

/** TypeScript, on dynamic resources. */
export const dynamicDoor: Door = {
  name: "dynamic",
  runtime: "ts-node",
  program(...resources) {
    const lines = resources.map((one) => {
      const { kind, as, args, options = {} } = one;
      const { dependsOn = [], ...others } = options;
      const said = code({ ...args, ...named(one) }, (pool) => `${identifier(pool)}_.name`);
      const list = `[${dependsOn.map((name) => `${identifier(name)}_`)}]`;
      const made = `const ${identifier(as)}_ = new ${classes[kind]}("${as}", ${said}, { ...${code(others)}, dependsOn: ${list} });`;
      const output = outputs[kind];
      return output ? `${made}\nexport const ${identifier(as)} = ${identifier(as)}_.${output};` : made;
    });
    return `import { ${Object.values(classes).join(", ")} } from "pulumi-metal3-ipam/dynamic";\n${lines.join("\n")}\n`;

    function code(value: object, reference?: (pool: string) => string): string {
      const members = Object.entries(value).map(([name, member]) => {
        const isReference = reference && name === "pool" && isDeclared(resources, member);
        return `${JSON.stringify(name)}: ${isReference ? reference(String(member)) : JSON.stringify(member)}`;
      });
      return `{ ${members.join(", ")} }`;
    }
  },
};

/** YAML, on the plugin. JSON is YAML too. */
export const pluginDoor: Door = {
  name: "plugin",
  runtime: "yaml",
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

/** The same rows through both doors. */
export function onEachDoor(rows: (door: Door) => void): void {
  describe("through dynamic resources", () => rows(dynamicDoor));
  describe("through the plugin", () => rows(pluginDoor));
}

/** What the logical name stands for is left out, as users do. */
function named({ as, args }: Declared): Properties {
  return args.name === as ? { name: undefined } : {};
}

function isDeclared(resources: readonly Declared[], pool: unknown): boolean {
  return resources.some(({ kind, as }) => kind === "ipPool" && as === pool);
}

function identifier(name: string): string {
  return name.replace(/[^a-z0-9]/gi, "_");
}
