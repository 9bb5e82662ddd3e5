/** From the events of an execution to the visits of its states, in linear time and as they arrive. */

import { details, enteredType, isWorkFailure, seconds, type Details, type HistoryEvent } from "./history.ts";
import { Aborts } from "./model/aborts.ts";
import { Ledger, type Reason } from "./model/ledger.ts";
import { lastAttempt, newStrand, transition, type Attempt, type StateTotals, type Strand, type Visit } from "./model/parts.ts";

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
  /** How often each transition was taken, by `transition`. */
  readonly transitions = new Map<string, number>();
  readonly root: Strand = newStrand("machine", 0, null, null, NaN, 1);
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
  private readonly ledger = new Ledger();

  /** What each state did, by name. */
  get states(): ReadonlyMap<string, StateTotals> {
    return this.ledger.states;
  }

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
        this.ledger.redrive(this.root);
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
      on = newStrand("branch", attempt?.strands.length ?? 0, around, attempt, time, event.id);
      attempt?.strands.push(on);
    }
    this.ledger.revive(on);
    // A Fail that is redriven is entered again.
    if (on.current?.status === "running") this.ledger.settle(on.current, "failed", time);
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
    const totals = this.ledger.totalsOf(visit.name);
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
    if (on.around) this.ledger.revive(on.around.strand);
    if (on.status !== "running") this.ledger.resume(on);
    visit.exited = event.id;
    const wasCaught = isWorkFailure(this.events[event.previousEventId]?.type ?? "");
    const attempt = lastAttempt(visit);
    if (attempt?.status === "running") this.ledger.endAttempt(attempt, "succeeded", event.id, time);
    if (!wasCaught) this.ledger.forget(visit);
    this.ledger.settle(visit, wasCaught ? "caught" : "succeeded", time);
    if (on.kind === "branch") this.ledger.end(on, "succeeded", time);
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
      this.ledger.revive(map);
      on = newStrand("iteration", index, visit, attempt, time, event.id);
      attempt.strands.push(on);
      this.iterations(attempt).set(index, on);
      if (type === "MapIterationStarted") return on;
    }
    if (type === "MapIterationSucceeded") this.ledger.end(on, "succeeded", time);
    else if (type === "MapIterationFailed") this.ledger.fail(before, map, this.failureOf(event.previousEventId), time);
    else this.ledger.abort(on, time);
    this.aborts.iteration = type === "MapIterationSucceeded" ? null : { strand: on, event: event.id };
    return on;
  }

  /** Iterations by their item. */
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
    if (earlier) this.ledger.supersede(earlier, before, on, event.previousEventId, this.failureOf(event.previousEventId), time);
    this.ledger.revive(on);
    const attempt = this.ledger.begin(visit, event, time);
    if (typeof told.length === "number") attempt.length = told.length;
    this.visitOf[event.id] = visit;
    return on;
  }

  private join(event: HistoryEvent, type: string, hasFailed: boolean, before: Strand, time: number): Strand {
    const on = outward(before, (visit) => visit.type === type && visit.status === "running") ?? before;
    const visit = on.current;
    if (!visit) return on;
    this.visitOf[event.id] = visit;
    const attempt = lastAttempt(visit);
    if (hasFailed) {
      const reason = this.failureOf(event.previousEventId);
      this.ledger.fail(before, on, reason, time);
      if (attempt) this.ledger.abortInside(attempt, time);
      this.ledger.failVisit(visit, reason, time);
      if (attempt) Object.assign(attempt, reason);
    }
    if (attempt) this.ledger.endAttempt(attempt, hasFailed ? "failed" : "succeeded", event.id, time);
    return on;
  }

  private work(event: HistoryEvent, type: string, on: Strand, told: Details, time: number): Strand {
    const visit = on.current;
    if (!visit) return on;
    this.visitOf[event.id] = visit;
    this.ledger.revive(on);
    if (type.endsWith("Scheduled")) {
      this.ledger.begin(visit, event, time);
      return on;
    }
    const attempt = lastAttempt(visit) ?? this.ledger.begin(visit, event, time);
    attempt.last = event.id;
    if (type === "MapRunStarted" || type === "MapRunRedriven") {
      if (typeof told.mapRunArn === "string") attempt.mapRunArn = told.mapRunArn;
    } else if (isWorkFailure(type)) {
      if (typeof told.error === "string") attempt.error = told.error;
      if (typeof told.cause === "string") attempt.cause = told.cause;
      this.ledger.endAttempt(attempt, "failed", event.id, time);
    } else if (type.endsWith("Succeeded")) {
      this.ledger.endAttempt(attempt, "succeeded", event.id, time);
    } else if (type === "MapRunAborted") {
      this.ledger.endAttempt(attempt, "aborted", event.id, time);
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
      this.ledger.abortVisit(visit, time);
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
      this.ledger.fail(before, null, {}, time);
    }
    const status = type === "ExecutionSucceeded" ? "succeeded" : type === "ExecutionFailed" ? "failed" : "aborted";
    this.ledger.abort(this.root, time);
    this.ledger.end(this.root, status, time);
    return this.root;
  }

  /** The error of a failure, from the event that reports it. */
  private failureOf(id: number): Reason {
    const event = this.events[id];
    const told = event ? details(event) : {};
    const visit = this.visitOf[id];
    const error = typeof told.error === "string" ? told.error : visit?.error;
    const cause = typeof told.cause === "string" ? told.cause : visit?.cause;
    return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
  }
}

/** The innermost strand from `from` outwards whose state fits. */
function outward(from: Strand, fits: (visit: Visit) => boolean): Strand | undefined {
  for (let on: Strand | undefined = from; on; on = on.around?.strand) {
    if (on.current && fits(on.current)) return on;
  }
  return undefined;
}
