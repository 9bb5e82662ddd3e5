import type { ExecutionStatus } from "../api.ts";

const LOOKS: Record<ExecutionStatus, [look: string, text: string]> = {
  RUNNING: ["busy", "Running"],
  SUCCEEDED: ["ok", "Succeeded"],
  FAILED: ["bad", "Failed"],
  TIMED_OUT: ["bad", "Timed out"],
  ABORTED: ["off", "Aborted"],
  PENDING_REDRIVE: ["warn", "Pending redrive"],
};

export const STATUSES: ExecutionStatus[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

export function statusText(status: ExecutionStatus): string {
  return LOOKS[status]?.[1] ?? status;
}

export function Status({ status }: { status: ExecutionStatus }) {
  const [look, text] = LOOKS[status] ?? ["off", status];
  return <span class={`status ${look}`}>{text}</span>;
}
