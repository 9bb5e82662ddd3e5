/** An execution on the server that serves the page. */

import type { HistoryEvent } from "./history.ts";
import { parseJson } from "../json/parse.ts";
import type { Actions, DescribeExecution, ExecutionSource, Head, MapRun, Stage } from "./source.ts";

/** How long to wait before a lost stream is opened again, in milliseconds. */
const AGAIN = 1000;
/** How many children of a distributed Map are listed. */
const CHILDREN = 1000;

export function liveSource(arn: string, actions?: Actions): ExecutionSource {
  const at = (path: string, more = "") => `/ui/${path}?arn=${encodeURIComponent(arn)}${more}`;
  return {
    head: () => get<Head>(at("execution")),
    events: (onEvents, onEnd) => follow((after) => at("events", `&after=${after}`), onEvents, onEnd),
    event: (id) => get<HistoryEvent>(at("event", `&id=${id}`)),
    stages: async (entered) => {
      const answer = await get<{ stages: Stage[] }>(at("stages", `&event=${entered}`), true);
      return answer?.stages ?? null;
    },
    mapRun,
    ...(actions && { actions }),
  };
}

/** Follows a stream of events from after an id; opens it again when it is lost, until the execution ends. */
function follow(
  path: (after: number) => string,
  onEvents: (events: HistoryEvent[]) => void,
  onEnd: (execution: DescribeExecution) => void,
): () => void {
  let after = 0;
  let stream: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    const opened = new EventSource(path(after));
    stream = opened;
    opened.addEventListener("events", (message: MessageEvent<string>) => {
      const { events } = JSON.parse(message.data) as { events: HistoryEvent[] };
      for (const event of events) after = Math.max(after, event.id);
      onEvents(events);
    });
    opened.addEventListener("end", (message: MessageEvent<string>) => {
      opened.close();
      onEnd(JSON.parse(message.data) as DescribeExecution);
    });
    opened.addEventListener("error", () => {
      opened.close();
      timer = setTimeout(open, AGAIN);
    });
  };
  open();
  return () => {
    stream?.close();
    clearTimeout(timer);
  };
}

async function get<Answer>(path: string): Promise<Answer>;
async function get<Answer>(path: string, mayMiss: true): Promise<Answer | undefined>;
async function get<Answer>(path: string, mayMiss = false): Promise<Answer | undefined> {
  const response = await fetch(path);
  if (mayMiss && response.status === 404) return undefined;
  return read<Answer>(response);
}

async function read<Answer>(response: Response): Promise<Answer> {
  const text = await response.text();
  if (response.ok) return parseJson(text) as Answer;
  let message = `the server answered with status ${response.status}`;
  try {
    const told = JSON.parse(text) as { message?: string };
    if (told.message) message = told.message;
  } catch {
    // The status says enough.
  }
  throw new Error(message);
}

async function call<Answer>(operation: string, request: object): Promise<Answer> {
  const headers = { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AWSStepFunctions.${operation}` };
  return read<Answer>(await fetch("/", { method: "POST", headers, body: JSON.stringify(request) }));
}

async function mapRun(mapRunArn: string): Promise<MapRun> {
  const [described, listed] = await Promise.all([
    call<{ status: string; executionCounts?: Record<string, number> }>("DescribeMapRun", { mapRunArn }),
    call<{ executions: MapRun["children"] }>("ListExecutions", { mapRunArn, maxResults: CHILDREN }),
  ]);
  return { mapRunArn, status: described.status, counts: described.executionCounts ?? {}, children: listed.executions };
}
