/** Runs a machine with `asl run`, and shows the report: graph, timeline, events and data. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { choose, type Choice } from "./choice.ts";
import { execute } from "./program.ts";

/** The panels with the reports of executions, one for each machine. */
export class Reports implements vscode.Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();

  /** Asks for the input and the mocks, runs the machine, and shows what happened. */
  async run(machine: string): Promise<void> {
    const choice = await choose(machine);
    if (!choice) return;
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
