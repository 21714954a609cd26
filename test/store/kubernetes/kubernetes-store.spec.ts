import { useCluster } from "../../testbed/cluster";
import { describeStoreContract } from "../contract";
import { empty, openOn } from "./opened";

describe("kubernetes store", function () {
  const cluster = useCluster(this, { controllers: false });

  before(async () => {
    await cluster().api.create("/api/v1/namespaces", { metadata: { name: "other" } });
  });

  describeStoreContract("a real API server", async () => {
    for (const namespace of ["default", "other"]) await empty(cluster(), namespace);
    const store = await openOn(cluster());
    return { store, close: () => store.close() };
  });
});
