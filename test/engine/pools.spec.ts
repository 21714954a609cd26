import assert from "node:assert/strict";
import { host, hosts, pool } from "../resources/declare";
import { expectFailed, expectSucceeded, useEngine } from "../testbed/engine";
import { onEachBackend } from "./backends";
import { onEachDoor, pluginDoor, type Written } from "./doors";

const write = pluginDoor.program;

describe("pools on a real engine", function () {
  const engine = useEngine(this);

  // The addresses of a pool do not depend on the door.
  onEachBackend(engine, (open) => {
    it("give everything except excluded and reserved addresses, to the last one", async () => {
      const sixteen = pool({
        pools: [{ start: "10.0.0.0", subnet: "10.0.0.0/28" }],
        prefix: 28,
        excludes: ["10.0.0.5", "10.0.0.8/30"],
        excludeReserved: true,
      });
      const left = [2, 3, 4, 6, 7, 12, 13, 14].map((last) => `10.0.0.${last}`);
      const names = left.map((_, index) => `h-${index}`);
      const backend = await open();
      const stack = await engine().project({
        name: "full",
        ...pluginDoor.project,
        program: write(sixteen, hosts(names)),
        ...backend.project,
      });
      const net = `IPPool ${backend.namespace}/net`;
      const { outputs } = expectSucceeded(await stack.up());
      const given = Object.values(outputs.rack as Record<string, string>);
      assert.deepEqual(new Set(given), new Set(left));
      const before = await backend.contents();

      await stack.setProgram(write(sixteen, hosts([...names, "one-too-many"])));
      expectFailed(
        await stack.preview(),
        new RegExp(
          `resource 'rack' has a problem: ${net} has no room for 1 more: 8 of 8 addresses are in use\\. Add a range to its \`pools\``,
        ),
      );
      const excluded = "is excluded from NET. It offers ";
      for (const [address, what] of [
        ["10.0.0.0", "is a network address of NET, and a host cannot use it"],
        ["10.0.0.1", "is the gateway of NET, and a host cannot use it"],
        ["10.0.0.5", excluded],
        ["10.0.0.9", excluded],
        ["10.0.0.15", "is a broadcast address of NET, and a host cannot use it"],
      ] as const) {
        await stack.setProgram(write(sixteen, hosts(names, { pins: { "h-0": address } })));
        const said = `${address} ${what.replace("NET", net)}`.replaceAll(".", "\\.");
        expectFailed(await stack.preview(), new RegExp(said));
      }
      assert.deepEqual(await backend.contents(), before);
    });

    const other = pool({ pools: [{ start: "10.0.0.15", end: "10.0.0.25" }], gateway: undefined }, "other");
    const meetings: [what: string, resources: Written[], either: string[]][] = [
      [
        "its own DHCP range",
        [pool({ dhcpRanges: ["10.0.0.18-10.0.0.30"] })],
        ["dhcpRanges[0]: 10.0.0.18-10.0.0.30 overlaps 10.0.0.10-10.0.0.19 of pools[0]. Make them disjoint"],
      ],
      [
        "another pool",
        [pool(), other],
        [
          "pools: 10.0.0.15-10.0.0.25 overlaps 10.0.0.10-10.0.0.19 of IPPool NS/net (both have 10.0.0.15-10.0.0.19). Make them disjoint",
          "pools: 10.0.0.10-10.0.0.19 overlaps 10.0.0.15-10.0.0.25 of IPPool NS/other (both have 10.0.0.15-10.0.0.19). Make them disjoint",
        ],
      ],
    ];
    for (const [what, resources, either] of meetings) {
      it(`may not overlap ${what}: the preview refuses it, with both ranges`, async () => {
        const backend = await open();
        const stack = await engine().project({
          name: "meets",
          ...pluginDoor.project,
          program: write(...resources),
          ...backend.project,
        });
        const { all } = expectFailed(await stack.preview(), /has a problem/);
        // The engine checks siblings in any order. The second one gets the error.
        const said = either.map((text) => `has a problem: ${text.replace("NS", backend.namespace)}`);
        assert.equal(said.filter((text) => all.includes(text)).length, 1, all);
        assert.deepEqual(await backend.contents(), {});
      });
    }
  });

  onEachDoor(engine, (door, open) => {
    it("show a warning to the user, which forbids nothing", async () => {
      const { namespace, project } = await open();
      const stack = await engine().project({
        name: "warned",
        ...door.project,
        program: door.program(pool({ pools: [{ start: "10.0.0.1", end: "10.0.0.9" }] }), host("a")),
        ...project,
      });
      for (const command of [await stack.preview(), await stack.up()]) {
        const { diagnostics, stdout } = expectSucceeded(command);
        // Other tests have pools in other namespaces of the same cluster.
        const warnings = diagnostics.filter(
          ({ severity, message }) => severity === "warning" && !message.includes("Pools of two namespaces"),
        );
        const text = `IPPool ${namespace}/net offers 10.0.0.1 (gateway). Metal3 gives such addresses to hosts. Set \`excludeReserved: true\`, or add them to \`excludes\`.`;
        assert.deepEqual(
          warnings.map(({ message }) => message.trim()),
          [text],
        );
        assert.ok(stdout.includes(`warning: ${text}`), stdout);
      }
    });
  });
});
