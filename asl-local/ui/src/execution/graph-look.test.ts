import { expect, it } from "vitest";
import { curve, lookOf, nearStart, neighbour, wasTaken } from "./graph-look.ts";
import { ExecutionModel } from "./model.ts";
import { scopeTotals, scopeTransitions } from "./scope.ts";
import type { LayoutNode } from "./source.ts";
import { parseHistory, testdata } from "./suite.testing.ts";

function modelOf(events = testdata("orders")): ExecutionModel {
  const model = new ExecutionModel();
  model.add(events);
  return model;
}

it("says what each state did", () => {
  const model = modelOf();
  const looks = Object.fromEntries([...model.states].map(([name, totals]) => [name, Object.values(lookOf(totals)).join(", ")]));
  expect(looks).toEqual({
    Orders: "succeeded, 3 items · 3.00 s",
    Lines: "caught, 3× · 6.00 s",
    Check: "failed, 6× · 1 failed · 9.00 s",
    Price: "failed, 6× · 1 failed · 1 retry · 1.00 s",
    Settle: "aborted, 6× · 9.00 s",
    Stock: "succeeded, 3×",
    Pack: "succeeded, 2×",
    Refund: "succeeded, ",
    Report: "succeeded, ",
    Done: "succeeded, ",
  });
  expect(lookOf(undefined)).toEqual({ status: undefined, summary: "" });
});

it("finds a place before the label of an edge", () => {
  expect(nearStart([[0, 0], [10, 20], [40, 80]])).toEqual([5, 10]);
  expect(nearStart([[0, 0], [10, 20]])).toEqual([2, 4]);
  expect(nearStart([])).toEqual([0, 0]);
});

it("judges a state by the attempt of its Parallel that counts", () => {
  const model = modelOf(
    parseHistory(`
      1<-0 ExecutionStarted
      2<-0 ParallelStateEntered {"name":"P"}
      3<-2 ParallelStateStarted
      4<-3 TaskStateEntered {"name":"T"}
      5<-4 TaskScheduled
      6<-5 TaskStarted
      7<-6 TaskFailed {"error":"Busy"}
      8<-7 ParallelStateStarted @1
      9<-8 TaskStateEntered {"name":"T"} @1
      10<-9 TaskScheduled @1
      11<-10 TaskStarted @1
      12<-11 TaskSucceeded @2
      13<-12 TaskStateExited {"name":"T"} @2
      14<-13 ParallelStateSucceeded @2
      15<-13 ParallelStateExited {"name":"P"} @2
      16<-15 ExecutionSucceeded @2`),
  );
  expect([...model.states.values()].map((totals) => lookOf(totals))).toEqual([
    { status: "succeeded", summary: "1 retry · 2.00 s" },
    { status: "succeeded", summary: "2× · 1.00 s" },
  ]);
});

it("narrows to an iteration, with the states around it", () => {
  const model = modelOf();
  const attempt = model.totals("Orders")?.visits[0]?.attempts[0];
  const scope = attempt && model.iteration(attempt, 2);
  if (!scope) throw new Error("no iteration");
  const totals = scopeTotals(scope);
  expect([...totals].map(([name, { counts }]) => `${name} ${Object.values(counts).join("")}`)).toEqual([
    "Orders 01000",
    "Lines 00100",
    "Refund 01000",
    "Check 00012",
    "Settle 00003",
    "Price 01011",
  ]);
  const taken = scopeTransitions(scope);
  const edge = { kind: "catch", from: "Lines", to: "Refund", points: [] } as const;
  expect(wasTaken({ ...edge, points: [] }, taken, () => false)).toBe(true);
  expect(wasTaken({ ...edge, points: [], kind: "next", to: "Pack" }, taken, () => false)).toBe(false);
});

it("goes to the next state in the direction of the key", () => {
  const node = (name: string, x: number, y: number): LayoutNode => ({ shape: "state", name, x, y, width: 100, height: 60 });
  const nodes = [node("A", 100, 0), node("B", 0, 100), node("C", 200, 100), node("D", 100, 200)];
  const from = (name: string, key: string) => neighbour(nodes, nodes.find((node) => node.name === name) as LayoutNode, key)?.name;
  expect(from("B", "ArrowRight")).toBe("C");
  expect(from("C", "ArrowUp")).toBe("A");
  expect(from("D", "ArrowDown")).toBeUndefined();
  expect(from("A", "ArrowDown")).toBe("D");
});

it("draws edges as the server does", () => {
  expect(curve([[0, 0], [0, 10]])).toBe("M0 0L0 10");
  expect(curve([[0, 0], [0, 10], [10, 20]])).toBe("M0 0Q0 10 10 20");
  expect(curve([[0, 0], [0, 10], [10, 20], [10, 30]])).toBe("M0 0Q0 10 5 15Q10 20 10 30");
});
