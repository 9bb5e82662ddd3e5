/** Loads the bundle with a small `vscode` and the real `asl`, and checks what each command does. */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Uri, fake, type Fake } from "./fake.ts";

const here = path.resolve(import.meta.dirname, "..");
const bundle = path.join(here, "dist/extension.js");
const manifest = JSON.parse(readFileSync(path.join(here, "package.json"), "utf8"));
const asl = process.env["ASL_PROGRAM"] ?? path.resolve(here, "../../target/debug/asl");
const example = path.resolve(here, "../../examples/order-processing");

const TEMPLATE = `Resources:
  One:
    Type: AWS::Serverless::StateMachine
  Two:
    Type: AWS::StepFunctions::StateMachine
`;

let home: string;
let folder: string;
let definition: string;
let tests: string;
let started: Started;

interface Started extends Fake {
  context: { subscriptions: { dispose(): unknown }[] };
}

/** Activates the bundle as the editor does. Each time it is a new one. */
async function activate(settings: Record<string, unknown>): Promise<Started> {
  const made = fake(folder, settings, manifest);
  const require = createRequire(import.meta.url);
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) => (request === "vscode" ? made.vscode : load(request, ...rest));
  delete require.cache[bundle];
  const context = { subscriptions: [] as { dispose(): unknown }[], extensionUri: new Uri(here), extensionPath: here };
  try {
    await require(bundle).activate(context);
  } finally {
    loader._load = load;
  }
  return { ...made, context };
}

async function end({ context }: Started): Promise<void> {
  for (const subscription of context.subscriptions) await subscription.dispose();
}

function run(command: string, ...args: unknown[]): Promise<unknown> {
  const action = started.seen.commands.get(command);
  if (!action) throw new Error(`no command ${command}`);
  return action(...args);
}

beforeAll(async () => {
  execFileSync(process.execPath, [path.join(here, "build.mjs")], { stdio: "inherit" });
  // A link to a folder, and names that a URI and a selector must not take apart.
  home = mkdtempSync(path.join(tmpdir(), "asl-vscode-"));
  const real = path.join(home, "100%25 of #1");
  mkdirSync(real);
  folder = path.join(home, "link #2");
  symlinkSync(real, folder);
  for (const name of ["workflow.asl.json", "workflow.test.yaml", "mocks.json"]) {
    cpSync(path.join(example, name), path.join(folder, name));
  }
  cpSync(path.join(example, "events"), path.join(folder, "events"), { recursive: true });
  cpSync(path.join(example, "histories"), path.join(folder, "histories"), { recursive: true });
  // A test of another tool, which is not listed.
  writeFileSync(path.join(folder, "other.test.json"), '{"suites": []}');
  definition = path.join(folder, "workflow.asl.json");
  tests = path.join(folder, "workflow.test.yaml");
  started = await activate({ "asl.path": asl });
});

afterAll(async () => {
  await end(started);
  rmSync(home, { recursive: true });
});

test("each contributed command is registered, and no other", () => {
  const contributed = manifest.contributes.commands.map(({ command }: { command: string }) => command);
  expect([...started.seen.commands.keys()].sort()).toEqual(contributed.sort());
});

test("nothing went wrong", () => expect(started.seen.errors).toEqual([]));

test("the language server marks what is typed", async () => {
  const file = path.join(folder, "typed.asl.json");
  writeFileSync(file, '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}');
  await started.show(file);
  await vi.waitFor(() => expect(started.seen.diagnostics.get(file)).toEqual([]), 10_000);
  started.edit(file, '{"StartAt": "A", "States": {"A": {"Type": "Suceed"}}}');
  const found = () => started.seen.diagnostics.get(file)?.map(({ code, message }) => [code?.value ?? code, message]);
  await vi.waitFor(() => expect(found()).toEqual([["ASL0007", expect.stringContaining("The field 'Type'")]]), 10_000);
  rmSync(file);
});

