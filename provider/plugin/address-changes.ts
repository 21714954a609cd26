/**
 * The claims that get, change and lose their addresses in one run of the engine. They are reported once, when the run has
 * ended.
 */
import { wording } from "../ipam/wording";
import type { Note, RunNotes } from "../pulumi/run-notes";
import { type Properties, UNKNOWN } from "../resources/handler";
import type { HeldAddress } from "../resources/held-addresses";
import type { ResourceRow } from "../resources/row";
import type { Hide } from "./unsaid-secrets";

/** More lines would hide the other messages of a command. The engine's own `--diff` shows all of them. */
const MAX_LINES = 100;

interface Side {
  /** The name of the claim and its pool, for the user. */
  readonly label: string;
  /** Text, because a secret is already hidden. */
  readonly address: string;
}

/** A change of the claim with this `key`, which consists of backend, pool and claim. */
interface Change {
  readonly key: string;
  readonly old?: Side | undefined;
  readonly now?: Side | undefined;
  /** Whether the replaced resource has the same address. A preview does not ask for its deletion. */
  readonly isHandedOn?: true | undefined;
}

const TOPIC = "changes";

/** `worker-2` before `worker-10`. */
const byNumber = new Intl.Collator("en", { numeric: true });

type AddressesOf = NonNullable<ResourceRow["addresses"]>;

/** `fact`: what it is compared by. It may have secrets, and is not shown. */
interface Held {
  readonly shown: Side;
  readonly fact: string;
}

function factOf({ pool, claim, address }: HeldAddress): string {
  return `${pool} ${claim} ${String(address)}`;
}

export class AddressChanges {
  /** By backend, pool and claim. If a claim moves from one resource to another, one loses it and the other gains it. */
  private readonly gained = new Map<string, Side>();
  private readonly lost = new Map<string, Side>();
  /** Claims whose address one resource changes. Two secret addresses look the same. */
  private readonly differing = new Set<string>();
  private readonly handedOn = new Set<string>();
  /** The facts of resources that are to be replaced. */
  private readonly replaced = new Set<string>();
  private readonly told: ReturnType<RunNotes["reader"]> | undefined;
  private readonly before: readonly Note[];

  /** `notes`: shared with the other processes of the run. A claim may move to a resource of another process. */
  constructor(private readonly notes?: RunNotes) {
    this.told = notes?.reader(TOPIC);
    // Notes of ended processes, and earlier notes of this process, belong to an earlier run.
    this.before = this.told?.().filter(({ isAlive, isOwn }) => isAlive && !isOwn) ?? [];
  }

  /** Notes a resource that is to be replaced. Its replacement may keep its addresses. */
  noteReplaced(addressesOf: AddressesOf | undefined, olds: Properties): void {
    for (const held of addressesOf?.(olds) ?? []) this.replaced.add(factOf(held));
  }

  /**
   * Notes the addresses of a resource before and after. `hide` removes secrets from a label, `hideAddress` from an address.
   */
  note(
    addressesOf: AddressesOf | undefined,
    { before = {}, after = {} }: { before?: Properties; after?: Properties },
    { hide, hideAddress }: { readonly hide: Hide; readonly hideAddress: Hide },
  ): void {
    const [olds, news] = [before, after].map((side) => {
      const held = addressesOf?.(side) ?? [];
      const { id: target = "" } = (side.target ?? {}) as { readonly id?: string };
      return new Map(
        held.map((one): [string, Held] => {
          const { pool, claim, label, address } = one;
          const text = address === UNKNOWN ? wording.knownLater : hideAddress(String(address));
          const shown = { label: hide(`${label} of ${pool}`), address: text };
          return [`${target} ${pool} ${claim}`, { shown, fact: factOf(one) }];
        }),
      );
    }) as [Map<string, Held>, Map<string, Held>];
    const [factsBefore, factsAfter] = [olds, news].map((side) => new Set([...side.values()].map(({ fact }) => fact)));
    // Also for a resource that goes to another backend: its claims keep their addresses there.
    const isKept = ({ fact }: Held) => factsBefore!.has(fact) && factsAfter!.has(fact);
    const changes = [...new Set([...olds.keys(), ...news.keys()])].flatMap((key): Change[] => {
      const [old, now] = [olds.get(key), news.get(key)];
      const isHandedOn = now && this.replaced.has(now.fact) ? true : undefined;
      return isKept((old ?? now)!) ? [] : [{ key, old: old?.shown, now: now?.shown, isHandedOn }];
    });
    if (changes.length === 0) return;
    if (this.notes) this.notes.tell(TOPIC, changes);
    else this.take(changes);
  }

  private take(changes: readonly Change[]): void {
    for (const { key, old, now, isHandedOn } of changes) {
      if (isHandedOn) this.handedOn.add(key);
      if (old && now) this.differing.add(key);
      if (old) this.lost.set(key, old);
      if (now) this.gained.set(key, now);
    }
  }

  /**
   * Undefined if every claim keeps its address, or if another process reports the changes. The first process that noted a
   * change reports.
   */
  text(): string | undefined {
    const told = [...this.before, ...(this.told?.() ?? [])];
    if (told[0]?.isOwn === false) return undefined;
    for (const { value } of told) this.take(value as Change[]);
    const keys = [...new Set([...this.gained.keys(), ...this.lost.keys()])].sort((a, b) => this.compare(a, b));
    const lines = keys.flatMap((key) => this.line(key) ?? []);
    if (lines.length === 0) return undefined;
    const say = lines.every((line) => line.startsWith("+")) ? wording.newAddresses : wording.addressChanges;
    return say(lines.slice(0, MAX_LINES), lines.length - MAX_LINES);
  }

  private compare(a: string, b: string): number {
    const label = (key: string) => (this.gained.get(key) ?? this.lost.get(key))?.label ?? "";
    return byNumber.compare(label(a), label(b));
  }

  private line(key: string): string | undefined {
    const [now, old] = [this.gained.get(key), this.lost.get(key)];
    if (!now) return old && `- ${old.label}: ${old.address}`;
    if (!old && this.handedOn.has(key)) return undefined;
    if (!old) return `+ ${now.label}: ${now.address}`;
    return old.address === now.address && !this.differing.has(key)
      ? undefined
      : `~ ${now.label}: ${old.address} => ${now.address}`;
  }
}
