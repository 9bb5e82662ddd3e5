/** From the events of an execution to the visits of its states, in linear time and as they arrive. */

import { details, enteredType, isWorkFailure, seconds, type Details, type HistoryEvent } from "./history.ts";
import { Aborts } from "./model/aborts.ts";
import { emptyCounts, lastAttempt, type Attempt, type StateTotals, type Status, type Strand, type Visit } from "./model/parts.ts";

export type ExecutionStatus = "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" | "TIMED_OUT";

const ENDS: Record<string, ExecutionStatus> = {
  ExecutionSucceeded: "SUCCEEDED",
  ExecutionFailed: "FAILED",
  ExecutionAborted: "ABORTED",
  ExecutionTimedOut: "TIMED_OUT",
};

/**
 * An execution as far as its events tell. An event names the one that led to it; following that link once finds the
 * strand it belongs to, so an event costs the same however long the history is.
 */
export class ExecutionModel {
  /** The events, by id. */
  readonly events: (HistoryEvent | undefined)[] = [];
  /** The strand of each event, and the visit it is about. */
  readonly strandOf: (Strand | undefined)[] = [];
  readonly visitOf: (Visit | undefined)[] = [];
  readonly states = new Map<string, StateTotals>();
  /** How often each transition was taken, by `transition`. */
  readonly transitions = new Map<string, number>();
  readonly root: Strand = strand("machine", 0, null, null, NaN, 1);
  status: ExecutionStatus = "RUNNING";
  redrives = 0;
  /** Times of the first and the last event. */
  start = NaN;
  last = NaN;
  /** The ids of the events, in the order in which they arrived. */
  readonly order: number[] = [];
  /** Visits, by the event that entered them. */
  visits = 0;
  /** Grows with every change. */
  version = 0;
  private readonly aborts = new Aborts();

  /** How many events there are. */
  get count(): number {
    return this.order.length;
  }

  add(events: readonly HistoryEvent[]): void {
    for (const event of events) this.follow(event);
    this.version += 1;
  }

  totals(name: string): StateTotals | undefined {
    return this.states.get(name);
  }

  event(id: number): HistoryEvent | undefined {
    return this.events[id];
  }

  private follow(event: HistoryEvent): void {
    const { id, type } = event;
    // A stream that was interrupted may repeat events.
    if (!Number.isSafeInteger(id) || id < 1 || this.events[id]) return;
    const time = seconds(event.timestamp);
    if (Number.isNaN(this.start)) {
      this.start = time;
      this.root.start = time;
    }
    if (!(time < this.last)) this.last = time;
    this.events[id] = event;
    this.order.push(id);
    const before = this.strandOf[event.previousEventId] ?? this.root;
    const place = this.place(event, type, before, details(event), time);
    this.strandOf[id] = place;
    const visit = this.visitOf[id];
    if (visit) visit.last = id;
  }

  /** Does what the event says, and returns its strand. */
  private place(event: HistoryEvent, type: string, before: Strand, told: Details, time: number): Strand {
    const entered = enteredType(type);
    if (entered) return this.enter(event, entered, before, told, time);
    if (type.endsWith("StateExited")) return this.exit(event, before, told, time);
    if (type.startsWith("MapIteration")) return this.iterate(event, type, before, told, time);
    if (type.endsWith("StateAborted")) return this.abortOne(event, type, before, time);
    switch (type) {
      case "ParallelStateStarted":
      case "MapStateStarted":
        return this.fanOut(event, type === "MapStateStarted" ? "Map" : "Parallel", before, told, time);
      case "ParallelStateSucceeded":
      case "ParallelStateFailed":
        return this.join(event, "Parallel", type.endsWith("Failed"), before, time);
      case "MapStateSucceeded":
      case "MapStateFailed":
        return this.join(event, "Map", type.endsWith("Failed"), before, time);
      case "ExecutionSucceeded":
      case "ExecutionFailed":
      case "ExecutionAborted":
      case "ExecutionTimedOut":
        return this.finish(type, before, told, time);
      case "ExecutionRedriven":
        this.status = "RUNNING";
        this.redrives += 1;
        this.redrive(this.root);
        return this.root;
      case "ExecutionStarted":
        return this.root;
      case "EvaluationFailed":
        return this.misjudge(event, before, told);
      default:
        return this.work(event, type, before, told, time);
    }
  }

