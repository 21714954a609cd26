import type { Address } from "../../core/address";

/** Why a proposal is another one than somebody may expect. */
export type Moved =
  /** What a preview has shown is held by a stranger by now (`taken`), or by another claim of this program (`outrun`). */
  | {
      readonly kind: "taken" | "outrun";
      readonly shown: Address;
      readonly holder: string;
      /** Whether it was the preview of this very command. */
      readonly isOwn: boolean;
    }
  /** Nothing was shown, and these new claims were asked for first: a preview elsewhere may have had another order. */
  | { readonly kind: "unsettled"; readonly rivals: readonly string[] };
