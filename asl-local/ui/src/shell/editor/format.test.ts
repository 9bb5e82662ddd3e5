import { expect, test } from "vitest";
import { formatted } from "./format.ts";

test.each([
  [{}],
  [[]],
  ["a {b: [c, \"d\\\\\"], e}"],
  [[[], {}, [1]]],
  [{ a: 1, "b{": [true, null, { c: "}" }], d: {} }],
])("like JSON.stringify: %j", (value) => {
  expect(formatted(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  expect(formatted(JSON.stringify(value, null, "\t"))).toBe(JSON.stringify(value, null, 2));
});

test("numbers and escapes stay as they are written", () => {
  expect(formatted('{"a":1.0,"b":12345678901234567890,"c":"\\u00e9\\/"}')).toBe(
    '{\n  "a": 1.0,\n  "b": 12345678901234567890,\n  "c": "\\u00e9\\/"\n}',
  );
});
