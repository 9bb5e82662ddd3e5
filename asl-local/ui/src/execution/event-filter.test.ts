import { expect, it } from "vitest";
import { EventSearch, isOpen, type Filter } from "./event-filter.ts";
import { ExecutionModel } from "./model.ts";
import { testdata } from "./suite.testing.ts";

const ALL: Filter = { kind: "all", text: "", state: undefined, scope: undefined };

function modelOf(): ExecutionModel {
  const model = new ExecutionModel();
  model.add(testdata("orders"));
  return model;
}

function found(model: ExecutionModel, filter: Partial<Filter>): number[] {
  const search = new EventSearch(model, { ...ALL, ...filter });
  while (search.step());
  return search.ids;
}

it("finds by kind, text and state", () => {
  const model = modelOf();
  expect(isOpen(ALL)).toBe(true);
  expect(found(model, { kind: "execution" })).toEqual([1, 127]);
  expect(found(model, { text: "THROTTLED" })).toEqual([15]);
  expect(found(model, { text: "15" })).toContain(15);
  expect(found(model, { text: "a(" })).toEqual([]);
  expect(found(model, { state: "Refund" })).toEqual([104, 105]);
  expect(found(model, { kind: "failures", state: "Price" }).map((id) => model.event(id)?.type)).toEqual(["TaskFailed", "TaskFailed", "TaskStateAborted", "TaskFailed", "TaskStateAborted"]);
});

it("finds what belongs to an iteration", () => {
  const model = modelOf();
  const attempt = model.totals("Orders")?.visits[0]?.attempts[0];
  const scope = attempt && model.iteration(attempt, 1);
  const ids = found(model, { scope });
  expect(ids[0]).toBe(5);
  expect(ids[ids.length - 1]).toBe(120);
  expect(new Set(ids.map((id) => model.visitOf[id]?.name))).toEqual(new Set(["Orders", "Lines", "Check", "Price", "Settle", "Stock", "Pack"]));
});

it("continues with events that arrive later", () => {
  const model = new ExecutionModel();
  const events = testdata("orders");
  model.add(events.slice(0, 20));
  const search = new EventSearch(model, { ...ALL, kind: "execution" });
  while (search.step());
  expect([search.isDone, search.ids]).toEqual([true, [1]]);
  model.add(events.slice(20));
  while (search.step());
  expect(search.ids).toEqual([1, 127]);
});
