/** The steps that wrap every resource for its backend, and their order. */
import assert from "node:assert/strict";
import { z } from "zod";
import { pulumiWords } from "../../provider/pulumi/vocabulary";
import { BackendHandler } from "../../provider/resources/backend-handler";
import { Unfinished } from "../../provider/resources/handler";
import { type Store, StoreError } from "../../provider/store/store";
import { FakeHandler } from "../dynamic/fake-handler";

const here = { id: "kubernetes:1", description: "cluster a" };
const before = { id: "kubernetes:0", description: "cluster b" };
const apiServer: Store["apiServer"] = {
  served: async (kind) => kind,
  named: async () => undefined,
  watch: () => ({ close: () => undefined }),
};
const shapes = { inputs: { name: z.string() }, outputs: { name: z.string(), size: z.int() } };
const owner = { stack: "metal/dev", resource: "one" };
const id = "metal3/one";
const said = { name: "one" };
const state = { name: "one", size: 3, target: before, token: "t" };
const REMEDY =
  "Check that the API server of cluster a is up and is the one you mean (`metal3-ipam:kubeconfig`, `:context`), then run the command again.";

describe("a handler for a backend", () => {
  let inner: FakeHandler;
  beforeEach(() => {
    inner = new FakeHandler();
  });
  const words = pulumiWords;
  const inCluster = (deletesUnreached?: boolean) =>
    new BackendHandler(inner, shapes, { target: here, apiServer }, { words, deletesUnreached });
  const inFolder = () => new BackendHandler(inner, shapes, { target: here }, { words, deletesUnreached: true });

  it("hides its target from the inner handler, and keeps it in state", async () => {
    inner.checked = { ...inner.checked, inputs: said };
    inner.found = { id, outputs: { name: "one", size: 3 }, inputs: said };
    const handler = inFolder();
    const { target: _target, ...bare } = state;
    const marked = { name: "one", size: 3, target: here };
    assert.deepEqual((await handler.check({ owner, olds: state, news: state })).inputs, { ...said, target: here });
    assert.deepEqual((await handler.create({ owner, inputs: state })).outputs, marked);
    assert.deepEqual((await handler.update({ owner, id, olds: state, oldInputs: state, news: state })).outputs, marked);
    const read = await handler.read({ id, inputs: state, state });
    assert.deepEqual([read.outputs.target, read.inputs?.target], [before, before]);
    await handler.diff({ owner, id, olds: state, news: state });
    await handler.delete({ owner, id, state });
    assert.deepEqual(handler.preview(state), { ...bare, target: here });
    assert.deepEqual(
      inner.requests.map(({ request }) => request),
      [
        { owner, olds: bare, news: bare },
        { owner, inputs: bare },
        { owner, id, olds: bare, oldInputs: bare, news: bare },
        { id, inputs: bare, state: bare },
        { owner, id, olds: bare, news: bare },
        { owner, id, state: bare },
      ],
    );
  });

  it("keeps the target of the last update while a cluster does not answer, and gives a remedy", async () => {
    inner.error = new StoreError("Unavailable", "no answer.");
    const warnings = [`Could not read the cluster, so the last known state stands. no answer. ${REMEDY}`];
    const handler = inCluster();
    assert.deepEqual(await handler.check({ owner, olds: state, news: said }), {
      ...{ inputs: state, failures: [], drift: [] },
      warnings,
    });
    assert.deepEqual(await handler.read({ id, state }), { id, outputs: state, warnings });
    assert.deepEqual((await handler.diff({ owner, id, olds: state, news: said })).changed, []);
    const told = { message: `no answer. ${REMEDY}` };
    await assert.rejects(handler.check({ owner, olds: state, news: { name: "two" } }), told);
    await assert.rejects(handler.diff({ owner, id, olds: state, news: { name: "two" } }), told);
    await assert.rejects(handler.read({ id, state: {} }), told);
    await assert.rejects(handler.delete({ owner, id, state }), told);
  });

  it("keeps an unfinished object with its target, and adds the remedy for the cause", async () => {
    inner.error = new Unfinished(id, said, ["no answer."], new StoreError("Unavailable", "no answer."));
    const unfinished = { id, outputs: { ...said, target: here }, reasons: [`no answer. ${REMEDY}`] };
    await assert.rejects(inCluster().create({ owner, inputs: said }), unfinished);
    await assert.rejects(inCluster().update({ owner, id, olds: state, news: said }), unfinished);
    await assert.rejects(inFolder().create({ owner, inputs: said }), { ...unfinished, reasons: ["no answer."] });
  });

  it("recognizes a terminating namespace by the structured cause, and not by the text", async () => {
    const message = "p is forbidden: because it is being terminated.";
    const hints = { isNamespaceEnding: true };
    inner.error = new StoreError("Forbidden", message, hints);
    await assert.rejects(inCluster().create({ owner, inputs: said }), {
      message: `${message} Wait until it is gone and create it again, or set \`metal3-ipam:namespace\` to another one.`,
      hints,
    });
    inner.error = new StoreError("Forbidden", message);
    await assert.rejects(inCluster().create({ owner, inputs: said }), {
      message: /being terminated\. Ask for the role metal3-ipam-writer in cluster a /,
    });
  });

  it("keeps no state and adds no remedy if the backend is a folder", async () => {
    inner.error = new StoreError("Unavailable", "the disk is full.");
    const plain = { message: "the disk is full." };
    await assert.rejects(inFolder().check({ owner, olds: state, news: said }), plain);
    await assert.rejects(inFolder().read({ id, state }), plain);
    await assert.rejects(inFolder().create({ owner, inputs: said }), plain);
  });

  describe("deletes", () => {
    const GONE =
      "If that cluster is gone for good, set `PULUMI_METAL3_IPAM_DELETE_UNREACHABLE=true` in the environment and run this again " +
      "(`pulumi destroy` reads `metal3-ipam:deleteUnreachable` from the last update). Or remove the resource from state with " +
      "`pulumi state delete`.";
    const unreached = (why: string) => new StoreError("Unavailable", why, { isUnreached: true });
    const warned = async (handler: BackendHandler) => {
      const warnings: string[] = [];
      const warn = async (text: string) => {
        warnings.push(text);
      };
      await handler.delete({ owner, id, state, operation: { warn } });
      return warnings;
    };
    const UNREACHED = [
      "the API server did not answer (ECONNREFUSED).",
      "the name of the API server is not known (ENOTFOUND).",
      "no connection to the API server in time.",
    ];
    const OTHERS: readonly Error[] = [
      new StoreError("Unavailable", "the API server answered 503."),
      new StoreError("Unavailable", "the API server answered 429."),
      new StoreError("Unavailable", "the API server did not answer within 12 s."),
      new StoreError("Unavailable", "the API server's certificate is not signed by the CA of the kubeconfig."),
      new StoreError("Forbidden", "may not delete"),
      new StoreError("Forbidden", "the API server does not accept the credentials of the kubeconfig (401)."),
      new StoreError("Forbidden", "ends", { isNamespaceEnding: true }),
      new StoreError("NotInstalled", "the API server does not know IPPool."),
      new StoreError("NotFound", "namespace metal3 does not exist."),
      new StoreError("Conflict", "it was changed meanwhile."),
      new StoreError("Malformed", "IPPool metal3/net cannot be read."),
      new Error("a fault of ours"),
    ];

    for (const why of UNREACHED) {
      it(`of a cluster that cannot be reached: ${why}`, async () => {
        inner.error = unreached(why);
        const told = `${inner.kind} ${id} was removed from state only. What it has in the cluster stays there. ${why} ${REMEDY}`;
        assert.deepEqual(await warned(inCluster(true)), [told]);
        for (const setting of [undefined, false])
          await assert.rejects(warned(inCluster(setting)), { message: `${why} ${REMEDY} ${GONE}` });
      });
    }
    for (const error of OTHERS) {
      it(`fail as always if the answer is: ${error.message}`, async () => {
        inner.error = error;
        for (const setting of [true, false]) {
          await assert.rejects(warned(inCluster(setting)), (thrown: Error) => {
            assert.ok(thrown.message.startsWith(error.message) && !thrown.message.includes(GONE), thrown.message);
            return true;
          });
        }
      });
    }

    it("succeed, and no other verb does", async () => {
      inner.error = unreached("gone.");
      const handler = inCluster(true);
      await assert.rejects(handler.create({ owner, inputs: said }), /^StoreError: gone\. Check that/);
      await assert.rejects(handler.update({ owner, id, olds: state, news: said }), /^StoreError: gone\. Check that/);
    });
  });
});
