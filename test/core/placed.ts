/** Spaces to place in, and placements as one line of text. */
import { formatAddress } from "../../provider/core/address";
import { FreeSpace } from "../../provider/core/free-space";
import { type Placement, type Placements, placeConsecutive } from "../../provider/core/placement";
import { compilePool } from "../../provider/core/pool";
import { address, poolSpec, type WrittenEntry } from "./written";

export const space = (pools: WrittenEntry[], ...taken: string[]): FreeSpace =>
  new FreeSpace(compilePool(poolSpec({ pools })), taken.map(address));
export const shown = (placed: Placement | Placements): string =>
  placed.kind === "exhausted"
    ? `${placed.used} of ${placed.total} used`
    : ("addresses" in placed ? placed.addresses : [placed.address]).map(formatAddress).join(" ");

/** One claim alone. */
const single = (placed: Placements): Placement =>
  placed.kind === "exhausted" ? placed : { kind: "placed", address: placed.addresses[0]! };
export const placeByName = (free: FreeSpace, name: string): Placement => single(placeConsecutive(free, 1, { name }));
export const placeLowest = (free: FreeSpace): Placement => single(placeConsecutive(free, 1, "lowest"));

/** 262,144 addresses: the window of slots and room beyond it. */
export const wide = [{ start: "10.0.0.0", end: "10.3.255.255" }];