  private enter(event: HistoryEvent, type: string, before: Strand, told: Details, time: number): Strand {
    let on = before;
    if (this.events[event.previousEventId]?.type === "ParallelStateStarted") {
      const around = this.visitOf[event.previousEventId] ?? null;
      const attempt = (around && lastAttempt(around)) ?? null;
      on = strand("branch", attempt?.strands.length ?? 0, around, attempt, time, event.id);
      attempt?.strands.push(on);
    }
    this.revive(on);
    // A Fail that is redriven is entered again.
    if (on.current?.status === "running") this.settle(on.current, "failed", time);
    const taken = transition(on.current, told.name);
    this.transitions.set(taken, (this.transitions.get(taken) ?? 0) + 1);
    const visit: Visit = {
      entered: event.id,
      exited: 0,
      last: event.id,
      name: typeof told.name === "string" ? told.name : "",
      type,
      strand: on,
      status: "running",
      start: time,
      end: NaN,
      attempts: [],
      abortedBy: 0,
      isSuperseded: on.isSuperseded,
    };
    on.visits.push(visit);
    on.current = visit;
    this.visits += 1;
    const totals = this.totalsOf(visit.name);
    totals.visits.push(visit);
    totals.counts.running += 1;
    this.visitOf[event.id] = visit;
    return on;
  }

  private exit(event: HistoryEvent, before: Strand, told: Details, time: number): Strand {
    const on = outward(before, (visit) => visit.name === told.name) ?? before;
    const visit = on.current;
    if (!visit) return on;
    this.visitOf[event.id] = visit;
    if (on.around) this.revive(on.around.strand);
    if (on.status !== "running") this.resume(on);
    visit.exited = event.id;
    const wasCaught = isWorkFailure(this.events[event.previousEventId]?.type ?? "");
    const attempt = lastAttempt(visit);
    if (attempt?.status === "running") this.endAttempt(attempt, "succeeded", event.id, time);
    if (!wasCaught) forget(visit);
    this.settle(visit, wasCaught ? "caught" : "succeeded", time);
    if (on.kind === "branch") this.end(on, "succeeded", time);
    return on;
  }

  private iterate(event: HistoryEvent, type: string, before: Strand, told: Details, time: number): Strand {
    const map = outward(before, (visit) => visit.type === "Map" && visit.name === told.name);
    const visit = map?.current;
    const attempt = visit && lastAttempt(visit);
    const index = typeof told.index === "number" ? told.index : -1;
    if (!map || !visit || !attempt) return before;
    this.visitOf[event.id] = visit;
    let on = this.iterations(attempt).get(index);
    if (type === "MapIterationStarted" || !on) {
      this.revive(map);
      on = strand("iteration", index, visit, attempt, time, event.id);
      attempt.strands.push(on);
      this.iterations(attempt).set(index, on);
      if (type === "MapIterationStarted") return on;
    }
    if (type === "MapIterationSucceeded") this.end(on, "succeeded", time);
    else if (type === "MapIterationFailed") this.fail(before, map, event.previousEventId, time);
    else this.abort(on, time);
    this.aborts.iteration = type === "MapIterationSucceeded" ? null : { strand: on, event: event.id };
    return on;
  }

  private readonly byIndex = new WeakMap<Attempt, Map<number, Strand>>();

  private iterations(attempt: Attempt): Map<number, Strand> {
    let map = this.byIndex.get(attempt);
    if (!map) {
      map = new Map();
      this.byIndex.set(attempt, map);
    }
    return map;
  }

