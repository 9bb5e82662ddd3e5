/** `asl dap`, driven by the client that Visual Studio Code's debug adapters are tested with. */

import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import testsupport from "@vscode/debugadapter-testsupport";

const { DebugClient } = testsupport;
const folder = process.env.ASL_EXAMPLE;
const program = path.join(folder, "workflow.asl.json");
const source = { path: program };
const ofCase = (name) => ({ test: `${path.join(folder, "workflow.test.yaml")}#${name}` });
const confirmed = ofCase("an order is confirmed");

/** Lines of the definition. */
const LINES = { OrderSize: 25, CheckOrder: 37, ReserveInventory: 43, ScoreFraud: 54 };

let client;
beforeEach(async () => {
  client = new DebugClient(process.env.ASL_PROGRAM, "dap", "asl");
  client.defaultTimeout = 60_000;
  await client.start();
});
afterEach(() => client.stop());

/** Where the execution stops next. */
async function stopped() {
  const { body } = await client.waitForEvent("stopped");
  const { body: trace } = await client.stackTraceRequest({ threadId: body.threadId });
  const { body: all } = await client.threadsRequest();
  const thread = all.threads.find((one) => one.id === body.threadId).name;
  const frames = trace.stackFrames;
  return { reason: body.reason, thread, threadId: body.threadId, text: body.text, frames, ids: body.hitBreakpointIds };
}

/** Carries out a request, and waits for what follows. */
async function then(request) {
  const next = stopped();
  await request;
  return next;
}

/** Launches, sets breakpoints, starts, and waits for the first stop. */
async function launched(launch, configure = async () => {}) {
  const next = stopped();
  const initialized = client.waitForEvent("initialized");
  await client.initializeRequest();
  await client.launchRequest(launch);
  await initialized;
  await configure();
  await client.configurationDoneRequest();
  return next;
}

const shown = ({ reason, thread, frames }) => `${reason} ${thread} ${frames[0].name}:${frames[0].line}`;
const at = ({ threadId }) => ({ threadId });

async function scope(stop, name) {
  const { body } = await client.scopesRequest({ frameId: stop.frames[0].id });
  const { variablesReference } = body.scopes.find((one) => one.name === name);
  const { body: found } = await client.variablesRequest({ variablesReference });
  return { variablesReference, variables: found.variables };
}

const values = ({ variables }) => Object.fromEntries(variables.map((one) => [one.name, one.value]));
const evaluate = async (stop, expression) =>
  (await client.evaluateRequest({ expression, frameId: stop.frames[0].id, context: "watch" })).body.result;

test("a definition with mocks stops at a line, which is moved to the state", async () => {
  const mocks = `${path.join(folder, "mocks.json")}#HappyPath`;
  const launch = { program, machineType: "EXPRESS", inputFile: path.join(folder, "events/direct.json"), mocks };
  const line = LINES.OrderSize;
  await client.hitBreakpoint(launch, { path: program, line: line + 1 }, { path: program, line }, { path: program, line });
});

test("steps over, in, out and through stages, and back", async () => {
  let stop = await launched({ ...confirmed, stopOnEntry: true });
  assert.equal(shown(stop), "entry workflow ReadEvent (Choice, entry):6");
  stop = await then(client.nextRequest(at(stop)));
  assert.equal(shown(stop), "step workflow ValidateOrder (Task, entry):19");
  stop = await then(client.customRequest("stepIn", { ...at(stop), granularity: "instruction" }));
  assert.equal(shown(stop), "step workflow ValidateOrder (Task, afterInputPath):19");
  stop = await then(client.nextRequest(at(stop)));
  stop = await then(client.nextRequest(at(stop)));
  assert.equal(shown(stop), "step workflow CheckOrder (Parallel, entry):37");
  stop = await then(client.stepInRequest(at(stop)));
  assert.equal(shown(stop), "step CheckOrder[0] ReserveInventory (Task, entry):43");
  assert.deepEqual(stop.frames.map((frame) => frame.line), [LINES.ReserveInventory, LINES.CheckOrder]);
  stop = await then(client.stepOutRequest(at(stop)));
  assert.equal(shown(stop), "step workflow CheckOrder (Parallel, result):37");
  stop = await then(client.stepBackRequest(at(stop)));
  assert.equal(shown(stop), "step workflow CheckOrder (Parallel, entry):37");
  stop = await then(client.stepBackRequest(at(stop)));
  assert.equal(shown(stop), "step workflow OrderSize (Choice, entry):25");
});

