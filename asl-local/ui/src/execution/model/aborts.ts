/** Which state an event like `TaskStateAborted` is about: it only names the failure that aborted the state. */

import type { HistoryEvent } from "../history.ts";
import { lastAttempt, type Strand, type Visit } from "./parts.ts";

export class Aborts {
  /** The iteration that the last event declared failed or aborted: its states follow. */
  iteration: { strand: Strand; event: number } | null = null;
  private failure = -1;
  /** The strand whose siblings are looked at next. */
  private level: Strand | null = null;
  private readonly waiting = new Map<string, Visit[]>();

  /** The visit of a state of this type that an event aborts. */
  next(type: string, event: HistoryEvent, from: Strand, failed: Visit | undefined): Visit | undefined {
    // Recorded: the state that failed is reported first.
    if (failed && failed.type === type && failed.abortedBy === 0) return failed;
    if (this.iteration?.event === event.id - 1) {
      const inside: Visit[] = [];
      collect(this.iteration.strand, inside);
      const found = inside.find((visit) => visit.type === type);
      if (found) return found;
    }
    if (this.failure !== event.previousEventId) {
      this.failure = event.previousEventId;
      this.level = from;
      this.waiting.clear();
    }
    for (;;) {
      const list = this.waiting.get(type);
      for (let found = list?.pop(); found; found = list?.pop()) if (found.abortedBy === 0) return found;
      if (!this.level) return undefined;
      this.widen(this.level);
    }
  }

  /** Adds the unfinished states of the next Parallel or Map outwards. */
  private widen(from: Strand): void {
    const found: Visit[] = [];
    for (const strand of from.attempt?.strands ?? []) collect(strand, found);
    this.level = from.around?.strand ?? null;
    // They are taken from the end.
    for (const visit of found.reverse()) {
      const list = this.waiting.get(visit.type);
      if (list) list.push(visit);
      else this.waiting.set(visit.type, [visit]);
    }
  }
}

/** The unfinished states of a strand, from the outermost. */
function collect(strand: Strand, into: Visit[]): void {
  const visit = strand.current;
  if (!visit || visit.exited !== 0) return;
  if (visit.abortedBy === 0) into.push(visit);
  for (const inner of lastAttempt(visit)?.strands ?? []) collect(inner, into);
}
