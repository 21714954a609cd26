import { z } from "zod";
import { addressText } from "../../api/address-text";
import { hostClaimName } from "../../api/metal3/host-claim";
import { objectName } from "../../api/names";
import type { Address } from "../../core/address";
import { formatAddress } from "../../core/address";
import type { SetOrigin } from "../../core/placement";
import { allocation } from "../allocation-outputs";
import { holdsUnknown, readArguments, without } from "../arguments";
import { claimKind, fallback, placement } from "../choices";
import { tooLong } from "../claim-name";
import { computedProperties } from "../filled";
import { type CheckFailure, type Properties, UNKNOWN } from "../handler";
import { HIDDEN_INPUTS } from "../hidden";
import { poolReference, poolReferenceOutputs } from "../pool-reference";
import { argumentWording } from "../wording";
import { noHosts } from "./claim-kind";
import type { Member, Reservation } from "./reservation";
import { setWording } from "./wording";

export const setShape = {
  ...poolReference,
  hosts: z
    .array(objectName)
    .optional()
    .describe(
      "Names of BareMetalHosts, which need not exist yet. New hosts get consecutive free addresses in this order, and no other host ever moves. The address of a host that leaves the list is released. Give exactly one of `hosts` and `claimNames`.",
    ),
  claimNames: z
    .array(objectName)
    .optional()
    .describe(
      "Names of the claims that will get the addresses, if they do not belong to BareMetalHosts. Give exactly one of `hosts` and `claimNames`.",
    ),
  pins: z
    .record(objectName, addressText)
    .optional()
    .describe("Pinned addresses by host or claim name, in any valid notation."),
  start: addressText
    .optional()
    .describe("The consecutive addresses begin here. Default: a place in the pool that depends on the set's name."),
  placement: placement
    .optional()
    .describe("Says where the consecutive addresses begin if there is no `start`. Default: `byName`."),
  fallback: fallback.optional().describe("Says what happens if a pinned address is taken. Default: `error`."),
  claimKind: claimKind
    .optional()
    .describe(
      "Says which kind of claims will get the addresses. Default: `IPClaim`. `IPAddressClaim` needs `claimNames`, because no controller asks for an IPAddressClaim by the name of a host. A change replaces the set, and the addresses stay.",
    ),
  adopt: z
    .boolean()
    .optional()
    .describe(
      "Takes over reservations of these claims that another stack or a person has made. Without it, such a reservation is an error. Default: false.",
    ),
};

export const setOutputs = {
  ...poolReferenceOutputs,
  addresses: z
    .record(z.string(), z.string())
    .describe(
      "Addresses by host or claim name. The preview shows them. If a name is unknown in the preview, it shows only the addresses of existing hosts.",
    ),
  allocations: z
    .record(z.string(), allocation)
    .describe("The claim, the address and its network, by host or claim name."),
};

export const SET_COMPUTED = computedProperties({ inputs: setShape, outputs: setOutputs });

/** The arguments of a set, as far as they are known. */
export interface SetArguments extends Reservation {
  readonly isPartlyUnknown: boolean;
  /** Whether a pin that is not known yet may move the host. */
  readonly isPinUnknown: (host: string) => boolean;
  /** UNKNOWN for each host that has no row yet. */
  readonly unknownRows: (hosts: ReadonlySet<string>) => Properties;
}

/**
 * `set` is undefined if the pool, the namespace or the whole list has a fault or is not known yet. `resource`: the name of
 * the set, which decides where its addresses begin if the program does not.
 */
