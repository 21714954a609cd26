/** An engine's calls for a resource, in plain objects. Property bags are as on the wire. */
import type { ServiceError } from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import type { Handlers } from "../../provider/compose";
import { bagOf, structOf } from "../../provider/plugin/message";
import { tokenOf } from "../../provider/pulumi/tokens";
import { secretOnWire, type WireProperties } from "../../provider/pulumi/wire";
import { resources } from "../../provider/resources/registry";
import type { ProviderProcess } from "./provider-process";

export type Kind = keyof Handlers;

/** An unknown value of any type. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const secret = secretOnWire;

export interface Kept {
  readonly id: string;
  readonly inputs: WireProperties;
  readonly outputs: WireProperties;
}

export interface Differs {
  /** Path → the change there: `add`, `delete_replace`, ... */
  readonly detailed: Readonly<Record<string, string>>;
  readonly isChange: boolean;
  readonly diffs: readonly string[];
  readonly replaces: readonly string[];
  readonly stables: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

const KINDS: ReadonlyMap<unknown, string> = new Map(
  Object.entries(proto.PropertyDiff.Kind).map(([name, kind]) => [kind, name.toLowerCase()]),
);

/** `of`: a kind of the package's registry, or a row of another one. */
export function urnOf(of: Kind | { readonly kind: string }, name: string, stack = "dev"): string {
  const { kind } = typeof of === "string" ? resources[of] : of;
  return `urn:pulumi:${stack}::metal::${tokenOf(kind)}::${name}`;
}

/** One resource of the stack `metal/dev`, or of another one. */
export class Resource {
  readonly urn: string;

  constructor(
    private readonly process: ProviderProcess,
    of: Kind | { readonly kind: string },
    name: string,
    stack?: string,
  ) {
    this.urn = urnOf(of, name, stack);
  }

  async check(news: WireProperties, olds: WireProperties = {}): Promise<{ inputs: WireProperties; faults: string[] }> {
    const request = new proto.CheckRequest();
    request.setUrn(this.urn);
    request.setNews(structOf(news));
    request.setOlds(structOf(olds));
    const response = await this.process.ask<proto.CheckResponse>((client, done) => client.check(request, done));
    const faults = response.getFailuresList().map((failure) => failure.getProperty() + failure.getReason());
    return { inputs: bagOf(response.getInputs()), faults };
  }

  /** The inputs of a check that finds no fault. */
  async checked(news: WireProperties, olds?: WireProperties): Promise<WireProperties> {
    const { inputs, faults } = await this.check(news, olds);
    if (faults.length > 0) throw new Error(faults.join("\n"));
    return inputs;
  }

  async diff(kept: Kept, news: WireProperties, ignored: readonly string[] = []): Promise<Differs> {
    const request = new proto.DiffRequest();
    request.setUrn(this.urn);
    request.setId(kept.id);
    request.setOlds(structOf(kept.outputs));
    request.setOldInputs(structOf(kept.inputs));
    request.setNews(structOf(news));
    request.setIgnorechangesList([...ignored]);
    const response = await this.process.ask<proto.DiffResponse>((client, done) => client.diff(request, done));
    return plainDiff(response);
  }

  async previewedCreate(inputs: WireProperties): Promise<WireProperties> {
    const request = this.createRequest(inputs, 0);
    request.setPreview(true);
    const response = await this.process.ask<proto.CreateResponse>((client, done) => client.create(request, done));
    requireNoRefresh(response);
    return bagOf(response.getProperties());
  }

  async create(inputs: WireProperties, timeoutSeconds = 0): Promise<Kept> {
    const request = this.createRequest(inputs, timeoutSeconds);
    const response = await this.process.ask<proto.CreateResponse>((client, done) => client.create(request, done));
    requireNoRefresh(response);
    return { id: response.getId(), inputs, outputs: bagOf(response.getProperties()) };
  }

  /** Check and create. */
  async made(news: WireProperties): Promise<Kept> {
    return this.create(await this.checked(news));
  }

