import { expect, it } from "vitest";
import { lineAt, readDefinition, stateOf } from "./definition.ts";
import { suite } from "./suite.testing.ts";

const NESTED = `{"StartAt": "P", "States": {
  "P": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
    {"StartAt": "M", "States": {
      "M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "a/b \\u007e", "States": {
        "a/b \\u007e": {"Type": "Pass", "End": true}
      }}}
    }}
  ]}
}}`;

it("finds states wherever they are nested", () => {
  const { places, lines, text } = readDefinition(NESTED);
  const found = [...places].map(([name, place]) => [name, place.pointer, lineAt(lines, place.from) + 1]);
  expect(found).toEqual([
    ["P", "/States/P", 2],
    ["A", "/States/P/Branches/0/States/A", 3],
    ["M", "/States/P/Branches/1/States/M", 5],
    ["a/b ~", "/States/P/Branches/1/States/M/ItemProcessor/States/a~1b ~0", 6],
  ]);
  const place = places.get("A");
  expect(text.slice(place?.from, place?.to)).toBe('"A": {"Type": "Pass", "End": true}');
  expect(stateOf(readDefinition(NESTED), "A")).toEqual({ Type: "Pass", End: true });
});

it("breaks a definition in one line into several", () => {
  const definition = readDefinition(JSON.stringify(JSON.parse(NESTED.replace("Pass", "P".repeat(300)))));
  expect(definition.isReformatted).toBe(true);
  expect(definition.lines.length).toBeGreaterThan(20);
});

it("finds every state that ran, in every definition of the suite", () => {
  for (const { name, definition, events } of suite()) {
    const { places } = readDefinition(definition);
    for (const event of events) {
      const told = event["stateEnteredEventDetails"] as { name: string } | undefined;
      if (told) expect(places.has(told.name), `${told.name} of ${name}`).toBe(true);
    }
  }
});

it("survives what is not JSON", () => {
  for (const text of ["", "{", "[]", '{"States": 1}', "StartAt: A"]) expect(readDefinition(text).places.size).toBe(0);
});
