/** Runs a machine with `asl run`, and shows the report: graph, timeline, events and data. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { execute } from "./program.ts";

/** The files of a folder that are offered as inputs and as mocks. */
const INPUTS = "{*.input.json,events/*.json,inputs/*.json}";
const MOCKS = "{mocks.json,*.mocks.json,MockConfigFile.json}";

/** Something to choose. */
interface Item extends vscode.QuickPickItem {
  path: string;
}

/** What the user has chosen for a machine. */
interface Choice {
  input: string;
  mocks: string | undefined;
}

/** The panels with the reports of executions, one for each machine. */
export class Reports implements vscode.Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly last = new Map<string, Choice>();

  /** Asks for the input and the mocks, runs the machine, and shows what happened. */
  async run(machine: string): Promise<void> {
    const choice = await choose(machine, this.last.get(machine));
    if (!choice) return;
    this.last.set(machine, choice);
    await vscode.workspace.saveAll(false);
    const title = `Running ${path.basename(machine)}`;
    const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    const page = await vscode.window.withProgress(progress, (_progress, token) => execution(machine, choice, token));
    if (page !== undefined) this.show(machine, page);
  }

  private show(machine: string, page: string): void {
    const known = this.panels.get(machine);
    const panel = known ?? this.panel(machine);
    panel.webview.html = page;
    if (known) panel.reveal(undefined, true);
  }

  private panel(machine: string): vscode.WebviewPanel {
    const title = `Execution of ${path.basename(machine)}`;
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const options = { enableScripts: true, localResourceRoots: [], retainContextWhenHidden: true };
    const panel = vscode.window.createWebviewPanel("asl.execution", title, place, options);
    this.panels.set(machine, panel);
    panel.onDidDispose(() => this.panels.delete(machine));
    return panel;
  }

  dispose(): void {
    for (const panel of this.panels.values()) panel.dispose();
  }
}

/** The report of an execution; `undefined` if it was cancelled. It has a content security policy of its own. */
async function execution(
  machine: string,
  { input, mocks }: Choice,
  token: vscode.CancellationToken,
): Promise<string | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), "asl-"));
  try {
    const report = path.join(folder, "report.html");
    const args = ["run", machine, "--input", input, "--report", report];
    if (mocks !== undefined) args.push("--mocks", mocks);
    const { stderr } = await execute(args, { cwd: path.dirname(machine), token });
    if (token.isCancellationRequested) return undefined;
    // An execution that fails has a report, too.
    return await readFile(report, "utf8").catch(() => {
      throw new Error(stderr.trim() === "" ? "`asl run` has written no report" : stderr.trim());
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function choose(machine: string, last: Choice | undefined): Promise<Choice | undefined> {
  const input = await chooseInput(machine, last?.input);
  if (input === undefined) return undefined;
  const cases = (await Promise.all((await beside(machine, MOCKS)).map(casesOf))).flat();
  if (cases.length === 0) return { input, mocks: undefined };
  const none = { label: "No mocks", description: "tasks call the services that have an endpoint", path: undefined };
  const chosen = await vscode.window.showQuickPick([...cases, none], { title: "Mocked results of tasks" });
  return chosen && { input, mocks: chosen.path };
}

/** The cases of a mock file, as `--mocks` names them. */
async function casesOf(file: vscode.Uri): Promise<Item[]> {
  const text = await readFile(file.fsPath, "utf8");
  const { StateMachines } = JSON.parse(text) as { StateMachines?: Record<string, { TestCases?: object }> };
  return Object.entries(StateMachines ?? {}).flatMap(([machine, { TestCases }]) =>
    Object.keys(TestCases ?? {}).map((name) => ({
      label: name,
      description: `${machine} in ${vscode.workspace.asRelativePath(file)}`,
      path: `${file.fsPath}#${machine}/${name}`,
    })),
  );
}

async function chooseInput(machine: string, last: string | undefined): Promise<string | undefined> {
  const files = (await beside(machine, INPUTS)).map(item);
  const empty = { label: "{}", description: "an empty object", path: "{}" };
  const again = last === undefined ? [] : [{ label: "$(history) As before", description: last, path: last }];
  const typed = { label: "$(edit) Type JSON…", description: "", path: undefined };
  const chosen = await vscode.window.showQuickPick([...again, ...files, empty, typed], { title: "Input of the execution" });
  if (chosen !== typed) return chosen?.path;
  return vscode.window.showInputBox({ title: "Input of the execution", value: "{}", validateInput: problemOf });
}

function problemOf(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function item(uri: vscode.Uri): Item {
  return { label: path.basename(uri.fsPath), description: vscode.workspace.asRelativePath(uri), path: uri.fsPath };
}

async function beside(machine: string, files: string): Promise<vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(path.dirname(machine), files));
  return found.sort((one, other) => one.fsPath.localeCompare(other.fsPath));
}
