// Makes the package of one platform: `node build/platform.mjs PLATFORM PROGRAM FOLDER`, such as `linux-x64 target/release/asl out`.

import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

const root = path.join(import.meta.dirname, "../../..");
const main = JSON.parse(await readFile(path.join(import.meta.dirname, "../package.json"), "utf8"));

const [platform, program, folder] = process.argv.slice(2);
if (platform === undefined || program === undefined || folder === undefined) {
  throw new Error("usage: node build/platform.mjs PLATFORM PROGRAM FOLDER");
}
const name = `@asl-workflow/${platform}`;
if (!main.platforms.includes(platform)) throw new Error(`package.json has no platform ${platform}`);
const [os, cpu] = platform.split("-");
const file = os === "win32" ? "asl.exe" : "asl";

await rm(folder, { recursive: true, force: true });
await mkdir(path.join(folder, "bin"), { recursive: true });
await cp(program, path.join(folder, "bin", file));
await chmod(path.join(folder, "bin", file), 0o755);
for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) await cp(path.join(root, licence), path.join(folder, licence));
// `cargo xtask release` writes these beside the program.
const beside = ["THIRD-PARTY-LICENSES.txt", "asl.cdx.json"].filter((name) => existsSync(path.join(path.dirname(program), name)));
for (const name of beside) await cp(path.join(path.dirname(program), name), path.join(folder, name));
await writeFile(path.join(folder, "README.md"), `The program \`asl\` for ${platform}, a part of the package asl-workflow.\n`);
const manifest = {
  name,
  version: main.version,
  private: main.private,
  description: `The program asl for ${platform}, a part of asl-workflow`,
  license: main.license,
  os: [os],
  cpu: [cpu],
  // Yarn keeps packages in archives, from which nothing can be started.
  preferUnplugged: true,
  files: ["bin", ...beside],
};
await writeFile(path.join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
