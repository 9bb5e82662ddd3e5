/** What happened within one iteration or branch. */

import { emptyCounts, trail, transition, type StateTotals, type Strand, type Visit } from "./model/parts.ts";

export type Totals = ReadonlyMap<string, StateTotals>;

/** What each state did on a strand and inside it, and the visits around it. */
export function scopeTotals(scope: Strand): Map<string, StateTotals> {
  const found = new Map<string, StateTotals>();
  const add = (visit: Visit) => {
    let totals = found.get(visit.name);
    if (!totals) {
      totals = { name: visit.name, visits: [], counts: emptyCounts(), superseded: 0, retries: 0, time: 0 };
      found.set(visit.name, totals);
    }
    totals.visits.push(visit);
    if (visit.isSuperseded && !scope.isSuperseded) totals.superseded += 1;
    else totals.counts[visit.status] += 1;
    totals.retries += Math.max(0, visit.attempts.length - 1);
    if (visit.exited) totals.time += Math.max(0, visit.end - visit.start);
  };
  for (const strand of trail(scope)) if (strand.around) add(strand.around);
  const open = [scope];
  for (let strand = open.pop(); strand; strand = open.pop()) {
    for (const visit of strand.visits) {
      add(visit);
      for (const attempt of visit.attempts) for (const inner of attempt.strands) open.push(inner);
    }
  }
  for (const totals of found.values()) totals.visits.sort((one, other) => one.entered - other.entered);
  return found;
}

/** How often each transition was taken on a strand and inside it. */
export function scopeTransitions(scope: Strand): Map<string, number> {
  const taken = new Map<string, number>();
  const open = [scope];
  for (let strand = open.pop(); strand; strand = open.pop()) {
    let before = null;
    for (const visit of strand.visits) {
      const key = transition(before, visit.name);
      taken.set(key, (taken.get(key) ?? 0) + 1);
      before = visit;
      for (const attempt of visit.attempts) for (const inner of attempt.strands) open.push(inner);
    }
  }
  return taken;
}