describe("a program that cannot be used", () => {
  test.each([
    ["/nowhere/asl", "cannot start `/nowhere/asl`: there is no such program. `cargo install"],
    ["/bin/false", "`/bin/false` is too old: it has no command `lsp`. `cargo install"],
  ])("%s", async (program, message) => {
    const other = await activate({ "asl.path": program });
    expect(other.seen.errors.filter((error) => error.startsWith(message))).toHaveLength(1);
    expect(other.seen.commands.size).toBe(manifest.contributes.commands.length);
    await end(other);
  });
});

describe("lenses", () => {
  async function lenses(name: string): Promise<[number, string, string][]> {
    const { document } = await started.show(path.join(folder, name));
    const found: any[] = await started.seen.providers["lenses"].provideCodeLenses(document);
    return found.map(({ range, command }) => [range.start.line, command.title.replace(/\$\(.*?\) /, ""), command.command]);
  }

  test("above machines", async () => {
    const three = (line: number) => [
      [line, "Run", "asl.run"],
      [line, "Debug", "asl.debug"],
      [line, "Graph", "asl.graph"],
    ];
    expect(await lenses("workflow.asl.json")).toEqual(three(2));
    writeFileSync(path.join(folder, "two.yaml"), TEMPLATE);
    expect(await lenses("two.yaml")).toEqual([...three(1), ...three(3)]);
    expect(await lenses("mocks.json")).toEqual([]);
  });

  test("above cases", async () => {
    const found = await lenses("workflow.test.yaml");
    expect(found.slice(0, 3)).toEqual([
      [26, "Run test", "asl.runTest"],
      [26, "Debug test", "asl.debugTest"],
      [49, "Run test", "asl.runTest"],
    ]);
    expect(found.length).toBe(28 * 2);
  });
});

describe("tests", () => {
  test("files and cases are listed", () => {
    const { items } = started.seen.controller;
    expect(items.size).toBe(1);
    const item = items.get(Uri.file(tests).toString());
    expect([item.description, item.children.size, item.error]).toEqual(["workflow", 28, undefined]);
    expect(item.children.get("27")).toMatchObject({ label: "an order is confirmed", range: { start: { line: 26 } } });
  });

  test("a case runs", async () => {
    await run("asl.runTest", Uri.file(tests), 30);
    expect(started.seen.controller.runs.at(-1)).toMatchObject({ passed: ["an order is confirmed"], failed: [], hasEnded: true });
  });

  test("a case that fails says why, and where", async () => {
    const text = readFileSync(definition, "utf8");
    writeFileSync(definition, text.replace('"NumericGreaterThan": 500000', '"NumericGreaterThan": 5'));
    await run("asl.runTest", Uri.file(tests), 26);
    writeFileSync(definition, text);
    const [name, messages] = started.seen.controller.runs.at(-1).failed[0];
    expect(name).toBe("an order is confirmed");
    expect(messages[0].message).toContain("status\n  - SUCCEEDED\n  + FAILED");
    expect(messages[0].message).toContain("NeedsApproval (Fail)");
    expect(messages[0].location.range.line).toBeGreaterThanOrEqual(26);
  });

  test("coverage is on the lines of the definition", async () => {
    const { profiles, runs } = started.seen.controller;
    const profile = profiles.find(({ label }: any) => label === "Coverage");
    const { token } = new started.vscode.CancellationTokenSource();
    await profile.runHandler({ include: undefined, exclude: [] }, token);
    const run = runs.at(-1);
    expect([run.passed.length, run.failed, run.errored]).toEqual([28, [], []]);
    const [file] = run.coverage;
    expect(file.uri.fsPath).toBe(definition);
    expect(file.statementCoverage).toEqual({ covered: 18, total: 18 });
    const details = await profile.loadDetailedCoverage(run, file);
    const line = details.find((detail: any) => detail.location.start.line === 5);
    expect([line.executed, line.branches[0].label]).toEqual([28, "ReadEvent"]);
  });

  test("a bad test file shows its problem", async () => {
    const bad = path.join(folder, "bad.test.yaml");
    writeFileSync(bad, "machine: workflow.asl.json\ncases:\n  - name: a\n    expects: {}\n");
    await started.seen.controller.refreshHandler();
    const item = started.seen.controller.items.get(Uri.file(bad).toString());
    expect(item.error).toContain("line 4: unknown field `expects`");
    rmSync(bad);
    await started.seen.controller.refreshHandler();
    expect(started.seen.controller.items.size).toBe(1);
  });

  test("a case is debugged", async () => {
    await started.show(tests, 51);
    await run("asl.debugTest");
    expect(started.seen.debugged.at(-1)).toMatchObject({
      type: "asl",
      request: "launch",
      program: definition,
      test: `${tests}#the order of a request is not unwrapped`,
    });
  });
});

