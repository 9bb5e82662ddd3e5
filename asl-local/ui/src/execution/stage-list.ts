/** What the filters of a state made of its data, in the order in which they apply. */

import type { Stage } from "./source.ts";

export interface Step {
  label: string;
  value: unknown;
  /** The label of the earlier step that has the same value. */
  sameAs: string | undefined;
  /** The path or expression in the definition, if it is a text. */
  expression: string | undefined;
}

/** The members of a stage, how they are called, and the fields of the definition that make them. */
const ORDER: [member: string, label: string, ...fields: string[]][] = [
  ["input", "Input"],
  ["afterInputPath", "After InputPath", "InputPath"],
  ["afterItemsPath", "After ItemsPath", "ItemsPath"],
  ["afterItemsPointer", "After ItemsPointer", "ItemReader"],
  ["afterItemSelector", "After ItemSelector", "ItemSelector", "Parameters"],
  ["afterItemBatcher", "After ItemBatcher", "ItemBatcher"],
  ["afterParameters", "After Parameters", "Parameters"],
  ["afterArguments", "Arguments", "Arguments"],
  ["result", "Result"],
  ["afterResultSelector", "After ResultSelector", "ResultSelector"],
  ["afterResultPath", "After ResultPath", "ResultPath"],
  ["output", "Output", "Output", "OutputPath"],
  ["assigned", "Assigned variables", "Assign"],
  ["variables", "Variables"],
];

/** Always shown: the others only if the state has the field, or if they changed something. */
const ENDS = new Set(["input", "result", "output", "assigned"]);
/** Not stages of the data. */
const OTHER = new Set(["attempt", "error", "cause", "catch", "retry"]);
const LONGEST = 120;

/** The steps of one attempt of a state with this definition. */
export function stepsOf(stage: Stage, state: Record<string, unknown> = {}): Step[] {
  const names = new Set(ORDER.map(([member]) => member));
  const unknown = Object.keys(stage).filter((member) => !names.has(member) && !OTHER.has(member));
  const steps: Step[] = [];
  const seen = new Map<string, string>();
  for (const [member, label, ...fields] of [...ORDER, ...unknown.map((member): [string, string] => [member, member])]) {
    if (!(member in stage)) continue;
    const value = stage[member];
    const isData = member !== "variables" && member !== "assigned";
    const text = isData ? (JSON.stringify(value) ?? "") : "";
    const sameAs = isData ? seen.get(text) : undefined;
    const field = fields.find((name) => name in state);
    const isNothing = member === "variables" && Object.keys(value ?? {}).length === 0;
    if (isNothing || (sameAs !== undefined && field === undefined && !ENDS.has(member))) continue;
    const written = field === undefined ? undefined : state[field];
    const expression = written === null ? "null" : typeof written === "string" ? written.slice(0, LONGEST) : undefined;
    steps.push({ label, value, sameAs, expression });
    if (isData && sameAs === undefined) seen.set(text, label);
  }
  return steps;
}
