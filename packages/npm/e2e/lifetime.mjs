// Nothing that the package starts outlives the process that started it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

const SERVE = 'import { serve } from "asl-workflow"; const server = await serve(); console.log(server.url);';

/** @param {string} url */
async function answers(url) {
  return fetch(url).then(
    () => true,
    () => false,
  );
}

/**
 * Waits until nothing answers.
 *
 * @param {string} url
 * @param {string} how
 */
async function ends(url, how) {
  for (const until = Date.now() + 5000; await answers(url); ) {
    assert.ok(Date.now() < until, `asl serve outlived a process that ${how}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Starts a process, and waits for a line with a URL.
 *
 * @param {string} program
 * @param {string[]} args
 */
async function start(program, args) {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) return { child, url, ended };
  }
  throw new Error(`${program} printed no URL`);
}

const stays = `${SERVE} setInterval(() => {}, 1000);`;
const killed = await start(process.execPath, ["--input-type=module", "--eval", stays]);
assert.ok(await answers(killed.url));
killed.child.kill("SIGKILL");
await ends(killed.url, "was killed");

// A server that was not stopped does not keep the process running either.
const forgotten = await start(process.execPath, ["--input-type=module", "--eval", SERVE]);
assert.equal(await forgotten.ended, 0);
await ends(forgotten.url, "ended");

const thrown = await start(process.execPath, ["--input-type=module", "--eval", `${SERVE} process.exit(3);`]);
assert.equal(await thrown.ended, 3);
await ends(thrown.url, "has exited");

// The command takes its program with it.
const command = await start("asl", ["serve", "--port", "0"]);
command.child.kill("SIGTERM");
assert.equal(await command.ended, 0);
await ends(command.url, "got SIGTERM");
