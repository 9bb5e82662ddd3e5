// What the construct made of the guide's definition: `node synthesised.mjs cdk.out`.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";

const [out = ""] = process.argv.slice(2);
const { Resources } = JSON.parse(readFileSync(path.join(out, "Shop.template.json"), "utf8"));

/**
 * The one resource of a type whose logical id begins so.
 *
 * @param {string} type
 * @param {string} start
 */
function resource(type, start) {
  const found = Object.entries(Resources).filter(([id, { Type }]) => Type === type && id.startsWith(start));
  assert.equal(found.length, 1, `${type} ${start}: ${found.map(([id]) => id)}`);
  return { id: found[0]?.[0], ...found[0]?.[1].Properties };
}

/** @param {string} policy */
function statements(policy) {
  return resource("AWS::IAM::Policy", policy).PolicyDocument.Statement;
}

const table = { Ref: resource("AWS::DynamoDB::GlobalTable", "Table").id };
const charge = { "Fn::GetAtt": [resource("AWS::Lambda::Function", "Charge").id, "Arn"] };
const layer = resource("AWS::Lambda::LayerVersion", "OrdersFunctionDefinition");
const ordinary = resource("AWS::Lambda::Function", "OrdersFunction");
assert.deepEqual(ordinary.Environment.Variables, {
  ASL_DEFINITION: "/opt/workflow.asl.json",
  ASL_SUBSTITUTE_OrdersTable: table,
  ASL_SUBSTITUTE_ChargeFunction: charge,
});
assert.deepEqual(ordinary.Layers, [{ Ref: layer.id }]);
assert.equal(ordinary.Runtime, "provided.al2023");
assert.equal(ordinary.DurableConfig, undefined);
// The permissions name the stack's own table and function, in its own account and region.
const where = ["arn:", { Ref: "AWS::Partition" }, ":dynamodb:", { Ref: "AWS::Region" }, ":", { Ref: "AWS::AccountId" }, ":table/", table];
assert.deepEqual(
  statements("OrdersFunctionServiceRole").map((/** @type {any} */ { Action, Resource }) => [Action, Resource]),
  [
    ["dynamodb:PutItem", { "Fn::Join": ["", where] }],
    ["lambda:InvokeFunction", charge],
  ],
);

const durable = resource("AWS::Lambda::Function", "OrdersInDaysFunction");
assert.deepEqual(durable.DurableConfig, { ExecutionTimeout: 30 * 86_400 });
assert.equal(durable.Environment.Variables.ASL_EXPRESS_PATTERNS, "all");
assert.equal(resource("AWS::Lambda::Alias", "OrdersInDaysLive").Name, "live");
assert.ok(statements("OrdersInDaysItself")[0].Action.includes("lambda:SendDurableExecutionCallbackSuccess"));