  /** The iteration of an attempt with this index. */
  iteration(attempt: Attempt, index: number): Strand | undefined {
    return this.byIndex.get(attempt)?.get(index);
  }

  private fanOut(event: HistoryEvent, type: string, before: Strand, told: Details, time: number): Strand {
    const previous = this.visitOf[event.previousEventId];
    const fits = (visit: Visit) => visit.type === type && (visit.status === "running" || visit === previous);
    const on = outward(before, fits) ?? before;
    const visit = on.current;
    if (!visit) return on;
    const earlier = lastAttempt(visit);
    if (earlier) this.supersede(earlier, before, on, event.previousEventId, time);
    this.revive(on);
    const attempt = this.begin(visit, event, time);
    if (typeof told.length === "number") attempt.length = told.length;
    this.visitOf[event.id] = visit;
    return on;
  }

  private begin(visit: Visit, event: HistoryEvent, time: number): Attempt {
    const isRedrive = visit.attempts.length > 0 && event.previousEventId === visit.entered;
    const attempt: Attempt = {
      first: event.id,
      last: event.id,
      start: time,
      end: NaN,
      status: "running",
      isRedrive,
      strands: [],
      length: 0,
    };
    if (visit.attempts.length > 0) this.totalsOf(visit.name).retries += 1;
    visit.attempts.push(attempt);
    return attempt;
  }

  /** A Parallel or Map is repeated: what its last attempt did no longer decides how it looks. */
  private supersede(attempt: Attempt, failed: Strand, on: Strand, cause: number, time: number): void {
    if (attempt.status === "running") {
      this.fail(failed, on, cause, time);
      this.abortInside(attempt, time);
      this.endAttempt(attempt, "failed", cause, time);
    }
    const { error, cause: why } = this.failureOf(cause);
    if (error !== undefined) attempt.error ??= error;
    if (why !== undefined) attempt.cause ??= why;
    each(attempt, (inner) => {
      inner.isSuperseded = true;
      for (const visit of inner.visits) {
        if (visit.isSuperseded) continue;
        visit.isSuperseded = true;
        const totals = this.totalsOf(visit.name);
        totals.counts[visit.status] -= 1;
        totals.superseded += 1;
      }
    });
  }

  private join(event: HistoryEvent, type: string, hasFailed: boolean, before: Strand, time: number): Strand {
    const on = outward(before, (visit) => visit.type === type && visit.status === "running") ?? before;
    const visit = on.current;
    if (!visit) return on;
    this.visitOf[event.id] = visit;
    const attempt = lastAttempt(visit);
    if (hasFailed) {
      this.fail(before, on, event.previousEventId, time);
      if (attempt) this.abortInside(attempt, time);
      const { error, cause } = this.failureOf(event.previousEventId);
      this.failVisit(visit, error, cause, time);
      if (attempt) Object.assign(attempt, { error, cause });
    }
    if (attempt) this.endAttempt(attempt, hasFailed ? "failed" : "succeeded", event.id, time);
    return on;
  }

  private work(event: HistoryEvent, type: string, on: Strand, told: Details, time: number): Strand {
    const visit = on.current;
    if (!visit) return on;
    this.visitOf[event.id] = visit;
    this.revive(on);
    if (type.endsWith("Scheduled")) {
      this.begin(visit, event, time);
      return on;
    }
    const attempt = lastAttempt(visit) ?? this.begin(visit, event, time);
    attempt.last = event.id;
    if (type === "MapRunStarted" || type === "MapRunRedriven") {
      if (typeof told.mapRunArn === "string") attempt.mapRunArn = told.mapRunArn;
    } else if (isWorkFailure(type)) {
      if (typeof told.error === "string") attempt.error = told.error;
      if (typeof told.cause === "string") attempt.cause = told.cause;
      this.endAttempt(attempt, "failed", event.id, time);
    } else if (type.endsWith("Succeeded")) {
      this.endAttempt(attempt, "succeeded", event.id, time);
    } else if (type === "MapRunAborted") {
      this.endAttempt(attempt, "aborted", event.id, time);
    }
    return on;
  }

