import { expect, it } from "vitest";
import { memberPath, rowsOf, type Shape } from "./rows.ts";
import { visible } from "./visible.ts";

const SHAPE: Shape = { folds: new Map(), shown: new Map(), depth: 2 };

function lines(value: unknown, shape: Partial<Shape> = {}): string[] {
  return rowsOf(value, { ...SHAPE, ...shape }).map((row) => {
    const mark = row.isContainer ? (row.isOpen ? "-" : "+") : "";
    return `${" ".repeat(row.level)}${mark}${row.key ?? ""} ${row.kind === "value" ? row.path : `${row.kind} ${row.left}`}`;
  });
}

it("opens the first levels", () => {
  expect(lines({ a: { b: { c: 1 } }, d: [] })).toEqual(["- $", " -a $.a", "  +b $.a.b", " d $.d"]);
  expect(lines({ a: { b: { c: 1 } } }, { folds: new Map([["$.a.b", true]]) })).toContain("   c $.a.b.c");
});

it("shows the beginning of large parts and long texts", () => {
  const long = lines(Array.from({ length: 1000 }, (_, index) => index));
  expect([long.length, long[101]]).toEqual([102, "  more 900"]);
  expect(lines("x".repeat(1000))).toEqual([" $", "  text-more 600"]);
  expect(lines("x".repeat(1000), { shown: new Map([["$", 1000]]) })).toEqual([" $"]);
  expect(lines({ a: Array.from({ length: 50 }, () => 1) })).toEqual(["- $", " +a $.a"]);
});

it("survives names that JavaScript uses itself", () => {
  expect(lines(JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "": 3}'))).toEqual(["- $", " -__proto__ $.__proto__", "  x $.__proto__.x", " constructor $.constructor", "  $['']"]);
});

it("writes paths that can be pasted", () => {
  expect(memberPath("$", "unit price")).toBe("$['unit price']");
  expect(memberPath("$", "it's")).toBe("$['it\\'s']");
});

it("spells out characters that reorder text", () => {
  expect(visible("a\u202eb\u2066c")).toBe("a[U+202E]b[U+2066]c");
  expect(visible("שלום")).toBe("שלום");
});
