// Operations of the API with the SDK's client that `serve` returns, in the order in which a program would use them.

import assert from "node:assert/strict";
import * as sdk from "@aws-sdk/client-sfn";
import { serve } from "asl-workflow";

const roleArn = "arn:aws:iam::123456789012:role/any";
const definition = JSON.stringify({ StartAt: "Pass", States: { Pass: { Type: "Pass", Result: 1, End: true } } });
const waiting = JSON.stringify({
  StartAt: "Wait",
  States: { Wait: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken", Parameters: { FunctionName: "ask", "Payload.$": "$$.Task.Token" }, HeartbeatSeconds: 60, End: true } },
});

let tokens = /** @type {string[]} */ ([]);
const server = await serve({ tasks: { ask: (/** @type {string} */ token) => void tokens.push(token) }, virtualTime: false });
const client = server.client();
let operations = 0;

/**
 * @param {string} name
 * @param {object} input
 * @returns {Promise<any>}
 */
async function send(name, input) {
  const Command = /** @type {any} */ (sdk)[`${name}Command`];
  operations += 1;
  return client.send(new Command(input));
}

/** @param {string} executionArn */
async function end(executionArn) {
  for (;;) {
    const execution = await send("DescribeExecution", { executionArn });
    if (execution.status !== "RUNNING") return execution;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function token() {
  while (tokens.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  return tokens.pop();
}

const { result } = await send("ValidateStateMachineDefinition", { definition });
assert.equal(result, "OK");
const { stateMachineArn } = await send("CreateStateMachine", { name: "standard", definition, roleArn });
const express = await send("CreateStateMachine", { name: "express", definition, roleArn, type: "EXPRESS" });
const asks = await send("CreateStateMachine", { name: "asks", definition: waiting, roleArn });
assert.equal((await send("ListStateMachines", {})).stateMachines.length, 3);
assert.equal((await send("DescribeStateMachine", { stateMachineArn })).definition, definition);
await send("UpdateStateMachine", { stateMachineArn, definition: definition.replace("1", "2") });
const { stateMachineVersionArn } = await send("PublishStateMachineVersion", { stateMachineArn });
const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
const { stateMachineAliasArn } = await send("CreateStateMachineAlias", { name: "live", routingConfiguration });
assert.equal((await send("ListStateMachineAliases", { stateMachineArn })).stateMachineAliases.length, 1);

const { executionArn } = await send("StartExecution", { stateMachineArn: stateMachineAliasArn, input: "{}" });
assert.equal((await end(executionArn)).output, "2");
assert.equal((await send("GetExecutionHistory", { executionArn })).events.length, 4);
assert.equal((await send("ListExecutions", { stateMachineArn })).executions.length, 1);
const synchronous = await send("StartSyncExecution", { stateMachineArn: express.stateMachineArn });
assert.deepEqual([synchronous.status, synchronous.output], ["SUCCEEDED", "1"]);
const state = JSON.stringify({ Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:ask", End: true });
const tested = await send("TestState", { definition: state, roleArn, input: "[]", mock: { result: "3" } });
assert.deepEqual([tested.status, tested.output], ["SUCCEEDED", "3"]);

const asked = await send("StartExecution", { stateMachineArn: asks.stateMachineArn });
const taskToken = await token();
await send("SendTaskHeartbeat", { taskToken });
await send("SendTaskSuccess", { taskToken, output: '"yes"' });
assert.equal((await end(asked.executionArn)).output, '"yes"');
const refused = await send("StartExecution", { stateMachineArn: asks.stateMachineArn });
await send("SendTaskFailure", { taskToken: await token(), error: "No", cause: "never" });
assert.equal((await end(refused.executionArn)).error, "No");
await send("RedriveExecution", { executionArn: refused.executionArn });
await token();
await send("StopExecution", { executionArn: refused.executionArn });
assert.equal((await end(refused.executionArn)).status, "ABORTED");

const { activityArn } = await send("CreateActivity", { name: "work" });
await send("TagResource", { resourceArn: stateMachineArn, tags: [{ key: "a", value: "b" }] });
assert.equal((await send("ListTagsForResource", { resourceArn: stateMachineArn })).tags.length, 1);
await send("DeleteActivity", { activityArn });
await send("DeleteStateMachine", { stateMachineArn: express.stateMachineArn });
await assert.rejects(send("DescribeStateMachine", { stateMachineArn: express.stateMachineArn }), sdk.StateMachineDoesNotExist);
await server.stop();
console.log(`${operations} calls`);
