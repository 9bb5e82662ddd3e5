/** The cases of test files in the Testing view, run by `asl test`. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { ofCase } from "./debugging.ts";
import { isTestFile } from "./machines.ts";
import { CannotStart, execute, report } from "./program.ts";
import { coveredLines, explained, parsed, share } from "./results.ts";
import type { CaseResult, Coverage, CoverageItem, TestList, TestResults } from "./results.ts";

const FILES = "**/*.test.{json,yaml,yml}";
const EXCLUDED = "**/{node_modules,target,cdk.out}/**";

/** How long a change waits for further ones, in milliseconds. */
const SETTLED = 300;

/** The Testing view. Files are items, and their cases are the items in them, with the line as identifier. */
export class Tests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("asl", "Amazon States Language");
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly changed = new Set<string>();
  /** The definitions of test files, by path. */
  private readonly definitions = new Map<string, string>();
  private readonly disposables: vscode.Disposable[] = [this.controller, this.changes];
  private timer: NodeJS.Timeout | undefined;
  private readonly running: vscode.TestRunProfile;
  private readonly debugging: vscode.TestRunProfile;

  /** Something in the view has changed. */
  readonly onDidChange = this.changes.event;

  private readonly coverages = new vscode.EventEmitter<string>();

  /** Cases have run with coverage: the document that `--coverage-json` has written. */
  readonly onDidCover = this.coverages.event;

  constructor() {
    const { controller } = this;
    this.running = controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, (request, token) =>
      this.run(request, token, false),
    );
    this.running.isDefault = true;
    this.debugging = controller.createRunProfile("Debug", vscode.TestRunProfileKind.Debug, (request) => this.debug(request));
    const coverage = controller.createRunProfile("Coverage", vscode.TestRunProfileKind.Coverage, (request, token) =>
      this.run(request, token, true),
    );
    coverage.loadDetailedCoverage = async (_run, file) => (file instanceof DefinitionCoverage ? file.details() : []);
    controller.refreshHandler = () => this.refresh();
    controller.resolveHandler = (item) => (item?.uri ? this.list([item.uri]) : this.refresh());
    const watcher = vscode.workspace.createFileSystemWatcher(FILES);
    watcher.onDidChange((uri) => this.later(uri));
    watcher.onDidCreate((uri) => this.later(uri));
    watcher.onDidDelete((uri) => {
      controller.items.delete(uri.toString());
      this.changes.fire();
    });
    this.disposables.push(watcher);
  }

  /** The lines, from 0, where the cases of a file begin. */
  lines(file: vscode.Uri): number[] {
    const item = this.controller.items.get(file.toString());
    return item ? children(item).flatMap((of) => (of.range ? [of.range.start.line] : [])) : [];
  }

  /** Reads the test files of the workspace. Problems are reported. */
  async refresh(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      void report(error);
    }
  }

  private async read(): Promise<void> {
    const found = await vscode.workspace.findFiles(FILES, EXCLUDED);
    const names = new Set(found.map(String));
    for (const item of values(this.controller.items)) if (!names.has(item.id)) this.controller.items.delete(item.id);
    await this.list(found);
  }

  /** Runs the case at a line. */
  async runAt(file: vscode.Uri, line: number): Promise<void> {
    const request = new vscode.TestRunRequest([await this.at(file, line)], undefined, this.running);
    await this.run(request, new vscode.CancellationTokenSource().token, false);
  }

  /** Debugs the case at a line. */
  async debugAt(file: vscode.Uri, line: number): Promise<void> {
    await this.debug(new vscode.TestRunRequest([await this.at(file, line)], undefined, this.debugging));
  }

  /** How the case at a line is debugged. */
  async configurationAt(file: vscode.Uri, line: number): Promise<vscode.DebugConfiguration> {
    return this.configuration(await this.at(file, line));
  }

  private configuration(item: vscode.TestItem): vscode.DebugConfiguration {
    const file = item.uri?.fsPath ?? "";
    return ofCase(file, this.definitions.get(file) ?? "", item.label);
  }

  private async at(file: vscode.Uri, line: number): Promise<vscode.TestItem> {
    if (!this.controller.items.get(file.toString())) await this.list([file]);
    const item = this.controller.items.get(file.toString());
    const above = item && children(item).filter((of) => of.range && of.range.start.line <= line);
    const found = above?.at(-1);
    if (!found) throw new Error(`there is no case at line ${line + 1} of \`${file.fsPath}\``);
    return found;
  }

  private later(uri: vscode.Uri): void {
    this.changed.add(uri.toString());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const due = [...this.changed].map((text) => vscode.Uri.parse(text));
      this.changed.clear();
      void this.list(due);
    }, SETTLED);
  }

  /** Asks `asl` for the cases of files. */
  private async list(files: vscode.Uri[]): Promise<void> {
    const paths = files.map((uri) => uri.fsPath).filter(isTestFile);
    if (paths.length === 0) return;
    try {
      const { stdout, stderr } = await execute(["test", "--list", "--format", "json", ...paths]);
      await this.show(parsed<TestList>(stdout, stderr));
    } catch (error) {
      // A missing program is reported by the language server, once.
      if (!(error instanceof CannotStart)) void report(error);
    }
  }

  private async show({ files, problems }: TestList): Promise<void> {
    for (const { file, machine, definition, cases } of files) {
      this.definitions.set(file, definition);
      const item = this.item(file);
      item.description = machine;
      item.error = undefined;
      item.children.replace(cases.map(({ name, line }) => this.caseItem(item, name, line)));
    }
    for (const { file, line, message } of problems) {
      if (!(await looksLikeTests(file))) continue;
      this.item(file).error = `line ${line}: ${message}`;
    }
    this.changes.fire();
  }

  private item(file: string): vscode.TestItem {
    const uri = vscode.Uri.file(file);
    const known = this.controller.items.get(uri.toString());
    if (known) return known;
    const item = this.controller.createTestItem(uri.toString(), vscode.workspace.asRelativePath(uri), uri);
    item.canResolveChildren = true;
    this.controller.items.add(item);
    return item;
  }

  private caseItem(file: vscode.TestItem, name: string, line: number): vscode.TestItem {
    const item = this.controller.createTestItem(String(line), name, file.uri);
    item.range = new vscode.Range(line - 1, 0, line - 1, 0);
    return item;
  }

  /** The cases that a request means, by file. */
  private chosen(request: vscode.TestRunRequest): Map<vscode.TestItem, vscode.TestItem[]> {
    const all = request.include ?? values(this.controller.items);
    const excluded = new Set(request.exclude ?? []);
    const chosen = new Map<vscode.TestItem, vscode.TestItem[]>();
    for (const item of all) {
      const file = item.parent ?? item;
      const cases = (item.parent ? [item] : children(item)).filter((of) => !excluded.has(of) && !excluded.has(file));
      if (cases.length > 0) chosen.set(file, [...(chosen.get(file) ?? []), ...cases]);
    }
    return chosen;
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken, withCoverage: boolean): Promise<void> {
    const chosen = this.chosen(request);
    const run = this.controller.createTestRun(request);
    const items = [...chosen.values()].flat();
    for (const item of items) run.started(item);
    const folder = withCoverage ? await mkdtemp(path.join(tmpdir(), "asl-")) : undefined;
    try {
      await vscode.workspace.saveAll(false);
      const args = items.map((item) => `${item.uri?.fsPath}:${item.id}`);
      const written = folder === undefined ? undefined : path.join(folder, "coverage.json");
      const options = written === undefined ? [] : ["--coverage-json", written];
      const { stdout, stderr } = await execute(["test", "--format", "json", ...options, ...args], { token });
      if (token.isCancellationRequested) return;
      show(run, chosen, parsed<TestResults>(stdout, stderr));
      if (written !== undefined) {
        const coverage = await readFile(written, "utf8");
        addCoverage(run, coverage);
        this.coverages.fire(coverage);
      }
    } catch (error) {
      const message = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
      for (const item of items) run.errored(item, message);
      if (error instanceof CannotStart) void report(error);
    } finally {
      run.end();
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    }
  }

  private async debug(request: vscode.TestRunRequest): Promise<void> {
    const item = [...this.chosen(request).values()].flat()[0];
    if (!item?.uri) return;
    const folder = vscode.workspace.getWorkspaceFolder(item.uri);
    await vscode.debug.startDebugging(folder, this.configuration(item));
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const disposable of [...this.disposables, this.coverages]) disposable.dispose();
  }
}

