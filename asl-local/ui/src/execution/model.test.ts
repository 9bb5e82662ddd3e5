import { describe, expect, it } from "vitest";
import type { HistoryEvent } from "./history.ts";
import { ExecutionModel } from "./model.ts";
import type { Visit } from "./model/parts.ts";
import { line, suite, suiteCase, testdata } from "./suite.testing.ts";

function visits(model: ExecutionModel): Visit[] {
  return model.visitOf.filter((visit, id): visit is Visit => visit?.entered === id);
}

function modelOf(name: string): ExecutionModel {
  const model = new ExecutionModel();
  model.add(name.includes("/") ? suiteCase(name).events : testdata(name));
  return model;
}

describe("every history of the suite", () => {
  for (const { name, events, status } of suite()) {
    it(name, () => {
      const model = new ExecutionModel();
      // Chunks as a stream delivers them, with repetitions.
      for (let at = 0; at < events.length; at += 3) model.add(events.slice(Math.max(0, at - 2), at + 3));
      expect(model.count).toBe(events.length);
      expect(model.status).toBe(status);
      const all = visits(model);
      expect(all.length).toBe(events.filter((event) => event.type.endsWith("StateEntered")).length);
      const running = all.filter((visit) => visit.status === "running" || Number.isNaN(visit.end));
      expect(running.map(line), "nothing runs after the end").toEqual([]);
      if (status === "SUCCEEDED") {
        const bad = all.filter((visit) => !visit.isSuperseded && visit.status !== "succeeded" && visit.strand === model.root);
        expect(bad.filter((visit) => visit.status !== "caught").map(line)).toEqual([]);
      }
      for (const event of events) {
        const told = Object.entries(event).find(([key]) => key.endsWith("EventDetails"))?.[1] as { name?: string } | undefined;
        const visit = model.visitOf[event.id];
        if (told?.name !== undefined) expect(visit?.name, `the state of event ${event.id}`).toBe(told.name);
        if (event.type.endsWith("StateAborted")) {
          expect(visit?.type, `what ${event.id} aborts`).toBe(event.type.slice(0, -"StateAborted".length));
        }
      }
      for (const totals of model.states.values()) {
        const counted = Object.values(totals.counts).reduce((sum, count) => sum + count, totals.superseded);
        expect(counted, `visits of ${totals.name}`).toBe(totals.visits.length);
        for (const count of Object.values(totals.counts)) expect(count).toBeGreaterThanOrEqual(0);
      }
    });
  }
});

