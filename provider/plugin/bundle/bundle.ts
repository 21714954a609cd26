/**
 * The code of the plugin's process in a few files: ours, and that of other packages. The engine starts the process several
 * times in each command, and Node takes long to find and load hundreds of small files.
 */
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { build, type Metafile, type Plugin, transform } from "esbuild";

export interface Bundle {
  /** Texts by the names of their files. The process starts with `main.js`. */
  readonly files: ReadonlyMap<string, string>;
  /** What each file is made of. `outputs` has the files in a folder `bundle`. */
  readonly metafile: Metafile;
}

/** Identifiers stay and lines are short, because Node prints the line of an error that no code handles. */
const FORM = {
  platform: "node",
  target: "node20.19",
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 120,
} as const;

/** `root`: the package's folder. */
export async function bundle(root: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...FORM,
    absWorkingDir: root,
    entryPoints: ["provider/plugin/main.ts"],
    outdir: "bundle",
    bundle: true,
    // esbuild splits ES modules only. Each `import()` then loads its code at the first use.
    format: "esm",
    splitting: true,
    // See licenses.ts.
    legalComments: "none",
    metafile: true,
    write: false,
    plugins: [partsOf(root)],
  });
  const files = outputFiles.map(async ({ path, text }): Promise<[string, string]> => {
    // Node loads CommonJS faster.
    const { code } = await transform(text, { ...FORM, format: "cjs", supported: { "dynamic-import": false } });
    return [basename(path), code];
  });
  return { files: new Map(await Promise.all(files)), metafile };
}

/** Chooses what is bundled of gRPC. */
function partsOf(root: string): Plugin {
  const ours = { path: join(root, "provider/plugin/bundle/grpc.ts") };
  const pulumi = dirname(createRequire(join(root, "package.json")).resolve("@pulumi/pulumi"));
  return {
    name: "parts",
    setup({ onLoad, onResolve, resolve }) {
      onResolve({ filter: /^\.\.?\/(pulumi\/)?grpc$/ }, ({ importer }) => (isOfPackage(importer) ? undefined : ours));
      onResolve({ filter: /^@grpc\/grpc-js$/ }, ({ importer }) => (isService(importer) ? ours : undefined));
      // Services for administrators, which a plugin does not offer, load them.
      onResolve({ filter: /^(@grpc\/proto-loader|\.\/make-client)$/ }, ({ path, importer }) =>
        isForAdministrators(importer) ? { path, namespace: "absent" } : undefined,
      );
      onLoad({ filter: /./, namespace: "absent" }, () => ({ contents: "" }));
      // Pulumi's own copies, because the messages of its classes need its runtime.
      onResolve({ filter: /^(@grpc\/grpc-js|google-protobuf)(\/|$)/ }, ({ path, kind, pluginData }) =>
        pluginData === pulumi ? undefined : resolve(path, { kind, resolveDir: pulumi, pluginData: pulumi }),
      );
    },
  };
}

const isOfPackage = (file: string) => /[\\/]node_modules[\\/]/.test(file);
const isService = (file: string) => file.endsWith("provider_grpc_pb.js");
const isForAdministrators = (file: string) => /[\\/](channelz|orca)\.js$/.test(file);
