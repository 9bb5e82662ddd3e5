/** Asks for the input of an execution, and for the mocks of its tasks. */

import { readFile } from "node:fs/promises";
import * as path from "node:path";
import * as vscode from "vscode";

/** The files of a folder that are offered as inputs and as mocks. */
const INPUTS = "{*.input.json,events/*.json,inputs/*.json}";
const MOCKS = "{mocks.json,*.mocks.json,MockConfigFile.json}";

/** Something to choose. */
interface Item extends vscode.QuickPickItem {
  path: string;
}

/** What the user has chosen for a machine. */
export interface Choice {
  /** JSON, or the path of a file. */
  input: string;
  /** A case of a mock file, as `--mocks` names it. */
  mocks: string | undefined;
}

/** What was chosen last, by machine. */
const last = new Map<string, Choice>();

/** The input and the mocks for a machine, as `asl` names it; `undefined` if the user chooses nothing. */
export async function choose(machine: string): Promise<Choice | undefined> {
  const choice = await asked(machine, last.get(machine));
  if (choice) last.set(machine, choice);
  return choice;
}

async function asked(machine: string, before: Choice | undefined): Promise<Choice | undefined> {
  const input = await chooseInput(machine, before?.input);
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

async function chooseInput(machine: string, before: string | undefined): Promise<string | undefined> {
  const files = (await beside(machine, INPUTS)).map(item);
  const empty = { label: "{}", description: "an empty object", path: "{}" };
  const again = before === undefined ? [] : [{ label: "$(history) As before", description: before, path: before }];
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
