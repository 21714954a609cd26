/**
 * The gRPC service of a provider process (proto/pulumi/provider.proto). It maps each verb to its code in another file. The
 * engine asks most of its provider processes only for their identity, so the rest of the code is loaded at the first use.
 */
import type { handleServerStreamingCall, handleUnaryCall } from "@grpc/grpc-js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import type { IResourceProviderServer } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { isOfTargets } from "../pulumi/engine-command";
import { Empty } from "../pulumi/grpc";
import type { RunNotes } from "../pulumi/run-notes";
import { doorWording } from "../pulumi/wording";
import type { Rows } from "../resources/registry";
import { lateLog } from "./late-log";
import { openBag } from "./message";
import * as provider from "./provider-verbs";
import type { ResourceVerbs } from "./resource-verbs";
import { RunEnd } from "./run-end";
import { type Compose, Session, settingOf } from "./session";

/** The end of a process. */
export interface Ending {
  /** Aborted when the process is to end now. */
  readonly signal?: AbortSignal | undefined;
  readonly run: RunEnd;
  /** Shared with the other processes of the run. Absent if there are none. */
  readonly notes?: RunNotes | undefined;
  /** Set by the service. Releases what this run's updates have given up, if the run has ended well. */
  finish?: (patienceMs: number) => Promise<void>;
}

/**
 * `root`: the package's folder. `engineAddress`: the address of the engine that started this process. `registry`: see
 * resources/registry.ts.
 */
export function providerService(
  root: string,
  engineAddress: string | undefined,
  compose: Compose,
  ending: Ending = { run: new RunEnd() },
  registry?: Rows,
): IResourceProviderServer {
  const { run } = ending;
  const unary = unaryOf(() => run.noteFailure());
  // A program may handle the failure of a function, so the engine continues with the program.
  const asked = unaryOf(() => undefined);
  let address = engineAddress;
  let session: Session | undefined;
  ending.signal?.addEventListener("abort", () => session?.cancel());
  ending.finish = async (patienceMs) => {
    if (run.isWell && !isOfTargets()) await session?.endRun(patienceMs);
  };
  const log = lateLog(async () => {
    const { connectEngine, engineLog } = await import("../pulumi/engine-log.js");
    return engineLog(() => connectEngine(address), { notes: ending.notes });
  });
  const handlers = async () => {
    if (!session) throw new Error(doorWording.notConfigured);
    return (await session.opened()).handlers;
  };
  let loading: Promise<ResourceVerbs> | undefined;
  const resources = (): Promise<ResourceVerbs> => {
    const state = () => session?.state;
    loading ??= import("./resource-verbs.js").then(
      (loaded) =>
        new loaded.ResourceVerbs(
          { handlers, state, log, hasFailed: () => run.hasFailed, notes: ending.notes },
          registry,
        ),
    );
    return loading;
  };

  return {
    handshake: unary((request: proto.ProviderHandshakeRequest) => {
      address = request.getEngineAddress() || address;
      return provider.handshake();
    }),
    attach: unary((request: PluginAttach) => {
      address = request.getAddress() || address;
      return new Empty();
    }),
    getPluginInfo: unary(() => provider.getPluginInfo(root)),
    getSchema: unary(() => provider.getSchema(root)),
    parameterize: unary(provider.parameterize),
    getMapping: unary(() => new proto.GetMappingResponse()),
    getMappings: unary(() => new proto.GetMappingsResponse()),
    checkConfig: unary(async (request: proto.CheckRequest) => (await settings()).checkConfig(request)),
    diffConfig: unary(async (request: proto.DiffRequest) => (await settings()).diffConfig(request)),
    configure: unary((request: proto.ConfigureRequest) => {
      session?.cancel();
      session = new Session(settingOf(openBag(request.getArgs()).properties), compose, log, {
        providerId: request.getId(),
        notes: ending.notes,
      });
      return provider.configureResponse();
    }),
    check: unary(async (request: proto.CheckRequest) => {
      const response = await (await resources()).check(request);
      if (response.getFailuresList().length > 0) run.noteFailure();
      return response;
    }),
    diff: unary(async (request: proto.DiffRequest) => (await resources()).diff(request)),
    create: unary(async (request: proto.CreateRequest) => (await resources()).create(request)),
    read: unary(async (request: proto.ReadRequest) => (await resources()).read(request)),
    update: unary(async (request: proto.UpdateRequest) => (await resources()).update(request)),
    delete: unary(async (request: proto.DeleteRequest) => (await resources()).delete(request)),
    invoke: asked(async (request: proto.InvokeRequest) => (await functions()).invoke(handlers, request, registry)),
    list: streaming(async (request: proto.ListRequest) => {
      const lists = async () => (await handlers()).list;
      return (await listing()).list(lists, request, registry);
    }),
    // The engine sends it after Ctrl-C, and also at every normal end.
    cancel: unary(async () => {
      run.noteCancel();
      // A resource that can no longer be asked has nothing to report.
      await (await loading)?.end().catch(() => undefined);
      session?.cancel();
      // An attached process gets no signal afterwards.
      if (engineAddress === undefined) await ending.finish?.(FINISH_MS);
      return new Empty();
    }),
  } as unknown as IResourceProviderServer;
}

/** The engine waits for an answer to Cancel for five seconds. */
const FINISH_MS = 4_000;

const settings = () => import("./settings-verbs.js");
const functions = () => import("./function-verb.js");
const listing = () => import("./list-verb.js");
const failures = () => import("./failure.js");

type Unary = <Request extends object, Response>(
  verb: (request: Request) => Response | Promise<Response>,
) => handleUnaryCall<Request, Response>;

function unaryOf(noteFailure: () => void): Unary {
  return (verb) => (call, done) => {
    Promise.resolve(call.request)
      .then(verb)
      .then(
        (response) => done(null, response),
        async (error) => {
          noteFailure();
          done((await failures()).serviceError(error, call.request));
        },
      );
  };
}

function streaming<Request extends object, Response>(
  verb: (request: Request) => Promise<readonly Response[]>,
): handleServerStreamingCall<Request, Response> {
  return (call) => {
    verb(call.request).then(
      (responses) => {
        for (const response of responses) call.write(response);
        call.end();
      },
      async (error) => call.emit("error", (await failures()).serviceError(error, call.request)),
    );
  };
}
