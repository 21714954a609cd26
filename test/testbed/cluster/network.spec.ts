import assert from "node:assert/strict";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { Daemon } from "./daemon";
import { type Keeper, startKeeper } from "./keeper";
import { ownNetwork } from "./network";

/** Answers on two ports of all interfaces, like a server that cannot choose one. */
const greeter = (...ports: number[]): string[] => [
  process.execPath,
  "-e",
  `for (const port of [${ports}]) {
    require("node:net").createServer((socket) => socket.end("hello")).listen(port, () => console.log("up"));
  }`,
];

const read = (port: number): Promise<string> => text(connect(port, "127.0.0.1"));

describe("a network of the testbed", () => {
  let keeper: Keeper;
  beforeEach(async () => {
    keeper = await startKeeper();
  });
  afterEach(() => keeper.release());

  it("lets in to one port only", async function () {
    const network = await ownNetwork(keeper);
    if (network.shortcoming !== undefined) this.skip();
    const other = network.port === 65_535 ? 65_534 : network.port + 1;
    const command = network.enter(greeter(network.port, other));
    await new Daemon({ name: "greeter", command, isReady: (log) => log === "up\nup\n" }, keeper).start();
    assert.equal(await read(network.port), "hello");
    await assert.rejects(read(other), /ECONNREFUSED/);
  });

  it("is the machine's own if there are no namespaces", async () => {
    const network = await ownNetwork(keeper, [{ make: ["false"], enter: () => assert.fail("entered nothing") }]);
    assert.match(network.shortcoming ?? "", /because there is no network namespace \(false: exit code 1\)/);
    const command = network.enter(greeter(network.port));
    await new Daemon({ name: "greeter", command, isReady: (log) => log === "up\n" }, keeper).start();
    assert.equal(await read(network.port), "hello");
  });
});
