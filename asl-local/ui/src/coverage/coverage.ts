/** What executions or tests have reached of a machine, as asl-coverage writes it. */

import type { LayoutEdge } from "../execution/source.ts";

export interface Coverage {
  machine: string;
  percent: number;
  kinds: Record<string, { reached: number; all: number }>;
  items: CoveredItem[];
}

/** A part of a definition. */
export interface CoveredItem {
  kind: "states" | "transitions" | "rules" | "mismatches" | "operands" | "retriers" | "catchers" | "branches";
  state: string;
  label: string;
  line: number;
  hits: number;
  /** Where a transition leads. */
  to?: string;
  byCatcher?: boolean;
}

export type Reach = "reached" | "partly" | "missed";

export interface CoverageLook {
  status: Reach | undefined;
  summary: string;
}

/** How the states and transitions of a graph look with their coverage. */
export interface CoverageLayer {
  state(name: string): CoverageLook;
  /** `undefined` for edges from the start and to the end, which are no parts. */
  edge(edge: LayoutEdge): "reached" | "missed" | undefined;
}

export const times = (count: number) => `${count.toLocaleString("en")}×`;

/** Rounded down, so that only 100 % is shown as 100 %. */
export const shownPercent = (percent: number) => `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;

export function missedOf(coverage: Coverage): CoveredItem[] {
  return coverage.items.filter((item) => item.hits === 0);
}

export function layerOf(coverage: Coverage): CoverageLayer {
  const states = new Map<string, CoveredItem[]>();
  const edges = new Map<string, number>();
  for (const item of coverage.items) {
    const { state, to, byCatcher, hits } = item;
    const parts = states.get(state) ?? [];
    states.set(state, parts);
    parts.push(item);
    if (to === undefined) continue;
    const key = keyOf(byCatcher ?? false, state, to);
    edges.set(key, (edges.get(key) ?? 0) + hits);
  }
  return {
    state: (name) => lookOf(states.get(name)),
    edge: ({ kind, from, to }) => {
      if (from === undefined || to === undefined) return undefined;
      const hits = edges.get(keyOf(kind === "catch", from, to));
      return hits === undefined ? undefined : hits > 0 ? "reached" : "missed";
    },
  };
}

const keyOf = (byCatcher: boolean, from: string, to: string) => JSON.stringify([byCatcher, from, to]);

function lookOf(items: CoveredItem[] | undefined): CoverageLook {
  if (!items) return { status: undefined, summary: "" };
  const entered = items.find(({ kind }) => kind === "states")?.hits ?? 0;
  if (entered === 0) return { status: "missed", summary: "not reached" };
  const reached = items.filter(({ hits }) => hits > 0).length;
  if (reached === items.length) return { status: "reached", summary: times(entered) };
  return { status: "partly", summary: `${times(entered)} · ${reached} of ${items.length} reached` };
}
