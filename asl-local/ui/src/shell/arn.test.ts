import { expect, test } from "vitest";
import { machineArnOf, nameFault, nameOf } from "./arn.ts";

const PREFIX = "arn:aws:states:us-east-1:123456789012";

test.each([
  [`${PREFIX}:stateMachine:Orders`, "Orders"],
  [`${PREFIX}:execution:Orders:one`, "one"],
  [`${PREFIX}:express:Orders:one:7f3c`, "one"],
  ["nonsense", "nonsense"],
])("the name in %s", (arn, name) => {
  expect(nameOf(arn)).toBe(name);
});

test.each([
  [`${PREFIX}:execution:Orders:one`, `${PREFIX}:stateMachine:Orders`],
  [`${PREFIX}:express:Orders:one:7f3c`, `${PREFIX}:stateMachine:Orders`],
  [`${PREFIX}:execution:Orders/EachItem:0b1c`, `${PREFIX}:stateMachine:Orders`],
])("the machine of %s", (arn, machine) => {
  expect(machineArnOf(arn)).toBe(machine);
});

test.each([
  ["order-1_a.B", undefined],
  ["Bestellung-ä-😀", undefined],
  ["", undefined],
  ["a b", "a name has no spaces"],
  ["a/b", "a name has no `/`"],
  ["<script>", "a name has no `<`"],
  ["x".repeat(81), "a name has at most 80 characters, this one has 81"],
])("the name %s", (name, fault) => {
  expect(nameFault(name)).toBe(fault);
});
