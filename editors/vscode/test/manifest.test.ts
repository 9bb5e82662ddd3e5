/** Checks the manifest: what it names exists, and its problem matchers read what `asl` prints. */

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { unzipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";

const here = path.resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(path.join(here, "package.json"), "utf8"));
const { contributes } = manifest;
const asl = process.env["ASL_PROGRAM"] ?? path.resolve(here, "../../target/debug/asl");

let folder: string;
let packed: Record<string, Uint8Array>;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "asl-vsix-"));
  execFileSync(process.execPath, [path.join(here, "build.mjs"), path.join(folder, "asl.vsix")], { stdio: "ignore" });
  packed = unzipSync(readFileSync(path.join(folder, "asl.vsix")));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Everything in a value that begins with `./`. */
function paths(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("./") ? [value.slice(2)] : [];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(paths) : [];
}

test("the package has each file of the manifest, and only its own", () => {
  const named = [...paths(manifest), manifest.icon, "dist/graph.js", "dist/graph.css", "README.md", "CHANGELOG.md"];
  for (const file of new Set(named.map((file) => file.replace(/main$/, "")))) {
    expect(Object.keys(packed), file).toContain(`extension/${file}`);
  }
  expect(Object.keys(packed).filter((name) => name.includes("node_modules") || name.endsWith(".ts"))).toEqual([]);
  const text = (name: string) => new TextDecoder().decode(packed[name]);
  const inside = JSON.parse(text("extension/package.json"));
  expect([inside.name, inside.devDependencies, inside.scripts]).toEqual([manifest.name, undefined, undefined]);
  expect(text("extension.vsixmanifest")).toContain(`Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"`);
  for (const [, file] of text("extension.vsixmanifest").matchAll(/Path="([^"]*)"/g)) expect(Object.keys(packed)).toContain(file);
});

test("schemas leave the test files of other tools alone", () => {
  const matches = [...contributes.jsonValidation, ...contributes.yamlValidation].flatMap(({ fileMatch }) => fileMatch);
  expect(matches).toContain("*.asl.json");
  expect(matches.filter((match: string) => match.includes(".test."))).toEqual([]);
});

test("menus name commands", () => {
  const commands = new Set(contributes.commands.map(({ command }: { command: string }) => command));
  for (const entry of Object.values<{ command: string }[]>(contributes.menus).flat()) expect(commands).toContain(entry.command);
});

test("each command is explained in the README", () => {
  const readme = readFileSync(path.join(here, "README.md"), "utf8");
  for (const { title } of contributes.commands) expect(readme).toContain(`ASL: ${title}`);
  for (const name of Object.keys(contributes.configuration.properties)) expect(readme).toContain(`\`${name}\``);
});

test("the version is that of the workspace", () => {
  const workspace = readFileSync(path.resolve(here, "../../Cargo.toml"), "utf8");
  expect(workspace).toContain(`\nversion = "${manifest.version}"\n`);
});

test("snippets and first configurations have known attributes", () => {
  const [{ configurationAttributes, configurationSnippets, initialConfigurations }] = contributes.debuggers;
  const known = new Set(["type", "request", "name", ...Object.keys(configurationAttributes.launch.properties)]);
  const bodies = [...configurationSnippets.map(({ body }: { body: object }) => body), ...initialConfigurations];
  for (const body of bodies) for (const name of Object.keys(body)) expect(known).toContain(name);
});

/** What a problem matcher finds in a text: file, line, column, code and message of each problem. */
function problems(name: string, text: string): Record<string, string | undefined>[] {
  const matcher = contributes.problemMatchers.find((matcher: { name: string }) => matcher.name === name);
  const patterns = [matcher.pattern].flat();
  const lines = text.split("\n");
  return lines.flatMap((_, at) => {
    const found: Record<string, string | undefined> = {};
    for (const [index, pattern] of patterns.entries()) {
      const match = new RegExp(pattern.regexp).exec(lines[at + index] ?? "");
      if (!match) return [];
      for (const part of ["file", "line", "column", "severity", "code", "message"]) {
        if (pattern[part] !== undefined) found[part] = match[pattern[part]];
      }
    }
    return [found];
  });
}

test("problem matchers read what asl prints", () => {
  // With "autoDetect", the editor loses the problems of a program that ends at once.
  for (const { fileLocation } of contributes.problemMatchers) expect(fileLocation).toEqual(["relative", "${workspaceFolder}"]);
  const file = path.join(folder, "bad.asl.json");
  writeFileSync(file, '{"StartAt":"A","States":{"A":{"Type":"Pas","End":true}}}');
  const { stdout, stderr } = spawnSync(asl, ["validate", file], { encoding: "utf8" });
  expect(problems("asl", stdout + stderr)).toEqual([
    { file, line: "1", column: "38", severity: "error", code: "ASL0007", message: expect.stringContaining("The field 'Type'") },
  ]);
  writeFileSync(file, '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}');
  writeFileSync(path.join(folder, "bad.test.yaml"), "cases:\n  - name: it fails\n    expect: {output: 1}\n");
  const failed = spawnSync(asl, ["test", folder], { encoding: "utf8" });
  const test = path.join(folder, "bad.test.yaml");
  expect(problems("asl-test", failed.stdout + failed.stderr)).toEqual([{ file: test, line: "2", message: "it fails" }]);
});

test("the icon exists", () => expect(existsSync(path.join(here, manifest.icon))).toBe(true));
