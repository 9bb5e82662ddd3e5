// What changes on the server while the page is open: machines, and executions that start or end.

import { useEffect, useRef, useState } from "preact/hooks";
import type { ExecutionItem } from "../api.ts";

export type Change =
  | { kind: "machine"; stateMachineArn: string }
  | { kind: "execution"; item: ExecutionItem }
  /** Changes may have been missed: read everything again. */
  | { kind: "all" };

export type Connection = "live" | "lost";

const RETRY_MILLISECONDS = 3000;
const listeners = new Set<(change: Change) => void>();
const watchers = new Set<(connection: Connection) => void>();
let connection: Connection = "live";
let source: EventSource | undefined;

const COLLECT_MILLISECONDS = 50;
let collected: Change[] = [];

/** Many executions start together, so changes are passed on together: the page then renders once for all. */
function tell(change: Change) {
  if (collected.length === 0) setTimeout(passOn, COLLECT_MILLISECONDS);
  collected.push(change);
}

function passOn() {
  const changes = collected;
  collected = [];
  for (const change of changes) for (const listener of [...listeners]) listener(change);
}

function set(next: Connection) {
  connection = next;
  for (const watcher of watchers) watcher(next);
}

function connect() {
  const opened = new EventSource("/ui/changes");
  source = opened;
  let wasOpen = false;
  opened.addEventListener("open", () => {
    if (wasOpen || connection !== "live") tell({ kind: "all" });
    wasOpen = true;
    set("live");
  });
  opened.addEventListener("machine", (event) => {
    tell({ kind: "machine", ...(JSON.parse(event.data) as { stateMachineArn: string }) });
  });
  opened.addEventListener("execution", (event) => {
    tell({ kind: "execution", item: JSON.parse(event.data) as ExecutionItem });
  });
  opened.addEventListener("reset", () => tell({ kind: "all" }));
  opened.addEventListener("error", () => {
    set("lost");
    // The browser gives up after an answer that is not a stream of events.
    if (opened.readyState === EventSource.CLOSED) setTimeout(retry, RETRY_MILLISECONDS);
  });
}

function retry() {
  if (listeners.size + watchers.size === 0) source = undefined;
  else connect();
}

/** Calls `listener` for each change while the component is shown. */
export function useChanges(listener: (change: Change) => void): void {
  const current = useRef(listener);
  current.current = listener;
  useEffect(() => {
    const listen = (change: Change) => current.current(change);
    listeners.add(listen);
    if (source === undefined) connect();
    return () => void listeners.delete(listen);
  }, []);
}

/** Whether the page currently hears of changes. */
export function useConnection(): Connection {
  const [shown, setShown] = useState(connection);
  useEffect(() => {
    watchers.add(setShown);
    setShown(connection);
    return () => void watchers.delete(setShown);
  }, []);
  return shown;
}
