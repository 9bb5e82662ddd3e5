import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { follow } from "./follow.ts";
import type { HistoryEvent } from "./history.ts";

class FakeStream extends EventTarget {
  static all: FakeStream[] = [];
  isOpen = true;

  constructor(readonly path: string) {
    super();
    FakeStream.all.push(this);
  }

  close(): void {
    this.isOpen = false;
  }

  send(type: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(type, { data: JSON.stringify(data) }));
  }
}

class FakeDocument extends EventTarget {
  hidden = false;

  turn(hidden: boolean): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let page: FakeDocument;
const open = () => FakeStream.all.filter((stream) => stream.isOpen).map((stream) => stream.path);

beforeEach(() => {
  vi.useFakeTimers();
  page = new FakeDocument();
  FakeStream.all = [];
  vi.stubGlobal("EventSource", FakeStream);
  vi.stubGlobal("document", page);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function start() {
  const ids: number[] = [];
  const ends: string[] = [];
  const stop = follow(
    (after) => `after ${after}`,
    (events: HistoryEvent[]) => ids.push(...events.map((event) => event.id)),
    (execution) => ends.push(execution.status),
  );
  return { ids, ends, stop };
}

it("continues after the last event when the connection is lost", () => {
  const { ids, ends } = start();
  FakeStream.all[0]?.send("events", { events: [{ id: 1 }, { id: 2 }] });
  FakeStream.all[0]?.dispatchEvent(new Event("error"));
  expect(open()).toEqual([]);
  vi.advanceTimersByTime(500);
  expect(open()).toEqual(["after 2"]);
  FakeStream.all[1]?.send("events", { events: [{ id: 3 }] });
  FakeStream.all[1]?.send("end", { status: "SUCCEEDED" });
  expect([ids, ends, open()]).toEqual([[1, 2, 3], ["SUCCEEDED"], []]);
  vi.advanceTimersByTime(60_000);
  page.turn(false);
  expect(open()).toEqual([]);
});

it("tries less and less often while the server is away", () => {
  start();
  for (let tried = 1; tried <= 5; tried++) {
    FakeStream.all[FakeStream.all.length - 1]?.dispatchEvent(new Event("error"));
    vi.advanceTimersByTime(500 * 2 ** (tried - 1) - 1);
    expect(FakeStream.all.length).toBe(tried);
    vi.advanceTimersByTime(1);
    expect(FakeStream.all.length).toBe(tried + 1);
  }
});

it("gives its connection back while nobody looks", () => {
  const { stop } = start();
  FakeStream.all[0]?.send("events", { events: [{ id: 7 }] });
  page.turn(true);
  vi.advanceTimersByTime(4_999);
  expect(open()).toEqual(["after 0"]);
  vi.advanceTimersByTime(1);
  expect(open()).toEqual([]);
  page.turn(false);
  expect(open()).toEqual(["after 7"]);
  page.turn(true);
  page.turn(false);
  vi.advanceTimersByTime(10_000);
  expect(open()).toEqual(["after 7"]);
  stop();
  expect(open()).toEqual([]);
});
