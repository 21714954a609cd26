/**
 * Faults of a network and a busy API server, drawn by a seed, for a `Front`. And a record that shows whether
 * a client has repeated a write with an unknown outcome without reading back.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import type { Exchange, Meddling, Seen } from "../cluster/front";
import { WriteRecord } from "./race/write-record";
import { randomFrom } from "./scale";

const STALL_MS = 2_000;
/** How many writes in a row get a Conflict, from any client. */
const STORM = 3;

const FAULTS = {
  "reset before it was sent on": ({ asked }) => cut(asked),
  "answer lost": ({ asked, pass }, body) => {
    pass(body, (response) => response.on("end", () => cut(asked)).resume());
  },
  "too many requests (429)": ({ answer }) => refuse(answer, 429, "TooManyRequests", { "retry-after": "1" }),
  "unavailable (503)": ({ answer }) => refuse(answer, 503, "ServiceUnavailable"),
  "conflict (409)": ({ answer }) => refuse(answer, 409, "Conflict"),
  stall: ({ pass }, body) => void setTimeout(STALL_MS).then(() => pass(body)),
} satisfies Record<string, (exchange: Exchange, body: Buffer) => void>;

const CONFLICT = "conflict (409)";

type Fault = keyof typeof FAULTS;
const ALL = Object.keys(FAULTS) as readonly Fault[];

export class Faults {
  /** The number of each fault. Each conflict counts. */
  readonly met: Record<string, number> = {};
  readonly writes = new WriteRecord();
  /** The chance of each fault. Only writes get conflicts. */
  share: number;
  readonly #random: () => number;
  #storm = 0;

  constructor(seed: number, share: number) {
    this.#random = randomFrom(seed);
    this.share = share;
  }

  /** For `Front.meddle`. */
  readonly meddle = (seen: Seen): Meddling | undefined => {
    if (seen.verb === "watch") return undefined;
    return (exchange) => void this.#take(seen, exchange);
  };

  async #take(seen: Seen, exchange: Exchange): Promise<void> {
    const { asked, answer, pass } = exchange;
    const body = await buffer(asked).catch(() => undefined);
    if (body === undefined) return;
    this.writes.watch(seen, asked, body, answer);
    const fault = this.#draw(asked.method !== "GET");
    if (fault === undefined) return pass(body);
    this.met[fault] = (this.met[fault] ?? 0) + 1;
    FAULTS[fault](exchange, body);
  }

  #draw(isWrite: boolean): Fault | undefined {
    const drawn = ALL[Math.floor(this.#random() / this.share)];
    if (!isWrite) return drawn === CONFLICT ? undefined : drawn;
    if (drawn === CONFLICT) this.#storm = STORM;
    return this.#storm > 0 && this.#storm-- > 0 ? CONFLICT : drawn;
  }
}

function cut(asked: IncomingMessage): void {
  asked.socket.destroy();
}

/** In an API server's words. */
function refuse(answer: ServerResponse, code: number, reason: string, headers: Record<string, string> = {}): void {
  const status = { kind: "Status", apiVersion: "v1", status: "Failure", reason, message: "a fault of the test", code };
  answer.writeHead(code, { "content-type": "application/json", ...headers }).end(JSON.stringify(status));
}