export function readSetArguments(
  news: Properties,
  defaultNamespace: string,
  resource: string | undefined,
): { set: SetArguments | undefined; failures: CheckFailure[] } {
  // Create and update pass what check has filled in, and these are not arguments.
  const said = without(news, [...HIDDEN_INPUTS, ...SET_COMPUTED]);
  const listName = said.claimNames === undefined ? "hosts" : "claimNames";
  const known = { [listName]: knownOf(said[listName]), pins: knownPins(said.pins) };
  const { args, unknown, failures } = readArguments(setShape, { ...said, ...known });
  failures.push(...oneList(said), ...noHosts(said, "hosts", "claimNames"));
  const { pool } = args;
  const pins: ReadonlyMap<string, Address> = new Map(Object.entries(args.pins ?? {}));
  const list = args[listName];
  const namespace = unknown.has("namespace") ? undefined : (args.namespace ?? defaultNamespace);
  if (list && pool) failures.push(...listFaults(listName, list, pool));
  if (list && !holdsUnknown(said[listName])) failures.push(...pinFaults(pins, list, listName));
  if (!pool || !namespace || !list) return { set: undefined, failures };
  const members = list.map(
    (name, index): Member => ({
      host: name,
      path: [listName, index],
      claimName: listName === "hosts" ? hostClaimName(name, pool) : name,
      pin: pins.get(name),
      pinPath: ["pins", name],
    }),
  );
  const isPartlyUnknown = holdsUnknown(said[listName]) || holdsUnknown(said.pins) || unknown.has("start");
  return {
    failures,
    set: {
      namespace,
      name: pool,
      members,
      path: [],
      origin: isPartlyUnknown ? undefined : originOf(args, resource),
      placement: args.placement ?? "byName",
      fallback: args.fallback ?? "error",
      adopt: args.adopt ?? false,
      claimKind: args.claimKind ?? "IPClaim",
      isPartlyUnknown,
      isPinUnknown: (host) => said.pins === UNKNOWN || holdsUnknown((said.pins as Properties | undefined)?.[host]),
      unknownRows: (rows) => Object.fromEntries(list.filter((name) => !rows.has(name)).map((name) => [name, UNKNOWN])),
    },
  };
}

function originOf({ start, placement }: { start?: Address; placement?: string }, resource = ""): SetOrigin {
  if (start) return { start };
  return placement === "lowest" ? "lowest" : { name: resource };
}

/** The members of a list that are known already. */
function knownOf(list: unknown): unknown {
  return Array.isArray(list) ? list.filter((member) => !holdsUnknown(member)) : list;
}

/** The pins that are known already. */
function knownPins(pins: unknown): unknown {
  if (pins === UNKNOWN || pins === undefined) return undefined;
  if (typeof pins !== "object" || pins === null || Array.isArray(pins)) return pins;
  return Object.fromEntries(Object.entries(pins).filter(([, address]) => !holdsUnknown(address)));
}

function oneList({ hosts, claimNames }: Properties): CheckFailure[] {
  if (hosts !== undefined && claimNames !== undefined) {
    return [{ path: ["claimNames"], reason: argumentWording.excludesEachOther("hosts", "them <host>-<pool>") }];
  }
  if (hosts === undefined && claimNames === undefined) {
    return [{ path: ["hosts"], reason: argumentWording.required("the BareMetalHosts' names", "`claimNames`") }];
  }
  return [];
}

function listFaults(listName: string, list: readonly string[], pool: string): CheckFailure[] {
  const seen = new Map<string, number>();
  return list.flatMap((name, index) => {
    const first = seen.get(name);
    if (first !== undefined) {
      return [{ path: [listName, index], reason: setWording.listedTwice(name, `${listName}[${first}]`) }];
    }
    seen.set(name, index);
    return listName === "hosts"
      ? tooLong(hostClaimName(name, pool)).map(({ reason }) => ({ path: ["hosts", index], reason }))
      : [];
  });
}

function pinFaults(pins: ReadonlyMap<string, Address>, list: readonly string[], listName: string): CheckFailure[] {
  const listed = new Set(list);
  const pinnedTo = new Map<string, string>();
  return [...pins].flatMap(([name, address]) => {
    const path = ["pins", name];
    if (!listed.has(name)) return [{ path, reason: setWording.pinOfNone(name, listName) }];
    const text = formatAddress(address);
    const other = pinnedTo.get(text);
    pinnedTo.set(text, name);
    return other === undefined ? [] : [{ path, reason: setWording.pinnedTwice(text, other) }];
  });
}
