import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import ts from "typescript";

const repository = path.resolve(__dirname, "../..");

/**
 * A program's folder with `pulumi-metal3-ipam/dynamic` as `tsc` would compile it, with another text as
 * `provider/compose.js`, or none. Types are not checked, so it takes less than a second.
 */
export function transpiledPackage(compose?: string): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "metal3-ipam-dynamic-"));
  const modules = path.join(folder, "node_modules");
  const installed = path.join(modules, "pulumi-metal3-ipam");
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(installed, file)), { recursive: true });
    writeFileSync(path.join(installed, file), text);
  };

  write("package.json", readFileSync(path.join(repository, "package.json"), "utf8"));
  const sources = ["sdk/dynamic", "provider/dynamic", "provider/pulumi"].flatMap((sourceFolder) =>
    readdirSync(path.join(repository, sourceFolder)).map((file) => path.join(sourceFolder, file)),
  );
  for (const source of [
    ...sources,
    "provider/api/property-path.ts",
    "provider/config.ts",
    "provider/resources/handler.ts",
    "provider/resources/hidden.ts",
  ]) {
    const { outputText } = ts.transpileModule(readFileSync(path.join(repository, source), "utf8"), {
      fileName: source,
      compilerOptions: { module: ts.ModuleKind.Node16, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    });
    write(path.join("dist", source.replace(/\.ts$/, ".js")), outputText);
  }
  if (compose !== undefined) write("dist/provider/compose.js", compose);
  // It includes the door's preview memory, which reads addresses with the floor below.
  write("dist/provider/core/address.js", "");

  mkdirSync(path.join(modules, "@pulumi"));
  symlinkSync(path.join(repository, "node_modules/@pulumi/pulumi"), path.join(modules, "@pulumi/pulumi"));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}
