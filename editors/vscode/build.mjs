// Bundles the extension into `dist`, and packs it: `node build.mjs [FILE.vsix]`.

import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { build } from "esbuild";
import { notices } from "./build/notices.mjs";
import { pack } from "./build/vsix.mjs";

const here = import.meta.dirname;
const dist = path.join(here, "dist");
const docs = path.join(here, "../../docs");

const common = /** @type {const} */ ({ bundle: true, minify: true, legalComments: "none", metafile: true, logLevel: "warning" });

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const extension = await build({
  ...common,
  entryPoints: [path.join(here, "src/extension.ts")],
  outfile: path.join(dist, "extension.js"),
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
});
await build({
  ...common,
  entryPoints: [path.join(here, "src/webview/graph.ts"), path.join(here, "src/webview/graph.css")],
  outdir: dist,
  platform: "browser",
  target: "es2022",
});
await writeFile(path.join(dist, "NOTICES.txt"), await notices(extension.metafile, here));
await cp(path.join(docs, "asl.schema.json"), path.join(dist, "asl.schema.json"));
const out = process.argv[2];
if (out !== undefined) {
  const packed = await pack(here);
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, packed);
  const script = (await readFile(path.join(dist, "extension.js"))).length;
  console.log(`${out}: ${packed.length} bytes, dist/extension.js ${script} bytes`);
}
