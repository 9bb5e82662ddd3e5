// Builds the module and the command into `dist`, for `import` and for `require`, and the whole package into a folder:
// `node build.mjs [FOLDER]`.

import { execFileSync } from "node:child_process";
import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import * as path from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const dist = path.join(here, "dist");
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

/** @type {import("esbuild").BuildOptions} */
const common = { bundle: true, platform: "node", target: "node20", packages: "external", logLevel: "warning" };

await rm(dist, { recursive: true, force: true });
await Promise.all([
  build({ ...common, entryPoints: [path.join(here, "src/index.ts")], outfile: path.join(dist, "esm/index.js"), format: "esm" }),
  build({
    ...common,
    entryPoints: [path.join(here, "src/index.ts")],
    outfile: path.join(dist, "cjs/index.js"),
    format: "cjs",
    define: { "import.meta.url": "moduleUrl" },
    banner: { js: 'const moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  }),
  build({ ...common, entryPoints: [path.join(here, "src/command.ts")], outfile: path.join(dist, "command.js"), format: "esm" }),
]);
await chmod(path.join(dist, "command.js"), 0o755);

// Each of the two needs declarations of its own: whether they describe a module of one kind or the other depends on the folder.
const types = path.join(dist, "types");
const emit = ["--noEmit", "false", "--emitDeclarationOnly", "--declaration", "--stripInternal", "--rootDir", "src", "--outDir", types];
execFileSync(process.execPath, [tsc, "--project", path.join(here, "build/declarations.json"), ...emit], { cwd: here, stdio: "inherit" });
for (const kind of ["esm", "cjs"]) await cp(types, path.join(dist, kind), { recursive: true });
await rm(types, { recursive: true });
await mkdir(path.join(dist, "cjs"), { recursive: true });
await writeFile(path.join(dist, "cjs/package.json"), '{ "type": "commonjs" }\n');

const folder = process.argv[2];
if (folder !== undefined) {
  const { scripts: _scripts, devDependencies: _tools, platforms, ...manifest } = JSON.parse(await readFile(path.join(here, "package.json"), "utf8"));
  // They are not in package.json, since `npm ci` looks them up here, too.
  manifest.optionalDependencies = Object.fromEntries(platforms.map((/** @type {string} */ name) => [`@asl-workflow/${name}`, manifest.version]));
  await rm(folder, { recursive: true, force: true });
  await cp(dist, path.join(folder, "dist"), { recursive: true });
  await cp(path.join(here, "README.md"), path.join(folder, "README.md"));
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) await cp(path.join(here, "../..", licence), path.join(folder, licence));
  await writeFile(path.join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
