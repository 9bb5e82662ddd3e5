import { expect, it } from "vitest";
import { ExecutionModel } from "./model.ts";
import { strandName } from "./names.ts";
import { parseHistory, suiteCase, testdata } from "./suite.testing.ts";
import { barsOf, isVisit, timelineRows, type Part } from "./timeline-rows.ts";

function modelOf(events: ReturnType<typeof parseHistory>): ExecutionModel {
  const model = new ExecutionModel();
  model.add(events);
  return model;
}

function names(model: ExecutionModel, opened: ReadonlyMap<Part, boolean> = new Map()): string[] {
  return timelineRows(model.root, opened).map(({ part, level }) => "  ".repeat(level) + (isVisit(part) ? part.name : strandName(part)));
}

it("nests visits in branches and iterations", () => {
  expect(names(modelOf(suiteCase("redrive/nested").events))).toEqual([
    "P",
    "  branch 1",
    "    M",
    "      item 0",
    "        Work",
    "        Rest",
    "      item 1",
    "        Work",
    "        Rest",
    "  branch 2",
    "    Fall",
  ]);
});

it("folds the iterations of a large Map, and what the reader folds", () => {
  const model = modelOf(testdata("orders"));
  const orders = model.totals("Orders")?.visits[0];
  if (!orders) throw new Error("no visit");
  expect(names(model, new Map([[orders, false]]))).toEqual(["Orders", "Report", "Done"]);
  const first = orders.attempts[0]?.strands[0];
  if (!first) throw new Error("no iteration");
  expect(names(model, new Map([[first, false]])).slice(0, 4)).toEqual(["Orders", "  item 0", "  item 1", "    Lines"]);
});

it("names the attempts of a Map that was repeated", () => {
  expect(names(modelOf(suiteCase("history/rule-04-map-retry").events))).toEqual(["A", "  item 0, attempt 1", "  item 0, attempt 2", "    F"]);
});

it("draws attempts and the delays between them", () => {
  const model = modelOf(suiteCase("redrive/retries").events);
  const bars = barsOf(model.root.visits[0] as Part, 3).map(({ from, to, look }) => `${from}-${to} ${look}`);
  expect(bars).toEqual(["0-0 failed", "0-1 delay", "1-1 failed", "1-1 failed", "1-2 delay", "2-2 failed", "2-2 failed", "2-3 delay", "3-3 succeeded"]);
});

it("draws a retry that has not begun", () => {
  const model = modelOf(suiteCase("redrive/retries").events.slice(0, 5));
  const bars = barsOf(model.root.visits[0] as Part, 0.5).map(({ from, to, look }) => `${from}-${to} ${look}`);
  expect(bars).toEqual(["0-0 failed", "0-0.5 delay"]);
});
