// Draws the machines that differ from BASE into FILE, as Markdown with Mermaid. Without a BASE, all machines below PATHS.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const { BASE = "", COVERAGE = "", FILE = "", PATHS = "." } = process.env;

/** The most characters that GitHub takes as a comment, with room for the rest of it. */
const LARGEST = 60_000;

/** What makes a JSON or YAML file worth a look: it is a definition, or a template with one. */
const LIKELY = /["']?\bStartAt\b["']?\s*:|AWS::(Serverless|StepFunctions)::StateMachine/;

const paths = PATHS.split("\n").map((path) => path.trim()).filter((path) => path !== "");
const drawings = changed().flatMap(machines).map(draw);
if (drawings.length > 0) {
  const omitted = "The machines are too large to be drawn here: see the summary of the run.\n";
  const text = `### State machines that this changes\n\n${drawings.join("\n")}`;
  writeFileSync(FILE, text.length > LARGEST ? `### State machines that this changes\n\n${omitted}` : text);
}
console.log(`${drawings.length} machines drawn`);

/** The files of JSON and YAML that were changed and still exist. */
function changed() {
  // `git diff A...B` needs a common ancestor, which a shallow clone may lack; the difference of two trees needs none.
  const range = BASE === "" ? ["ls-files", "-z", "--", ...paths] : ["diff", "--name-only", "-z", "--diff-filter=d", "--relative", BASE, "--", ...paths];
  if (BASE !== "" && spawnSync("git", ["cat-file", "-e", `${BASE}^{commit}`]).status !== 0) {
    execFileSync("git", ["fetch", "--quiet", "--depth=1", "origin", BASE], { stdio: "inherit" });
  }
  const files = execFileSync("git", range, { encoding: "utf8" }).split("\0");
  return files.filter((file) => /\.(json|ya?ml)$/.test(file) && existsSync(file) && LIKELY.test(readFileSync(file, "utf8")));
}

/**
 * The machines in a file, as `asl` names them: `FILE`, or `FILE#RESOURCE` in a template. A test file has none.
 *
 * @param {string} file
 */
function machines(file) {
  const { stdout } = spawnSync("asl", ["validate", "--", file], { encoding: "utf8" });
  const listed = stdout.split("\n").filter((line) => line.startsWith(file)).map((line) => /^(?: \((.+?)\))?: valid/.exec(line.slice(file.length)));
  return listed.flatMap((found) => (found === null ? [] : [found[1] === undefined ? file : `${file}#${found[1]}`]));
}

/** @param {string} machine */
function draw(machine) {
  const covered = existsSync(COVERAGE) ? mermaid(machine, ["--coverage", COVERAGE]) : undefined;
  const drawing = covered ?? mermaid(machine, []);
  const what = covered === undefined ? "" : " (green: reached by tests; yellow: in part; red: not at all)";
  return `<details open><summary><code>${escape(machine)}</code>${what}</summary>\n\n\`\`\`mermaid\n${drawing}\`\`\`\n\n</details>\n`;
}

/**
 * The drawing, which escapes the names of states; `undefined` if there is none, such as that of a machine without tests.
 *
 * @param {string} machine
 * @param {string[]} options
 */
function mermaid(machine, options) {
  const drawn = spawnSync("asl", ["graph", "--format", "mermaid", ...options, "--", machine], { encoding: "utf8" });
  return drawn.status === 0 ? drawn.stdout : undefined;
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
