const LOOKS: Record<string, [look: string, text: string]> = {
  RUNNING: ["busy", "Running"],
  SUCCEEDED: ["ok", "Succeeded"],
  FAILED: ["bad", "Failed"],
  TIMED_OUT: ["bad", "Timed out"],
  ABORTED: ["off", "Aborted"],
  PENDING_REDRIVE: ["warn", "Pending redrive"],
};

/** How an execution stands. */
export function ExecutionStatus({ status }: { status: string }) {
  const [look, text] = LOOKS[status] ?? ["off", status];
  return <span class={`status ${look}`}>{text}</span>;
}

/** The look of a point for the status of an execution. */
export const EXECUTION_DOT: Record<string, string> = {
  RUNNING: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "failed",
  ABORTED: "aborted",
  PENDING_REDRIVE: "caught",
};
