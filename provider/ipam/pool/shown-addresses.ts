/** Addresses that previews have shown for the claims of one pool, and the proposals that differ from them. */
import type { Address } from "../../core/address";
import type { PoolName } from "../pool-name";
import type { PreviewMemory, Remembered } from "./preview-memory";

/** Why a proposal is another address than a user may expect. */
export type Deviation =
  /** Another holder has what a preview has shown (`taken`), or another claim of this program has it (`outrun`). */
  | {
      readonly kind: "taken" | "outrun";
      readonly shown: Address;
      readonly holder: string;
      /** Whether the preview of this very command has shown it. */
      readonly isOwn: boolean;
    }
  /** Nothing was shown, and these new claims asked first. A preview on another machine may have had another order. */
  | { readonly kind: "unsettled"; readonly rivals: readonly string[] };

export class ShownAddresses {
  /** Deviations by claim, until an update has reported them. */
  readonly deviations = new Map<string, Deviation>();
  private readonly recalled = new Map<string | undefined, ReadonlyMap<string, Remembered>>();

  constructor(
    private readonly pool: PoolName,
    private readonly previews: PreviewMemory,
  ) {}

  /** claim → the address that an earlier process of this run, or a preview of the last hour, has shown to this stack. */
  to(stack: string | undefined): ReadonlyMap<string, Remembered> {
    const known = this.recalled.get(stack) ?? this.previews.recall(stack, this.pool);
    this.recalled.set(stack, known);
    return known;
  }

  /** `asked`: digest of the question that the address answers. "" if the address was pinned or found. */
  remember(stack: string | undefined, claim: string, address: Address, asked: string): void {
    this.previews.remember(stack, this.pool, claim, { address, asked });
  }

  forget(stack: string | undefined, claims: readonly string[]): void {
    this.previews.forget(stack, this.pool, claims);
  }
}
