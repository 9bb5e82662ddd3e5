import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { AslError } from "./error.ts";
import { program } from "./program.ts";

/** How much of what a process says is kept, in characters. */
const KEPT = 64 * 1024;

/** How long a process has to end by itself, in milliseconds. */
const PATIENCE = 5000;

/**
 * A running `asl`. It ends with this process, however this one ends: its standard input is a pipe of this process, and it has the
 * option `--stop-with-stdin`.
 */
export class Child {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly lines: Interface;
  readonly #ended: Promise<number | null>;
  #said = "";

  constructor(args: readonly string[], options: { cwd?: string | undefined; env?: NodeJS.ProcessEnv | undefined }) {
    const found = program();
    this.process = spawn(found, [...args, "--stop-with-stdin"], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    this.#ended = new Promise((resolve, reject) => {
      this.process.once("error", (error) => reject(new AslError(`cannot start \`${found}\`: ${error.message}`)));
      this.process.once("close", resolve);
    });
    // Whoever waits for the end gets the error; without anyone, it must not end the process.
    this.#ended.catch(() => {});
    // A process that has ended no longer reads.
    this.process.stdin.on("error", () => {});
    this.process.stderr.setEncoding("utf8").on("data", (text: string) => this.note(text));
    this.lines = createInterface({ input: this.process.stdout });
  }

  /** Keeps something that it said. */
  note(text: string): void {
    this.#said = (this.#said + text).slice(-KEPT);
  }

  /** The last that it said. */
  get said(): string {
    return this.#said;
  }

  /** Its exit code; `null` after a signal. */
  get ended(): Promise<number | null> {
    return this.#ended;
  }

  /** It no longer keeps this process running. */
  unref(): void {
    this.process.unref();
    for (const pipe of [this.process.stdin, this.process.stdout, this.process.stderr]) (pipe as unknown as Socket).unref();
  }

  /** Ends it, and waits for its end. */
  async stop(): Promise<void> {
    this.process.ref();
    this.process.stdin.end();
    const kill = setTimeout(() => this.process.kill("SIGKILL"), PATIENCE);
    await this.#ended.catch(() => {});
    clearTimeout(kill);
  }
}
