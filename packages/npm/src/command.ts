#!/usr/bin/env node
/**
 * `npx asl`: starts the program for this platform, in this process's place as well as Node.js can. It gets the signals that this
 * process gets, and this process ends as it does.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { program } from "./program.ts";

const EX_UNAVAILABLE = 69;

try {
  const child = spawn(program(), process.argv.slice(2), { stdio: "inherit" });
  // A terminal sends Ctrl-C to both, so this process only waits for the other.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => child.kill(signal));
  child.once("error", fail);
  child.once("exit", (code, signal) => {
    process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
  });
} catch (error) {
  fail(error);
}

function fail(error: unknown): void {
  console.error(`asl: ${error instanceof Error ? error.message : error}`);
  process.exitCode = EX_UNAVAILABLE;
}
