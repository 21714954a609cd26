/** The answers to the engine, from its own record of all calls (`PULUMI_DEBUG_GRPC`). */
import { existsSync, readFileSync, rmSync } from "node:fs";
import type { Row } from "../../testbed/result";

interface Call {
  readonly method: string;
  readonly request?: { readonly urn?: string; readonly preview?: boolean };
  readonly response?: { readonly properties?: Record<string, unknown> };
}

/** Logical name → address, or host → address of a set. Pools have none. */
export type Addresses = Record<string, string | Record<string, string>>;

/** What each phase of the commands since then has planned to create. Then the record is empty again. */
export function takeCreated(record: string): { shown: Addresses; given: Addresses } {
  const lines = existsSync(record) ? readFileSync(record, "utf8").split("\n") : [];
  rmSync(record, { force: true });
  const shown: Addresses = {};
  const given: Addresses = {};
  for (const line of lines) {
    if (!line.includes("ResourceProvider/Create")) continue;
    const { request, response } = JSON.parse(line) as Call;
    const row = { name: request?.urn?.split("::").at(-1) ?? "", outputs: response?.properties ?? {} };
    Object.assign(request?.preview ? shown : given, addressesIn([row]));
  }
  return { shown, given };
}

/** The rows of an event log. */
export function addressesIn(rows: readonly Pick<Row, "name" | "outputs">[]): Addresses {
  const found = rows.flatMap(({ name, outputs }) => {
    const addresses = outputs.addresses ?? outputs.address;
    return addresses === undefined ? [] : [[name, addresses]];
  });
  return Object.fromEntries(found) as Addresses;
}