/** Reports the results, and why cases have failed. */
function show(run: vscode.TestRun, chosen: Map<vscode.TestItem, vscode.TestItem[]>, results: TestResults): void {
  for (const [file, items] of chosen) {
    const result = results.files.find((of) => of.file === file.uri?.fsPath);
    const problem = results.problems.find((of) => of.file === file.uri?.fsPath);
    for (const item of items) {
      const found = result?.cases.find((of) => String(of.line) === item.id);
      if (found?.passed) run.passed(item, found.durationSeconds * 1000);
      else if (found) run.failed(item, messages(found, item.uri), found.durationSeconds * 1000);
      else run.errored(item, new vscode.TestMessage(problem ? problem.message : "the file has changed: run it again"));
      if (found) run.appendOutput(printed(found), undefined, item);
    }
  }
}

function messages(found: CaseResult, uri: vscode.Uri | undefined): vscode.TestMessage[] {
  return found.mismatches.map((mismatch) => {
    const message = new vscode.TestMessage(`${explained(mismatch)}\n\n${found.path.join("\n")}`);
    if (uri) message.location = new vscode.Location(uri, new vscode.Position(mismatch.line - 1, mismatch.column - 1));
    return message;
  });
}

function printed(found: CaseResult): string {
  const lines = [`${found.passed ? "pass" : "FAIL"} ${found.name}`, ...found.mismatches.map(explained), ...found.path];
  return lines.join("\n").replaceAll("\n", "\r\n") + "\r\n";
}

/** The coverage of one definition. */
class DefinitionCoverage extends vscode.FileCoverage {
  private readonly items: CoverageItem[];

  constructor(path: string, items: CoverageItem[]) {
    const states = share(items.filter((item) => item.kind === "states"));
    const others = share(items.filter((item) => item.kind !== "states"));
    super(vscode.Uri.file(path), states, others);
    this.items = items;
  }

  /** A state is a statement; its transitions, rules, retriers and catchers are branches of their lines. */
  details(): vscode.FileCoverageDetail[] {
    return coveredLines(this.items).map(({ line, hits, parts }) => {
      const place = new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
      const branches = parts.map((part) => new vscode.BranchCoverage(part.hits, place, part.label));
      return new vscode.StatementCoverage(hits, place, branches);
    });
  }
}

function addCoverage(run: vscode.TestRun, text: string): void {
  for (const { path, items } of (JSON.parse(text) as Coverage).definitions) {
    run.addCoverage(new DefinitionCoverage(path, items));
  }
}

/** Whether a file that `asl` cannot use is meant for it: tests of other tools may have such names. */
async function looksLikeTests(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "");
  return /^\s*["']?cases["']?\s*:/m.test(text);
}

function values(items: vscode.TestItemCollection): vscode.TestItem[] {
  const found: vscode.TestItem[] = [];
  items.forEach((item) => found.push(item));
  return found;
}

function children(item: vscode.TestItem): vscode.TestItem[] {
  return values(item.children);
}
