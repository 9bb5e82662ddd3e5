import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { PLATFORMS } from "../src/program.ts";
import { type Answer, invoke, type Tasks, toReport, toResource } from "../src/invocation.ts";

const ARN = "arn:aws:lambda:us-east-1:123456789012:function:charge";

async function check(tasks: Tasks, resource: string, qualifier: string | null, expected: Partial<Answer>) {
  expect(await invoke(tasks, toResource(resource, qualifier), '{"a":1}', undefined)).toMatchObject(expected);
}

test("a function is found by its name, its alias or its ARN", async () => {
  const tasks = { charge: () => "name", "charge:live": () => "alias", [ARN]: () => "arn" };
  await check(tasks, "charge", null, { body: '"name"' });
  await check(tasks, "charge:2", null, { body: '"name"' });
  await check(tasks, "charge:live", null, { body: '"alias"' });
  await check(tasks, "charge", "live", { body: '"alias"' });
  await check(tasks, "123456789012:function:charge", null, { body: '"name"' });
  await check(tasks, ARN, null, { body: '"arn"' });
  await check(tasks, `${ARN}:live`, null, { body: '"alias"' });
  await check(tasks, "toString", null, { status: 404, headers: { "x-amzn-errortype": "ResourceNotFoundException" } });
  await check({}, "refund", null, { body: '{"Type":"User","Message":"Function not found: refund; there are no `tasks`"}' });
});

test("results are JSON, as Lambda makes them", async () => {
  await check({ charge: (event) => event }, "charge", null, { status: 200, body: '{"a":1}' });
  await check({ charge: async () => {} }, "charge", null, { body: "null" });
  await check({ charge: (_, { functionVersion }) => functionVersion }, "charge", null, { body: '"$LATEST"' });
  const failed = { "x-amz-function-error": "Unhandled" };
  await check({ charge: () => 1n }, "charge", null, { status: 200, headers: expect.objectContaining(failed) });
});

class BankBusy extends Error {
  override name = "BankBusy";
}

test("errors are reported as Lambda's runtime does", () => {
  const report = (error: unknown) => {
    const { errorType, errorMessage, trace } = toReport(error);
    return [errorType, errorMessage, trace[0]];
  };
  expect(report(new BankBusy("try later"))).toEqual(["BankBusy", "try later", "BankBusy: try later"]);
  expect(report(new (class Nameless extends Error {})("x"))).toEqual(["Error", "x", "Error: x"]);
  expect(report("words")).toEqual(["string", "words", undefined]);
  expect(report(undefined)).toEqual(["undefined", "undefined", undefined]);
  // Jest has a realm for each test.
  expect(report(runInNewContext("new TypeError('elsewhere')"))).toEqual(["TypeError", "elsewhere", "TypeError: elsewhere"]);
});

test("the platforms are those of the package", () => {
  const { platforms } = createRequire(import.meta.url)("../package.json");
  expect(new Set(platforms)).toEqual(PLATFORMS);
});
