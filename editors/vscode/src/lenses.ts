/** Lenses above machines and cases: Run, Debug, Graph. */

import * as vscode from "vscode";
import { isDefinition, isTemplate, isTestFile, machinesIn, selector } from "./machines.ts";

/** Where the cases of a test file begin, from 0. */
export type CaseLines = (file: vscode.Uri) => Iterable<number>;

/** Shows lenses in definitions and templates, and in test files above the cases that `lines` knows. */
export function register(
  context: vscode.ExtensionContext,
  lines: CaseLines,
  changed: vscode.Event<void>,
): void {
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed,
    provideCodeLenses: (document) => lensesOf(document, lines),
  };
  const documents = ["asl", "asl-yaml", "json", "yaml"].map((language) => ({ scheme: "file", language }));
  context.subscriptions.push(vscode.languages.registerCodeLensProvider(documents, provider));
}

function lensesOf(document: vscode.TextDocument, lines: CaseLines): vscode.CodeLens[] {
  const settings = vscode.workspace.getConfiguration("asl");
  if (!settings.get<boolean>("lenses", true)) return [];
  const file = document.uri.fsPath;
  if (isTestFile(file)) return [...lines(document.uri)].flatMap((line) => ofCase(document.uri, line));
  const text = document.getText();
  if (!isDefinition(file) && !isTemplate(text)) return [];
  return machinesIn(text, file).flatMap(({ line, resource }) => ofMachine(document.uri, line, resource));
}

function ofMachine(uri: vscode.Uri, line: number, resource: string | undefined): vscode.CodeLens[] {
  const machine = selector(uri.fsPath, resource);
  return [
    lens(line, "$(play) Run", "asl.run", [machine]),
    lens(line, "$(debug-alt) Debug", "asl.debug", [machine]),
    lens(line, "$(type-hierarchy) Graph", "asl.graph", [uri, resource]),
  ];
}

function ofCase(uri: vscode.Uri, line: number): vscode.CodeLens[] {
  return [
    lens(line, "$(play) Run test", "asl.runTest", [uri, line]),
    lens(line, "$(debug-alt) Debug test", "asl.debugTest", [uri, line]),
  ];
}

function lens(line: number, title: string, command: string, args: unknown[]): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: args });
}
