import { expect, it } from "vitest";
import { stepsOf } from "./stage-list.ts";

it("orders the stages as they apply, and says which change nothing", () => {
  const steps = stepsOf({ output: { a: 2 }, result: 2, afterInputPath: { a: 1 }, input: { a: 1 }, attempt: 0, variables: {}, own: true });
  expect(steps.map(({ label, sameAs }) => [label, sameAs])).toEqual([
    ["Input", undefined],
    ["After InputPath", "Input"],
    ["Result", undefined],
    ["Output", undefined],
    ["Variables", undefined],
    ["own", undefined],
  ]);
});
