// Installs the packages as somebody without Rust would: `node e2e.mjs FOLDER MAIN.tgz PLATFORM.tgz`. FOLDER is replaced.

import { execFileSync, spawn } from "node:child_process";
import { cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { unpack } from "./guide.mjs";
import { serveRegistry } from "./registry.mjs";

const here = import.meta.dirname;
const root = path.join(here, "../../..");
const [folder = "", main = "", platform = ""] = process.argv.slice(2);
if (platform === "") throw new Error("usage: node e2e.mjs FOLDER MAIN.tgz PLATFORM.tgz");

const home = path.join(folder, "home");
const project = path.join(folder, "project");
const programs = path.join(folder, "programs");
await rm(folder, { recursive: true, force: true });
for (const made of [home, project, programs]) await mkdir(made, { recursive: true });
// The tools of the user's project are above it: Jest, Vitest, the SDK.
await symlink(path.join(here, "node_modules"), path.join(folder, "node_modules"));
for (const name of ["node", "npm", "npx"]) await symlink(which(name), path.join(programs, name));

/** @type {NodeJS.ProcessEnv} */
const env = { HOME: home, PATH: `${path.join(project, "node_modules/.bin")}:${path.join(folder, "node_modules/.bin")}:${programs}:/usr/bin:/bin`, CI: "true", NO_COLOR: "1" };
const registry = await serveRegistry([main, platform]);
await writeFile(path.join(home, ".npmrc"), `registry=${registry.url}\naudit=false\nfund=false\nupdate-notifier=false\n`);
await writeFile(path.join(project, "package.json"), '{"private": true}');

await step("no Rust, no asl", "! command -v cargo && ! command -v asl");
await step("npm install", "npm install --silent --save-dev asl-workflow");
const other = registry.asked.filter((asked) => asked.includes("/-/"));
if (other.length !== 2) throw new Error(`npm fetched ${other}, expected the package and one for this platform`);
await step("npx asl", "npx asl --version");
await step("npx of a package that is not installed", `cd ${home} && npx --yes asl-workflow --version`);

// The order workflow of the examples: checked, run, tested, and served to Jest, which has functions for its tasks.
for (const file of ["workflow.asl.json", "workflow.test.yaml", "mocks.json", "events/direct.json", "histories"]) {
  await cp(path.join(root, "examples/order-processing", file), path.join(project, file), { recursive: true });
}
for (const file of ["order.test.cjs", "smoke.mjs", "lifetime.mjs", "types.ts", "tsconfig.json"]) await cp(path.join(here, file), path.join(project, file));
await step("validate", "npx asl validate workflow.asl.json");
await step("run", "npx asl run workflow.asl.json --input events/direct.json --mocks mocks.json#order-processing/HappyPath");
await step("test", "npx asl test");
await step("jest of the order", "jest --silent order.test.cjs");
await step("smoke list of the SDK", "node smoke.mjs");
await step("lifetime", "node lifetime.mjs");
await step("types", "tsc --project tsconfig.json");
for (const command of await unpack(path.join(root, "docs/guides/javascript.md"), project)) await step(command.trim(), command);
registry.close();

/**
 * Runs a command of the shell. What it prints is shown if it fails.
 *
 * @param {string} name
 * @param {string} command
 */
async function step(name, command) {
  const begun = performance.now();
  const shell = spawn("bash", ["-ec", command], { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [shell.stdout, shell.stderr]) stream.on("data", (text) => (printed += text));
  const code = await new Promise((ended) => shell.once("close", ended));
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${printed}`);
  console.log(`${String(Math.round(performance.now() - begun)).padStart(6)} ms  ${name}`);
}

/** @param {string} name */
function which(name) {
  return execFileSync("which", [name], { encoding: "utf8" }).trim();
}
