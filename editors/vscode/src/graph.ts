/** The live graph of a machine beside its text. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { isDefinition, lineOfMachine, lineOfState, machinesIn, selector } from "./machines.ts";
import { CannotStart, execute, report } from "./program.ts";
import type { Coverage } from "./results.ts";
import type { Server } from "./server.ts";

/** How long an edit waits for further ones, in milliseconds. */
const SETTLED = 150;

/** What a panel shows; what the page keeps, so that a panel survives a restart. */
interface Shown {
  uri: string;
  resource?: string;
}

/** What the page is sent. */
export type ToPage = { type: "drawing"; svg: string; shown: Shown } | { type: "problem"; message: string };

/** What the page sends. */
export type FromPage = { type: "ready" } | { type: "go"; state: string };

export class Graphs implements vscode.Disposable {
  private readonly context: vscode.ExtensionContext;
  private readonly server: Server;
  private readonly graphs = new Map<string, Graph>();
  private readonly disposables: vscode.Disposable[] = [];
  /** What tests have reached, by the path of the definition, until it changes. */
  private readonly coverages = new Map<string, string>();

  constructor(context: vscode.ExtensionContext, server: Server) {
    this.context = context;
    this.server = server;
    this.disposables.push(
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.changed(document.uri)),
      vscode.workspace.onDidSaveTextDocument((document) => this.changed(document.uri)),
      vscode.window.registerWebviewPanelSerializer("asl.graph", {
        deserializeWebviewPanel: async (panel, shown: Shown | undefined) => {
          if (shown) this.adopt(panel, shown);
          else panel.dispose();
        },
      }),
    );
  }

  /** Opens the graph of a machine; without arguments, that of the active editor. */
  async open(uri = vscode.window.activeTextEditor?.document.uri, resource?: string): Promise<void> {
    if (!uri) throw new Error("open a definition first");
    const shown = { uri: uri.toString(), ...(await chosen(uri, resource)) };
    const known = this.graphs.get(key(shown));
    if (known) {
      known.panel.reveal(undefined, true);
      return;
    }
    const title = `Graph of ${shown.resource ?? path.basename(uri.fsPath)}`;
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.adopt(vscode.window.createWebviewPanel("asl.graph", title, place), shown);
  }

  private adopt(panel: vscode.WebviewPanel, shown: Shown): void {
    const graph = new Graph(panel, shown, this.context.extensionUri, this.server, this.coverages);
    this.graphs.set(key(shown), graph);
    panel.onDidDispose(() => {
      graph.dispose();
      this.graphs.delete(key(shown));
    });
  }

  /** Shows what tests have reached, as `--coverage-json` writes it. */
  cover(coverage: string): void {
    this.coverages.clear();
    for (const { path } of (JSON.parse(coverage) as Coverage).definitions) this.coverages.set(path, coverage);
    for (const graph of this.graphs.values()) graph.later();
  }

  private changed(uri: vscode.Uri): void {
    this.coverages.delete(uri.fsPath);
    for (const graph of this.graphs.values()) if (graph.shown.uri === uri.toString()) graph.later();
  }

  dispose(): void {
    for (const graph of [...this.graphs.values()]) graph.panel.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }
}

/** The machine of a file; of a template with several machines, the one that the user chooses. */
async function chosen(uri: vscode.Uri, resource: string | undefined): Promise<{ resource?: string }> {
  if (resource !== undefined) return { resource };
  const document = await vscode.workspace.openTextDocument(uri);
  const names = machinesIn(document.getText(), uri.fsPath).flatMap((machine) => machine.resource ?? []);
  if (names.length === 0 && !isDefinition(uri.fsPath)) {
    throw new Error(`\`${path.basename(uri.fsPath)}\` has no state machine`);
  }
  const name = names.length > 1 ? await vscode.window.showQuickPick(names, { title: "State machine" }) : names[0];
  if (names.length > 1 && name === undefined) throw new vscode.CancellationError();
  return name === undefined ? {} : { resource: name };
}

function key({ uri, resource }: Shown): string {
  return `${uri}#${resource ?? ""}`;
}

/** One panel. */
class Graph {
  private timer: NodeJS.Timeout | undefined;
  /** Counts drawings: an earlier one that ends later is dropped. */
  private drawings = 0;

