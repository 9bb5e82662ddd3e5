/** Amazon States Language in Visual Studio Code, on the program `asl`. */

import * as vscode from "vscode";
import { choose } from "./choice.ts";
import * as debugging from "./debugging.ts";
import { Graphs } from "./graph.ts";
import * as lenses from "./lenses.ts";
import { reporting } from "./program.ts";
import { Reports } from "./run.ts";
import { Server } from "./server.ts";
import * as tasks from "./tasks.ts";
import { Tests } from "./testing.ts";

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel("Amazon States Language", { log: true });
  const server = new Server(output);
  const tests = new Tests();
  const graphs = new Graphs(context, server);
  const reports = new Reports();
  context.subscriptions.push(output, tests, graphs, reports, server);
  context.subscriptions.push(tests.onDidCover((coverage) => graphs.cover(coverage)));
  debugging.register(context, (file, line) => tests.configurationAt(file, line));
  tasks.register(context);
  lenses.register(context, (file) => tests.lines(file), tests.onDidChange);
  register(context, {
    "asl.run": (machine?: string) => reports.run(machine ?? shownMachine()),
    "asl.debug": debug,
    "asl.graph": (uri?: vscode.Uri, resource?: string) => graphs.open(uri, resource),
    "asl.runTest": (uri?: vscode.Uri, line?: number) => tests.runAt(...shownLine(uri, line)),
    "asl.debugTest": (uri?: vscode.Uri, line?: number) => tests.debugAt(...shownLine(uri, line)),
    "asl.validate": validate,
    "asl.restartServer": () => server.restart(),
    "asl.showOutput": async () => output.show(),
  });
  const changed = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!["asl.path", "asl.templates"].some((setting) => event.affectsConfiguration(setting))) return;
    void server.restart();
    void tests.refresh();
  });
  context.subscriptions.push(changed);
  await Promise.all([server.restart(), tests.refresh()]);
}

// Everything is disposed of by the subscriptions.
export function deactivate(): void {}

function register(context: vscode.ExtensionContext, commands: Record<string, (...args: never[]) => Promise<unknown>>): void {
  for (const [name, action] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, reporting(action)));
  }
}

function editor(): vscode.TextEditor {
  const shown = vscode.window.activeTextEditor;
  if (!shown) throw new Error("open a definition or a test file first");
  return shown;
}

/** The machine at the cursor. */
function shownMachine(): string {
  const { document, selection } = editor();
  return debugging.machineAt(document, selection.active.line);
}

/** The given line of a test file, or that of the cursor. */
function shownLine(uri: vscode.Uri | undefined, line: number | undefined): [vscode.Uri, number] {
  if (uri && line !== undefined) return [uri, line];
  const { document, selection } = editor();
  return [document.uri, selection.active.line];
}

/** Asks for the input and the mocks, and debugs a machine. */
async function debug(machine = shownMachine()): Promise<void> {
  const choice = await choose(machine);
  if (!choice) return;
  const configuration = debugging.ofChoice(machine, choice);
  await vscode.debug.startDebugging(vscode.workspace.workspaceFolders?.[0], configuration);
}

async function validate(): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (!folder) throw new Error("open a folder first");
  await vscode.tasks.executeTask(tasks.task({ type: "asl", command: "validate" }, folder));
}
