import { byName, inNamespace, listing } from "../../../provider/resources/listing";
import type { ResourceRow } from "../../../provider/resources/row";
import { CONFIG_MAP, DummyHandler, dummyId, dummyOutputs, dummyShape } from "./dummy";

/** The row of a new resource of the package. */
export const dummy = {
  kind: "Dummy",
  description: "A word in a ConfigMap.",
  inputs: dummyShape,
  outputs: dummyOutputs,
  filledIn: ["name"],
  importId: dummyId,
  list: listing(inNamespace, async (ipam, namespace) => (await ipam.store.list(CONFIG_MAP, namespace)).map(byName)),
  open: (ipam, defaultNamespace) => new DummyHandler(ipam, defaultNamespace),
} as const satisfies ResourceRow;
