/** Workers for plain node, because sixteen that each compile TypeScript would test the compiler. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import ts from "typescript";

const REPOSITORY = resolve(__dirname, "../..");
const OPTIONS = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };

/** The workers that this process has compiled, because several suites have some. */
const texts = new Map<string, string>();

function compiled(path: string): string {
  const source = readFileSync(join(REPOSITORY, path), "utf8");
  return ts.transpileModule(source, { compilerOptions: OPTIONS }).outputText;
}

/**
 * `provider/`, one worker and its imports next to it, compiled without a type check. `start` runs it, `remove`
 * ends those that still run.
 */
export function compiledWorker(source: string, ...imported: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "workers-"));
  // The store over an API server reads its own version by the package's name.
  for (const shared of ["node_modules", "package.json"]) symlinkSync(join(REPOSITORY, shared), join(folder, shared));
  const provider = readdirSync(join(REPOSITORY, "provider"), { recursive: true, encoding: "utf8" });
  for (const path of [...provider.map((file) => join("provider", file)), source, ...imported]) {
    if (!path.endsWith(".ts")) continue;
    const outputText = texts.get(path) ?? compiled(path);
    texts.set(path, outputText);
    const target = join(folder, path.replace(/ts$/, "js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  const children: ChildProcess[] = [];

  /** The worker's output. If it ends without any, rejects with its stderr. */
  function start<Report>(...args: readonly (string | number)[]): Promise<Report> {
    const stdio = ["ignore", "ignore", "pipe", "ipc"] as const;
    const child = fork(join(folder, source.replace(/ts$/, "js")), args.map(String), {
      stdio: [...stdio],
      execArgv: [],
    });
    children.push(child);
    let trouble = "";
    child.stderr!.on("data", (chunk: Buffer) => {
      trouble += chunk.toString();
    });
    return new Promise((done, failed) => {
      child.on("message", (report) => done(report as Report));
      child.on("close", (code, signal) =>
        failed(new Error(`worker ${args.join(" ")} ended with ${code ?? signal}: ${trouble}`)),
      );
    });
  }

  function remove(): void {
    for (const child of children) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
  return { start, remove };
}
