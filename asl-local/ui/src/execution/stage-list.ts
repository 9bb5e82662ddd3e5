/** What the filters of a state made of its data, in the order in which they apply. */

import type { Stage } from "./source.ts";

export interface Step {
  label: string;
  value: unknown;
  /** The label of the earlier step that has the same value. */
  sameAs: string | undefined;
}

const ORDER: [member: string, label: string][] = [
  ["input", "Input"],
  ["afterInputPath", "After InputPath"],
  ["afterItemsPath", "After ItemsPath"],
  ["afterItemsPointer", "After ItemsPointer"],
  ["afterItems", "Items"],
  ["afterItemSelector", "After ItemSelector"],
  ["afterItemBatcher", "After ItemBatcher"],
  ["afterParameters", "After Parameters"],
  ["afterArguments", "Arguments"],
  ["result", "Result"],
  ["afterResultSelector", "After ResultSelector"],
  ["afterResultPath", "After ResultPath"],
  ["errorOutput", "Error output"],
  ["output", "Output"],
  ["assigned", "Assigned variables"],
  ["variables", "Variables"],
];

const OTHER = new Set(["attempt", "error", "cause", "catch"]);

/** The steps of one attempt. */
export function stepsOf(stage: Stage): Step[] {
  const known = ORDER.filter(([member]) => member in stage);
  const names = new Set(ORDER.map(([member]) => member));
  const unknown = Object.keys(stage).filter((member) => !names.has(member) && !OTHER.has(member));
  const steps: Step[] = [];
  const seen = new Map<string, string>();
  for (const [member, label] of [...known, ...unknown.map((member) => [member, member] as const)]) {
    const value = stage[member];
    const text = JSON.stringify(value) ?? "";
    const isData = member !== "variables" && member !== "assigned";
    steps.push({ label, value, sameAs: isData ? seen.get(text) : undefined });
    if (isData && !seen.has(text)) seen.set(text, label);
  }
  return steps;
}