  /** An expression of a state failed. The event follows the one before the state. */
  private misjudge(event: HistoryEvent, before: Strand, told: Details): Strand {
    let on = before;
    const previous = this.visitOf[event.previousEventId];
    if (this.events[event.previousEventId]?.type === "ParallelStateStarted" && previous) {
      const strands = lastAttempt(previous)?.strands ?? [];
      on = strands.find((branch) => branch.current?.name === told.state) ?? before;
    }
    const visit = on.current;
    if (visit) {
      this.visitOf[event.id] = visit;
      if (typeof told.error === "string") visit.error = told.error;
      if (typeof told.cause === "string") visit.cause = told.cause;
    }
    return on;
  }

  private abortOne(event: HistoryEvent, type: string, before: Strand, time: number): Strand {
    const visit = this.aborts.next(type.slice(0, -"StateAborted".length), event, before, this.visitOf[event.previousEventId]);
    if (!visit) return before;
    visit.abortedBy = event.id;
    this.visitOf[event.id] = visit;
    if (visit.status === "running" && visit !== this.visitOf[event.previousEventId]) {
      this.abortVisit(visit, time);
    }
    return visit.strand;
  }

  private finish(type: string, before: Strand, told: Details, time: number): Strand {
    this.status = ENDS[type] ?? "FAILED";
    if (type === "ExecutionFailed") {
      const { error, cause } = told;
      const innermost = before.current;
      if (innermost && innermost.status === "running" && !innermost.error) {
        if (typeof error === "string") innermost.error = error;
        if (typeof cause === "string") innermost.cause = cause;
      }
      this.fail(before, null, 0, time);
    }
    const status = type === "ExecutionSucceeded" ? "succeeded" : type === "ExecutionFailed" ? "failed" : "aborted";
    this.abort(this.root, time);
    this.end(this.root, status, time);
    return this.root;
  }

  /** The error of a failure, from the event that reports it. */
  private failureOf(id: number): { error?: string; cause?: string } {
    const event = this.events[id];
    const told = event ? details(event) : {};
    const visit = this.visitOf[id];
    const error = typeof told.error === "string" ? told.error : visit?.error;
    const cause = typeof told.cause === "string" ? told.cause : visit?.cause;
    return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }

  /** What runs on the strands from `from` outwards has failed, as far as `until`, which has not. */
  private fail(from: Strand, until: Strand | null, event: number, time: number): void {
    const { error, cause } = this.failureOf(event);
    for (let on: Strand | undefined = from; on && on !== until; on = on.around?.strand) {
      const visit = on.current;
      if (visit && visit.status === "running") {
        const attempt = lastAttempt(visit);
        if (attempt) this.abortInside(attempt, time);
        if (attempt?.status === "running") this.endAttempt(attempt, "failed", attempt.last, time);
        this.failVisit(visit, error, cause, time);
      }
      if (on.status === "running") this.end(on, "failed", time);
    }
  }

  private failVisit(visit: Visit, error: string | undefined, cause: string | undefined, time: number): void {
    if (visit.error === undefined && error !== undefined) visit.error = error;
    if (visit.cause === undefined && cause !== undefined) visit.cause = cause;
    this.settle(visit, "failed", time);
  }

  /** Everything that still runs on the strand was aborted. */
  private abort(on: Strand, time: number): void {
    if (on.current?.status === "running") this.abortVisit(on.current, time);
    if (on.status === "running") this.end(on, "aborted", time);
  }

  private abortVisit(visit: Visit, time: number): void {
    const attempt = lastAttempt(visit);
    if (attempt) this.abortInside(attempt, time);
    if (attempt?.status === "running") this.endAttempt(attempt, "aborted", attempt.last, time);
    this.settle(visit, "aborted", time);
    if (visit.strand.kind === "branch") this.end(visit.strand, "aborted", time);
  }

