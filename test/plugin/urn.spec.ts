import assert from "node:assert/strict";
import fc from "fast-check";
import { Owners, readUrn } from "../../provider/plugin/urn";

const token = "metal3-ipam:index:PreAllocation";

describe("a URN", () => {
  it("names stack, token and resource, also below components and with colons in the name", () => {
    const types = fc.array(fc.constantFrom("my:index:Rack", "eks:index:Cluster"), { maxLength: 3 });
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
    fc.assert(
      fc.property(word, word, types, fc.string({ minLength: 1 }), (stack, project, parents, name) => {
        // A name that begins with a colon looks like the separator.
        fc.pre(!name.startsWith(":"));
        const urn = `urn:pulumi:${stack}::${project}::${[...parents, token].join("$")}::${name}`;
        assert.deepEqual(readUrn(urn), { stack: `${project}/${stack}`, token, name });
      }),
    );
  });
});

describe("owners", () => {
  const urn = (name: string, parent = "") => `urn:pulumi:dev::metal::${parent}${token}::${name}`;

  it("are the logical names, numbered if two components have one of the same name, and do not change later", () => {
    const owners = new Owners();
    const asked = [urn("a"), urn("a", "x:y:Rack$"), urn("b"), urn("a"), urn("a", "x:y:Rack$")];
    assert.deepEqual(
      asked.map((one) => owners.of(one)),
      ["a", "a#2", "b", "a", "a#2"].map((resource) => ({ stack: "metal/dev", resource })),
    );
  });

  it("of different types do not count for each other", () => {
    const owners = new Owners();
    owners.of(urn("a"));
    assert.equal(owners.of("urn:pulumi:dev::metal::metal3-ipam:index:IPClaim::a").resource, "a");
  });
});
