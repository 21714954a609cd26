/** All texts of this floor. A text says who, what, how many, and what to do. */
import { addressClaimWording } from "./wording/address-claims";
import { addressWording } from "./wording/addresses";
import { backendWording } from "./wording/backend";
import { claimWording } from "./wording/claims";
import { driftWording } from "./wording/drift";
import { poolWording } from "./wording/pools";

export const wording = {
  ...addressWording,
  ...claimWording,
  ...addressClaimWording,
  ...poolWording,
  ...driftWording,
  ...backendWording,
} as const;

export { ended } from "../api/fault";
export type { Repair } from "./wording/drift";
export {
  claimAtStart,
  claimText,
  listText,
  offersText,
  orText,
  poolText,
  sentences,
} from "./wording/subject";
