import { expect, test } from "vitest";
import { after, type Analysis } from "./graph-of.ts";

test("a text that cannot be drawn leaves the last graph", () => {
  const none: Analysis<string> = { layout: undefined, diagnostics: [], isStale: false, error: undefined };
  const problem = {
    code: "ASL0001",
    severity: "error",
    message: "expected a value",
    from: { line: 1, column: 1 },
    to: { line: 1, column: 2 },
  } as const;
  const drawn = after(none, { layout: "one", diagnostics: [] });
  const broken = after(drawn, { layout: null, diagnostics: [problem] });
  expect(broken).toEqual({ layout: "one", diagnostics: [problem], isStale: true, error: undefined });
  expect(after(broken, { layout: "two", diagnostics: [] })).toEqual({ ...none, layout: "two" });
  expect(after(none, { layout: null, diagnostics: [problem] }).layout).toBe(undefined);
});
