/**
 * `npm run quick`: types, lint, and the tests that need no tools and no more than a minute, in parallel. The other tests run
 * with `make test`: the API server, engines and their processes, and stores whose writers are killed one by one.
 */
import { repository } from "./cache";
import { type Ran, start } from "./run";

const specs = [
  "test/house/**/*.spec.ts",
  "test/core/**/*.spec.ts",
  "test/bad-input/**/*.spec.ts",
  "test/store/*.spec.ts",
  "test/store/file/**/*.spec.ts",
  "test/ipam/**/*.spec.ts",
  "test/resources/**/*.spec.ts",
  "test/door/**/*.spec.ts",
  "test/docs/!(pages).spec.ts",
];
/** Each starts dozens of processes. */
const ignored = ["test/store/file/file-processes.spec.ts", "test/store/file/file-stops.spec.ts"];
/** The rows of test/resources on an API server. */
const onServers = ["--fgrep", "kubernetes store", "--invert"];

const jobs: Readonly<Record<string, readonly string[]>> = {
  types: ["npm", "run", "--silent", "types"],
  lint: ["npm", "run", "--silent", "lint"],
  tests: ["npx", "mocha", "--reporter=dot", ...ignored.flatMap((one) => ["--ignore", one]), ...onServers, ...specs],
};

async function perform(name: string, [file = "", ...args]: readonly string[]): Promise<Ran> {
  const ran = await start(file, args, { cwd: repository, env: process.env }).done;
  const outcome = ran.code === 0 ? "ok" : `failed with exit code ${ran.code}`;
  process.stdout.write(`${ran.all}${name}: ${outcome}, ${Math.round(ran.seconds)} s\n`);
  return ran;
}

Promise.all(Object.entries(jobs).map(([name, job]) => perform(name, job))).then((all) => {
  process.exitCode = all.every(({ code }) => code === 0) ? 0 : 1;
});
