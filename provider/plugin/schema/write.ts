/** `npm run schema`, in the package's root: writes schema.json and docs/resources.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { type Manifest, schemaText } from "./package-schema";
import { referencePage } from "./reference-page";

const schema = schemaText(JSON.parse(readFileSync("package.json", "utf8")) as Manifest);
writeFileSync("schema.json", schema);
writeFileSync("docs/resources.md", referencePage(JSON.parse(schema)));
