/** The built plugin as a process of its own, spoken to as an engine does. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServiceError } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { structOf } from "../../provider/plugin/message";
import { MESSAGE_LIMITS } from "../../provider/plugin/message-limits";
import { Empty, grpc } from "../../provider/pulumi/grpc";
import type { WireProperties } from "../../provider/pulumi/wire";
import { urnOf } from "../plugin/verbs";
import { repository } from "../testbed/cache";

const PLUGIN = join(repository, "provider", "bin", "pulumi-resource-metal3-ipam");

type Done<Response> = (error: ServiceError | null, response: Response) => void;

export class PluginProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** `hints`: an empty folder for its hints, so that it knows nothing of earlier runs. */
  static async start(hints: string): Promise<PluginProcess> {
    // Nothing listens at this engine's address, and nothing is told to it.
    const args = [PLUGIN, "127.0.0.1:1"];
    const env = { ...process.env, XDG_RUNTIME_DIR: hints };
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env });
    const port = await Promise.race([once(child.stdout, "data"), once(child, "exit").then(() => "")]);
    if (!/^\d+\n$/.test(String(port))) throw new Error("the plugin said no port; build it first");
    const address = `127.0.0.1:${Number(String(port))}`;
    const client = new ResourceProviderClient(address, grpc.credentials.createInsecure(), MESSAGE_LIMITS);
    return new PluginProcess(child, client);
  }

  /** GetPluginInfo and Configure: all that an engine asks of most of its processes. */
  async configure(args: WireProperties): Promise<void> {
    await this.ask((done) => this.client.getPluginInfo(new Empty(), done));
    const request = new proto.ConfigureRequest();
    request.setArgs(structOf(args));
    await this.ask<proto.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async checkPreAllocation(news: WireProperties, name: string): Promise<void> {
    const request = new proto.CheckRequest();
    request.setUrn(urnOf("preAllocation", name));
    request.setNews(structOf(news));
    request.setOlds(structOf({}));
    const response = await this.ask<proto.CheckResponse>((done) => this.client.check(request, done));
    const faults = response.getFailuresList().map((fault) => fault.getReason());
    if (faults.length > 0) throw new Error(faults.join("\n"));
  }

  /** Bytes of VmRSS, see proc(5). */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.child.pid}/status`, "utf8");
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
    if (kilobytes === undefined) throw new Error("proc(5) says nothing about VmRSS");
    return Number(kilobytes) * 1024;
  }

  async stop(): Promise<void> {
    this.client.close();
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }

  private ask<Response>(call: (done: Done<Response>) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      call((error, response) => (error ? reject(error) : resolve(response)));
    });
  }
}
