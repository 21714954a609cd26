/** The bundle as a process, in a folder that has only what the package brings: no `node_modules`. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Metafile } from "esbuild";
import { bundle } from "../../provider/plugin/bundle/bundle";
import { grpc } from "../../provider/pulumi/grpc";
import { repository } from "../testbed/cache";
import { type Logged, listen, recorder } from "./provider-process";

const BIN = join("provider", "bin", "pulumi-resource-metal3-ipam");
const CODE = join("dist", "plugin");

/** The sources and packages of the files in a bundle. */
export class Contents {
  constructor(private readonly metafile: Metafile) {}

  /** The sources that Node loads for a file before it runs it. */
  loadedWith(file: string): string[] {
    const found = new Set<string>();
    const add = (output: string) => {
      if (found.has(output)) return;
      found.add(output);
      const { imports } = this.metafile.outputs[output]!;
      for (const { path, kind, external } of imports) if (kind !== "dynamic-import" && !external) add(path);
    };
    add(`bundle/${file}`);
    return this.sourcesOf([...found].map((output) => basename(output)));
  }

  sourcesOf(files: readonly string[]): string[] {
    return files.flatMap((file) => Object.keys(this.metafile.outputs[`bundle/${file}`]?.inputs ?? {}));
  }
}

/** The packages of these sources, each once. Our own is "". */
export function packagesOf(sources: readonly string[]): string[] {
  return [...new Set(sources.map((source) => /.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? ""))].sort();
}

export class BundledPlugin {
  private constructor(
    readonly client: ResourceProviderClient,
    readonly logged: readonly Logged[],
    private readonly process: ChildProcess,
    private readonly engine: InstanceType<typeof grpc.Server>,
    private readonly root: string,
  ) {}

  static async start(root: string): Promise<BundledPlugin> {
    const logged: Logged[] = [];
    const engine = new grpc.Server();
    engine.addService(EngineService, recorder(logged));
    const args = [
      "--require",
      join(__dirname, "loaded-files.js"),
      join(root, BIN),
      `127.0.0.1:${await listen(engine)}`,
    ];
    const plugin = spawn(process.execPath, args, { cwd: root, stdio: ["pipe", "pipe", "inherit", "ipc"] });
    const [port] = await once(plugin.stdout!, "data");
    const address = `127.0.0.1:${String(port).trim()}`;
    const client = new ResourceProviderClient(address, grpc.credentials.createInsecure());
    return new BundledPlugin(client, logged, plugin, engine, root);
  }

  /** One call: `ask((client, done) => client.getSchema(request, done))`. */
  ask<Response>(call: (done: (error: Error | null, response: Response) => void) => unknown): Promise<Response> {
    return new Promise((resolve, reject) => {
      call((error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  /** The names of the bundle's files that the process has loaded. Fails if it has loaded others. */
  async loaded(): Promise<string[]> {
    this.process.send("loaded");
    const [files] = (await once(this.process, "message")) as [string[]];
    const others = files.filter((file) => dirname(file) !== join(this.root, CODE));
    const expected = [join(__dirname, "loaded-files.js"), join(this.root, BIN)];
    if (others.join() !== expected.join()) throw new Error(`loaded ${others.join(", ")}`);
    return files.filter((file) => !others.includes(file)).map((file) => basename(file));
  }

  async stop(): Promise<void> {
    this.client.close();
    this.engine.forceShutdown();
    const ended = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await ended;
  }
}

/** Makes the bundle in a new folder. `remove` removes it. */
export async function bundledPackage(): Promise<{ root: string; metafile: Metafile; remove: () => Promise<void> }> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "metal3-ipam-bundle-")));
  const { files, metafile } = await bundle(repository);
  await mkdir(join(root, CODE), { recursive: true });
  for (const [name, text] of files) await writeFile(join(root, CODE, name), text);
  for (const file of ["package.json", "schema.json", BIN]) await cp(join(repository, file), join(root, file));
  return { root, metafile, remove: () => rm(root, { recursive: true }) };
}
