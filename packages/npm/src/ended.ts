/** How an execution ended. */
export type Ended<Output = any> =
  | {
      readonly status: "SUCCEEDED";
      /** The output, parsed. */
      readonly output: Output;
      readonly error?: undefined;
      readonly cause?: undefined;
    }
  | {
      readonly status: "FAILED" | "TIMED_OUT" | "ABORTED";
      readonly output?: undefined;
      /** The name of the error, such as `States.TaskFailed`. */
      readonly error?: string;
      readonly cause?: string;
    };

/** What the API and the command say about an execution that has ended. */
interface Described {
  readonly status: string;
  readonly error?: string | null;
  readonly cause?: string | null;
}

/** @internal */
export function ended(described: Described, output: () => unknown): Ended {
  const { status, error, cause } = described;
  if (status === "SUCCEEDED") return { status, output: output() };
  return {
    status: status as "FAILED" | "TIMED_OUT" | "ABORTED",
    ...(typeof error === "string" ? { error } : {}),
    ...(typeof cause === "string" ? { cause } : {}),
  };
}
