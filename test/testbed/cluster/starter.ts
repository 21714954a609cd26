import { Daemon } from "./daemon";
import { startKeeper } from "./keeper";

/** A test starts and kills it. It has two servers, reports the ids of all, and stays. */
async function main(): Promise<void> {
  const keeper = await startKeeper();
  const servers = ["a", "b"].map(
    (name) => new Daemon({ name, command: ["sleep", "600"], isReady: () => true }, keeper),
  );
  await Promise.all(servers.map((server) => server.start()));
  process.send?.({ root: keeper.root, pids: [keeper.pid, ...servers.map((server) => server.pid)] });
  process.on("message", () => undefined);
}

main();
