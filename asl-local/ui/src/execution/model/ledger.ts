/** How visits, attempts and strands stand: what fails with them, what is aborted, what continues. */

import type { HistoryEvent } from "../history.ts";
import { emptyCounts, lastAttempt, type Attempt, type StateTotals, type Status, type Strand, type Visit } from "./parts.ts";

/** Why something failed, as far as the history tells. */
export interface Reason {
  error?: string;
  cause?: string;
}

export class Ledger {
  /** What each state did, by name. */
  readonly states = new Map<string, StateTotals>();

  /** An attempt at the work of a visit begins. */
  begin(visit: Visit, event: HistoryEvent, time: number): Attempt {
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
  supersede(attempt: Attempt, failed: Strand, on: Strand, event: number, reason: Reason, time: number): void {
    if (attempt.status === "running") {
      this.fail(failed, on, reason, time);
      this.abortInside(attempt, time);
      this.endAttempt(attempt, "failed", event, time);
    }
    if (reason.error !== undefined) attempt.error ??= reason.error;
    if (reason.cause !== undefined) attempt.cause ??= reason.cause;
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

  /** What runs on the strands from `from` outwards has failed, as far as `until`, which has not. */
  fail(from: Strand, until: Strand | null, reason: Reason, time: number): void {
    for (let on: Strand | undefined = from; on && on !== until; on = on.around?.strand) {
      const visit = on.current;
      if (visit && visit.status === "running") {
        const attempt = lastAttempt(visit);
        if (attempt) this.abortInside(attempt, time);
        if (attempt?.status === "running") this.endAttempt(attempt, "failed", attempt.last, time);
        this.failVisit(visit, reason, time);
      }
      if (on.status === "running") this.end(on, "failed", time);
    }
  }

  /** A visit has failed. What failed first is why. */
  failVisit(visit: Visit, reason: Reason, time: number): void {
    if (reason.error !== undefined) visit.error ??= reason.error;
    if (reason.cause !== undefined) visit.cause ??= reason.cause;
    this.settle(visit, "failed", time);
  }

  /** Everything that still runs on the strand was aborted. */
  abort(on: Strand, time: number): void {
    if (on.current?.status === "running") this.abortVisit(on.current, time);
    if (on.status === "running") this.end(on, "aborted", time);
  }

  /** A visit, and everything inside it, was aborted. */
  abortVisit(visit: Visit, time: number): void {
    const attempt = lastAttempt(visit);
    if (attempt) this.abortInside(attempt, time);
    if (attempt?.status === "running") this.endAttempt(attempt, "aborted", attempt.last, time);
    this.settle(visit, "aborted", time);
    if (visit.strand.kind === "branch") this.end(visit.strand, "aborted", time);
  }

  /** What still runs in an attempt was aborted. */
  abortInside(attempt: Attempt, time: number): void {
    for (const inner of attempt.strands) if (inner.status === "running") this.abort(inner, time);
  }

  /** An attempt has ended, or continues if the time is NaN. */
  endAttempt(attempt: Attempt, status: Status, event: number, time: number): void {
    attempt.status = status;
    attempt.end = time;
    attempt.last = Math.max(attempt.last, event);
  }

  /** A strand has ended, or continues if the time is NaN. */
  end(on: Strand, status: Status, time: number): void {
    on.status = status;
    on.end = time;
  }

  /** A visit has ended. */
  settle(visit: Visit, status: Status, time: number): void {
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
  revive(from: Strand): void {
    for (let on: Strand | undefined = from; on; on = on.around?.strand) {
      if (on.status !== "running") this.resume(on);
      const visit = on.current;
      if (!visit || visit.exited) continue;
      if (visit.status === "running") return;
      this.reopen(visit);
    }
  }

  /** Everything that did not end by itself continues. */
  redrive(on: Strand): void {
    this.resume(on);
    const visit = on.current;
    if (!visit || visit.exited) return;
    this.reopen(visit);
    for (const inner of lastAttempt(visit)?.strands ?? []) {
      if (inner.status === "failed" || inner.status === "aborted") this.redrive(inner);
    }
  }

  /** A visit continues. */
  reopen(visit: Visit): void {
    if (!visit.isSuperseded) {
      const totals = this.totalsOf(visit.name);
      totals.counts[visit.status] -= 1;
      totals.counts.running += 1;
    }
    visit.status = "running";
    visit.end = NaN;
    visit.abortedBy = 0;
    this.forget(visit);
    const attempt = lastAttempt(visit);
    if (attempt && attempt.strands.length > 0) this.endAttempt(attempt, "running", attempt.last, NaN);
  }

  /** A strand continues. */
  resume(on: Strand): void {
    this.end(on, "running", NaN);
  }

  /** A visit that continues or is left has no error of its own. */
  forget(visit: Visit): void {
    delete visit.error;
    delete visit.cause;
  }

  /** What a state did. */
  totalsOf(name: string): StateTotals {
    let totals = this.states.get(name);
    if (!totals) {
      totals = { name, visits: [], counts: emptyCounts(), superseded: 0, retries: 0, time: 0 };
      this.states.set(name, totals);
    }
    return totals;
  }
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