test("conditions, hit counts, logs and names of states", async () => {
  const logged = client.waitForEvent("output");
  let stop = await launched(confirmed, async () => {
    const breakpoints = [
      { line: LINES.OrderSize, logMessage: "total is {$.total}" },
      { line: LINES.CheckOrder, condition: "{% $states.input.total = 1 %}" },
      { line: LINES.ReserveInventory, condition: '{"Variable": "$.total", "NumericEquals": 7400}' },
    ];
    const { body } = await client.setBreakpointsRequest({ source, breakpoints });
    assert.deepEqual(body.breakpoints.map((one) => one.verified), [true, true, true]);
    const names = { breakpoints: [{ name: "PackItem@result", hitCondition: "2" }, { name: "Nothing" }] };
    const { body: states } = await client.setFunctionBreakpointsRequest(names);
    assert.deepEqual(states.breakpoints.map((one) => one.verified), [true, false]);
  });
  const { body: output } = await logged;
  assert.deepEqual([output.output, output.line], ["[+0s] total is 7400\n", LINES.OrderSize]);
  assert.equal(shown(stop), "breakpoint CheckOrder[0] ReserveInventory (Task, entry):43");
  stop = await then(client.continueRequest(at(stop)));
  assert.equal(shown(stop).split(":")[0], "function breakpoint PackItems[1] PackItem (Task, result)");
  stop = await then(client.reverseContinueRequest(at(stop)));
  assert.equal(shown(stop), "breakpoint CheckOrder[0] ReserveInventory (Task, entry):43");
});

test("stops where errors are retried, caught and not handled", async () => {
  const filters = { filters: ["retried"] };
  let stop = await launched(ofCase("a busy packer is asked again after a second"), () =>
    client.setExceptionBreakpointsRequest(filters));
  assert.match(shown(stop), /^exception PackItems\[\d\] PackItem \(Task, retry\)/);
  const { body } = await client.exceptionInfoRequest(at(stop));
  assert.deepEqual([body.exceptionId, body.breakMode], ["PackerBusy", "always"]);
  assert.match(body.description, /retried by Retry\[0\]/);
  stop = await then(client.customRequest("next", { ...at(stop), granularity: "instruction" }));
  assert.equal(values(await scope(stop, "Time")).elapsed, '"+1s"');
});

test("stops where an error of this name is caught", async () => {
  const filterOptions = [{ filterId: "caught", condition: "PaymentDeclined" }];
  const stop = await launched(ofCase("a declined payment releases the goods"), () =>
    client.setExceptionBreakpointsRequest({ filters: [], filterOptions }));
  assert.match(shown(stop), /^exception workflow ChargePayment \(Task, catch\)/);
  assert.match(stop.text, /^PaymentDeclined/);
});

test("data, expressions and changes", async () => {
  let stop = await launched(confirmed, () =>
    client.setFunctionBreakpointsRequest({ breakpoints: [{ name: "ScoreFraud@result" }] }));
  assert.deepEqual(values(await scope(stop, "Stages")).afterParameters, '{"customerId":"c-42","total":7400}');
  assert.equal(await evaluate(stop, "$.score"), "0");
  assert.equal(await evaluate(stop, "{% $states.result.score + 1 %}"), "1");
  assert.match(await evaluate(stop, "$$.Execution.StartTime"), /2026-01-01T00:00:00/);
  await assert.rejects(client.evaluateRequest({ expression: "$.nothing", frameId: stop.frames[0].id }), /could not be found/);
  const { body: complete } = await client.completionsRequest({ frameId: stop.frames[0].id, text: "input.cu", column: 9 });
  assert.deepEqual(complete.targets.map((one) => one.label), ["customerId"]);
  const { variablesReference } = (await scope(stop, "Result")).variables[0];
  await client.setVariableRequest({ variablesReference, name: "score", value: "95" });
  assert.equal(await evaluate(stop, "result.score"), "95");
  const set = { expression: "input.total", value: "1", frameId: stop.frames[0].id };
  await assert.rejects(client.customRequest("setExpression", set), /before the state begins/);
  const ended = client.waitForEvent("exited");
  await client.continueRequest(at(stop));
  assert.equal((await ended).body.exitCode, 1);
});

