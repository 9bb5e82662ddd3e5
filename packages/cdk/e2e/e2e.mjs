// The guide about SAM, CDK and Terraform: `node e2e.mjs FOLDER ASL.tgz PLATFORM.tgz CDK.tgz`. FOLDER is replaced.

import { spawn } from "node:child_process";
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { unpack } from "../../npm/e2e/guide.mjs";
import { serveRegistry } from "../../npm/e2e/registry.mjs";
import { checkModule, checkTemplateFiles } from "./terraform.mjs";

const here = import.meta.dirname;
const root = path.join(here, "../../..");
const [folder = "", ...tarballs] = process.argv.slice(2);
const project = path.join(folder, "project");
await rm(folder, { recursive: true, force: true });
await mkdir(path.join(folder, "home"), { recursive: true });
await mkdir(project);
// aws-cdk-lib and constructs are above the project.
await symlink(path.join(here, "../node_modules"), path.join(folder, "node_modules"));
await writeFile(path.join(project, "package.json"), '{"private": true}');
// What the zip contains does not matter to a template.
await writeFile(path.join(project, "bootstrap.zip"), Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]));

const env = { ...process.env, HOME: path.join(folder, "home"), JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION: "1" };
const registry = await serveRegistry(tarballs);
const packages = ["asl-workflow", "@asl-workflow/cdk", `--registry=${registry.url}`, "--legacy-peer-deps", "--no-audit", "--no-fund"];
await run("npm", ["install", "--silent", ...packages]);
registry.close();
for (const command of await unpack(path.join(root, "docs/guides/infrastructure.md"), project)) await run("bash", ["-ec", command]);
await run("node", [path.join(here, "synthesised.mjs"), path.join(project, "cdk.out")]);
// A definition that is invalid does not get into a template.
await writeFile(path.join(project, "orders.asl.json"), '{"StartAt": "Store", "States": {"Store": {"Type": "Pass", "Next": "Nowhere"}}}');
await run("bash", ["-c", "! CDK_OUTDIR=broken.out node app.js 2> broken.log && grep -q \"Missing 'Next' target: Nowhere\" broken.log"]);
await unpack(path.join(root, "docs/guides/infrastructure.md"), project);
await checkModule(path.join(root, "packages/terraform"));
await checkTemplateFiles(project);
const templates = (await readdir(path.join(project, "cdk.out"))).filter((name) => name.endsWith(".template.json"));
console.log(`the guide about SAM, CDK and Terraform works; synthesised ${templates.join(", ")}`);

/**
 * Runs a program. What it prints is shown if it fails.
 *
 * @param {string} program
 * @param {string[]} args
 */
async function run(program, args) {
  const child = spawn(program, args, { cwd: project, env, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  const code = await new Promise((ended) => child.once("close", ended));
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}:\n${printed}`);
}