describe("debugging", () => {
  const resolve = (configuration: object) =>
    started.seen.providers["debug"].resolveDebugConfiguration(undefined, configuration);

  test("without a configuration, what the editor shows", async () => {
    await started.show(definition);
    expect(await resolve({})).toMatchObject({ type: "asl", request: "launch", program: definition });
    await started.show(tests, 27);
    expect(await resolve({})).toMatchObject({ program: definition, test: `${tests}#an order is confirmed` });
    const template = path.join(folder, "template.yaml");
    writeFileSync(template, TEMPLATE);
    await started.show(template, 3);
    expect(await resolve({})).toMatchObject({ program: `${template}#Two` });
    await started.show(path.join(folder, "mocks.json"));
    expect(await resolve({})).toBeUndefined();
    expect(started.seen.errors.pop()).toBe("`mocks.json` has no state machine");
  });

  test("a configuration stays as it is", async () => {
    const configuration = { type: "asl", request: "launch", name: "a", program: "x.asl.json" };
    expect(await resolve(configuration)).toEqual(configuration);
  });

  test("the adapter is the program", () => {
    const adapter = started.seen.providers["adapter"].createDebugAdapterDescriptor({ workspaceFolder: { uri: Uri.file(folder) } });
    expect(adapter).toMatchObject({ command: asl, args: ["dap"], options: { cwd: folder } });
  });

  test("a machine is debugged", async () => {
    started.seen.choose = (items) => items.find(({ label }) => ["{}", "HappyPath"].includes(label));
    await run("asl.debug", definition);
    const mocks = `${path.join(folder, "mocks.json")}#order-processing/HappyPath`;
    expect(started.seen.debugged.at(-1)).toMatchObject({ program: definition, input: {}, mocks });
    started.seen.choose = (items) => items.find(({ label }) => ["direct.json", "No mocks"].includes(label));
    await run("asl.debug", definition);
    const inputFile = path.join(folder, "events/direct.json");
    expect(started.seen.debugged.at(-1)).toMatchObject({ program: definition, inputFile });
  });
});