test("restarts from a state, a frame, the beginning; the change stays until it is dropped", async () => {
  const line = LINES.OrderSize;
  let stop = await launched({ ...confirmed, stopAtEnd: true }, () =>
    client.setBreakpointsRequest({ source, breakpoints: [{ line }] }));
  await client.customRequest("setExpression", { expression: "input.total", value: "600000", frameId: 1 });
  stop = await then(client.continueRequest(at(stop)));
  assert.match(shown(stop), /^end workflow NeedsApproval/);
  const { body } = await client.gotoTargetsRequest({ source, line });
  stop = await then(client.gotoRequest({ ...at(stop), targetId: body.targets[0].id }));
  assert.equal(await evaluate(stop, "$.total"), "600000");
  stop = await then(client.nextRequest(at(stop)));
  assert.match(shown(stop), /^step workflow NeedsApproval/);
  stop = await then(client.restartFrameRequest({ frameId: stop.frames[0].id }));
  assert.match(shown(stop), /^goto workflow NeedsApproval/);
  stop = await then(client.restartRequest({}));
  assert.equal(await evaluate(stop, "$.total"), "7400");
});

/** The session shows the file by the path that the client named it by, here through a link. */
test("reads an edited definition again on restart, and keeps the client's paths", async () => {
  const real = fs.mkdtempSync(path.join(os.tmpdir(), "asl-dap-#1-"));
  const link = `${real}-link`;
  fs.symlinkSync(real, link);
  try {
    const file = path.join(link, "one.asl.json");
    const write = (...states) => {
      const chain = states.map((name, at) => `    "${name}": {"Type": "Pass", ${at + 1 < states.length ? `"Next": "${states[at + 1]}"` : '"End": true'}}`);
      fs.writeFileSync(file, `{\n  "StartAt": "${states[0]}",\n  "States": {\n${chain.join(",\n")}\n  }\n}\n`);
    };
    write("A", "B");
    let stop = await launched({ program: file, stopOnEntry: true }, () => client.setFunctionBreakpointsRequest({ breakpoints: [{ name: "B" }] }));
    assert.equal(shown(stop), "entry one A (Pass, entry):4");
    assert.equal(stop.frames[0].source.path, file);
    write("New", "A", "B");
    const moved = client.waitForEvent("breakpoint");
    stop = await then(client.restartRequest({}));
    assert.equal(shown(stop), "entry one New (Pass, entry):4");
    assert.equal((await moved).body.breakpoint.line, 6);
    stop = await then(client.continueRequest(at(stop)));
    assert.equal(shown(stop), "function breakpoint one B (Pass, entry):6");
    fs.writeFileSync(file, "{");
    await assert.rejects(client.restartRequest({}), /one.asl.json/);
    // The session that could not be replaced goes on.
    stop = await then(client.stepBackRequest(at(stop)));
    assert.equal(shown(stop), "step one A (Pass, entry):5");
    write("A", "B");
    fs.writeFileSync(path.join(link, "one.test.yaml"), "machine: one.asl.json\ncases:\n  - name: 'case #1'\n");
    const test = `${path.join(link, "one.test.yaml")}#case #1`;
    stop = await then(client.restartRequest({ arguments: { test, stopOnEntry: true } }));
    assert.equal(shown(stop), "entry one A (Pass, entry):4");
    assert.equal(stop.frames[0].source.path, file);
  } finally {
    fs.rmSync(link);
    fs.rmSync(real, { recursive: true });
  }
});

