/** Which events the table shows. */

import { details, type HistoryEvent } from "./history.ts";
import type { ExecutionModel } from "./model.ts";
import { isWithin, type Strand } from "./model/parts.ts";

export const KINDS = {
  all: "All events",
  states: "States",
  work: "Tasks",
  flow: "Parallel and Map",
  failures: "Failures",
  execution: "Execution",
} as const;

export type Kind = keyof typeof KINDS;

export interface Filter {
  kind: Kind;
  text: string;
  state: string | undefined;
  scope: Strand | undefined;
}

const FLOW = /^(Parallel|Map)/;
const STATE = /State(Entered|Exited)$/;
const FAILURE = /(Failed|TimedOut|Aborted)$/;

function isOfKind(type: string, kind: Kind): boolean {
  switch (kind) {
    case "all":
      return true;
    case "states":
      return STATE.test(type);
    case "work":
      return /^(Task|Lambda|Activity)/.test(type) && !STATE.test(type);
    case "flow":
      return FLOW.test(type) && !STATE.test(type);
    case "failures":
      return FAILURE.test(type);
    case "execution":
      return type.startsWith("Execution");
  }
}

/** Finds events in steps, and continues when there are more. */
export class EventSearch {
  readonly ids: number[] = [];
  private at = 0;
  private readonly pattern: RegExp | undefined;

  constructor(
    private readonly model: ExecutionModel,
    private readonly filter: Filter,
  ) {
    const text = filter.text.trim();
    if (text !== "") this.pattern = new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "iu");
  }

  get isDone(): boolean {
    return this.at >= this.model.order.length;
  }

  /** Looks at a few events; returns whether there are more. */
  step(): boolean {
    const { order } = this.model;
    const until = Math.min(order.length, this.at + 200);
    for (; this.at < until; this.at++) {
      const id = order[this.at] ?? 0;
      const event = this.model.event(id);
      if (event && this.fits(event)) this.ids.push(id);
    }
    return !this.isDone;
  }

  private fits(event: HistoryEvent): boolean {
    const { kind, state, scope } = this.filter;
    if (!isOfKind(event.type, kind)) return false;
    const visit = this.model.visitOf[event.id];
    if (state !== undefined && visit?.name !== state) return false;
    if (scope && !isWithin(this.model.strandOf[event.id], scope)) return false;
    const { pattern } = this;
    if (!pattern) return true;
    return pattern.test(event.type) || String(event.id) === this.filter.text.trim() || pattern.test(visit?.name ?? "") || this.isInDetails(event, pattern);
  }

  private isInDetails(event: HistoryEvent, pattern: RegExp): boolean {
    const told = details(event);
    for (const name in told) {
      const value = told[name];
      if (typeof value === "string" ? pattern.test(value) : name === "assignedVariables" && pattern.test(JSON.stringify(value))) return true;
    }
    return false;
  }
}

/** Whether a filter lets every event pass. */
export function isOpen(filter: Filter): boolean {
  return filter.kind === "all" && filter.text.trim() === "" && filter.state === undefined && filter.scope === undefined;
}
