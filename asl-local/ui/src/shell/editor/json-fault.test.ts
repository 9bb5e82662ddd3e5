import { expect, test } from "vitest";
import { jsonFault } from "./json-fault.ts";

/** The marked part of the text, and the message. */
function shown(text: string): string | undefined {
  const fault = jsonFault(text);
  return fault && `${fault.from}: ${JSON.stringify(text.slice(fault.from, fault.to))} ${fault.message}`;
}

test.each([
  "{}",
  " [ ] \n",
  "null",
  "-0.5e+10",
  '"\\u00e9\\n\\/ \u2028 😀"',
  '{"a": [1, {"b": "c"}], "a": true}',
  "1".repeat(1000),
  "[".repeat(400) + "]".repeat(400),
])("JSON %#", (text) => {
  expect(shown(text)).toBe(undefined);
  JSON.parse(text);
});

test.each([
  ["", '0: "" expected a value, found the end of the text'],
  ["{", '0: "{" `{` is not closed'],
  ["[1,", '0: "[" `[` is not closed'],
  ['{"a": [1, 2}', '11: "}" expected `,` or `]`, found `}`'],
  ['{"a": 1,}', '7: "," a comma before `}`'],
  ["[1, 2, ]", '5: "," a comma before `]`'],
  ["{a: 1}", '1: "a" expected a key in double quotes, found `a`'],
  ["{'a': 1}", "1: \"'\" expected a key in double quotes, found `'`"],
  ['{"a" 1}', '5: "1" expected `:` after the key, found `1`'],
  ['{"a": 1 "b": 2}', '8: "\\"" expected `,` or `}`, found `"`'],
  ['{"a": undefined}', '6: "undefined" expected a value, found `undefined`'],
  ["truely", '0: "truely" expected a value, found `truely`'],
  ["01", '0: "01" not a number: `01`'],
  ["1.", '0: "1." not a number: `1.`'],
  ["+1", '0: "+1" expected a value, found `+1`'],
  ["1 2", '2: "2" expected the end of the text, found `2`'],
  ['"abc', '0: "\\"abc" the string is not closed'],
  ['["abc\n"]', '1: "\\"abc" the string is not closed'],
  ['"a\\x"', '2: "\\\\x" an unknown escape in a string'],
  ['"\\u12"', '1: "\\\\u" an unknown escape in a string'],
  ['"a\tb"', '2: "\\t" a control character in a string must be written as `\\u…`'],
  ["[1, 😀]", '4: "😀" expected a value, found `😀`'],
  ["[".repeat(402), '400: "[" more than 400 levels deep'],
])("fault %#", (text, expected) => {
  expect(shown(text)).toBe(expected);
  if (!expected.includes("levels")) expect(() => JSON.parse(text)).toThrow();
});

test("a long text is read quickly", () => {
  const text = JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, name: `order ${id}` })));
  expect(shown(text)).toBe(undefined);
  expect(shown(`${text.slice(0, -1)},]`)).toMatch(/a comma before/);
});
