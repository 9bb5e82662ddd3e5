import { expect, it } from "vitest";
import type { LayoutEdge } from "../execution/source.ts";
import { layerOf, missedOf, shownPercent, type Coverage, type CoveredItem } from "./coverage.ts";

const item = (kind: CoveredItem["kind"], state: string, hits: number, more: Partial<CoveredItem> = {}): CoveredItem => ({
  kind,
  state,
  label: `${kind} of ${state}`,
  line: 1,
  hits,
  ...more,
});

const coverage: Coverage = {
  machine: "sizes",
  percent: 99.96,
  kinds: {},
  items: [
    item("states", "Size", 3),
    item("rules", "Size", 0),
    item("transitions", "Size", 0, { to: "Large", byCatcher: false }),
    item("transitions", "Size", 3, { to: "Small", byCatcher: false }),
    item("transitions", "Size", 0, { to: "Small", byCatcher: true }),
    item("states", "Small", 1200),
    item("states", "Large", 0),
  ],
};

const edge = (from: string | undefined, to: string | undefined, kind: LayoutEdge["kind"] = "choice"): LayoutEdge => ({
  kind,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  points: [],
});

it("says how much of each state was reached", () => {
  const { state } = layerOf(coverage);
  expect(["Size", "Small", "Large", "Other"].map(state)).toEqual([
    { status: "partly", summary: "3× · 2 of 5 reached" },
    { status: "reached", summary: "1,200×" },
    { status: "missed", summary: "not reached" },
    { status: undefined, summary: "" },
  ]);
});

it("tells transitions by what takes them", () => {
  const layer = layerOf(coverage);
  const edges = [edge("Size", "Small"), edge("Size", "Small", "catch"), edge("Size", "Large"), edge(undefined, "Size"), edge("Small", undefined)];
  expect(edges.map(layer.edge)).toEqual(["reached", "missed", "missed", undefined, undefined]);
});

it("never rounds up to everything", () => {
  expect([shownPercent(coverage.percent), shownPercent(100), missedOf(coverage).length]).toEqual(["99.9 %", "100.0 %", 4]);
});
