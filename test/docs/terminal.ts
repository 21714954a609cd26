/** A reader's terminal: bash in a project, with Pulumi, Node and kubectl on its PATH. */
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository } from "../testbed/cache";
import { engineEnvironment } from "../testbed/engine";
import { installedPackage } from "../testbed/installed-package";
import { type Ran, run } from "../testbed/run";
import { engineTools, tool } from "../testbed/tools";

/** The files of a reader before the page begins: `npm init`, `npm install` of our package, and a compiler's settings. */
const before = {
  "package.json": JSON.stringify({ name: "lab", private: true, main: "index.ts" }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      target: "es2022",
      module: "node16",
      moduleResolution: "node16",
      strict: true,
      skipLibCheck: true,
    },
  }),
};

export class Terminal {
  private constructor(
    private readonly home: string,
    private readonly env: Readonly<Record<string, string>>,
    /** Texts of this run, and what the pages call them. */
    private readonly names: Readonly<Record<string, string>>,
    /** The folder in which the last command has left the shell. */
    private folder: string,
  ) {}

  /** The project is `~/lab`, and `cluster` the one that kubectl uses. */
  static async open(cluster?: { readonly kubeconfig: string; readonly server: string }): Promise<Terminal> {
    const home = await mkdtemp(join(tmpdir(), "metal3-ipam-docs-"));
    const backend = join(home, "backend");
    const tools = join(home, "bin");
    const project = join(home, "lab");
    for (const folder of [backend, tools, project, join(home, ".kube")]) await mkdir(folder);
    await symlink(await tool("kubectl"), join(tools, "kubectl"));
    if (cluster !== undefined) await writeFile(join(home, ".kube", "config"), cluster.kubeconfig, { mode: 0o600 });
    await symlink(join(await installedPackage(), "node_modules"), join(project, "node_modules"));
    const env = {
      ...engineEnvironment(`${await engineTools()}:${tools}`, home, backend),
      ...readersAnswers,
      ...gitAuthor,
      REPO: repository,
    };
    const names = { [home]: "~", [repository]: "$REPO", ...(cluster && { [cluster.server]: "https://10.0.0.5:6443" }) };
    const terminal = new Terminal(home, env, names, project);
    for (const [path, text] of Object.entries(before)) await terminal.write(path, text);
    return terminal;
  }

  /** Files are named from the project's folder, wherever the shell is. */
  async write(path: string, text: string): Promise<void> {
    const file = join(this.home, "lab", path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.home, "lab", path), "utf8");
  }

  /** A `cd` stays for the next command, as in a shell. Both streams come in one, in order. */
  async run(command: string, more: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const mark = join(this.home, ".folder");
    const script = `exec 2>&1; trap 'pwd > ${mark}' EXIT; set -eo pipefail\n${command}`;
    const ran = await run("bash", ["-c", script], { cwd: this.folder, env: { ...this.env, ...more } });
    this.folder = (await readFile(mark, "utf8")).trim();
    const stdout = Object.entries(this.names).reduce(
      (text, [ours, theirs]) => text.replaceAll(ours, theirs),
      ran.stdout,
    );
    return { ...ran, stdout };
  }

  close(): Promise<void> {
    return rm(this.home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A reader answers `yes`, and does not look at npm's advertisements. */
const readersAnswers = { PULUMI_SKIP_CONFIRMATIONS: "true", NPM_CONFIG_UPDATE_NOTIFIER: "false" };

const gitAuthor = {
  GIT_AUTHOR_NAME: "Ada",
  GIT_AUTHOR_EMAIL: "ada@example.org",
  GIT_COMMITTER_NAME: "Ada",
  GIT_COMMITTER_EMAIL: "ada@example.org",
};
