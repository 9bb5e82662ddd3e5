/** The debugger: `asl dap`. */

import * as path from "node:path";
import * as vscode from "vscode";
import { isDefinition, isTemplate, isTestFile, machinesIn, selector } from "./machines.ts";
import { need, program, report } from "./program.ts";

/** A configuration of a launch, as `launch.json` has it. */
export function ofMachine(machine: string, input?: unknown): vscode.DebugConfiguration {
  const name = `Debug ${path.basename(machine)}`;
  return { type: "asl", request: "launch", name, program: machine, ...(input === undefined ? {} : { input }) };
}

/** A configuration that debugs the case at a line, from 1, of a test file. */
export function ofCase(file: string, line: number): vscode.DebugConfiguration {
  return { type: "asl", request: "launch", name: `Debug ${path.basename(file)}:${line}`, test: `${file}:${line}` };
}

export function register(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    vscode.debug.registerDebugConfigurationProvider("asl", { resolveDebugConfiguration, resolveDebugConfigurationWithSubstitutedVariables }),
    vscode.debug.registerDebugConfigurationProvider(
      "asl",
      { provideDebugConfigurations: () => [ofMachine("${file}")] },
      vscode.DebugConfigurationProviderTriggerKind.Initial,
    ),
    vscode.debug.registerDebugAdapterDescriptorFactory("asl", {
      createDebugAdapterDescriptor: (session) => {
        const cwd = session.workspaceFolder?.uri.fsPath;
        return new vscode.DebugAdapterExecutable(program(), ["dap"], cwd === undefined ? undefined : { cwd });
      },
    }),
  );
}

/** Without a configuration (F5 in a folder without launch.json), debugs what the active editor shows. */
function resolveDebugConfiguration(
  _folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): vscode.DebugConfiguration | undefined {
  if (configuration.type || configuration.request) return configuration;
  const editor = vscode.window.activeTextEditor;
  const shown = editor && ofDocument(editor.document, editor.selection.active.line);
  if (!shown) void vscode.window.showErrorMessage("Open a definition or a test file to debug it.");
  return shown;
}

/** The machine or the case at a line, from 0. */
export function ofDocument(document: vscode.TextDocument, line: number): vscode.DebugConfiguration | undefined {
  const file = document.uri.fsPath;
  if (isTestFile(file)) return ofCase(file, line + 1);
  if (!isDefinition(file) && !isTemplate(document.getText())) return undefined;
  const machines = machinesIn(document.getText(), file);
  const above = machines.filter((machine) => machine.line <= line).at(-1) ?? machines[0];
  return ofMachine(selector(file, above?.resource));
}

/** Says what is wrong with a configuration, or that `asl` is missing, before a session begins. */
async function resolveDebugConfigurationWithSubstitutedVariables(
  _folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration | undefined> {
  try {
    await need("dap");
    return configuration;
  } catch (error) {
    void report(error);
    return undefined;
  }
}
