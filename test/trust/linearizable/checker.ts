/**
 * Whether the answers to clients of one pool are linearizable: as if each reservation and each release had been done at one
 * moment between its call and its return, on a plain map claim → address in which no address is there twice.
 *
 * - Successful reservations, and releases, have to fit strictly: a search for an order of all of them (Wing and Gong;
 *   with Lowe's memory of tried states: the set of done operations determines the holders).
 * - A refusal may be a false alarm: a failed try may block the claim and the address for others while it lasts. So
 *   there has to be another client's reservation, or try, of the claim or the address at some moment of the call. If the
 *   answer was that all are in use, this holds for each address.
 * - A list is a hint: its objects may be of different moments. Each of them has to have been reserved, or tried, at some
 *   moment of the call, and the list must have all objects that were reserved during the whole call.
 */
export interface Operation {
  readonly client: number;
  /** Moments of one clock, all different. */
  readonly called: number;
  readonly returned: number;
  readonly said: Said;
}

export interface Held {
  readonly claim: string;
  readonly address: string;
}

export type Said =
  /** `asked`: the address to reserve. */
  | ({ readonly did: "reserve"; readonly asked: string | undefined } & Held)
  | ({ readonly did: "release" } & Held)
  /** `full`: there was no address left. */
  | {
      readonly did: "refuse";
      readonly claim: string;
      readonly asked: string | undefined;
      readonly full: boolean;
      readonly why?: string;
    }
  | { readonly did: "list"; readonly found: readonly Held[] };

/** The contradictions, one line each. */
export function faultsOf(history: readonly Operation[], addresses: readonly string[]): string[] {
  const stays = staysOf(history);
  return [
    ...disorder(history),
    ...history.flatMap((operation) => unfounded(operation, stays, addresses)),
    ...history.flatMap((operation) => mislisted(operation, stays)),
  ];
}

type Write = Operation & { readonly said: { readonly did: "reserve" | "release" } & Held };

function isWrite(operation: Operation): operation is Write {
  return operation.said.did === "reserve" || operation.said.did === "release";
}

/** Each client's operations come one after another, so their number tells which are done. */
function disorder(history: readonly Operation[]): string[] {
  const writes = history.filter(isWrite).sort((a, b) => a.called - b.called);
  const clients = [...new Set(writes.map(({ client }) => client))].map((one) =>
    writes.filter(({ client }) => client === one),
  );
  const done = clients.map(() => 0);
  const holders = new Map<string, string>();
  const claims = new Map<string, string>();
  const tried = new Set<string>();
  let furthest: { readonly count: number; readonly stuck: string } = { count: -1, stuck: "" };

  const next = () => clients.map((queue, index) => queue[done[index]!]);
  const fits = ({ said: { did, claim, address } }: Write) =>
    did === "reserve" ? !holders.has(address) && !claims.has(claim) : claims.get(claim) === address;
  const apply = (did: string, { claim, address }: Held) => {
    if (did === "reserve") {
      holders.set(address, claim);
      claims.set(claim, address);
    } else {
      holders.delete(address);
      claims.delete(claim);
    }
  };
  // A path instead of a recursion, because histories are long.
  const path: { readonly index: number; readonly rest: number[] }[] = [];
  const choices = () => {
    const waiting = next();
    const deadline = Math.min(...waiting.map((one) => one?.returned ?? Number.POSITIVE_INFINITY));
    return waiting.flatMap((one, index) => (one && one.called < deadline && fits(one) ? [index] : []));
  };
  let rest = choices();
  for (;;) {
    if (path.length === writes.length) return [];
    if (path.length > furthest.count) {
      furthest = {
        count: path.length,
        stuck: next()
          .flatMap((one) => (one ? [text(one)] : []))
          .join("; "),
      };
    }
    const index = rest.shift();
    if (index === undefined) {
      const last = path.pop();
      if (!last)
        return [`no order of all reservations and releases: after ${furthest.count}, none of: ${furthest.stuck}`];
      const undone = clients[last.index]![--done[last.index]!]!;
      apply(undone.said.did === "reserve" ? "release" : "reserve", undone.said);
      rest = last.rest;
      continue;
    }
    const { said } = clients[index]![done[index]!++]!;
    const key = done.join();
    if (tried.has(key)) {
      done[index]!--;
      continue;
    }
    tried.add(key);
    apply(said.did, said);
    path.push({ index, rest });
    rest = choices();
  }
}

/** The period in which a claim may have been seen with an address. undefined: the address is unknown. */
interface Stay {
  readonly client: number;
  readonly claim: string;
  readonly address: string | undefined;
  readonly from: number;
  readonly to: number;
  /** The period in which it certainly existed. */
  readonly certain: { readonly from: number; readonly to: number } | undefined;
}

function staysOf(history: readonly Operation[]): Stay[] {
  return history.flatMap((operation): Stay[] => {
    const { client, called: from, returned, said } = operation;
    if (said.did === "refuse") {
      return [{ client, claim: said.claim, address: said.asked, from, to: returned, certain: undefined }];
    }
    if (said.did !== "reserve") return [];
    const { claim, address, asked } = said;
    // It may have tried others first.
    const tries = { client, claim, address: undefined, from, to: returned, certain: undefined };
    const end = history
      .filter((other) => other.client === client && other.called > returned)
      .filter((other) => other.said.did === "release" && other.said.claim === claim)
      .sort((a, b) => a.called - b.called)[0];
    const forever = Number.POSITIVE_INFINITY;
    const certain = { from: returned, to: end?.called ?? forever };
    const stay = { client, claim, address, from, to: end?.returned ?? forever, certain };
    return asked === undefined ? [stay, tries] : [stay];
  });
}

function unfounded(operation: Operation, stays: readonly Stay[], addresses: readonly string[]): string[] {
  const { client, called, said } = operation;
  if (said.did !== "refuse") return [];
  const isItself = (stay: Stay) => stay.client === client && stay.from === called;
  const others = stays.filter((stay) => !isItself(stay) && meets(stay, operation));
  const mayHold = (address: string) => others.some((stay) => stay.address === undefined || stay.address === address);
  const isFounded =
    others.some(({ claim }) => claim === said.claim) ||
    (said.full ? addresses.every(mayHold) : said.asked !== undefined && mayHold(said.asked));
  return isFounded ? [] : [`refused without a reason: ${text(operation)}: ${said.why}`];
}

function mislisted(operation: Operation, stays: readonly Stay[]): string[] {
  const { said, called, returned } = operation;
  if (said.did !== "list") return [];
  const strange = said.found.filter(
    (one) =>
      !stays.some(
        (stay) => stay.claim === one.claim && (stay.address ?? one.address) === one.address && meets(stay, operation),
      ),
  );
  const missing = stays.filter(
    ({ claim, address, certain }) =>
      certain &&
      certain.from < called &&
      certain.to > returned &&
      said.found.filter((one) => one.claim === claim && one.address === address).length !== 1,
  );
  return [
    ...strange.map(({ claim, address }) => `listed, and never there: ${claim} ${address}, ${text(operation)}`),
    ...missing.map(({ claim, address }) => `not listed once: ${claim} ${address}, ${text(operation)}`),
  ];
}

function meets({ from, to }: Stay, { called, returned }: Operation): boolean {
  return from < returned && to > called;
}

function text({ client, called, returned, said }: Operation): string {
  const what =
    said.did === "list"
      ? said.found.length
      : `${said.claim} ${"address" in said ? said.address : (said.asked ?? "any")}`;
  return `client ${client} ${said.did} ${what} [${called}, ${returned}]`;
}
