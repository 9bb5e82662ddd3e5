// Terraform itself cannot be had here. HashiCorp's parser reads its files, and what refers to what is checked by hand.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";
import { parse } from "@cdktf/hcl2json";

/** What a reference begins with that is declared nowhere. */
const BUILT_IN = new Set(["path", "each", "count", "self", "terraform"]);

/**
 * Parses the files of a folder.
 *
 * @param {string} folder
 */
async function read(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".tf"));
  const parsed = names.map((name) => parse(name, readFileSync(path.join(folder, name), "utf8")));
  const declared = new Set();
  const files = await Promise.all(parsed);
  for (const { variable = {}, resource = {}, data = {}, locals = [], module = {} } of files) {
    for (const name of Object.keys(variable)) declared.add(`var.${name}`);
    for (const local of locals) for (const name of Object.keys(local)) declared.add(`local.${name}`);
    for (const name of Object.keys(module)) declared.add(`module.${name}`);
    for (const [type, found] of Object.entries(resource)) for (const name of Object.keys(found)) declared.add(`${type}.${name}`);
    for (const [type, found] of Object.entries(data)) for (const name of Object.keys(found)) declared.add(`data.${type}.${name}`);
  }
  return { files, declared, references: files.flatMap(references) };
}

/**
 * The references in the expressions of a file: `var.name`, `aws_iam_role.this`. Names that a `for` binds are none.
 *
 * @param {unknown} file
 * @returns {string[]}
 */
function references(file) {
  if (typeof file === "string") return [...file.matchAll(/\$\{([^]*)\}/g)].flatMap(([, expression = ""]) => inExpression(expression));
  if (typeof file !== "object" || file === null) return [];
  return Object.values(file).flatMap(references);
}

/** @param {string} expression */
function inExpression(expression) {
  // Of a string, only what is interpolated counts.
  const words = expression.replace(/"((?:[^"\\]|\\.)*)"/g, (_, text) => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => ` ${inner} `).join(""));
  const found = [...words.matchAll(/(?<![\w.])((?:data\.)?[a-z]\w*)\.(\w+)/g)].map(([, first, second]) => `${first}.${second}`);
  return found.filter((name) => !BUILT_IN.has(name.split(".")[0] ?? ""));
}

/**
 * Checks the module: what it refers to is declared, what it declares is used, and everything that its users see is described.
 *
 * @param {string} folder
 */
export async function checkModule(folder) {
  const { files, declared, references } = await read(folder);
  const used = new Set(references);
  for (const name of used) assert.ok(declared.has(name), `${folder}: \`${name}\` is not declared`);
  for (const name of declared) assert.ok(used.has(name) || /^aws_(iam_role_policy|iam_role_policy_attachment)\./.test(name), `${folder}: \`${name}\` is not used`);
  const seen = files.flatMap(({ variable = {}, output = {} }) => [...Object.entries(variable), ...Object.entries(output)]);
  assert.ok(seen.length > 5, "the module has variables and outputs");
  for (const [name, [{ description }]] of seen) assert.ok(description?.endsWith("."), `${folder}: \`${name}\` is not described`);
}

/**
 * Checks the files of a user: their references, the arguments of the module, and what `templatefile` makes of definitions.
 *
 * @param {string} folder
 */
export async function checkTemplateFiles(folder) {
  const { files, declared, references } = await read(folder);
  for (const name of references) assert.ok(declared.has(name), `${folder}: \`${name}\` is not declared`);
  const variables = (await parse("variables.tf", readFileSync(path.join(import.meta.dirname, "../../terraform/variables.tf"), "utf8"))).variable;
  for (const { module = {} } of files) {
    for (const [name, [{ source: _, ...given }]] of Object.entries(module)) {
      for (const argument of Object.keys(given)) assert.ok(argument in variables, `module ${name}: there is no variable ${argument}`);
      for (const [variable, [{ default: value }]] of Object.entries(variables)) {
        assert.ok(value !== undefined || variable in given, `module ${name} lacks ${variable}`);
      }
    }
  }
  const calls = JSON.stringify(files).matchAll(/templatefile\(\\"\$\{path\.module\}\/([\w.]+)\\", \{([^}]*)\}\)/g);
  const rendered = [...calls].map(([, file = "", values = ""]) => ({ file, text: render(folder, file, values) }));
  assert.deepEqual(rendered.map(({ file }) => file).sort(), ["orders.asl.json", "policy.json"]);
  const definition = rendered.find(({ file }) => file === "orders.asl.json")?.text;
  execFileSync("npx", ["asl", "validate", "--deny", "warnings", "-"], { cwd: folder, input: definition, stdio: ["pipe", "ignore", "inherit"] });
}

/**
 * What `templatefile` makes of a file, with an ARN in place of each value. As Terraform, it fails for a name without a value.
 *
 * @param {string} folder
 * @param {string} file
 * @param {string} values
 */
function render(folder, file, values) {
  const names = new Set([...values.matchAll(/(\w+) *=/g)].map(([, name]) => name));
  const used = new Set();
  const text = readFileSync(path.join(folder, file), "utf8").replace(/\$\{(\w+)\}/g, (_, name) => {
    assert.ok(names.has(name), `${file}: \`${name}\` has no value`);
    used.add(name);
    return "arn:aws:lambda:us-east-1:123456789012:function:any";
  });
  for (const name of names) assert.ok(used.has(name), `${file} does not use \`${name}\``);
  return text;
}