describe("the graph", () => {
  test("is drawn, and follows edits", async () => {
    await run("asl.graph", Uri.file(definition));
    const panel = started.seen.panels.at(-1);
    expect(panel.title).toBe("Graph of workflow.asl.json");
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(panel.webview.html)?.[1];
    expect(policy).toBe("default-src 'none'; script-src https://editor.invalid; style-src https://editor.invalid");
    panel.receive({ type: "ready" });
    await vi.waitFor(() => expect(panel.posted.length).toBe(1), 10_000);
    expect(panel.posted[0]).toMatchObject({ type: "drawing", shown: { uri: Uri.file(definition).toString() } });
    expect(panel.posted[0].svg).toContain("<title>ReserveInventory</title>");
    const text = readFileSync(definition, "utf8");
    started.edit(definition, text.replaceAll("ReserveInventory", "HoldInventory"));
    await vi.waitFor(() => expect(panel.posted.length).toBe(2), 10_000);
    expect(panel.posted[1].svg).toContain("<title>HoldInventory</title>");
    // Half-typed, then nothing that could be drawn.
    started.edit(definition, text.slice(0, 500));
    await vi.waitFor(() => expect(panel.posted.length).toBe(3), 10_000);
    expect(panel.posted[2].svg).toContain("<title>ReadEvent</title>");
    started.edit(definition, "{");
    await vi.waitFor(() => expect(panel.posted.length).toBe(4), 10_000);
    expect(panel.posted[3]).toMatchObject({ type: "problem", message: expect.stringContaining("ASL0001") });
    started.edit(definition, text);
  });

  test("of unsaved YAML", async () => {
    const file = path.join(folder, "small.asl.yaml");
    writeFileSync(file, "StartAt: A\nStates:\n  A:\n    Type: Succeed\n");
    await started.show(file);
    await run("asl.graph");
    const panel = started.seen.panels.at(-1);
    started.edit(file, "StartAt: B\nStates:\n  B:\n    Type: Succeed\n");
    panel.receive({ type: "ready" });
    await vi.waitFor(() => expect(panel.posted[0]?.svg).toContain("<title>B</title>"), 10_000);
    panel.dispose();
    started.seen.panels.pop();
  });

  test("shows what tests have reached, until the text changes", async () => {
    const panel = started.seen.panels.at(-1);
    const text = readFileSync(definition, "utf8");
    const document = await started.vscode.workspace.openTextDocument(Uri.file(definition));
    document.isDirty = false;
    await started.seen.controller.refreshHandler();
    const { profiles } = started.seen.controller;
    const { token } = new started.vscode.CancellationTokenSource();
    const file = started.seen.controller.items.get(Uri.file(tests).toString());
    const request = { include: [file.children.get("27")], exclude: [] };
    await profiles.find(({ label }: any) => label === "Coverage").runHandler(request, token);
    const shown = () => panel.posted.at(-1).svg;
    await vi.waitFor(() => expect(shown()).toContain('<g class="failed"><title>RefundPayment</title>'), 10_000);
    expect(shown()).toContain('<g class="succeeded"><title>ConfirmOrder</title>');
    started.edit(definition, text);
    await vi.waitFor(() => expect(shown()).not.toContain('class="failed"'), 10_000);
  });

  test("a click on a state shows its line", async () => {
    const panel = started.seen.panels.at(-1);
    panel.receive({ type: "go", state: "ReserveInventory" });
    const line = readFileSync(definition, "utf8").split("\n").findIndex((line) => line.includes('"ReserveInventory": {'));
    await vi.waitFor(() => expect(started.vscode.window.activeTextEditor.selection.active.line).toBe(line));
  });
});

test("a run shows its report", async () => {
  started.seen.choose = (items) => items.find(({ label }) => ["direct.json", "HappyPath"].includes(label)) ?? items[0];
  await run("asl.run", definition);
  const panel = started.seen.panels.at(-1);
  expect([panel.viewType, panel.title]).toEqual(["asl.execution", "Execution of workflow.asl.json"]);
  expect(panel.webview.html).toContain('id="asl-report"');
  expect(panel.webview.html).toContain("Content-Security-Policy");
});

test("a machine that cannot run says why", async () => {
  const bad = path.join(folder, "bad.asl.json");
  writeFileSync(bad, "{");
  await run("asl.run", bad);
  expect(started.seen.errors.pop()).toContain("bad.asl.json");
  rmSync(bad);
});

test("tasks validate and test a folder", async () => {
  await run("asl.validate");
  const [task] = started.seen.tasks;
  expect(task.execution).toMatchObject({ process: asl, args: ["validate", "."] });
  expect(task.problemMatchers).toBe("$asl");
  const provided = started.seen.providers["tasks"].provideTasks();
  expect(provided.map(({ name }: { name: string }) => name)).toEqual(["validate", "test"]);
  const own = { type: "asl", command: "validate", paths: ["a"], args: ["--deny=warnings"] };
  const resolved = started.seen.providers["tasks"].resolveTask({ definition: own });
  expect([resolved.definition, resolved.execution.args]).toEqual([own, ["validate", "--deny=warnings", "a"]]);
});
