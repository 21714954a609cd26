/** Who has written what without knowing what became of the write before: as a proxy sees it. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Seen } from "../../cluster/front";

/** By which a request says which process it is of. */
export const WRITER_HEADER = "x-racer";

export class WriteRecord {
  /** Writes that followed one of the same writer on the same object whose outcome it had no way to know. */
  readonly blind: string[] = [];
  /** Writes whose outcome their writer had no way to know. */
  doubtful = 0;
  #clock = 0;
  /** Writer and object → when the doubt arose. */
  readonly #doubts = new Map<string, number>();

  /** Notes a request that has arrived whole, and what becomes of it. */
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

  /** A reading says something of writes that had ended when it was asked for. */
  #read(read: string, isList: boolean, arrived: number): void {
    for (const [object, arose] of this.#doubts) {
      const isOf = object === read || (isList && object.startsWith(`${read}/`));
      if (isOf && arose < arrived) this.#doubts.delete(object);
    }
  }
}

/** No answer came, or one that does not say that nothing was done. */
function isDoubtful(answer: ServerResponse): boolean {
  if (!answer.writableFinished) return true;
  const isUntouched = answer.statusCode === 503 && answer.hasHeader("retry-after");
  return answer.statusCode >= 500 && !isUntouched;
}

function nameIn(body: Buffer): string {
  return (JSON.parse(body.toString()) as { metadata: { name: string } }).metadata.name;
}
