import { expect, it } from "vitest";
import { ExactNumber, formatJson, parseJson, tryParseJson } from "./parse.ts";

it("keeps the digits of numbers that JavaScript cannot hold", () => {
  // Node 20 does not tell how a number is written; browsers do.
  const tells = JSON.parse("1", (_key: string, value: unknown, context?: { source?: string }) => context?.source ?? value);
  const value = parseJson('{"id":12345678901234567890,"small":0.1}') as { id: unknown; small: unknown };
  expect(value.small).toBe(0.1);
  if (tells === "1") expect(value.id).toEqual(new ExactNumber("12345678901234567890"));
});

it("parses ordinary numbers as numbers", () => {
  for (const text of ["1", "-0.5", "1796048497.567", "1e3", "1.0"]) expect(parseJson(text)).toBe(Number(text));
});

it("does not throw for other texts", () => {
  expect(tryParseJson("{")).toBeUndefined();
  expect(tryParseJson("null")).toEqual({ value: null });
  expect(formatJson({ __proto__: null, a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}');
});
