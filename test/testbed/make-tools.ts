import { engineTools } from "./tools";

/** `make tools`: builds everything that the tests run on, and prints where it lies. */
engineTools().then(
  (folder) => process.stdout.write(`${folder}\n`),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
