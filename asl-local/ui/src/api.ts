// Requests to the server: operations of Step Functions, and what the page needs besides them.

/** Seconds since 1970, with fractions. */
export type Seconds = number;

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED" | "PENDING_REDRIVE";

export interface MachineItem {
  stateMachineArn: string;
  name: string;
  type: "STANDARD" | "EXPRESS";
  creationDate: Seconds;
}

export interface Machine extends MachineItem {
  definition: string;
  roleArn: string;
  status: string;
  revisionId?: string;
}

export interface ExecutionItem {
  executionArn: string;
  stateMachineArn: string;
  name: string;
  status: ExecutionStatus;
  startDate: Seconds;
  stopDate?: Seconds;
  mapRunArn?: string;
  redriveCount?: number;
}

export interface Execution extends ExecutionItem {
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveStatus?: string;
  redriveStatusReason?: string;
}

/** An error that the server reports: `name` is the error of the API, such as `InvalidDefinition`. */
export class ApiError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

interface Operations {
  ListStateMachines: [{ nextToken?: string }, { stateMachines: MachineItem[]; nextToken?: string }];
  DescribeStateMachine: [{ stateMachineArn: string }, Machine];
  CreateStateMachine: [
    { name: string; definition: string; roleArn: string; type: "STANDARD" | "EXPRESS" },
    { stateMachineArn: string },
  ];
  UpdateStateMachine: [{ stateMachineArn: string; definition: string }, { updateDate: Seconds }];
  DeleteStateMachine: [{ stateMachineArn: string }, object];
  DescribeExecution: [{ executionArn: string }, Execution];
  StartExecution: [{ stateMachineArn: string; input: string; name?: string }, { executionArn: string }];
  StopExecution: [{ executionArn: string; error?: string; cause?: string }, { stopDate: Seconds }];
  RedriveExecution: [{ executionArn: string }, { redriveDate: Seconds }];
}

/** Calls an operation of Step Functions. Throws an `ApiError`. */
export async function call<Name extends keyof Operations>(
  operation: Name,
  request: Operations[Name][0],
  signal?: AbortSignal,
): Promise<Operations[Name][1]> {
  return send("/", {
    method: "POST",
    headers: { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AWSStepFunctions.${operation}` },
    body: JSON.stringify(request),
    ...(signal && { signal }),
  });
}

interface ExecutionsQuery {
  stateMachineArn?: string;
  mapRunArn?: string;
  statusFilter?: ExecutionStatus;
  maxResults?: string;
  nextToken?: string;
}

/** Like ListExecutions, but for Express machines too, and for all machines if the query names none. */
export async function listExecutions(query: ExecutionsQuery): Promise<{ executions: ExecutionItem[]; nextToken?: string }> {
  return send(`/ui/executions?${new URLSearchParams({ ...query })}`, {});
}

/** All pages of a list, at most `most` items. */
export async function all<Item>(
  page: (nextToken: string | undefined) => Promise<{ items: Item[]; nextToken?: string | undefined }>,
  most: number,
): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const answer = await page(token);
    items.push(...answer.items);
    token = answer.nextToken;
  } while (token !== undefined && items.length < most);
  return items.slice(0, most);
}

/** Sends a request and reads the JSON of its response. Throws an `ApiError`. */
export async function send<Answer>(path: string, request: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError("NoConnection", "the server does not answer; is `asl serve` still running?", 0);
  }
  const text = await response.text();
  const body = parsed(text);
  if (response.ok) return body as Answer;
  throw errorOf(response.status, body, text);
}

function errorOf(status: number, body: unknown, text: string): ApiError {
  const fields = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const name = String(fields["__type"] ?? `HTTP ${status}`).replace(/^.*#/, "");
  const message = fields["message"] ?? fields["Message"] ?? text;
  return new ApiError(name, String(message).slice(0, 10_000), status);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
