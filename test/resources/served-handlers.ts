/**
 * The handlers as the plugin serves them. Each verb is encoded as the bytes of a message and decoded again, through the code
 * of the service. What messages cannot carry is taken from the handlers behind it, and the answers are compared with theirs.
 */
import assert from "node:assert/strict";
import type { handleUnaryCall, MethodDefinition, ServiceError } from "@grpc/grpc-js";
import { type IResourceProviderServer, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { pathText } from "../../provider/api/property-path";
import { type Ends, type Functions, type Handlers, handlersOver } from "../../provider/compose";
import { bagOf, structOf } from "../../provider/plugin/message";
import { providerService } from "../../provider/plugin/service";
import { DRIFT_INPUT } from "../../provider/pulumi/drift-input";
import { unprinted } from "../../provider/pulumi/failed-check";
import { grpc } from "../../provider/pulumi/grpc";
import { tokenOf } from "../../provider/pulumi/tokens";
import { fromWire, toWire } from "../../provider/pulumi/wire";
import type * as life from "../../provider/resources/handler";
import { functions, resources } from "../../provider/resources/registry";
import { type Heard, overheard } from "./overheard";

/** Opens the handlers of a Stack. */
export function servedHandlers(...backend: Parameters<typeof handlersOver>): Handlers & Functions & Ends {
  const heard: Heard = { checks: new Map(), errors: [] };
  const handlers = overheard(handlersOver(...backend), heard);
  const service = providerService(".", undefined, async () => ({ handlers, warnings: [] }));
  const wire = new Wire(service, heard);
  const served = [
    ...Object.entries(resources).map(([name, { kind }]) => [name, new ServedHandler(kind, wire)]),
    ...Object.entries(functions).map(([name, { kind }]) => [name, new ServedFunction(kind, wire)]),
  ];
  return { ...Object.fromEntries(served), endRun: handlers.endRun };
}

type Verb = "check" | "diff" | "create" | "read" | "update" | "delete" | "invoke" | "configure";

class Wire {
  /** The settings of the provider, as state keeps them. */
  id: string | undefined;
  private configured: Promise<unknown> | undefined;

  constructor(
    private readonly service: IResourceProviderServer,
    readonly heard: Heard,
  ) {}

  /** Throws the error of the handler, after a check that the engine gets the same one. */
  async ask<Request, Response>(verb: Verb, request: Request): Promise<Response> {
    this.configured ??= this.configure();
    await this.configured;
    return this.send<Request, Response>(verb, request).catch((error: ServiceError) => {
      const thrown = this.heard.errors.find((one) => one instanceof Error && one.message === error.details);
      assert.ok(thrown, `${verb}: the engine is told what no handler has said: ${error.stack}`);
      assert.notEqual(error.code, grpc.status.UNKNOWN, error.details);
      throw thrown;
    });
  }

  private configure(): Promise<unknown> {
    const request = new proto.ConfigureRequest();
    if (this.id !== undefined) request.setId(this.id);
    return this.send("configure", request);
  }

  private send<Request, Response>(verb: Verb, request: Request): Promise<Response> {
    const definition = ResourceProviderService[verb] as unknown as MethodDefinition<Request, Response>;
    const handle = this.service[verb] as unknown as handleUnaryCall<Request, Response>;
    const sent = definition.requestDeserialize(definition.requestSerialize(request));
    return new Promise((resolve, reject) => {
      handle({ request: sent } as Parameters<typeof handle>[0], (error, response) => {
        if (error || !response) reject(error);
        else resolve(definition.responseDeserialize(definition.responseSerialize(response)));
      });
    });
  }
}

class ServedHandler implements life.Handler {
  constructor(
    readonly kind: string,
    private readonly wire: Wire,
  ) {}

  async check({ owner, olds, news }: life.CheckRequest): Promise<life.CheckResponse> {
    const request = new proto.CheckRequest();
    request.setUrn(this.urn(owner));
    request.setOlds(struct(olds ?? {}));
    request.setNews(struct(news));
    const response = await this.wire.ask<proto.CheckRequest, proto.CheckResponse>("check", request);
    const said = this.heardCheck(owner);
    const faults = response.getFailuresList().map((one) => ({ property: one.getProperty(), reason: one.getReason() }));
    assert.deepEqual(faults, said.failures.map(unprinted));
    return { ...said, inputs: bag(response.getInputs()) };
  }

  preview(): life.Properties {
    throw new Error("is part of create and update");
  }

  async diff({ owner, id, olds, news }: life.DiffRequest): Promise<life.DiffResponse> {
    const request = new proto.DiffRequest();
    request.setUrn(this.urn(owner));
    request.setId(id);
    request.setOlds(struct(olds));
    request.setNews(struct(news));
    const response = await this.wire.ask<proto.DiffRequest, proto.DiffResponse>("diff", request);
    const changed = [...new Set(response.getDiffsList())];
    const isChange = response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME;
    assert.equal(isChange, changed.length > 0);
    const shown = new Set([...response.getDetaileddiffMap().keys()]);
    for (const { path, isOfPool } of this.heardCheck(owner).drift) {
      const first = String(path[0]);
      const isInPlace = shown.has(pathText(path)) || [...shown].some((key) => key.split(/[.[]/)[0] === first);
      const isShown = isOfPool ? isInPlace : shown.has(DRIFT_INPUT);
      assert.ok(isShown, `${pathText(path)} has drifted, and only ${[...shown]} is shown`);
    }
    return {
      changed,
      replaces: response.getReplacesList(),
      deleteBeforeReplace: response.getDeletebeforereplace(),
      stables: response.getStablesList(),
    };
  }

  async create({ owner, inputs, operation }: life.CreateRequest): Promise<life.CreateResponse> {
    const request = new proto.CreateRequest();
    request.setUrn(this.urn(owner));
    request.setProperties(struct(inputs));
    request.setTimeout((operation?.timeoutMs ?? 0) / 1_000);
    const response = await this.wire.ask<proto.CreateRequest, proto.CreateResponse>("create", request);
    assert.ok(!response.getRefreshBeforeUpdate());
    return { id: response.getId(), outputs: bag(response.getProperties()) };
  }

  async read({ owner, id, inputs, state, isLookup }: life.ReadRequest): Promise<life.ReadResponse> {
    assert.ok(owner);
    const request = new proto.ReadRequest();
    request.setUrn(this.urn(owner));
    request.setId(id);
    // An import has no inputs, not even empty ones.
    if (inputs || isLookup) request.setInputs(struct(inputs ?? {}));
    request.setProperties(struct(state));
    const response = await this.wire.ask<proto.ReadRequest, proto.ReadResponse>("read", request);
    assert.ok(!response.getRefreshBeforeUpdate());
    return { id: response.getId(), inputs: bag(response.getInputs()), outputs: bag(response.getProperties()) };
  }

  async update({ owner, id, olds, oldInputs = {}, news, operation }: life.UpdateRequest): Promise<life.UpdateResponse> {
    const request = new proto.UpdateRequest();
    request.setUrn(this.urn(owner));
    request.setId(id);
    request.setOlds(struct(olds));
    request.setOldInputs(struct(oldInputs));
    request.setNews(struct(news));
    request.setTimeout((operation?.timeoutMs ?? 0) / 1_000);
    const response = await this.wire.ask<proto.UpdateRequest, proto.UpdateResponse>("update", request);
    assert.ok(!response.getRefreshBeforeUpdate());
    return { outputs: bag(response.getProperties()) };
  }

  async delete({ owner, id, state, operation }: life.DeleteRequest): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(this.urn(owner));
    request.setId(id);
    request.setProperties(struct(state));
    request.setTimeout((operation?.timeoutMs ?? 0) / 1_000);
    await this.wire.ask("delete", request);
  }

  private urn({ stack, resource, state }: life.ResourceOwner): string {
    this.wire.id ??= state?.id;
    const [project, name] = (stack ?? "").split("/");
    return `urn:pulumi:${name}::${project}::${tokenOf(this.kind)}::${resource}`;
  }

  private heardCheck(owner: life.ResourceOwner): life.CheckResponse {
    const said = this.wire.heard.checks.get(`${this.kind} ${owner.resource}`);
    return said ?? { inputs: {}, failures: [], warnings: [], drift: [] };
  }
}

class ServedFunction implements life.FunctionHandler {
  constructor(
    readonly kind: string,
    private readonly wire: Wire,
  ) {}

  async invoke(args: life.Properties): Promise<life.InvokeResponse> {
    const request = new proto.InvokeRequest();
    request.setTok(tokenOf(this.kind));
    request.setArgs(struct(args));
    const response = await this.wire.ask<proto.InvokeRequest, proto.InvokeResponse>("invoke", request);
    const failures = response.getFailuresList();
    return {
      result: bag(response.getReturn()),
      failures: failures.map((one) => ({
        path: [one.getProperty()].filter((step) => step !== ""),
        reason: one.getReason(),
      })),
    };
  }
}

const struct = (properties: life.Properties) => structOf(toWire(properties));
const bag = (message: Parameters<typeof bagOf>[0]): life.Properties => fromWire(bagOf(message));
