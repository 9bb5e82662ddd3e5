import { expect, test } from "vitest";
import type { ExecutionItem, ExecutionStatus } from "../api.ts";
import { belongs, matches, merged } from "./list.ts";

function item(name: string, startDate: number, status: ExecutionStatus = "RUNNING"): ExecutionItem {
  return { executionArn: `arn:${name}`, stateMachineArn: "arn:m", name, status, startDate };
}

const names = (list: ExecutionItem[]) => list.map(({ name, status }) => `${name} ${status}`);
const list = [item("c", 3), item("b", 2), item("a", 1)];

test.each([
  ["a new one is first", item("d", 4), ["d RUNNING", "c RUNNING", "b RUNNING", "a RUNNING"]],
  ["an ended one stays in its place", item("b", 2, "FAILED"), ["c RUNNING", "b FAILED", "a RUNNING"]],
  ["an old one is last", item("z", 0), ["c RUNNING", "b RUNNING", "a RUNNING", "z RUNNING"]],
  ["the oldest one is dropped", item("e", 5), ["e RUNNING", "c RUNNING", "b RUNNING", "a RUNNING"]],
])("%s", (_, change, expected) => {
  expect(names(merged(list, change, 4))).toEqual(expected);
});

test("no more than asked for", () => {
  expect(names(merged(list, item("d", 4), 3))).toEqual(["d RUNNING", "c RUNNING", "b RUNNING"]);
});

test.each([
  [{ status: "", name: "" }, true],
  [{ status: "FAILED", name: "" }, true],
  [{ status: "RUNNING", name: "" }, false],
  [{ status: "", name: " ORDER " }, true],
  [{ status: "FAILED", name: "invoice" }, false],
] as const)("%o", (filter, expected) => {
  expect(matches(item("my-order-1", 1, "FAILED"), filter)).toBe(expected);
});

test("a child of a Map is in no list of a machine", () => {
  const child = { ...item("a", 1), mapRunArn: "arn:mapRun" };
  expect([undefined, "arn:m", "arn:n"].map((arn) => belongs(item("a", 1), arn))).toEqual([true, true, false]);
  expect([undefined, "arn:m"].map((arn) => belongs(child, arn))).toEqual([false, false]);
});
