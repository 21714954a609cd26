/** A program's source with the imports and the namespace that most tests share. */
export function program(...statements: string[]): string {
  return `
import * as pulumi from "@pulumi/pulumi";
import { IPClaim, IPPool, PreAllocation, PreAllocationSet } from "pulumi-metal3-ipam/dynamic";
const namespace = new pulumi.Config("metal3-ipam").get("namespace") ?? "metal3";
${statements.join("\n")}
`;
}

/** Ten addresses, 10.0.0.10 to .19. `args` are more arguments, as source text. */
export function pool(args = "", range = `{ start: "10.0.0.10", end: "10.0.0.19" }`): string {
  return `const pool = new IPPool("net", { namespace, pools: [${range}], prefix: 24, gateway: "10.0.0.1", ${args} });`;
}

export function host(name: string, args = "", as = name): string {
  return `export const ${identifier(as)} = new PreAllocation("${as}", { pool: pool.name, namespace: pool.namespace, host: "${name}", ${args} }).address;`;
}

export function hosts(names: readonly string[], args = ""): string {
  const list = JSON.stringify(names);
  return `export const rack = new PreAllocationSet("rack", { pool: pool.name, namespace: pool.namespace, hosts: ${list}, ${args} }).addresses;`;
}

export function claim(name: string, args = ""): string {
  return `export const ${identifier(name)} = new IPClaim("${name}", { pool: pool.name, namespace: pool.namespace, ${args} }).address;`;
}

function identifier(name: string): string {
  return name.replace(/[^a-z0-9]/gi, "_");
}
