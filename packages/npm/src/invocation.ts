import { randomUUID } from "node:crypto";
import { types } from "node:util";

/** What a function gets beside its event: the part of Lambda's context that a test can need. */
export interface Context {
  /** Such as `charge`. */
  readonly functionName: string;
  /** `$LATEST`, or the version or alias that the task names. */
  readonly functionVersion: string;
  /** As the task names it. */
  readonly invokedFunctionArn: string;
  readonly awsRequestId: string;
  /** What the task passes as `ClientContext`, parsed. */
  readonly clientContext: unknown;
  getRemainingTimeInMillis(): number;
}

/** A task: what a Lambda function's handler is. */
export type TaskFunction = (event: any, context: Context) => unknown;

/** Functions by name. A name may also be that of a version or alias, `charge:live`, or a full ARN; the longest one counts. */
export type Tasks = Readonly<Record<string, TaskFunction>>;

/** An answer of Lambda's Invoke. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The function's limit of 15 minutes. */
const LONGEST = 900_000;

/** Invokes the function that `resource` names: a name, `NAME:QUALIFIER` or an ARN. */
export async function invoke(tasks: Tasks, resource: Resource, body: string, clientContext: unknown): Promise<Answer> {
  const task = find(tasks, resource);
  if (task === undefined) return notFound(resource, Object.keys(tasks));
  const begun = performance.now();
  const context: Context = {
    functionName: resource.name,
    functionVersion: resource.qualifier ?? "$LATEST",
    invokedFunctionArn: resource.arn,
    awsRequestId: randomUUID(),
    clientContext,
    getRemainingTimeInMillis: () => Math.max(0, LONGEST - (performance.now() - begun)),
  };
  const executed = { "x-amz-executed-version": "$LATEST" };
  try {
    const result = await task(body === "" ? {} : JSON.parse(body), context);
    // As Lambda's runtime for Node.js does it: no result is `null`.
    return { status: 200, headers: executed, body: JSON.stringify(result) ?? "null" };
  } catch (error) {
    return { status: 200, headers: { ...executed, "x-amz-function-error": "Unhandled" }, body: JSON.stringify(toReport(error)) };
  }
}

/** What a path of Lambda's API names. */
export interface Resource {
  readonly arn: string;
  readonly name: string;
  readonly qualifier: string | undefined;
}

/** Reads `charge`, `charge:live`, `123456789012:function:charge` or `arn:aws:lambda:…:function:charge:live`. */
export function toResource(text: string, qualifier: string | null): Resource {
  const own = text.split(":function:").at(-1) ?? text;
  const [name = own, inName] = own.split(":");
  return { arn: text, name, qualifier: qualifier ?? inName };
}

function find(tasks: Tasks, { arn, name, qualifier }: Resource): TaskFunction | undefined {
  const names = [...(arn.startsWith("arn:") ? [arn] : []), ...(qualifier === undefined ? [] : [`${name}:${qualifier}`]), name];
  const found = names.find((name) => Object.hasOwn(tasks, name));
  return found === undefined ? undefined : tasks[found];
}

/** As Lambda answers. The message has the functions that there are, since a misspelt name is the usual reason. */
function notFound({ arn }: Resource, names: readonly string[]): Answer {
  const known = names.length === 0 ? "there are no `tasks`" : `the \`tasks\` are ${names.join(", ")}`;
  return {
    status: 404,
    headers: { "x-amzn-errortype": "ResourceNotFoundException" },
    body: JSON.stringify({ Type: "User", Message: `Function not found: ${arn}; ${known}` }),
  };
}

/** An error as Lambda's runtime for Node.js reports it. A subclass without a `name` of its own is an `Error` there, too. */
export function toReport(error: unknown): { errorType: string; errorMessage: string; trace: string[] } {
  if (isError(error)) {
    return { errorType: String(error.name), errorMessage: String(error.message), trace: String(error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** Jest runs tests in a realm of their own, whose errors are not instances of this one's `Error`. */
function isError(error: unknown): error is Error {
  const looks = typeof error === "object" && error !== null && "name" in error && "message" in error && "stack" in error;
  return types.isNativeError(error) || looks;
}
