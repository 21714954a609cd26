import type { ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import { IpamError } from "../ipam/errors";
import type { CheckFailure } from "../resources/handler";

/**
 * Refuses imports of what another stack holds. A lookup (`.get`) of it is allowed. Engines of 2026 omit empty inputs, so
 * both reads look the same. Only an import is followed by a check, which refuses it before anything is written.
 */
export class RefusedImports {
  private readonly reasons = new Map<string, string>();

  /**
   * Whether a read with this error should be answered as a lookup. `pulumi import` sends no status token, and its check only
   * warns.
   */
  mayBeLookup(request: ReadRequest, error: unknown): boolean {
    const isImport = request.hasInputs() || request.getResourceStatusToken() === "";
    if (isImport || !(error instanceof IpamError) || error.kind !== "held") return false;
    this.reasons.set(request.getUrn(), error.message);
    return true;
  }

  failures(urn: string): CheckFailure[] {
    const reason = this.reasons.get(urn);
    return reason === undefined ? [] : [{ path: [], reason }];
  }
}
