/** Which claims get, change and lose their addresses in one run of the engine. It is told once, when the run has ended. */
import { wording } from "../ipam/wording";
import type { Note, RunNotes } from "../pulumi/run-notes";
import { type Properties, UNKNOWN } from "../resources/handler";
import type { ResourceRow } from "../resources/row";
import type { Hide } from "./unsaid-secrets";

/** More would hide what else a command says; the engine's own `--diff` has them all. */
const MAX_LINES = 100;

interface Side {
  /** How a person calls it, and where. */
  readonly label: string;
  /** Text, for a secret is hidden by now. */
  readonly address: string;
}

/** By backend, pool and claim. */
interface Change {
  readonly key: string;
  readonly old?: Side | undefined;
  readonly now?: Side | undefined;
}

const TOPIC = "changes";

/** `worker-2` before `worker-10`. */
const byNumber = new Intl.Collator("en", { numeric: true });

type AddressesOf = NonNullable<ResourceRow["addresses"]>;

export class AddressChanges {
  /** By backend, pool and claim: a claim that goes from one resource to another is lost by one and gained by the other. */
  private readonly gained = new Map<string, Side>();
  private readonly lost = new Map<string, Side>();
  private readonly told: ReturnType<RunNotes["reader"]> | undefined;
  private readonly before: readonly Note[];

  /** `notes`: with the other processes of the run. A claim may go from a resource of one to a resource of another. */
  constructor(private readonly notes?: RunNotes) {
    this.told = notes?.reader(TOPIC);
    // What has ended by now, and what this process has told before, was another run.
    this.before = this.told?.().filter(({ isAlive, isOwn }) => isAlive && !isOwn) ?? [];
  }

  /** What a resource has had, and has. `hide` takes secrets out of a label, `hideAddress` out of an address. */
  note(
    addressesOf: AddressesOf | undefined,
    { before = {}, after = {} }: { before?: Properties; after?: Properties },
    { hide, hideAddress }: { readonly hide: Hide; readonly hideAddress: Hide },
  ): void {
    const [olds, news] = [before, after].map((side) => {
      const held = addressesOf?.(side) ?? [];
      const { id: target = "" } = (side.target ?? {}) as { readonly id?: string };
      return new Map(
        held.map(({ pool, claim, label, address }): [string, Side] => {
          const text = address === UNKNOWN ? wording.knownLater : hideAddress(String(address));
          return [`${target} ${pool} ${claim}`, { label: hide(`${label} of ${pool}`), address: text }];
        }),
      );
    }) as [Map<string, Side>, Map<string, Side>];
    const changes = [...new Set([...olds.keys(), ...news.keys()])].flatMap((key): Change[] => {
      const [old, now] = [olds.get(key), news.get(key)];
      return old?.address === now?.address ? [] : [{ key, old, now }];
    });
    if (changes.length === 0) return;
    if (this.notes) this.notes.tell(TOPIC, changes);
    else this.take(changes);
  }

  private take(changes: readonly Change[]): void {
    for (const { key, old, now } of changes) {
      if (old) this.lost.set(key, old);
      if (now) this.gained.set(key, now);
    }
  }

  /** Undefined where every claim has the address that it had, and where another process tells it: the first one to know. */
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
    if (!old) return `+ ${now.label}: ${now.address}`;
    return old.address === now.address ? undefined : `~ ${now.label}: ${old.address} => ${now.address}`;
  }
}
