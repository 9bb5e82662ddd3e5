// Drives a server of the Step Functions API through the AWS SDK for JavaScript: e2e.mjs URL FOLDER_OF_NODE_MODULES
import assert from "node:assert";
import { createRequire } from "node:module";

const [url, folder] = process.argv.slice(2);
const { SFNClient, CreateStateMachineCommand, StartSyncExecutionCommand, TestStateCommand } =
  createRequire(`${folder}/package.json`)("@aws-sdk/client-sfn");

// A server with a shared key verifies them.
const credentials = { accessKeyId: "asl", secretAccessKey: process.env.ASL_SERVE_KEY ?? "b" };
const client = (more) => new SFNClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1, ...more });
const definition = JSON.stringify({ StartAt: "S", States: { S: { Type: "Pass", Result: { ok: true }, End: true } } });
const roleArn = "arn:aws:iam::123456789012:role/r";

const plain = client({});
const create = new CreateStateMachineCommand({ name: "js", definition, roleArn, type: "EXPRESS" });
const { stateMachineArn } = await plain.send(create);
const test = () => new TestStateCommand({ definition: '{"Type": "Pass", "Result": 7, "End": true}' });

// Without the option it asks for a host that there is not: the day it does not, the guide needs no option.
await assert.rejects(plain.send(test()), /sync-127\.0\.0\.1/);
const bare = client({ disableHostPrefix: true });
const started = await bare.send(new StartSyncExecutionCommand({ stateMachineArn, input: "{}" }));
assert.deepStrictEqual([started.status, started.output], ["SUCCEEDED", '{"ok":true}']);
assert.strictEqual((await bare.send(test())).output, "7");
console.log("ok      js host_prefix");
