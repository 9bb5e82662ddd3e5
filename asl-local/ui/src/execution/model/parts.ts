/** What an execution consists of: strands, the visits of states on them, and the attempts at their work. */

export type Status = "running" | "succeeded" | "caught" | "failed" | "aborted";

/** One attempt at the work of a state: a call of a service, or the branches or iterations of a state that fans out. */
export interface Attempt {
  /** The event that begins it, `TaskScheduled` or `MapStateStarted`. */
  first: number;
  last: number;
  start: number;
  end: number;
  status: Status;
  error?: string;
  cause?: string;
  /** Whether a redrive began it, instead of a retrier. */
  isRedrive: boolean;
  /** Of a Parallel or Map: its branches or iterations in the order in which they began. */
  strands: Strand[];
  /** Of a Map: how many iterations the attempt has; 0 if not known. */
  length: number;
  mapRunArn?: string;
}

/** One visit of a state, from entry to exit. */
export interface Visit {
  /** The event that entered it. */
  entered: number;
  /** The event that left it, or 0. */
  exited: number;
  /** The last event that belongs to it. */
  last: number;
  name: string;
  type: string;
  strand: Strand;
  status: Status;
  start: number;
  /** NaN while it runs. */
  end: number;
  attempts: Attempt[];
  error?: string;
  cause?: string;
  /** The event that tells that it was aborted, or 0. */
  abortedBy: number;
  /** Whether it belongs to an attempt of a Parallel or Map that was repeated. */
  isSuperseded: boolean;
}

/** States that run one after the other: the machine itself, a branch or an iteration. */
export interface Strand {
  kind: "machine" | "branch" | "iteration";
  /** The number of the branch or item. */
  index: number;
  /** The state around it. */
  around: Visit | null;
  attempt: Attempt | null;
  depth: number;
  status: Status;
  start: number;
  end: number;
  /** The event that begins it: `MapIterationStarted`, or the first entry of a branch. */
  first: number;
  visits: Visit[];
  current: Visit | null;
  isSuperseded: boolean;
}

/** What the visits of one state amount to. */
export interface StateTotals {
  name: string;
  visits: Visit[];
  counts: Record<Status, number>;
  /** Visits in attempts that were repeated. */
  superseded: number;
  /** Repetitions of its work. */
  retries: number;
  /** Seconds from entry to exit, of visits that were left. */
  time: number;
}

export function emptyCounts(): Record<Status, number> {
  return { running: 0, succeeded: 0, caught: 0, failed: 0, aborted: 0 };
}

/** From the worst. */
const WORST: Status[] = ["failed", "running", "aborted", "caught", "succeeded"];

/** The worst status that occurs, as the graph shows it. */
export function worst(counts: Record<Status, number>): Status | undefined {
  return WORST.find((status) => counts[status] > 0);
}

/** Whether the strand is `outer` or lies inside it. */
export function isWithin(strand: Strand | null | undefined, outer: Strand): boolean {
  let at: Strand | null | undefined = strand;
  while (at) {
    if (at === outer) return true;
    if (at.depth <= outer.depth) return false;
    at = at.around?.strand;
  }
  return false;
}

/** The iterations and branches around a strand, from the outermost. */
export function trail(strand: Strand): Strand[] {
  const found: Strand[] = [];
  for (let at: Strand | undefined = strand; at?.around; at = at.around.strand) found.push(at);
  return found.reverse();
}

/** The attempt of a state that fans out which counts: its last one. */
export function lastAttempt(visit: Visit): Attempt | undefined {
  return visit.attempts[visit.attempts.length - 1];
}

/** A strand that begins. */
export function newStrand(
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

/** A transition into a state, from another or from the start, by a catcher or not. */
export function transition(from: { name: string; status: Status } | null, to: unknown): string {
  const by = from === null ? "start" : from.status === "caught" ? "catch" : "next";
  return JSON.stringify([by, from?.name ?? "", to]);
}

