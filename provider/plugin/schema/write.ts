/** `npm run schema`, in the package's root: writes schema.json. */
import { readFileSync, writeFileSync } from "node:fs";
import { type Manifest, schemaText } from "./package-schema";

writeFileSync("schema.json", schemaText(JSON.parse(readFileSync("package.json", "utf8")) as Manifest));
