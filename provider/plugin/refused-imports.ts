import type { ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import { IpamError } from "../ipam/errors";
import type { CheckFailure } from "../resources/handler";

/**
 * What another stack holds may be looked up (`.get`), but not imported. Engines of 2026 leave empty inputs out, and then both
 * reads are alike. Only after that of an import a check comes, which refuses it: nothing has been written by then.
 */
export class RefusedImports {
  private readonly reasons = new Map<string, string>();

  /** Whether a read that failed like this is to be answered as a lookup. `pulumi import` has no status token, and its check only warns. */
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
