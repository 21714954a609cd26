/** The verbs of a resource. Each one reads a message, calls the handler, and puts its answer into a message. */
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Empty as EmptyMessage } from "google-protobuf/google/protobuf/empty_pb";
import type { Handlers } from "../compose";
import { ended } from "../ipam/wording";
import type { EngineLog } from "../pulumi/engine-log";
import { unprinted } from "../pulumi/failed-check";
import { Empty } from "../pulumi/grpc";
import type { RunNotes } from "../pulumi/run-notes";
import type { FromWire } from "../pulumi/wire";
import * as life from "../resources/handler";
import { type Rows, registry } from "../resources/registry";
import type { ResourceRow } from "../resources/row";
import { AddressChanges } from "./address-changes";
import { diffResponse } from "./diff-response";
import { keptState } from "./kept-state";
import type { KnownState } from "./known-state";
import { failureMessage, openBag, structOf } from "./message";
import { driftLines, withDrift, withoutOldOwn, withoutOwn } from "./own-inputs";
import { type PropertyPath, readPropertyPath, withIgnored } from "./property-path";
import { PartialFailure } from "./refused";
import { RefusedImports } from "./refused-imports";
import { rowOf } from "./rows";
import { secretly } from "./secrecy";
import { SeenDrift } from "./seen-drift";
import { hiding, SECRET_TEXT } from "./unsaid-secrets";
import { Owners, readUrn } from "./urn";

/** The parts of the process that the verbs need. */
export interface Surroundings {
  handlers(): Promise<Handlers>;
  state(): KnownState | undefined;
  readonly log: EngineLog;
  /** Whether a call of this run has failed. */
  hasFailed(): boolean;
  /** Shared with the other processes of the run. Absent if there are none. */
  readonly notes?: RunNotes | undefined;
}

