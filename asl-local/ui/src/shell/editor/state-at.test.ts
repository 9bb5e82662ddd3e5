import { expect, test } from "vitest";
import { stateAt } from "./state-at.ts";

const places = new Map([
  ["Each", { from: 10, to: 90 }],
  ["Work", { from: 30, to: 50 }],
  ["Done", { from: 95, to: 99 }],
]);

test.each([
  [9, undefined],
  [10, "Each"],
  [30, "Work"],
  [50, "Work"],
  [51, "Each"],
  [92, undefined],
  [99, "Done"],
])("at %i", (at, state) => {
  expect(stateAt(places, at)).toBe(state);
});
