/** An execution on the server that serves the page. */

import { follow } from "./follow.ts";
import type { HistoryEvent } from "./history.ts";
import { parseJson } from "../json/parse.ts";
import type { Actions, Child, ExecutionSource, Head, MapRun, Stage } from "./source.ts";

/** How many children of a distributed Map are listed. */
const CHILDREN = 10_000;

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
  const described = await call<{ status: string; executionCounts?: Record<string, number> }>("DescribeMapRun", { mapRunArn });
  const children: Child[] = [];
  let nextToken: string | undefined;
  do {
    const request = { mapRunArn, maxResults: 1000, ...(nextToken !== undefined && { nextToken }) };
    const page = await call<{ executions: Child[]; nextToken?: string }>("ListExecutions", request);
    for (const child of page.executions) children.push(child);
    nextToken = page.nextToken;
  } while (nextToken !== undefined && children.length < CHILDREN);
  return { mapRunArn, status: described.status, counts: described.executionCounts ?? {}, children };
}
