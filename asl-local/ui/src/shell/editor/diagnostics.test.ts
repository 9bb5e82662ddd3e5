import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { offset, toDiagnostic } from "./diagnostics.ts";

const text = Text.of(["{", '  "😀": 1', "}"]);

test.each([
  [1, 1, 0],
  [2, 3, 4],
  [2, 7, 8],
  [2, 99, 11],
  [3, 2, 13],
  [9, 1, 12],
  [0, 0, 0],
])("line %i, column %i", (line, column, expected) => {
  expect(offset(text, { line, column })).toBe(expected);
});

test("a diagnostic has its help and its code, and never ends before it begins", () => {
  const reported = {
    code: "ASL0001",
    severity: "error",
    message: "no state `A`",
    help: "did you mean `B`?",
    from: { line: 2, column: 3 },
    to: { line: 1, column: 1 },
  } as const;
  expect(toDiagnostic(text, reported)).toEqual({
    from: 4,
    to: 4,
    severity: "error",
    message: "no state `A`\ndid you mean `B`?",
    source: "ASL0001",
  });
});