/** Functions on this computer, which note how often each was invoked. */
async function functions() {
  const calls = [];
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(/functions\/([^/]+)\/invocations/.exec(request.url)?.[1] ?? "").replace(/^.*function:/, "");
    request.resume().on("end", () => {
      calls.push(name);
      setTimeout(() => response.end(JSON.stringify({ by: name, call: calls.length })), name === "slow" ? 300 : 0);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { calls, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const task = (name, next) => ({ Type: "Task", Resource: `arn:aws:lambda:us-east-1:123456789012:function:${name}`, ...next });

test("calls services once, however often one goes back, also in a machine that is started", async () => {
  const { calls, url, close } = await functions();
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "asl-dap-live-"));
  const write = (name, definition) => fs.writeFileSync(path.join(home, `${name}.asl.json`), JSON.stringify(definition, null, 1));
  try {
    write("orders", {
      StartAt: "Price",
      States: {
        Price: task("price", { ResultPath: "$.price", Next: "Pause" }),
        Pause: { Type: "Wait", Seconds: 86400, Next: "Ship" },
        Ship: {
          Type: "Task",
          Resource: "arn:aws:states:::states:startExecution.sync:2",
          Parameters: { StateMachineArn: "arn:aws:states:us-east-1:123456789012:stateMachine:ship", "Input.$": "$" },
          // Without the times of the execution, which are real and differ in each run.
          ResultSelector: { "packed.$": "$.Output" },
          Next: "Bill",
        },
        Bill: task("bill", { End: true }),
      },
    });
    write("ship", { StartAt: "Pack", States: { Pack: task("slow", { Next: "Send" }), Send: task("send", { End: true }) } });
    const launch = { program: path.join(home, "orders.asl.json"), with: [home], lambdaEndpoint: url, stopOnEntry: true, stopAtEnd: true };
    let stop = await launched(launch);
    assert.match(shown(stop), /^entry orders Price/);
    stop = await then(client.nextRequest(at(stop)));
    assert.match(shown(stop), /^step orders Pause/);
    assert.equal(await evaluate(stop, "$.price.call"), "1");
    stop = await then(client.nextRequest(at(stop)));
    stop = await then(client.stepInRequest(at(stop)));
    assert.match(shown(stop), /^step ship Pack/);
    stop = await then(client.nextRequest(at(stop)));
    assert.match(shown(stop), /^step ship Send/);
    assert.deepEqual(calls, ["price", "slow"]);
    stop = await then(client.stepBackRequest(at(stop)));
    assert.match(shown(stop), /^step ship Pack/);
    stop = await then(client.continueRequest(at(stop)));
    assert.match(shown(stop), /^end orders Bill/);
    stop = await then(client.reverseContinueRequest(at(stop)));
    assert.match(shown(stop), /^entry orders Price/);
    stop = await then(client.continueRequest(at(stop)));
    assert.deepEqual(calls, ["price", "slow", "send", "bill"]);
    const { body } = await client.gotoTargetsRequest({ source: { path: launch.program }, line: 5 });
    stop = await then(client.gotoRequest({ ...at(stop), targetId: body.targets[0].id }));
    await client.customRequest("setExpression", { expression: "input.more", value: "1", frameId: stop.frames[0].id });
    stop = await then(client.continueRequest(at(stop)));
    // Each call has other arguments than before.
    assert.deepEqual(calls.slice(4), ["price", "slow", "send", "bill"]);
    stop = await then(client.restartRequest({}));
    stop = await then(client.nextRequest(at(stop)));
    assert.deepEqual(calls.slice(8), ["price"]);
  } finally {
    close();
    fs.rmSync(home, { recursive: true });
  }
});

test("a record is done again", async () => {
  const record = path.join(folder, "histories/invalid-order.json");
  const stop = await launched({ program, machineType: "EXPRESS", record, stopOnEntry: true });
  assert.equal(shown(stop), "entry workflow ReadEvent (Choice, entry):6");
  const ended = client.waitForEvent("exited");
  await client.continueRequest(at(stop));
  assert.equal((await ended).body.exitCode, 1);
});

test("pauses, shows its sources, terminates", async () => {
  let stop = await launched({ ...confirmed, stopOnEntry: true });
  await client.pauseRequest(at(stop));
  stop = await then(client.continueRequest(at(stop)));
  assert.equal(stop.reason, "pause");
  const { body } = await client.customRequest("loadedSources");
  assert.deepEqual(body.sources.map((one) => one.path), [program]);
  const terminated = client.waitForEvent("terminated");
  await client.terminateRequest();
  await terminated;
});

test("says what cannot be launched", async () => {
  await client.initializeRequest();
  await assert.rejects(client.launchRequest({ program: "nothing.asl.json" }), /cannot read the definition/);
  await assert.rejects(client.launchRequest(ofCase("no such case")), /names no case; name one of/);
  await assert.rejects(client.launchRequest({}), /expected an argument `program`/);
});
