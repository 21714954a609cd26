/** The writes whose writer did not know the outcome of the write before, as a proxy sees them. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Seen } from "../../cluster/front";

/** With this a request names its process. */
export const WRITER_HEADER = "x-racer";

export class WriteRecord {
  /** Writes that followed one of the same writer on the same object with an unknown outcome, without a read in between. */
  readonly blind: string[] = [];
  /** Writes with an outcome that their writer could not know. */
  doubtful = 0;
  #clock = 0;
  /** Writer and object → the time since when the outcome is unknown. */
  readonly #doubts = new Map<string, number>();

  /** Records a complete request, and its outcome. */
  watch({ verb, path }: Seen, asked: IncomingMessage, body: Buffer, answer: ServerResponse): void {
    const arrived = ++this.#clock;
    const writer = String(asked.headers[WRITER_HEADER] ?? "");
    const [place = ""] = path.split("?");
    const object = `${writer} ${verb === "create" ? `${place}/${nameIn(body)}` : place}`;
    const isWrite = verb === "create" || verb === "patch" || verb === "delete";
    if (isWrite && this.#doubts.has(object)) this.blind.push(`${verb} ${object}`);
    answer.on("close", () => {
      if (isWrite && isDoubtful(answer)) {
        this.doubtful += 1;
        this.#doubts.set(object, ++this.#clock);
      }
      if (!isWrite && answer.writableFinished && (answer.statusCode < 300 || answer.statusCode === 404)) {
        this.#read(object, verb === "list", arrived);
      }
    });
  }

  /** A read shows the writes that had ended before its request. */
  #read(read: string, isList: boolean, arrived: number): void {
    for (const [object, arose] of this.#doubts) {
      const isOf = object === read || (isList && object.startsWith(`${read}/`));
      if (isOf && arose < arrived) this.#doubts.delete(object);
    }
  }
}

/** No answer came, or one that does not rule out the write. */
function isDoubtful(answer: ServerResponse): boolean {
  if (!answer.writableFinished) return true;
  const isUntouched = answer.statusCode === 503 && answer.hasHeader("retry-after");
  return answer.statusCode >= 500 && !isUntouched;
}

function nameIn(body: Buffer): string {
  return (JSON.parse(body.toString()) as { metadata: { name: string } }).metadata.name;
}
