import type { Ledger } from "../../ipam/ledger/ledger";
import { present } from "../arguments";
import type { ReadResponse } from "../handler";
import { liveAllocation } from "./live-allocation";

/** What is there already, as a program would say it: with its address, which is all that there is to an entry. */
export function importedPreAllocation(ledger: Ledger, claimName: string): ReadResponse {
  const { namespace, name: pool } = ledger.name;
  const live = liveAllocation(ledger, claimName);
  if (!live) return { id: "", outputs: {} };
  const said = { pool, namespace, claimName, ...live };
  const token = ledger.locksOf(claimName)[0]?.marks.token;
  return {
    id: [namespace, pool, claimName].join("/"),
    inputs: { ...said, pinned: true },
    outputs: present({ ...said, token }),
  };
}
