/**
 * A small `vscode` for the bundle: it keeps what the extension registers and shows, and answers questions as a test says.
 *
 * What the libraries of the bundle need besides is made when they ask for it: a class, or a function that does nothing.
 */

import { readFileSync, readdirSync } from "node:fs";
import * as path from "node:path";

/** What a test looks at, and how it answers. */
export interface Seen {
  commands: Map<string, (...args: any[]) => any>;
  executed: unknown[][];
  errors: string[];
  panels: any[];
  debugged: any[];
  tasks: any[];
  providers: Record<string, any>;
  controller: any;
  /** What the language server has published, by path. */
  diagnostics: Map<string, any[]>;
  /** Which of the offered items is chosen: of a quick pick, of a message. */
  choose: (items: any[]) => any;
}

export class Uri {
  readonly scheme = "file";
  readonly fsPath: string;
  constructor(fsPath: string) {
    this.fsPath = fsPath;
  }
  static file = (file: string) => new Uri(file);
  static parse = (text: string) => new Uri(decodeURIComponent(text.replace(/^file:\/\//, "")));
  static joinPath = (base: Uri, ...parts: string[]) => new Uri(path.join(base.fsPath, ...parts));
  get path() {
    return this.fsPath;
  }
  toString() {
    return `file://${encodeURI(this.fsPath).replace(/[?#]/g, encodeURIComponent)}`;
  }
}

class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
  translate(lines: number, characters: number) {
    return new Position(this.line + lines, this.character + characters);
  }
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(start: any, startColumn: any, end?: any, endColumn?: any) {
    this.start = end === undefined ? start : new Position(start, startColumn);
    this.end = end === undefined ? startColumn : new Position(end, endColumn);
  }
}

class EventEmitter {
  private readonly listeners = new Set<(value: any) => void>();
  readonly event = (given: (value: any) => void, self?: unknown) => {
    const listener = given.bind(self);
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(value?: any) {
    for (const listener of this.listeners) listener(value);
  }
  dispose() {
    this.listeners.clear();
  }
}

/** A class whose objects have the arguments of its constructor as fields. */
function record(...names: string[]) {
  return class {
    [name: string]: any;
    constructor(...args: any[]) {
      names.forEach((name, index) => (this[name] = args[index]));
    }
  };
}

class Items {
  private readonly items = new Map<string, any>();
  readonly parent: any;
  constructor(parent?: any) {
    this.parent = parent;
  }
  add(item: any) {
    item.parent = this.parent;
    this.items.set(item.id, item);
  }
  get = (id: string) => this.items.get(id);
  delete = (id: string) => this.items.delete(id);
  replace(items: any[]) {
    this.items.clear();
    for (const item of items) this.add(item);
  }
  forEach(action: (item: any) => void) {
    this.items.forEach(action);
  }
  get size() {
    return this.items.size;
  }
}

export interface Fake {
  vscode: any;
  seen: Seen;
  /** Opens a file as the active editor, with the cursor at a line. */
  show(file: string, line?: number): Promise<any>;
  /** Tells the extension that the text of an open file is another one now. */
  edit(file: string, text: string): void;
}

/** A `vscode` with a folder and these settings. The defaults of others are those of the manifest. */
export function fake(folder: string, settings: Record<string, unknown>, manifest: any): Fake {
  const seen: Seen = {
    commands: new Map(),
    executed: [],
    errors: [],
    panels: [],
    debugged: [],
    tasks: [],
    providers: {},
    controller: undefined,
    diagnostics: new Map(),
    choose: (items) => items[0],
  };
  const folders = [{ uri: new Uri(folder), name: path.basename(folder), index: 0 }];
  const documents = new Map<string, any>();
  const edited = new EventEmitter();
  const opened = new EventEmitter();
  const disposable = (undo = () => {}) => ({ dispose: undo });
  const keep = (name: string) => (...args: any[]) => {
    seen.providers[name] = args.at(-1);
    return disposable();
  };

  const open = (file: string) => {
    const known = documents.get(file);
    if (known) return known;
    const document = {
      uri: new Uri(file),
      fileName: file,
      languageId: /\.asl\.json$/.test(file) ? "asl" : /\.asl\.ya?ml$/.test(file) ? "asl-yaml" : path.extname(file).slice(1),
      version: 1,
      isClosed: false,
      isDirty: false,
      text: readFileSync(file, "utf8"),
      getText: () => document.text,
      lineAt: (line: number) => {
        const text = document.text.split("\n")[line] ?? "";
        const range = new Range(line, 0, line, text.length);
        return { range, text, firstNonWhitespaceCharacterIndex: text.length - text.trimStart().length };
      },
    };
    documents.set(file, document);
    opened.fire(document);
    return document;
  };

  const workspace = open_ended({
    workspaceFolders: folders,
    get textDocuments() {
      return [...documents.values()];
    },
    isTrusted: true,
    getConfiguration: (section?: string) => ({
      get: (name: string, otherwise: unknown) => {
        const key = section ? `${section}.${name}` : name;
        return settings[key] ?? manifest.contributes.configuration.properties[key]?.default ?? otherwise;
      },
    }),
    findFiles: async (pattern: any) => {
      const [base, glob] = typeof pattern === "string" ? [folder, pattern] : [pattern.base, pattern.pattern];
      return walk(base).filter((file) => matches(glob, path.relative(base, file))).map(Uri.file);
    },
    openTextDocument: async (uri: Uri) => open(uri.fsPath),
    asRelativePath: (uri: Uri) => path.relative(folder, uri.fsPath),
    getWorkspaceFolder: () => folders[0],
    saveAll: async () => true,
    createFileSystemWatcher: () => open_ended({}),
    onDidChangeTextDocument: edited.event,
    onDidOpenTextDocument: opened.event,
  });

  const window = open_ended({
    visibleTextEditors: [] as any[],
    activeTextEditor: undefined as any,
    createOutputChannel: () => open_ended({ show: () => {} }),
    showErrorMessage: async (message: string) => void seen.errors.push(message),
    showQuickPick: async (items: any) => seen.choose(await items),
    showTextDocument: async (document: any, options: any) => {
      window.activeTextEditor = { document, selection: { active: options?.selection?.start ?? new Position(0, 0) } };
      return window.activeTextEditor;
    },
    withProgress: (_options: any, task: any) => task({}, new vscode.CancellationTokenSource().token),
    createWebviewPanel: (viewType: string, title: string) => {
      const received = new EventEmitter();
      const disposed = new EventEmitter();
      const panel = {
        viewType,
        title,
        posted: [] as any[],
        receive: (message: unknown) => received.fire(message),
        webview: {
          html: "",
          options: {},
          cspSource: "https://editor.invalid",
          asWebviewUri: (uri: Uri) => `https://editor.invalid${uri.fsPath}`,
          onDidReceiveMessage: received.event,
          postMessage: async (message: unknown) => void panel.posted.push(message),
        },
        onDidDispose: disposed.event,
        reveal: () => {},
        dispose: () => disposed.fire(),
      };
      seen.panels.push(panel);
      return panel;
    },
    registerWebviewPanelSerializer: keep("serializer"),
  });

  const vscode: any = open_ended({
    version: "1.91.0",
    Uri,
    Position,
    Range,
    EventEmitter,
    Location: record("uri", "range"),
    CodeLens: record("range", "command"),
    Diagnostic: record("range", "message", "severity"),
    RelativePattern: record("base", "pattern"),
    TestMessage: record("message"),
    TestRunRequest: record("include", "exclude", "profile"),
    FileCoverage: record("uri", "statementCoverage", "branchCoverage"),
    StatementCoverage: record("executed", "location", "branches"),
    BranchCoverage: record("executed", "location", "label"),
    ProcessExecution: record("process", "args"),
    Task: record("definition", "scope", "name", "source", "execution", "problemMatchers"),
    DebugAdapterExecutable: record("command", "args", "options"),
    TestRunProfileKind: { Run: 1, Debug: 2, Coverage: 3 },
    DebugConfigurationProviderTriggerKind: { Initial: 1, Dynamic: 2 },
    CodeActionKind: {
      QuickFix: { value: "quickfix" },
      RefactorExtract: { value: "refactor.extract" },
      RefactorRewrite: { value: "refactor.rewrite" },
    },
    TaskGroup: { Build: "build", Test: "test" },
    TaskScope: { Global: 1, Workspace: 2 },
    ViewColumn: { One: 1, Beside: -2 },
    ProgressLocation: { Notification: 15 },
    CancellationTokenSource: class {
      token = { isCancellationRequested: false, onCancellationRequested: () => disposable() };
    },
    workspace,
    window,
    env: open_ended({ appName: "test", language: "en" }),
    extensions: open_ended({ all: [] }),
    commands: {
      registerCommand: (name: string, action: any) => {
        seen.commands.set(name, action);
        return disposable(() => seen.commands.delete(name));
      },
      executeCommand: async (...args: unknown[]) => void seen.executed.push(args),
    },
    languages: open_ended({
      registerCodeLensProvider: keep("lenses"),
      // Whether a filter of the language client fits.
      match: (filters: any, document: any) => ([filters].flat().some((of) => of.language === document.languageId) ? 10 : 0),
      createDiagnosticCollection: () => ({
        set: (uri: Uri, found: any[]) => seen.diagnostics.set(uri.fsPath, found),
        delete: (uri: Uri) => seen.diagnostics.delete(uri.fsPath),
        clear: () => seen.diagnostics.clear(),
        dispose: () => {},
      }),
    }),
    debug: open_ended({
      registerDebugConfigurationProvider: (_type: string, provider: any) => {
        seen.providers["debug"] = { ...seen.providers["debug"], ...provider };
        return disposable();
      },
      registerDebugAdapterDescriptorFactory: keep("adapter"),
      startDebugging: async (_folder: any, configuration: any) => void seen.debugged.push(configuration),
    }),
    tasks: open_ended({ registerTaskProvider: keep("tasks"), executeTask: async (task: any) => void seen.tasks.push(task) }),
    tests: { createTestController: () => (seen.controller = controller()) },
  });

  return {
    vscode,
    seen,
    show: async (file, line = 0) => {
      const position = new Position(line, 0);
      return window.showTextDocument(open(file), { selection: new Range(position, position) });
    },
    edit: (file, text) => {
      const document = open(file);
      const end = document.text.split("\n").length;
      const change = { range: new Range(0, 0, end, 0), rangeOffset: 0, rangeLength: document.text.length, text };
      document.text = text;
      document.version += 1;
      document.isDirty = true;
      edited.fire({ document, contentChanges: [change], reason: undefined });
    },
  };
}

/** A test controller whose runs keep what they are told. */
function controller() {
  const made = {
    items: new Items(),
    profiles: [] as any[],
    runs: [] as any[],
    createTestItem: (id: string, label: string, uri: Uri) => {
      const item: any = { id, label, uri };
      item.children = new Items(item);
      return item;
    },
    createRunProfile: (label: string, kind: number, runHandler: any) => {
      const profile = { label, kind, runHandler };
      made.profiles.push(profile);
      return profile;
    },
    createTestRun: () => {
      const run: any = { passed: [], failed: [], errored: [], coverage: [], output: "", hasEnded: false };
      made.runs.push(run);
      return {
        started: () => {},
        passed: (item: any) => run.passed.push(item.label),
        failed: (item: any, messages: any) => run.failed.push([item.label, messages]),
        errored: (item: any, message: any) => run.errored.push([item.label, message.message]),
        appendOutput: (text: string) => (run.output += text),
        addCoverage: (coverage: any) => run.coverage.push(coverage),
        end: () => (run.hasEnded = true),
      };
    },
    dispose: () => {},
  };
  return made;
}

/** An object that has any further member: a class for a capital letter, else a function that returns a disposable. */
function open_ended(known: any): any {
  const made = new Map<PropertyKey, unknown>();
  return new Proxy(known, {
    get: (target, name) => {
      if (name in target || typeof name === "symbol" || name === "then") return target[name];
      if (!made.has(name)) made.set(name, /^[A-Z]/.test(name) ? class {} : () => ({ dispose: () => {} }));
      return made.get(name);
    },
  });
}

function walk(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Globs with `**`, `*` and `{a,b}`. */
function matches(glob: string, file: string): boolean {
  const parts = glob.split(/(\*\*\/|\*|[{},.])/).map((part) => {
    const known: Record<string, string> = { "**/": "(?:.*/)?", "*": "[^/]*", "{": "(?:", "}": ")", ",": "|", ".": "\\." };
    return known[part] ?? part;
  });
  return new RegExp(`^${parts.join("")}$`).test(file);
}