  private abortInside(attempt: Attempt, time: number): void {
    for (const inner of attempt.strands) if (inner.status === "running") this.abort(inner, time);
  }

  private endAttempt(attempt: Attempt, status: Status, event: number, time: number): void {
    attempt.status = status;
    attempt.end = time;
    attempt.last = Math.max(attempt.last, event);
  }

  private end(on: Strand, status: Status, time: number): void {
    on.status = status;
    on.end = time;
  }

  private settle(visit: Visit, status: Status, time: number): void {
    const totals = this.totalsOf(visit.name);
    if (!visit.isSuperseded) {
      totals.counts[visit.status] -= 1;
      totals.counts[status] += 1;
    }
    if (visit.exited) totals.time += Math.max(0, time - visit.start);
    visit.status = status;
    visit.end = time;
  }

  /** A strand continues, after a redrive or with the next state of a branch, and what is around it does too. */
  private revive(from: Strand): void {
    for (let on: Strand | undefined = from; on; on = on.around?.strand) {
      if (on.status !== "running") this.resume(on);
      const visit = on.current;
      if (!visit || visit.exited) continue;
      if (visit.status === "running") return;
      this.reopen(visit);
    }
  }

  /** Everything that did not end by itself continues. */
  private redrive(on: Strand): void {
    this.resume(on);
    const visit = on.current;
    if (!visit || visit.exited) return;
    this.reopen(visit);
    for (const inner of lastAttempt(visit)?.strands ?? []) {
      if (inner.status === "failed" || inner.status === "aborted") this.redrive(inner);
    }
  }

  private reopen(visit: Visit): void {
    if (!visit.isSuperseded) {
      const totals = this.totalsOf(visit.name);
      totals.counts[visit.status] -= 1;
      totals.counts.running += 1;
    }
    visit.status = "running";
    visit.end = NaN;
    visit.abortedBy = 0;
    forget(visit);
    const attempt = lastAttempt(visit);
    if (attempt && attempt.strands.length > 0) this.endAttempt(attempt, "running", attempt.last, NaN);
  }

  private resume(on: Strand): void {
    this.end(on, "running", NaN);
  }

  private totalsOf(name: string): StateTotals {
    let totals = this.states.get(name);
    if (!totals) {
      totals = { name, visits: [], counts: emptyCounts(), superseded: 0, retries: 0, time: 0 };
      this.states.set(name, totals);
    }
    return totals;
  }
}

/** A transition into a state, from another or from the start, by a catcher or not. */
export function transition(from: { name: string; status: Status } | null, to: unknown): string {
  const by = from === null ? "start" : from.status === "caught" ? "catch" : "next";
  return JSON.stringify([by, from?.name ?? "", to]);
}

function strand(
  kind: Strand["kind"],
  index: number,
  around: Visit | null,
  attempt: Attempt | null,
  start: number,
  first: number,
): Strand {
  const depth = around ? around.strand.depth + 1 : 0;
  const isSuperseded = around?.isSuperseded ?? false;
  return { kind, index, around, attempt, depth, status: "running", start, end: NaN, first, visits: [], current: null, isSuperseded };
}

/** The innermost strand from `from` outwards whose state fits. */
function outward(from: Strand, fits: (visit: Visit) => boolean): Strand | undefined {
  for (let on: Strand | undefined = from; on; on = on.around?.strand) {
    if (on.current && fits(on.current)) return on;
  }
  return undefined;
}

/** A visit that continues has no error of its own yet. */
function forget(visit: Visit): void {
  delete visit.error;
  delete visit.cause;
}

/** Every strand of an attempt, with those inside. */
function each(attempt: Attempt, visit: (strand: Strand) => void): void {
  const open = [...attempt.strands];
  for (let next = open.pop(); next; next = open.pop()) {
    visit(next);
    for (const state of next.visits) {
      for (const inner of state.attempts) for (const strand of inner.strands) open.push(strand);
    }
  }
}
