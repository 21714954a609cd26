/** A server that sends and sends: what it says is given up, not kept until memory is full. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { MAX_ANSWER_BYTES } from "../../../provider/store/kubernetes/link";
import type { Watch } from "../../../provider/store/store";
import { answer, type Step } from "./scripted-server";
import { poolKey as key, poolKind as kind, storedPool, useScripted } from "./scripted-store";

const PIECE = Buffer.alloc(1024 * 1024, " ");

/** How many bytes went out until the other side had enough; answers have no end of their own. */
function endless(sent: (bytes: number) => void): Step {
  return (response: ServerResponse) => {
    let bytes = 0;
    const more = () => {
      while (!response.destroyed && response.write(PIECE)) bytes += PIECE.length;
    };
    response.writeHead(200, { "content-type": "application/json" });
    response.on("drain", more).on("close", () => sent(bytes));
    more();
  };
}

describe("kubernetes store: an endless answer", () => {
  const scripted = useScripted();

  it("is given up, and requested again", async () => {
    let bytes = 0;
    const { store, server } = await scripted([
      endless((sent) => {
        bytes = sent;
      }),
      answer(200, storedPool(1)),
    ]);
    assert.equal((await store.get(kind, key))?.metadata.uid, "uid-1");
    assert.equal(server.seen.length, 2);
    assert.ok(bytes < 2 * MAX_ANSWER_BYTES, `${bytes} bytes were taken`);
  });

  it("in a watch ends at the longest line, and the watch continues", async () => {
    let watch: Watch | undefined;
    const told = new Promise<string>((resolve, reject) => {
      const listed = answer(200, { metadata: { resourceVersion: "1" }, items: [] });
      const pool = storedPool(2);
      const event: Step = (response) => void response.write(`${JSON.stringify({ type: "ADDED", object: pool })}\n`);
      scripted([listed, endless(() => undefined), event]).then(({ store }) => {
        watch = store.apiServer.watch(kind, "default", {
          seen: ({ metadata }) => resolve(metadata.uid),
          gone: () => undefined,
          failed: reject,
        });
      }, reject);
    });
    assert.equal(await told, "uid-1");
    watch?.close();
  });
});