export class ResourceVerbs {
  private readonly owners = new Owners();
  private readonly drift = new SeenDrift();
  private readonly imports = new RefusedImports();
  /** The warnings of the last check of each resource, for the end of the run. */
  private readonly atEnd = new Map<string, () => Promise<void>>();
  private changes: AddressChanges;
  private isPreview = false;
  /** Notes about the whole stack. They hold if no resource has a warning about it. */
  private readonly notes = new Set<string>();
  private isWarned = false;
  /** Operations that are not answered yet. */
  private underWay = 0;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly rows: Rows = registry,
  ) {
    this.changes = new AddressChanges(surroundings.notes);
  }

  async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const { urn, row, owner, handler, hide, warn } = await this.resource(request);
    const before = openBag(request.getOlds());
    const news = withoutOldOwn(openBag(request.getNews()), before);
    const olds = withoutOwn(before).properties;
    const providers = this.surroundings.state()?.noteInputs(before.properties) ?? {};
    const checked = await handler.check({
      owner,
      olds: Object.keys(olds).length === 0 ? undefined : olds,
      news: named(row, urn, news.properties),
    });
    const failures = [...this.imports.failures(urn), ...checked.failures];
    this.drift.note(urn, checked.drift, {
      olds: Object.keys(olds).length === 0 ? undefined : olds,
      inputs: checked.inputs,
    });
    const { atEnd } = checked;
    if (atEnd) this.atEnd.set(urn, async () => warn(await atEnd()));
    await warn(checked.warnings);
    const { stackWarnings = [], notes = [] } = checked;
    await this.surroundings.log.warn(stackWarnings.map(hide));
    this.isWarned ||= stackWarnings.length > 0;
    for (const note of notes) this.notes.add(hide(note));
    const response = new proto.CheckResponse();
    const lines = failures.length === 0 ? driftLines(checked.drift).map(hide) : [];
    response.setInputs(structOf(withDrift(secretly({ ...checked.inputs, ...providers }, news), lines)));
    response.setFailuresList(failures.map(unprinted).map((failure) => failureMessage(failure, hide)));
    return response;
  }

  async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const { urn, row, owner, handler } = await this.resource(request);
    const oldInputs = openInputs(request.getOldInputs()).properties;
    const stated = openBag(request.getOlds()).properties;
    const asked = { owner, id: request.getId() };
    const olds = (await keptState(row.importId, handler, asked, oldInputs, stated))?.state ?? stated;
    this.surroundings.state()?.note(olds);
    const ignored = pathsOf(request.getIgnorechangesList());
    const given = openInputs(request.getNews()).properties;
    const news = withIgnored(given, olds, ignored);
    const differs = await handler.diff({ ...asked, olds, news });
    if (differs.replaces.length > 0) this.changes.noteReplaced(row.addresses, olds);
    // An update restores the outputs that a user has removed from state.
    const changed = olds === stated ? differs.changed : [...differs.changed, "token"];
    return diffResponse({ ...differs, changed }, this.drift.of(urn, ignored), { olds, oldInputs, news, given });
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const { urn, owner, handler, voice, warn, noteChange } = await this.resource(request);
    const inputs = openInputs(request.getProperties());
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      this.isPreview = true;
      await warn(this.drift.plain(urn));
      const after = handler.preview(inputs.properties);
      noteChange({ after }, inputs);
      response.setProperties(structOf(secretly(after, inputs)));
      return response;
    }
    const operation = operationOf(request, voice);
    const creating = handler.create({ owner, inputs: inputs.properties, operation });
    const made = await keeping(inputs, this.working(creating));
    await warn(this.drift.plain(urn));
    noteChange({ after: made.outputs }, inputs);
    response.setId(made.id);
    response.setProperties(structOf(secretly(made.outputs, inputs)));
    return response;
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const { urn, row, owner, handler, warn } = await this.resource(request);
    const inputs = openInputs(request.getInputs());
    const state = openBag(request.getProperties());
    const id = request.getId();
    this.surroundings.state()?.note(state.properties);
    const kept = await keptState(row.importId, handler, { owner, id }, inputs.properties, state.properties);
    // An import sends only the id. For a lookup, the program and later refreshes send all that they know.
    const isLookup = request.hasInputs() || Object.keys(state.properties).length > 0;
    const reading = handler.read({ owner, id, ...(kept ?? { state: {}, isLookup }) });
    const found = await reading.catch((error: unknown) => {
      if (!this.imports.mayBeLookup(request, error)) throw error;
      return handler.read({ owner, id, state: {}, isLookup: true });
    });
    const { warnings = [], drift = [] } = found;
    const isOurs = kept !== undefined && warnings.length === 0;
    await warn([...warnings, ...(isOurs ? this.drift.report(urn, drift) : life.linesOf(drift).map(ended))]);
    const response = new proto.ReadResponse();
    if (found.id === "") return response;
    const outputs = secretly(found.outputs, inputs, state);
    const stated = secretly(found.inputs ?? inputs.properties, inputs);
    if (found.unfinished) {
      throw new PartialFailure(new life.Unfinished(found.id, found.outputs, found.unfinished), outputs, stated);
    }
    response.setId(found.id);
    response.setInputs(structOf(stated));
    response.setProperties(structOf(outputs));
    return response;
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const { urn, row, owner, handler, voice, warn, noteChange } = await this.resource(request);
    const before = openBag(request.getOlds());
    const asked = { owner, id: request.getId() };
    const oldInputs = openInputs(request.getOldInputs()).properties;
    const olds =
      (await keptState(row.importId, handler, asked, oldInputs, before.properties))?.state ?? before.properties;
    this.surroundings.state()?.note(olds);
    const inputs = openInputs(request.getNews());
    const ignored = pathsOf(request.getIgnorechangesList());
    const news = withIgnored(inputs.properties, olds, ignored);
    const response = new proto.UpdateResponse();
    if (request.getPreview()) {
      this.isPreview = true;
      await warn(this.drift.ahead(urn));
      const after = handler.preview(news);
      noteChange({ before: olds, after }, inputs, before);
      response.setProperties(structOf(secretly({ ...after, token: olds.token }, inputs)));
      return response;
    }
    const operation = operationOf(request, voice);
    const updating = handler.update({ ...asked, olds, oldInputs, news, operation });
    const { outputs } = await keeping(inputs, this.working(updating)).catch(async (error: unknown) => {
      await warn(this.drift.plain(urn));
      throw error;
    });
    await warn(this.drift.repaired(urn));
    noteChange({ before: olds, after: outputs }, inputs, before);
    response.setProperties(structOf(secretly(outputs, inputs)));
    return response;
  }

  async delete(request: proto.DeleteRequest): Promise<EmptyMessage> {
    const { row, owner, handler, voice, noteChange } = await this.resource(request);
    const before = openBag(request.getProperties());
    const asked = { owner, id: request.getId() };
    const oldInputs = openInputs(request.getOldInputs()).properties;
    const kept = await keptState(row.importId, handler, asked, oldInputs, before.properties);
    const state = { ...oldInputs, ...(kept?.state ?? before.properties) };
    const operation = operationOf(request, voice);
    await this.working(handler.delete({ ...asked, state, operation }));
    noteChange({ before: state }, before);
    return new Empty();
  }

  /** Called when the engine has asked for everything. The engine still shows messages at this point. */
  async end(): Promise<void> {
    // The run was stopped, and did not end.
    if (this.underWay > 0) return;
    // After a failed preview it is not known what the update will change.
    const isRefused = this.isPreview && this.surroundings.hasFailed();
    const [said, changes] = [[...this.atEnd.values()], isRefused ? undefined : this.changes.text()];
    this.atEnd.clear();
    this.isPreview = false;
    this.changes = new AddressChanges(this.surroundings.notes);
    for (const say of said) await say();
    const notes = [...(this.isWarned ? [] : this.notes), ...(changes === undefined ? [] : [changes])];
    this.drift.clear();
    this.notes.clear();
    this.isWarned = false;
    await this.surroundings.log.note(notes);
  }

  private async working<T>(work: Promise<T>): Promise<T> {
    this.underWay += 1;
    try {
      return await work;
    } finally {
      this.underWay -= 1;
    }
  }

  private async resource(request: { getUrn(): string }) {
    const urn = request.getUrn();
    const [name, row] = rowOf(this.rows.resources, readUrn(urn).token, { what: "resource" });
    const { log, handlers } = this.surroundings;
    const hide = hiding(request);
    const warn = (messages: readonly string[]) => log.warn(messages.map(hide), urn);
    return {
      urn,
      row,
      owner: { ...this.owners.of(urn), state: this.surroundings.state() },
      handler: (await handlers())[name],
      hide,
      warn,
      /** If one of the `bags` has a secret, all addresses made from them are secret. */
      noteChange: (sides: Parameters<AddressChanges["note"]>[1], ...bags: FromWire[]) => {
        const isSecret = bags.some(({ secrets }) => secrets.size > 0);
        this.changes.note(row.addresses, sides, { hide, hideAddress: isSecret ? () => SECRET_TEXT : hide });
      },
      voice: {
        tell: (text: string) => log.status(urn, hide(text)),
        warn: (text: string) => warn([text]),
      },
    };
  }
}

