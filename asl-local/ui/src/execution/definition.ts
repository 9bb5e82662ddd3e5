/** Where the states are in the text of a definition. */

import { jsonLanguage } from "@codemirror/lang-json";
import { formatJson, tryParseJson } from "../json/parse.ts";

type Tree = ReturnType<typeof jsonLanguage.parser.parse>;
type SyntaxNode = Tree["topNode"];

export interface Place {
  /** Offsets of the member, from its name to the end of its value. */
  from: number;
  to: number;
  /** Where its value begins. */
  value: number;
  /** The state's JSON pointer: `/States/Each/ItemProcessor/States/Work`. */
  pointer: string;
}

export interface Definition {
  text: string;
  tree: Tree;
  /** Whether the text was written in one line, and is shown in several. */
  isReformatted: boolean;
  places: ReadonlyMap<string, Place>;
  /** The offset at which each line begins. */
  lines: readonly number[];
}

/** A definition of fewer lines and more characters is unreadable. */
const FEWEST_LINES = 4;
const LONGEST_LINE = 200;

export function readDefinition(source: string): Definition {
  let text = source;
  const isCrammed = source.length > LONGEST_LINE && source.split("\n", FEWEST_LINES).length < FEWEST_LINES;
  const parsed = isCrammed ? tryParseJson(source) : undefined;
  if (parsed) text = formatJson(parsed.value);
  const tree = jsonLanguage.parser.parse(text);
  const places = new Map<string, Place>();
  const machine = tree.topNode.firstChild;
  if (machine) findStates(machine, text, "", places);
  const lines = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.push(at + 1);
  return { text, tree, isReformatted: parsed !== undefined, places, lines };
}

/** The definition of a state, as data. */
export function stateOf(definition: Definition, name: string): Record<string, unknown> | undefined {
  const place = definition.places.get(name);
  const read = place && tryParseJson(definition.text.slice(place.value, place.to));
  return typeof read?.value === "object" && read.value !== null ? (read.value as Record<string, unknown>) : undefined;
}

/** The number of the line that holds an offset, from 0. */
export function lineAt(lines: readonly number[], offset: number): number {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function findStates(machine: SyntaxNode, text: string, pointer: string, places: Map<string, Place>): void {
  const states = member(machine, text, "States");
  if (!states) return;
  for (const state of members(states, text)) {
    const own = `${pointer}/States/${state.name.replace(/~/g, "~0").replace(/\//g, "~1")}`;
    if (!places.has(state.name)) places.set(state.name, { from: state.node.from, to: state.node.to, value: state.value.from, pointer: own });
    for (const inner of ["ItemProcessor", "Iterator"]) {
      const found = member(state.value, text, inner);
      if (found) findStates(found, text, `${own}/${inner}`, places);
    }
    const branches = member(state.value, text, "Branches");
    let index = 0;
    for (let branch = branches?.firstChild; branch; branch = branch.nextSibling) {
      if (branch.name === "Object") findStates(branch, text, `${own}/Branches/${index++}`, places);
    }
  }
}

interface Member {
  name: string;
  node: SyntaxNode;
  value: SyntaxNode;
}

function members(object: SyntaxNode, text: string): Member[] {
  const found: Member[] = [];
  for (let node = object.firstChild; node; node = node.nextSibling) {
    const name = node.name === "Property" ? node.firstChild : null;
    const value = node.lastChild;
    if (!name || !value || value === name) continue;
    const read = tryParseJson(text.slice(name.from, name.to));
    if (typeof read?.value === "string") found.push({ name: read.value, node, value });
  }
  return found;
}

function member(object: SyntaxNode, text: string, name: string): SyntaxNode | undefined {
  return members(object, text).find((found) => found.name === name)?.value;
}
