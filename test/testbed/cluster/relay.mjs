/**
 * Runs inside a network of its own. Takes over a listening socket of the outside, which the starter sends, and passes
 * each connection on to the same port in here. Plain JavaScript: a loader of TypeScript would double its memory.
 */
import { connect } from "node:net";
import { pipeline } from "node:stream";

process.once("message", (_, outside) => {
  const { port } = outside.address();
  outside.on("connection", (from) => {
    const to = connect({ port, host: "127.0.0.1", noDelay: true });
    from.setNoDelay(true); // or Nagle's algorithm lets an answer wait 40 ms for an acknowledgement
    pipeline(from, to, from, () => undefined);
  });
  process.send("ready", () => process.disconnect());
});
