import { expect, test } from "vitest";
import { lineOfMachine, lineOfState, machinesIn } from "../src/machines.ts";

test.each([
  ["the outermost StartAt", "a.asl.json", '{\n"States": {"P": {"Branches": [{"StartAt": "A"}]}},\n"StartAt": "P"}', [{ line: 2 }]],
  ["a text with StartAt", "a.asl.json", '{"Comment": "\\"StartAt\\"",\n"StartAt": "P"}', [{ line: 1 }]],
  ["a definition without a format in its name", "a.asl", '{\n"StartAt": "P"}', [{ line: 1 }]],
  ["a half-typed text", "a.asl.json", '{\n"Comm', [{ line: 0 }]],
  ["YAML", "a.asl.yaml", "States:\n  P:\n    StartAt: A\nStartAt: P\n", [{ line: 3 }]],
  ["a template in JSON", "t.json", '{"Resources": {\n "One": {\n  "Type": "AWS::StepFunctions::StateMachine"}}}', [{ line: 1, resource: "One" }]],
  [
    "a template in YAML",
    "t.yaml",
    "Resources:\n  F:\n    Type: AWS::Serverless::Function\n  One:\n    Properties:\n      Definition: {}\n    Type: 'AWS::Serverless::StateMachine'\n",
    [{ line: 3, resource: "One" }],
  ],
  ["another file", "t.yaml", "a: 1", []],
])("machines: %s", (_name, path, text, expected) => expect(machinesIn(text, path)).toEqual(expected));

test("the line of a machine", () => {
  const text = "Resources:\n  A:\n    Type: AWS::Serverless::StateMachine\n    StartAt: X\n  B:\n    Type: AWS::Serverless::StateMachine\n    StartAt: Y\n";
  expect([lineOfMachine(text, "B"), lineOfMachine(text, "A"), lineOfMachine(text, "C"), lineOfMachine("{}", undefined)]).toEqual([6, 3, 3, 0]);
});

test.each([
  ["a key of data before it", '{"States": {\n "A": {"Type": "Pass", "Result": {\n  "B": {"x": 1}}},\n "B": {\n  "Type": "Pass"}}}', "B", 3],
  ["quotes in a name", '{"States": {\n"a \\"b\\"": {"Type": "Pass"}}}', 'a "b"', 1],
  ["YAML", "States:\n  A:\n    Parameters:\n      B:\n        x: 1\n    Type: Pass\n  B: # last\n    Type: Pass\n", "B", 6],
  ["quotes of YAML", "States:\n  'it''s':\n    Type: Pass\n", "it's", 1],
  ["a name in a value", '{"StartAt": "B",\n"States": {}}', "B", undefined],
])("the line of a state: %s", (_name, text, state, expected) => expect(lineOfState(text, state)).toBe(expected));
