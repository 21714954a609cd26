import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import type { Keeper } from "./keeper";
import { freePorts } from "./ports";

/** The network of the servers. All listen on its 127.0.0.1. */
export interface Network {
  /** The API server's port of 127.0.0.1, inside and outside. */
  readonly port: number;
  /** The command line that runs a command in the network. */
  enter(command: readonly string[]): readonly string[];
  /** The reason if it is less than requested. */
  readonly shortcoming?: string;
}

/** The machine's own network. */
export async function sharedNetwork(): Promise<Network> {
  const [port = 0] = await freePorts(1);
  return { port, enter: (command) => command };
}

/** Ways to create a network namespace and to join that of a process: for root, and for others with a user namespace. */
const namespaces = [
  { make: ["unshare", "--net"], enter: (pid: number) => ["nsenter", `--target=${pid}`, "--net"] },
  {
    make: ["unshare", "--user", "--map-root-user", "--net"],
    enter: (pid: number) => ["nsenter", `--target=${pid}`, "--user", "--preserve-credentials", "--net"],
  },
];

/**
 * A network namespace with nothing but loopback, for a server that insists on listening on all interfaces, as Metal3's
 * webhook server does. One port leads in, through a relay. If there are no namespaces (they exist on Linux only, and
 * containers may forbid them), it uses the machine's own network.
 */
export async function ownNetwork(keeper: Keeper, ways = namespaces): Promise<Network> {
  const problems: string[] = [];
  for (const { make, enter } of ways) {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    try {
      const pid = await startRelay(make, server, keeper);
      return { port, enter: (command) => [...enter(pid), "--", ...command] };
    } catch (error) {
      problems.push(`${make.join(" ")}: ${(error as Error).message}`);
    } finally {
      server.close();
    }
  }
  const shortcoming = `Metal3's webhooks listen on all interfaces, because there is no network namespace (${problems.join("; ")}).`;
  return { ...(await sharedNetwork()), shortcoming };
}

/** Gives the listening socket to a relay inside. The namespace lasts as long as a process is in it. */
async function startRelay(make: readonly string[], server: Server, keeper: Keeper): Promise<number> {
  const path = join(keeper.root, "relay.log");
  const log = openSync(path, "w");
  const node = [process.execPath, join(__dirname, "relay.mjs")];
  const [file = "", ...args] = [...make, "--", "/bin/sh", "-c", 'ip link set lo up && exec "$@"', "sh", ...node];
  const relay = spawn(file, args, { detached: true, stdio: ["ignore", log, log, "ipc"] });
  closeSync(log);
  const pid = relay.pid ?? 0;
  if (pid > 0) keeper.watch(pid);
  relay.once("exit", () => keeper.forget(pid));
  relay.unref();
  const failed = new Promise<never>((_, reject) => {
    relay.once("error", reject);
    relay.once("exit", (code) => reject(new Error(`exit code ${code}`)));
  });
  const ready = once(relay, "message");
  relay.send("outside", server, () => undefined); // if this fails, so does the relay
  await Promise.race([ready, failed]).catch((error: Error) => {
    throw new Error(`${error.message} ${readFileSync(path, "utf8").replaceAll("\n", " ")}`.trim());
  });
  return pid;
}
