/** The rows of the timeline: visits, nested in the branches and iterations they belong to. */

import type { Attempt, Status, Strand, Visit } from "./model/parts.ts";

export type Part = Visit | Strand;

export interface TimelineRow {
  part: Part;
  level: number;
  canOpen: boolean;
  isOpen: boolean;
}

/** A Map with more iterations shows them folded. */
const FEW = 8;

export function isVisit(part: Part): part is Visit {
  return "entered" in part;
}

/** The visible rows of a strand. `opened` holds what the reader opened or folded. */
export function timelineRows(from: Strand, opened: ReadonlyMap<Part, boolean>): TimelineRow[] {
  const rows: TimelineRow[] = [];
  const addStrand = (strand: Strand, level: number) => {
    for (const visit of strand.visits) addVisit(visit, level);
  };
  const addVisit = (visit: Visit, level: number) => {
    const strands = visit.attempts.flatMap((attempt) => attempt.strands);
    const canOpen = strands.length > 0;
    const isOpen = canOpen && (opened.get(visit) ?? true);
    rows.push({ part: visit, level, canOpen, isOpen });
    if (!isOpen) return;
    for (const strand of strands) {
      const isStrandOpen = opened.get(strand) ?? (strands.length <= FEW && !strand.isSuperseded);
      rows.push({ part: strand, level: level + 1, canOpen: strand.visits.length > 0, isOpen: isStrandOpen && strand.visits.length > 0 });
      if (isStrandOpen) addStrand(strand, level + 2);
    }
  };
  addStrand(from, 0);
  return rows;
}

export interface Bar {
  from: number;
  to: number;
  look: Status | "wait" | "delay" | "around";
  /** Whether what happened is in the rows below. */
  isOuter?: boolean;
  isStrand?: boolean;
  title: string;
}

/** More attempts are drawn as one bar: they would be narrower than a pixel. */
const MOST_BARS = 200;

/** What is drawn in a row, in seconds. */
export function barsOf(part: Part, now: number): Bar[] {
  const end = Number.isNaN(part.end) ? now : part.end;
  if (!isVisit(part)) {
    const look = part.status === "failed" || part.status === "running" ? part.status : "around";
    return [{ from: part.start, to: end, look, title: part.status, isStrand: true }];
  }
  const hasStrands = part.attempts.some((attempt) => attempt.strands.length > 0);
  if (part.type === "Wait") return [{ from: part.start, to: end, look: part.status === "running" || part.status === "succeeded" ? "wait" : part.status, title: "waits" }];
  if (hasStrands || part.attempts.length === 0 || part.attempts.length > MOST_BARS) {
    return [{ from: part.start, to: end, look: part.status, title: part.status, isOuter: hasStrands }];
  }
  const bars: Bar[] = [];
  let before: Attempt | undefined;
  for (const [index, attempt] of part.attempts.entries()) {
    if (before && attempt.start > before.end) bars.push({ from: before.end, to: attempt.start, look: "delay", title: attempt.isRedrive ? "until the redrive" : "delay before the retry" });
    const name = part.attempts.length > 1 ? `attempt ${index + 1}, ${attempt.status}` : attempt.status;
    const title = attempt.error === undefined ? name : `${name}: ${attempt.error}`;
    bars.push({ from: attempt.start, to: Number.isNaN(attempt.end) ? end : attempt.end, look: attempt.status, title });
    before = attempt;
  }
  const last = before?.end ?? end;
  if (part.status === "running" && before && !Number.isNaN(last) && end > last) bars.push({ from: last, to: end, look: "delay", title: "delay before the retry" });
  return bars;
}
