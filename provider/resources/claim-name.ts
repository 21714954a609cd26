import { isObjectName } from "../api/names";
import type { CheckFailure } from "./handler";

export function tooLong(claimName: string | undefined): CheckFailure[] {
  if (claimName === undefined || isObjectName(claimName)) return [];
  return [{ path: ["host"], reason: `makes the claim name "${claimName}", which has more than 253 characters` }];
}
