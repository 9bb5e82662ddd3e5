/** A stream of events that survives a lost connection. */

import type { HistoryEvent } from "./history.ts";
import type { DescribeExecution } from "./source.ts";

/** How long to wait before a lost stream is opened again, in milliseconds: at first, and at most. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** How long a page that nobody sees keeps its stream. A browser has six connections for all pages of a server. */
const HIDDEN = 5_000;

/**
 * Follows the events of an execution from after an id, until it ends. A stream that is lost is opened again after the last
 * event that arrived. Returns a function that closes it.
 */
export function follow(
  path: (after: number) => string,
  onEvents: (events: HistoryEvent[]) => void,
  onEnd: (execution: DescribeExecution) => void,
): () => void {
  let after = 0;
  let wait = FIRST_WAIT;
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = () => {
    stream?.close();
    stream = undefined;
    clearTimeout(timer);
  };
  const open = () => {
    close();
    const opened = new EventSource(path(after));
    stream = opened;
    opened.addEventListener("events", (message: MessageEvent<string>) => {
      const { events } = JSON.parse(message.data) as { events: HistoryEvent[] };
      for (const event of events) after = Math.max(after, event.id);
      wait = FIRST_WAIT;
      onEvents(events);
    });
    opened.addEventListener("end", (message: MessageEvent<string>) => {
      stop();
      onEnd(JSON.parse(message.data) as DescribeExecution);
    });
    opened.addEventListener("error", () => {
      close();
      timer = setTimeout(open, wait);
      wait = Math.min(LONGEST_WAIT, wait * 2);
    });
  };
  const onVisibility = () => {
    if (document.hidden) {
      clearTimeout(timer);
      timer = setTimeout(close, HIDDEN);
    } else if (stream === undefined) open();
    else clearTimeout(timer);
  };
  const stop = () => {
    close();
    document.removeEventListener("visibilitychange", onVisibility);
  };
  document.addEventListener("visibilitychange", onVisibility);
  open();
  return stop;
}