/** What the visits of a history amount to, in the order in which they began. */
const EXPECTED: Record<string, string[]> = {
  "orders": [
    "Orders succeeded",
    "Lines[0] succeeded",
    "Check[0.0] succeeded",
    "Price[0.0.0] succeeded x2",
    "Settle[0.0.1] succeeded",
    "Check[0.1] succeeded",
    "Price[0.1.0] succeeded",
    "Settle[0.1.1] succeeded",
    "Lines[1] succeeded",
    "Check[1.0] succeeded",
    "Price[1.0.0] succeeded",
    "Settle[1.0.1] succeeded",
    "Stock[0.0.1] succeeded",
    "Stock[0.1.1] succeeded",
    "Pack[0] succeeded",
    "Lines[2] caught Gone",
    "Check[2.0] aborted",
    "Price[2.0.0] aborted",
    "Settle[2.0.1] aborted",
    "Check[2.1] aborted",
    "Price[2.1.0] succeeded",
    "Settle[2.1.1] aborted",
    "Check[2.2] failed Gone",
    "Price[2.2.0] failed Gone",
    "Settle[2.2.1] aborted",
    "Refund[2] succeeded",
    "Stock[1.0.1] succeeded",
    "Pack[1] succeeded",
    "Report succeeded",
    "Done succeeded",
  ],
  "history/rule-04-service-retry": [
    "A succeeded x2",
  ],
  "history/rule-04-map-retry": [
    "A failed x2",
    "F[0] failed superseded",
    "F[0] failed",
  ],
  "history/rule-05-map-catch": [
    "A caught",
    "F[0] failed",
    "B succeeded",
  ],
  "history/rule-08-nested-abort": [
    "A failed E",
    "X[0] failed E",
    "Y[1] aborted",
    "I[1.0] aborted",
    "Z[1.0.0] aborted",
  ],
  "history/rule-08-abort-after-retry": [
    "P failed",
    "M[0] aborted",
    "T[0.0] failed Busy",
    "W[1] succeeded",
    "F[1] failed",
  ],
  "history/rule-08-parallel-fails": [
    "A failed E",
    "X[0] failed E",
    "Y[1] aborted",
    "Z[2] aborted",
  ],
  "history/rule-09-map-times-out": [
    "A failed States.Timeout",
    "X[0] failed States.Timeout",
    "X[1] aborted",
    "X[2] aborted",
    "X[3] aborted",
  ],
  "history/rule-09-map-nested": [
    "A succeeded",
    "B[0] succeeded",
    "X[0.0] succeeded",
    "X[0.1] succeeded",
    "B[1] succeeded",
    "X[1.0] succeeded",
  ],
  "history/rule-11-timed-out": [
    "A aborted",
  ],
  "redrive/fail": [
    "Before succeeded",
    "F failed",
    "F failed Always",
  ],
  "redrive/map": [
    "M succeeded",
    "Work[0] succeeded",
    "Rest[0] succeeded",
    "Show[0] succeeded",
    "Work[1] succeeded",
    "Rest[1] succeeded",
    "Work[2] succeeded x2",
    "Rest[2] succeeded",
    "Show[2] succeeded",
    "Work[3] succeeded",
    "Rest[3] succeeded",
    "Show[3] succeeded",
    "Show[1] succeeded",
  ],
  "redrive/nested": [
    "P succeeded",
    "M[0] succeeded",
    "Work[0.0] succeeded",
    "Rest[0.0] succeeded",
    "Work[0.1] succeeded",
    "Rest[0.1] succeeded",
    "Fall[1] succeeded x3",
  ],
  "redrive/caught": [
    "P caught Fell",
    "Fall[0] failed Fell",
    "Mend succeeded x2",
  ],
  "jsonata/map-item-fails": [
    "M caught States.QueryEvaluationError",
    "I[0] succeeded",
    "I[1] failed States.QueryEvaluationError",
    "Z succeeded",
  ],
  "distributed/failure-retried": [
    "A succeeded x2",
  ],
};

describe("what happened", () => {
  for (const [name, expected] of Object.entries(EXPECTED)) {
    it(name, () => expect(visits(modelOf(name)).map(line)).toEqual(expected));
  }
});

it("follows 10,000 iterations, in time that grows with the events", () => {
  const events: HistoryEvent[] = [];
  const put = (previousEventId: number, type: string, told?: object) => {
    const id = events.length + 1;
    const member = type.replace(/^\w+State(Entered|Exited)$/, "state$1");
    events.push({ id, previousEventId, type, timestamp: id / 1000, ...(told && { [`${member.charAt(0).toLowerCase()}${member.slice(1)}EventDetails`]: told }) });
    return id;
  };
  put(0, "ExecutionStarted");
  const map = put(put(0, "MapStateEntered", { name: "M" }), "MapStateStarted", { length: 10_000 });
  const begun = Array.from({ length: 10_000 }, (_, index) => put(map, "MapIterationStarted", { name: "M", index }));
  const entered = begun.map((before) => put(before, "PassStateEntered", { name: "P" }));
  const failed = put(entered[77] ?? 0, "EvaluationFailed", { state: "P", error: "Bad" });
  put(failed, "MapIterationFailed", { name: "M", index: 77 });
  for (let index = 0; index < 10_000; index++) if (index !== 77) put(failed, "MapIterationAborted", { name: "M", index });
  put(put(failed, "MapStateFailed"), "ExecutionFailed", { error: "Bad" });
  const model = new ExecutionModel();
  const begin = performance.now();
  for (let at = 0; at < events.length; at += 500) model.add(events.slice(at, at + 500));
  // It takes some 50 ms. Work that grows with the square would take minutes.
  expect(performance.now() - begin).toBeLessThan(5_000);
  expect(model.totals("P")?.counts).toMatchObject({ aborted: 9_999, failed: 1 });
  expect(model.totals("M")?.visits.map(line)).toEqual(["M failed Bad"]);
});
