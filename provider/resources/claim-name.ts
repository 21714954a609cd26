import { isObjectName } from "../api/names";
import type { CheckFailure } from "./handler";
import { argumentWording } from "./wording";

export function tooLong(claimName: string | undefined): CheckFailure[] {
  if (claimName === undefined || isObjectName(claimName)) return [];
  return [{ path: ["host"], reason: argumentWording.claimNameTooLong(claimName) }];
}
