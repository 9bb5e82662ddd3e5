// Names in ARNs, and names that the API accepts.

/** The name in the ARN of a machine or of an execution. That of an EXPRESS execution has one more part after its name. */
export function nameOf(arn: string): string {
  const parts = arn.split(":");
  const isExecution = parts[5] === "execution" || parts[5] === "express";
  return (isExecution ? parts[7] : parts.slice(6).at(-1)) ?? arn;
}

/** The name of the machine in the ARN of one of its executions. A child of a Map has the label of its Map after a `/`. */
export function machineNameOf(executionArn: string): string {
  return (executionArn.split(":")[6] ?? executionArn).split("/")[0] ?? "";
}

/** The ARN of the machine of an execution: `…:execution:Orders:1` belongs to `…:stateMachine:Orders`. */
export function machineArnOf(executionArn: string): string {
  const parts = executionArn.split(":");
  return [...parts.slice(0, 5), "stateMachine", machineNameOf(executionArn)].join(":");
}

const MOST_CHARACTERS = 80;
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/u;

/** What is wrong with a name of a machine or an execution. Source: the API reference of CreateStateMachine. */
export function nameFault(name: string): string | undefined {
  const found = FORBIDDEN.exec(name)?.[0];
  if (found !== undefined) return /\s/.test(found) ? "a name has no spaces" : `a name has no \`${found}\``;
  const length = [...name].length;
  if (length > MOST_CHARACTERS) return `a name has at most ${MOST_CHARACTERS} characters, this one has ${length}`;
  return undefined;
}
