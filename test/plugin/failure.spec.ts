import assert from "node:assert/strict";
import type { ServiceError } from "@grpc/grpc-js";
import type { Composition } from "../../provider/compose";
import { IpamError, type IpamErrorKind } from "../../provider/ipam/errors";
import type { Compose } from "../../provider/plugin/session";
import { grpc } from "../../provider/pulumi/grpc";
import { type Handler, Unfinished } from "../../provider/resources/handler";
import { StoreError, type StoreErrorReason } from "../../provider/store/store";
import { useProcesses } from "./backend";
import { partOf, Resource, secret } from "./verbs";

const { status } = grpc;

const OF_IPAM: { readonly [kind in IpamErrorKind]: string } = {
  exhausted: "RESOURCE_EXHAUSTED",
  held: "ALREADY_EXISTS",
  exists: "ALREADY_EXISTS",
  outOfRange: "OUT_OF_RANGE",
  poolMissing: "NOT_FOUND",
  notReserved: "NOT_FOUND",
  unheld: "NOT_FOUND",
  poolBusy: "FAILED_PRECONDITION",
  paused: "FAILED_PRECONDITION",
  inUse: "FAILED_PRECONDITION",
  malformed: "FAILED_PRECONDITION",
  refused: "FAILED_PRECONDITION",
  unserved: "FAILED_PRECONDITION",
  malformedId: "INVALID_ARGUMENT",
  unfinished: "ABORTED",
  cancelled: "CANCELLED",
};

const OF_STORE: { readonly [reason in StoreErrorReason]: string } = {
  AlreadyExists: "ALREADY_EXISTS",
  Conflict: "ABORTED",
  NotFound: "NOT_FOUND",
  Invalid: "INVALID_ARGUMENT",
  NotInstalled: "FAILED_PRECONDITION",
  Forbidden: "PERMISSION_DENIED",
  Malformed: "FAILED_PRECONDITION",
  Unavailable: "UNAVAILABLE",
};

describe("a failure", () => {
  let failure: unknown;
  /** Handlers that fail in every verb. */
  const compose: Compose = async () => {
    const fail = async () => {
      throw failure;
    };
    const handler = { kind: "", check: fail, diff: fail, create: fail, read: fail, update: fail, delete: fail };
    const handlers = { ipClaim: { ...handler, preview: () => ({}) } satisfies Handler, list: fail };
    return { handlers: handlers as unknown as Composition["handlers"], warnings: [] };
  };
  const start = useProcesses({ compose });
  const claim = async () => new Resource(await start(), "ipClaim", "vip");
  const kept = { id: "metal3/vip", inputs: {}, outputs: { __target: {} } };

  const caught = (work: Promise<unknown>): Promise<ServiceError> =>
    work.then(
      () => assert.fail("it succeeded"),
      (error: ServiceError) => error,
    );

  async function told(error: unknown): Promise<[code: string | undefined, details: string]> {
    failure = error;
    const { code, details } = await caught((await claim()).delete(kept));
    return [status[code], details];
  }

  for (const [kind, code] of Object.entries(OF_IPAM)) {
    it(`of the promises, ${kind}, is ${code}`, async () =>
      assert.deepEqual(await told(new IpamError(kind as IpamErrorKind, "what, why, remedy")), [
        code,
        "what, why, remedy",
      ]));
  }
  for (const [reason, code] of Object.entries(OF_STORE)) {
    it(`of the backend, ${reason}, is ${code}`, async () =>
      assert.deepEqual(await told(new StoreError(reason as StoreErrorReason, "get x: why")), [code, "get x: why"]));
  }

  it("of the configuration is a precondition", async () => {
    assert.deepEqual(await told(new Error("no kubeconfig")), ["FAILED_PRECONDITION", "no kubeconfig"]);
  });

  for (const bug of [new TypeError("x is\n  undefined"), new ReferenceError("x is\nundefined"), "x is\nundefined"]) {
    it(`of the provider itself is reported as one, in one line (${typeof bug === "object" ? bug.name : typeof bug})`, async () => {
      const [code, details] = await told(bug);
      assert.equal(code, "INTERNAL");
      assert.match(details, /^This is a fault of metal3-ipam itself\. Please report it: x is undefined$/);
    });
  }

  it("is the same from every verb", async () => {
    failure = new IpamError("paused", "why");
    const one = await claim();
    const answers = [
      one.check({ pool: "a" }),
      one.diff(kept, {}),
      one.create({}),
      one.read(kept),
      one.update(kept, {}),
    ];
    for (const answer of answers) {
      const { code, details } = await caught(answer);
      assert.deepEqual([code, details], [status.FAILED_PRECONDITION, "why"]);
    }
  });

  it("shows no secret of its request", async () => {
    failure = new IpamError("held", "10.0.0.7 is held by cp-1");
    const { details } = await caught((await claim()).create({ address: secret("10.0.0.7") }));
    assert.equal(details, "[secret] is held by cp-1");
  });

  const causes: readonly (readonly [what: string, cause: Error | undefined, code: number])[] = [
    ["time is up", undefined, status.DEADLINE_EXCEEDED],
    ["the backend is out of reach", new StoreError("Unavailable", "why"), status.UNAVAILABLE],
    ["the user has stopped it", new IpamError("cancelled", "why"), status.CANCELLED],
  ];
  for (const [what, cause, code] of causes) {
    it(`leaves the existing object in state, with the reasons, if ${what}`, async () => {
      const outputs = { pool: "net", address: "10.0.0.7", token: "t", pinned: false };
      failure = new Unfinished("metal3/vip", outputs, ["Not served yet.", "10.0.0.7 waits."], cause);
      const sent = { pool: "net", address: secret("10.0.0.7") };
      const one = await claim();
      for (const work of [one.create(sent), one.update(kept, sent)]) {
        const error = await caught(work);
        assert.deepEqual([error.code, error.details], [code, "Not served yet. [secret] waits."]);
        assert.deepEqual(partOf(error), {
          code,
          message: "Not served yet. [secret] waits.",
          id: "metal3/vip",
          outputs: { pool: "net", address: secret("10.0.0.7"), __token: "t", __pinned: false },
          reasons: ["Not served yet.", "[secret] waits."],
        });
      }
    });
  }

  it("of anything else leaves nothing", async () => {
    failure = new IpamError("held", "why");
    assert.equal(partOf(await caught((await claim()).create({}))), undefined);
  });
});
