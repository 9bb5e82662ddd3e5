/** The language server: `asl lsp`. */

import { homedir } from "node:os";
import * as vscode from "vscode";
import { LanguageClient, type DocumentSelector } from "vscode-languageclient/node";
import { need, program, report } from "./program.ts";

/** Starts `asl lsp`, and starts it again when the setting `asl.path` changes. */
export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly output: vscode.LogOutputChannel;
  /** Starts and stops happen one after the other. */
  private last: Promise<void> = Promise.resolve();

  constructor(output: vscode.LogOutputChannel) {
    this.output = output;
  }

  /** The client of a running server. */
  running(): LanguageClient | undefined {
    return this.client?.isRunning() ? this.client : undefined;
  }

  restart(): Promise<void> {
    this.last = this.last.then(async () => {
      try {
        await this.stop();
        await this.start();
      } catch (error) {
        // Do not wait for an answer to the message.
        void report(error);
      }
    });
    return this.last;
  }

  private async start(): Promise<void> {
    // Asked first, so that a missing program has one message with what to do.
    await need("lsp");
    const client = new LanguageClient(
      "asl",
      "Amazon States Language",
      // Otherwise it would start in the workspace, where Windows looks for programs first.
      { command: program(), args: ["lsp"], options: { cwd: homedir() } },
      { documentSelector: selector(), outputChannel: this.output },
    );
    await client.start();
    this.client = client;
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.dispose();
  }

  async dispose(): Promise<void> {
    await this.last;
    await this.stop();
  }
}

/** The documents of the server: definitions, test files, and the templates of the setting. */
export function selector(): DocumentSelector {
  const templates = vscode.workspace.getConfiguration("asl").get<string[]>("templates", []);
  const languages = ["asl", "asl-yaml"].map((language) => ({ language }));
  const others = ["**/*.test.{json,yaml,yml}", ...templates].map((pattern) => ({ scheme: "file", pattern }));
  return [...languages, ...others];
}
