/** Events of an execution's history, as `GetExecutionHistory` returns them. */

export interface HistoryEvent {
  id: number;
  previousEventId: number;
  type: string;
  /** Seconds since 1970, or the text that aws-cli prints. */
  timestamp: number | string;
  /** Lengths of strings that were replaced by `null`, by JSON pointer: `/stateEnteredEventDetails/input`. */
  large?: Record<string, number>;
  /** One member whose name ends with `EventDetails`. */
  [details: string]: unknown;
}

export type Details = Record<string, unknown>;

/** A text in an event: complete, or only its length if it is left to be loaded. */
export interface Payload {
  field: string;
  text: string | null;
  length: number;
}

const NONE: Details = Object.freeze({});

/** The name of the member with the details, if the event has one. */
export function detailsName(event: HistoryEvent): string | undefined {
  for (const name in event) if (name.endsWith("EventDetails")) return name;
  return undefined;
}

/** What the event tells; empty if its type has no details. */
export function details(event: HistoryEvent): Details {
  const name = detailsName(event);
  const value = name === undefined ? undefined : event[name];
  return typeof value === "object" && value !== null ? (value as Details) : NONE;
}

/** A member of the details, if it is a string. */
export function textOf(event: HistoryEvent, field: string): string | undefined {
  const value = details(event)[field];
  return typeof value === "string" ? value : undefined;
}

/** A member of the details that holds JSON text, or only its length. */
export function payload(event: HistoryEvent, field: string): Payload | undefined {
  const name = detailsName(event);
  if (name === undefined) return undefined;
  const value = details(event)[field];
  if (typeof value === "string") return { field, text: value, length: value.length };
  const length = event.large?.[`/${name}/${field}`];
  return length === undefined ? undefined : { field, text: null, length };
}

const PAYLOADS = ["input", "output", "parameters", "error", "cause"];

/** The first of the texts that say what the event is about. */
export function mainPayload(event: HistoryEvent): Payload | undefined {
  for (const field of PAYLOADS) {
    const found = payload(event, field);
    if (found) return found;
  }
  return undefined;
}

/** Seconds since 1970. */
export function seconds(time: number | string | undefined | null): number {
  if (typeof time === "number") return time;
  if (typeof time !== "string") return NaN;
  const millis = Date.parse(time);
  return Number.isNaN(millis) ? Number(time) : millis / 1000;
}

/** `Task` of `TaskStateEntered`. */
export function enteredType(type: string): string | undefined {
  return type.endsWith("StateEntered") ? type.slice(0, -"StateEntered".length) : undefined;
}

/** Whether a work event reports a failure: `TaskFailed`, `LambdaFunctionTimedOut`, `ActivityScheduleFailed`. */
export function isWorkFailure(type: string): boolean {
  return type.endsWith("Failed") || type.endsWith("TimedOut");
}

/** How an event reads at a glance. */
export function tone(type: string): "good" | "bad" | "warn" | "plain" {
  if (type.endsWith("Failed") || type.endsWith("TimedOut")) return "bad";
  if (type.endsWith("Aborted") || type.endsWith("Redriven")) return "warn";
  return type.endsWith("Succeeded") ? "good" : "plain";
}