/** Inputs from a check or from state. */
function openInputs(...bag: Parameters<typeof openBag>): FromWire {
  return withoutOwn(openBag(...bag));
}

type Operation = NonNullable<life.CreateRequest["operation"]>;

/** The timeout is in seconds. It is 0 if the user has set none (`customTimeouts`). */
function operationOf(request: { getTimeout(): number }, voice: Pick<Operation, "tell" | "warn">): Operation {
  const timeout = request.getTimeout();
  return { timeoutMs: timeout > 0 ? timeout * 1_000 : undefined, ...voice };
}

/** The news, completed with properties that default to the logical name. */
function named({ filledIn }: ResourceRow, urn: string, news: life.Properties): life.Properties {
  const missing = filledIn.filter((property) => [undefined, null, ""].includes(news[property] as string));
  return { ...news, ...Object.fromEntries(missing.map((property) => [property, readUrn(urn).name])) };
}

function pathsOf(texts: readonly string[]): PropertyPath[] {
  return texts.flatMap((text) => {
    const path = readPropertyPath(text);
    return path ? [path] : [];
  });
}

/** The result of the work. For an incomplete resource it throws a PartialFailure with its outputs, for the engine. */
async function keeping<T>(inputs: FromWire, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof life.Unfinished)) throw error;
    throw new PartialFailure(error, secretly(error.outputs, inputs));
  }
}
