/** Which claims get, change and lose their addresses in one run of the engine. It is told once, when the run has ended. */
import { wording } from "../ipam/wording";
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

type AddressesOf = NonNullable<ResourceRow["addresses"]>;

export class AddressChanges {
  /** By pool and claim: a claim that goes from one resource to another is lost by one and gained by the other. */
  private readonly gained = new Map<string, Side>();
  private readonly lost = new Map<string, Side>();

  /** What a resource has had, and has. `hide` takes secrets out of a label, `hideAddress` out of an address. */
  note(
    addressesOf: AddressesOf | undefined,
    { before = {}, after = {} }: { before?: Properties; after?: Properties },
    { hide, hideAddress }: { readonly hide: Hide; readonly hideAddress: Hide },
  ): void {
    const [olds, news] = [before, after].map((side) => {
      const held = addressesOf?.(side) ?? [];
      return new Map(
        held.map(({ pool, claim, label, address }): [string, Side] => {
          const text = address === UNKNOWN ? wording.knownLater : hideAddress(String(address));
          return [`${pool} ${claim}`, { label: hide(`${label} of ${pool}`), address: text }];
        }),
      );
    }) as [Map<string, Side>, Map<string, Side>];
    for (const key of new Set([...olds.keys(), ...news.keys()])) {
      const [old, now] = [olds.get(key), news.get(key)];
      if (old?.address === now?.address) continue;
      if (old) this.lost.set(key, old);
      if (now) this.gained.set(key, now);
    }
  }

  /** Undefined where every claim has the address that it had. */
  text(): string | undefined {
    const lines = [...new Set([...this.gained.keys(), ...this.lost.keys()])].flatMap((key) => this.line(key) ?? []);
    if (lines.length === 0) return undefined;
    const more = lines.length - MAX_LINES;
    return wording.addressChanges(lines.slice(0, MAX_LINES), more);
  }

  private line(key: string): string | undefined {
    const [now, old] = [this.gained.get(key), this.lost.get(key)];
    if (!now) return old && `- ${old.label}: ${old.address}`;
    if (!old) return `+ ${now.label}: ${now.address}`;
    return old.address === now.address ? undefined : `~ ${now.label}: ${old.address} => ${now.address}`;
  }
}
