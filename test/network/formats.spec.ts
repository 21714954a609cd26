/** All formats of one layout say the same. Readers of other projects judge them in readers.spec.ts. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Rendered } from "../../provider/network/render";
import { factsOfKeyfiles, factsOfNetplan, factsOfNetworkData, factsOfNmstate, withOneDynamicIPv6 } from "./facts";
import { asked, layouts } from "./layouts";

describe("the formats of a random layout", () => {
  it("agree about devices, MTUs, addresses, routes and dynamic networks", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { result, failures } = asked(layout);
        assert.deepEqual(failures, []);
        const { networkData, nmstate, netplan, keyfiles } = result as unknown as Rendered;
        const expected = factsOfNetworkData(networkData);
        assert.deepEqual(factsOfNetplan(netplan), expected);
        assert.deepEqual(factsOfNmstate(nmstate), withOneDynamicIPv6(expected));
        assert.deepEqual(factsOfKeyfiles(keyfiles), withOneDynamicIPv6(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("have the keyfiles in Ignition", () => {
    fc.assert(
      fc.property(layouts, (layout) => {
        const { ignition, keyfiles } = asked(layout).result as unknown as Rendered;
        const { files } = JSON.parse(ignition).storage as { files: { path: string; contents: { source: string } }[] };
        const written = files.map(({ path, contents: { source } }) => [
          path.replace("/etc/NetworkManager/system-connections/", ""),
          Buffer.from(source.replace("data:;base64,", ""), "base64").toString(),
        ]);
        assert.deepEqual(Object.fromEntries(written), keyfiles);
      }),
    );
  });
});
