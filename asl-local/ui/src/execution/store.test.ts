import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HistoryEvent } from "./history.ts";
import { itemsAround } from "./names.ts";
import { ExecutionStore } from "./store.ts";
import type { DescribeExecution, ExecutionSource, Head } from "./source.ts";
import { testdata } from "./suite.testing.ts";

let frames: (() => void)[] = [];

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", () => (frames = []));
});

afterEach(() => vi.unstubAllGlobals());

const execution: DescribeExecution = { executionArn: "arn:e", name: "e", stateMachineArn: "arn:m", status: "RUNNING", startDate: 0 };
const head: Head = { execution, machine: { name: "m", arn: "arn:m", type: "STANDARD", definition: "{}" }, layout: null, stages: false, eventCount: 0 };

function opened() {
  let send: (events: HistoryEvent[]) => void = () => {};
  let end: (execution: DescribeExecution) => void = () => {};
  const source: ExecutionSource = {
    head: () => Promise.resolve(head),
    events: (onEvents, onEnd) => {
      send = onEvents;
      end = onEnd;
      return () => {};
    },
    event: () => Promise.reject(new Error("none")),
    stages: () => Promise.resolve(null),
  };
  const store = new ExecutionStore(source, head);
  store.open();
  return { store, send: (events: HistoryEvent[]) => send(events), end: (ended: DescribeExecution) => end(ended) };
}

function orders(): ExecutionStore {
  const { store, send } = opened();
  send(testdata("orders"));
  return store;
}

/** What is selected: `Price #2 › #0`. */
function shown(store: ExecutionStore): string {
  return store.visit ? `${store.visit.name} ${itemsAround(store.visit.strand)}` : String(store.state);
}

it("selects the visit that failed, or else the last", () => {
  const store = orders();
  store.selectState("Price");
  expect(shown(store)).toBe("Price #2 › #2");
  store.selectState("Stock");
  expect(shown(store)).toBe("Stock #1 › #0");
  store.selectState("Complain");
  expect(shown(store)).toBe("Complain");
});

it("selects a state before it is entered, and its visit when it comes", () => {
  const { store, send } = opened();
  const events = testdata("orders");
  send(events.slice(0, 5));
  store.selectState("Price");
  expect(store.visit).toBeUndefined();
  send(events.slice(5));
  expect(shown(store)).toBe("Price #2 › #2");
});

it("narrows to an iteration, and selects within it", () => {
  const store = orders();
  store.selectState("Price");
  const first = store.model.totals("Orders")?.visits[0]?.attempts[0]?.strands[0];
  store.narrow(first);
  expect(shown(store)).toBe("Price #0 › #1");
  expect(store.visits("Price").length).toBe(2);
  expect(store.stateTotals().get("Orders")?.visits.length).toBe(1);
  expect(store.stateTotals().get("Report")).toBeUndefined();
});

it("keeps the Map selected whose iterations the reader walks through", () => {
  const store = orders();
  store.selectState("Orders");
  for (const strand of store.visit?.attempts[0]?.strands ?? []) {
    store.narrow(strand);
    expect([store.state, store.scope]).toEqual(["Orders", strand]);
  }
  store.narrow(store.model.root);
  expect(store.scope).toBeUndefined();
});

it("leaves an iteration for an event or a visit outside of it", () => {
  const store = orders();
  const strands = store.model.totals("Orders")?.visits[0]?.attempts[0]?.strands ?? [];
  store.narrow(strands[0]);
  store.selectEvent(9);
  expect([shown(store), store.scope]).toEqual(["Lines #0", strands[0]]);
  store.selectEvent(104);
  expect([shown(store), store.scope]).toEqual(["Refund #2", undefined]);
  store.narrow(strands[0]);
  const other = store.model.totals("Pack")?.visits[1];
  if (other) store.selectVisit(other);
  expect([shown(store), store.scope]).toEqual(["Pack #1", undefined]);
  store.selectEvent(127);
  expect([store.state, store.visit, store.event]).toEqual([undefined, undefined, 127]);
});

it("tells its listeners once in a frame", () => {
  const { store, send, end } = opened();
  let told = 0;
  const stop = store.subscribe(() => (told += 1));
  for (let at = 0; at < 100; at += 10) send(testdata("orders").slice(at, at + 10));
  expect([frames.length, told]).toEqual([1, 0]);
  frames.forEach((frame) => frame());
  expect(told).toBe(1);
  stop();
  end({ ...execution, status: "SUCCEEDED" });
  expect([store.hasEnded, store.isCutOff, told]).toEqual([true, true, 1]);
});
