import { expect, test } from "vitest";
import { coveredLines, parsed, share } from "../src/results.ts";

const items = [
  { kind: "transitions", label: "A → B", line: 7, hits: 0 },
  { kind: "states", label: "A", line: 3, hits: 2 },
  { kind: "rules", label: "rule 0 of A matches", line: 7, hits: 3 },
];

test("parts of a line are together", () => {
  expect(coveredLines(items)).toEqual([
    { line: 2, hits: 2, parts: [{ label: "A", hits: 2 }] },
    { line: 6, hits: 3, parts: [{ label: "A → B", hits: 0 }, { label: "rule 0 of A matches", hits: 3 }] },
  ]);
  expect(share(items)).toEqual({ covered: 2, total: 3 });
});

test("a program that prints no JSON has said why", () => {
  expect(parsed<object>('{"a": 1}', "")).toEqual({ a: 1 });
  expect(() => parsed("", "error: no case at line 1\n")).toThrow("no case at line 1");
  expect(() => parsed("", "")).toThrow("no JSON");
});
