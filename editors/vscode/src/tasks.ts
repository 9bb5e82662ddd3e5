/** Tasks: `asl validate` and `asl test` in the terminal, whose problems are marked in the editor. */

import * as vscode from "vscode";
import { program } from "./program.ts";

/** A task of `tasks.json`: `{"type": "asl", "command": "validate", "paths": ["workflows"]}`. */
interface Definition extends vscode.TaskDefinition {
  command: "validate" | "test";
  /** Files and folders. The whole folder if it is absent. */
  paths?: string[];
  /** Further arguments. */
  args?: string[];
}

const MATCHERS = { validate: "$asl", test: "$asl-test" };

export function register(context: vscode.ExtensionContext): void {
  const provider: vscode.TaskProvider = {
    provideTasks: () =>
      (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => [
        task({ type: "asl", command: "validate" }, folder),
        task({ type: "asl", command: "test" }, folder),
      ]),
    // The definition must stay the same object.
    resolveTask: ({ definition, scope }) =>
      definition["command"] in MATCHERS ? task(definition as Definition, scope ?? vscode.TaskScope.Workspace) : undefined,
  };
  context.subscriptions.push(vscode.tasks.registerTaskProvider("asl", provider));
}

export function task(definition: Definition, scope: vscode.WorkspaceFolder | vscode.TaskScope): vscode.Task {
  const { command, paths = ["."], args = [] } = definition;
  const execution = new vscode.ProcessExecution(program(), [command, ...args, ...paths]);
  const made = new vscode.Task(definition, scope, command, "asl", execution, MATCHERS[command]);
  made.group = command === "test" ? vscode.TaskGroup.Test : vscode.TaskGroup.Build;
  return made;
}
