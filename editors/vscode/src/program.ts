/** Starts the program `asl`, of the setting `asl.path` or of PATH. */

import { spawn } from "node:child_process";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { environment, search } from "./search.ts";

/** The most that is kept of what the program prints, in bytes. */
const LARGEST = 64 << 20;

/** The end of a process. */
export interface Ended {
  /** Its exit code; `null` if a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Execution {
  cwd?: string | undefined;
  stdin?: string | undefined;
  token?: vscode.CancellationToken | undefined;
}

/** There is no such program, it cannot be started, or it is too old. */
export class CannotStart extends Error {}

const INSTALL = "`cargo install --path asl-cli` in its repository installs it";

/** Fails unless the program has a command. */
export async function need(command: string): Promise<void> {
  const asked = await execute([command, "--help"]);
  if (asked.code !== 0) throw new CannotStart(`\`${program()}\` is too old: it has no command \`${command}\``);
}

/**
 * The command: a path of the setting, where `~` and `${workspaceFolder}` are replaced, or the path of `asl` along PATH.
 *
 * @throws CannotStart if a name without a folder is not on PATH.
 */
export function program(): string {
  const setting = vscode.workspace.getConfiguration("asl").get<string>("path", "").trim() || "asl";
  if (!/[/\\]/.test(setting)) return found(setting);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const replaced = setting.replaceAll("${workspaceFolder}", folder);
  return replaced.startsWith("~/") ? path.join(homedir(), replaced.slice(2)) : replaced;
}

/** Not left to the system: on Windows a program of the workspace would come first. */
function found(name: string): string {
  const file = search(name, environment());
  if (file === undefined) throw new CannotStart(`cannot start \`${name}\`: there is no such program`);
  return file;
}

/**
 * Runs `asl` with these arguments until it ends. A cancelled token ends it.
 *
 * @throws CannotStart if the program is missing.
 */
export function execute(args: string[], { cwd, stdin, token }: Execution = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const command = program();
    const child = spawn(command, args, { cwd, stdio: "pipe" });
    const stop = token?.onCancellationRequested(() => child.kill());
    const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= LARGEST) printed[stream].push(chunk);
        else child.kill();
      });
    }
    child.on("error", (error) => {
      stop?.dispose();
      reject(new CannotStart(`cannot start \`${command}\`: ${reason(error)}`));
    });
    child.on("close", (code) => {
      stop?.dispose();
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
      resolve({ code, stdout: text(printed.stdout), stderr: text(printed.stderr) });
    });
    // A program that ends early closes its input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(stdin ?? "");
  });
}

function reason(error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return "there is no such program";
  return error.code === "EACCES" ? "it may not be executed" : error.message;
}

/** Tells the user why something did not work, with what to do about it if `asl` is missing. */
export async function report(error: unknown): Promise<void> {
  if (!(error instanceof CannotStart)) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return;
  }
  const message = `${error.message}. ${INSTALL}; the setting \`asl.path\` names another.`;
  const chosen = await vscode.window.showErrorMessage(message, "Open Setting", "Try Again");
  if (chosen === "Open Setting") await vscode.commands.executeCommand("workbench.action.openSettings", "asl.path");
  if (chosen === "Try Again") await vscode.commands.executeCommand("asl.restartServer");
}

/** Makes a command of a function: what it throws is reported. */
export function reporting<A extends unknown[]>(
  action: (...args: A) => Promise<unknown>,
): (...args: A) => Promise<unknown> {
  return async (...args) => {
    try {
      return await action(...args);
    } catch (error) {
      // Do not wait for an answer to the message.
      void report(error);
      return undefined;
    }
  };
}