  /** A refresh of what state has. With an id, an import or `.get`, with or without the program's arguments. */
  async read({ id, inputs, outputs }: Partial<Kept> & Pick<Kept, "id">, statusToken = ""): Promise<Kept> {
    const request = new proto.ReadRequest();
    request.setResourceStatusToken(statusToken);
    request.setUrn(this.urn);
    request.setId(id);
    if (inputs) request.setInputs(structOf(inputs));
    if (outputs) request.setProperties(structOf(outputs));
    const response = await this.process.ask<proto.ReadResponse>((client, done) => client.read(request, done));
    requireNoRefresh(response);
    return { id: response.getId(), inputs: bagOf(response.getInputs()), outputs: bagOf(response.getProperties()) };
  }

  async previewedUpdate(kept: Kept, news: WireProperties): Promise<WireProperties> {
    const request = this.updateRequest(kept, news, []);
    request.setPreview(true);
    const response = await this.process.ask<proto.UpdateResponse>((client, done) => client.update(request, done));
    requireNoRefresh(response);
    return bagOf(response.getProperties());
  }

  async update(kept: Kept, news: WireProperties, ignored: readonly string[] = []): Promise<Kept> {
    const request = this.updateRequest(kept, news, ignored);
    const response = await this.process.ask<proto.UpdateResponse>((client, done) => client.update(request, done));
    requireNoRefresh(response);
    return { id: kept.id, inputs: news, outputs: bagOf(response.getProperties()) };
  }

  async delete(kept: Kept): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(this.urn);
    request.setId(kept.id);
    request.setProperties(structOf(kept.outputs));
    request.setOldInputs(structOf(kept.inputs));
    await this.process.ask<EmptyMessage>((client, done) => client.delete(request, done));
  }

  private createRequest(inputs: WireProperties, timeoutSeconds: number): proto.CreateRequest {
    const request = new proto.CreateRequest();
    request.setUrn(this.urn);
    request.setProperties(structOf(inputs));
    request.setTimeout(timeoutSeconds);
    return request;
  }

  private updateRequest(kept: Kept, news: WireProperties, ignored: readonly string[]): proto.UpdateRequest {
    const request = new proto.UpdateRequest();
    request.setUrn(this.urn);
    request.setId(kept.id);
    request.setOlds(structOf(kept.outputs));
    request.setOldInputs(structOf(kept.inputs));
    request.setNews(structOf(news));
    request.setIgnorechangesList([...ignored]);
    return request;
  }
}

export function plainDiff(response: proto.DiffResponse): Differs {
  const detailed = response.getDetaileddiffMap();
  return {
    detailed: Object.fromEntries(
      [...detailed.keys()].sort().map((path) => [path, KINDS.get(detailed.get(path)?.getKind()) ?? ""]),
    ),
    isChange: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
    diffs: response.getDiffsList(),
    replaces: response.getReplacesList(),
    stables: response.getStablesList(),
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}

/** The object that a failed create or update has left. undefined: none. */
export function partOf(error: ServiceError) {
  const [bytes] = error.metadata.get("grpc-status-details-bin");
  if (!(bytes instanceof Buffer)) return undefined;
  const status = Status.deserializeBinary(bytes);
  const [detail] = status.getDetailsList();
  if (detail?.getTypeUrl() !== "type.googleapis.com/pulumirpc.ErrorResourceInitFailed") return undefined;
  const part = proto.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  requireNoRefresh(part);
  return {
    code: status.getCode(),
    message: status.getMessage(),
    id: part.getId(),
    outputs: bagOf(part.getProperties()),
    reasons: part.getReasonsList(),
  };
}

/** With it, the engine would omit the stack's outputs in previews. */
function requireNoRefresh(answer: { getRefreshBeforeUpdate(): boolean }): void {
  if (answer.getRefreshBeforeUpdate()) throw new Error("refresh_before_update is set");
}
