import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * Stands before a real server, byte for byte, and cuts connections where a test says so: what a network does that the
 * server knows nothing of.
 */
export class CuttingRelay {
  /** Asked for each piece on its way to the client: true loses it, and the connection with it. */
  losesAnswer: () => boolean = () => false;
  /** The same on the way to the server. */
  losesRequest: () => boolean = () => false;
  /** How many connections were cut. */
  cuts = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async before(target: string): Promise<CuttingRelay> {
    const { hostname, port } = new URL(target);
    const relay: CuttingRelay = new CuttingRelay(
      createServer((client) => relay.join(client, connect(Number(port), hostname))),
    );
    await new Promise<void>((resolve) => relay.server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  /** `https://127.0.0.1:<port>`. */
  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Loses the next answer, and nothing else. */
  loseNextAnswer(): void {
    this.losesAnswer = () => {
      this.losesAnswer = () => false;
      return true;
    };
  }

  loseNextRequest(): void {
    this.losesRequest = () => {
      this.losesRequest = () => false;
      return true;
    };
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private join(client: Socket, server: Socket): void {
    const cut = () => {
      this.cuts += 1;
      client.resetAndDestroy();
      server.destroy();
    };
    const pass = (from: Socket, to: Socket, isLost: () => boolean) => {
      this.sockets.add(from);
      from.on("data", (piece) => (isLost() ? cut() : to.write(piece)));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        this.sockets.delete(from);
      });
    };
    pass(client, server, () => this.losesRequest());
    pass(server, client, () => this.losesAnswer());
  }
}
