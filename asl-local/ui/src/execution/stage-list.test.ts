import { expect, it } from "vitest";
import { stepsOf } from "./stage-list.ts";

it("orders the stages as they apply, and says which change nothing", () => {
  const stage = { output: { a: 2 }, result: 2, afterInputPath: { a: 1 }, input: { a: 1 }, attempt: 0, variables: { v: 1 }, own: true };
  const steps = stepsOf(stage, { InputPath: "$", OutputPath: "$.x" });
  expect(steps.map(({ label, sameAs, expression }) => [label, sameAs, expression])).toEqual([
    ["Input", undefined, undefined],
    ["After InputPath", "Input", "$"],
    ["Result", undefined, undefined],
    ["Output", undefined, "$.x"],
    ["Variables", undefined, undefined],
    ["own", undefined, undefined],
  ]);
});

it("leaves out filters that the state does not have", () => {
  const stage = { input: 1, afterInputPath: 1, afterParameters: 1, result: 1, afterResultPath: 3, output: 3, variables: {} };
  expect(stepsOf(stage).map(({ label, sameAs }) => [label, sameAs])).toEqual([
    ["Input", undefined],
    ["Result", "Input"],
    ["After ResultPath", undefined],
    ["Output", "After ResultPath"],
  ]);
});
