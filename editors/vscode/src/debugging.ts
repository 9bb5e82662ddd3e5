/** The debugger: `asl dap`. */

import * as path from "node:path";
import * as vscode from "vscode";
import type { Choice } from "./choice.ts";
import { isTestFile, machinesIn, selector } from "./machines.ts";
import { need, program, report } from "./program.ts";

/** A configuration of a launch, as `launch.json` has it. */
export function ofMachine(machine: string): vscode.DebugConfiguration {
  return { type: "asl", request: "launch", name: `Debug ${path.basename(machine)}`, program: machine };
}

/** The same with an input and mocks. */
export function ofChoice(machine: string, { input, mocks }: Choice): vscode.DebugConfiguration {
  const given = path.isAbsolute(input) ? { inputFile: input } : { input: JSON.parse(input) as unknown };
  return { ...ofMachine(machine), ...given, ...(mocks === undefined ? {} : { mocks }) };
}

/** A configuration that debugs a case of a test file with its machine. */
export function ofCase(file: string, machine: string, name: string): vscode.DebugConfiguration {
  return { type: "asl", request: "launch", name: `Debug ${name}`, program: machine, test: `${file}#${name}` };
}

/** The configuration that debugs the case at a line, from 0. */
export type CaseAt = (file: vscode.Uri, line: number) => Promise<vscode.DebugConfiguration>;

export function register(context: vscode.ExtensionContext, caseAt: CaseAt): void {
  const resolveDebugConfiguration = (_: unknown, configuration: vscode.DebugConfiguration) =>
    resolved(configuration, caseAt);
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
async function resolved(
  configuration: vscode.DebugConfiguration,
  caseAt: CaseAt,
): Promise<vscode.DebugConfiguration | undefined> {
  if (configuration.type || configuration.request) return configuration;
  try {
    const editor = vscode.window.activeTextEditor;
    if (!editor) throw new Error("open a definition or a test file to debug it");
    const line = editor.selection.active.line;
    const { uri } = editor.document;
    return isTestFile(uri.fsPath) ? await caseAt(uri, line) : ofMachine(machineAt(editor.document, line));
  } catch (error) {
    void report(error);
    return undefined;
  }
}

/** The machine at a line, from 0: the last one that begins above, or the first. */
export function machineAt(document: vscode.TextDocument, line: number): string {
  const file = document.uri.fsPath;
  const machines = machinesIn(document.getText(), file);
  const found = machines.filter((machine) => machine.line <= line).at(-1) ?? machines[0];
  if (!found) throw new Error(`\`${path.basename(file)}\` has no state machine`);
  return selector(file, found.resource);
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