  readonly panel: vscode.WebviewPanel;
  readonly shown: Shown;
  private readonly server: Server;
  private readonly coverages: ReadonlyMap<string, string>;

  constructor(
    panel: vscode.WebviewPanel,
    shown: Shown,
    extension: vscode.Uri,
    server: Server,
    coverages: ReadonlyMap<string, string>,
  ) {
    this.panel = panel;
    this.shown = shown;
    this.server = server;
    this.coverages = coverages;
    const dist = vscode.Uri.joinPath(extension, "dist");
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.webview.onDidReceiveMessage((message: FromPage) => {
      if (message.type === "ready") void this.draw();
      else void this.go(message.state).catch(report);
    });
    panel.webview.html = page(panel.webview, dist);
  }

  /** Draws again, unless another edit follows at once. */
  later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), SETTLED);
  }

  private async draw(): Promise<void> {
    this.drawings += 1;
    const drawing = this.drawings;
    const message = await this.drawing();
    if (drawing === this.drawings) await this.panel.webview.postMessage(message);
  }

  private async drawing(): Promise<ToPage> {
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(this.shown.uri));
      const { resource } = this.shown;
      const coverage = document.isDirty ? undefined : this.coverages.get(document.uri.fsPath);
      const drawn = coverage === undefined ? svg(document, resource, this.server) : covered(document, resource, coverage);
      return { type: "drawing", svg: await drawn, shown: this.shown };
    } catch (error) {
      if (error instanceof CannotStart) void report(error);
      return { type: "problem", message: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Shows the line of a state in the editor. */
  private async go(state: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(this.shown.uri));
    const found = lineOfState(document.getText(), state);
    if (found === undefined) throw new Error(`there is no state \`${state}\` in \`${path.basename(document.fileName)}\``);
    const line = document.lineAt(found);
    const start = line.range.start.translate(0, line.firstNonWhitespaceCharacterIndex);
    const open = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
    const viewColumn = open?.viewColumn ?? vscode.ViewColumn.One;
    await vscode.window.showTextDocument(document, { viewColumn, selection: new vscode.Range(start, line.range.end) });
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}

/** Draws the text of the editor, half-typed or not, by the language server; without it, what the program can read. */
async function svg(document: vscode.TextDocument, resource: string | undefined, server: Server): Promise<string> {
  const client = server.running();
  if (client) {
    const line = lineOfMachine(document.getText(), resource);
    const position = { line, character: document.lineAt(line).text.length };
    const uri = client.code2ProtocolConverter.asUri(document.uri);
    try {
      return (await client.sendRequest<{ svg: string }>("asl/graph", { uri, position })).svg;
    } catch {
      // The program says more about what is wrong.
    }
  }
  return printed(document, resource);
}

/** The drawing with what tests have reached. */
async function covered(document: vscode.TextDocument, resource: string | undefined, coverage: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "asl-"));
  try {
    const file = path.join(folder, "coverage.json");
    await writeFile(file, coverage);
    return await printed(document, resource, ["--coverage", file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `asl graph` draws. Templates are drawn as they were saved, since their definitions may be in other files. */
async function printed(document: vscode.TextDocument, resource: string | undefined, args: string[] = []): Promise<string> {
  const file = document.uri.fsPath;
  const isUnsaved = document.isDirty && resource === undefined;
  const input = isUnsaved ? { stdin: document.getText() } : {};
  const machine = isUnsaved ? "-" : selector(file, resource);
  const { code, stdout, stderr } = await execute(["graph", machine, ...args], { cwd: path.dirname(file), ...input });
  if (code !== 0) throw new Error(stderr.trim() === "" ? stdout.trim() : stderr.trim());
  return stdout;
}

/** The page, which runs only its own script and has only its own styles. */
function page(webview: vscode.Webview, dist: vscode.Uri): string {
  const file = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  const policy = `default-src 'none'; script-src ${webview.cspSource}; style-src ${webview.cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${file("graph.css")}">
<title>Graph</title>
</head>
<body>
<p id="problem" role="status" hidden></p>
<main id="drawing" aria-label="Graph"></main>
<script src="${file("graph.js")}"></script>
</body>
</html>`;
}
