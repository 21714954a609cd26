import { join } from "node:path";
import { repository } from "./cache";
import { runOrFail } from "./run";
import { tool } from "./tools";

/** The generated folders below `sdk/`. */
export const generatedSdks = ["nodejs", "python", "go/metal3ipam"];

/** Generates them again below `folder`, from schema.json. */
export async function generateSdk(folder: string): Promise<void> {
  const generator = await tool("generate-sdk");
  await runOrFail(generator, [join(repository, "schema.json"), folder]);
}

/** `npm run sdk` */
if (require.main === module) {
  generateSdk(join(repository, "sdk")).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
