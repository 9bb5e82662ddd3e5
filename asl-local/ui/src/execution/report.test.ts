import { expect, it, vi } from "vitest";
import { executionsOf, reportSource, type Report, type ReportedExecution } from "./report.ts";
import type { HistoryEvent } from "./history.ts";

function reported(name: string, count: number): ReportedExecution {
  const execution = { executionArn: `arn:${name}`, name, stateMachineArn: "arn:m", status: "SUCCEEDED", startDate: 1 };
  const machine = { name: "m", arn: "arn:m", type: "STANDARD", definition: "" };
  const events = Array.from({ length: count }, (_, index): HistoryEvent => ({ id: index + 1, previousEventId: index, type: "PassStateEntered", timestamp: 1 }));
  return { head: { execution, machine, layout: null, stages: true, eventCount: count }, events, stages: { "2": [{ attempt: 0, input: 1 }] } };
}

it("has one execution or several", () => {
  const one: Report = { version: 1, ...reported("a", 1) };
  expect(executionsOf(one).map(({ head }) => head.execution.name)).toEqual(["a"]);
  expect(executionsOf({ ...one, more: [reported("b", 1)] }).map(({ head }) => head.execution.name)).toEqual(["a", "b"]);
  expect(executionsOf({ version: 1 } as Report)).toEqual([]);
});

it("delivers events in chunks, then the end, and nothing after it is closed", () => {
  vi.useFakeTimers();
  const source = reportSource(reported("a", 9000));
  const log: string[] = [];
  source.events((events) => log.push(`${events.length}`), (execution) => log.push(execution.status));
  vi.runAllTimers();
  expect(log).toEqual(["4000", "4000", "1000", "SUCCEEDED"]);
  const close = source.events(() => log.push("more"), () => log.push("end"));
  close();
  vi.runAllTimers();
  expect(log.length).toBe(4);
  vi.useRealTimers();
});

it("has stages, events and children without a request", async () => {
  const children = [
    { executionArn: "arn:1", name: "1", status: "TIMED_OUT", mapRunArn: "run" },
    { executionArn: "arn:2", name: "2", status: "SUCCEEDED", mapRunArn: "other" },
  ];
  const source = reportSource({ ...reported("a", 3), children });
  expect(await source.stages(2)).toEqual([{ attempt: 0, input: 1 }]);
  expect(await source.stages(3)).toBeNull();
  expect((await source.event(3)).id).toBe(3);
  await expect(source.event(4)).rejects.toThrow("no event 4");
  expect((await source.mapRun?.("run"))?.counts).toEqual({ total: 1, timedOut: 1 });
  expect(source.actions).toBeUndefined();
});
