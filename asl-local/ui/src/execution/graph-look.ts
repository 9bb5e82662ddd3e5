/** How states and transitions look in the graph, given what an execution did. */

import { lastAttempt, worst, type StateTotals, type Status } from "./model/parts.ts";
import type { LayoutEdge, LayoutNode } from "./source.ts";
import { shortDuration } from "./time.ts";

export interface NodeLook {
  status: Status | undefined;
  /** Counts and durations in a line: `3× · 1 retry · 1.2 s`. */
  summary: string;
}

const NOTHING: NodeLook = { status: undefined, summary: "" };

export function lookOf(totals: StateTotals | undefined): NodeLook {
  if (!totals || totals.visits.length === 0) return NOTHING;
  const status = worst(totals.counts) ?? "failed";
  const parts: string[] = [];
  if (totals.visits.length > 1) parts.push(`${totals.visits.length.toLocaleString("en")}×`);
  const map = totals.visits.length === 1 ? totals.visits[0] : undefined;
  const items = map?.type === "Map" ? itemsOf(lastAttempt(map)) : "";
  if (items) parts.push(items);
  if (totals.counts.failed > 0 && totals.visits.length > 1) parts.push(`${totals.counts.failed.toLocaleString("en")} failed`);
  if (totals.retries > 0) parts.push(totals.retries === 1 ? "1 retry" : `${totals.retries.toLocaleString("en")} retries`);
  if (totals.time > 0) parts.push(shortDuration(totals.time));
  return { status, summary: parts.join(" · ") };
}

function itemsOf(attempt: ReturnType<typeof lastAttempt>): string {
  if (!attempt || attempt.length === 0) return "";
  const done = attempt.strands.filter((strand) => strand.status === "succeeded").length;
  const all = attempt.length.toLocaleString("en");
  return done === attempt.length || attempt.mapRunArn ? `${all} items` : `${done.toLocaleString("en")}/${all} items`;
}

/** The keys under which a transition may have been counted. */
export function wasTaken(edge: LayoutEdge, taken: ReadonlyMap<string, number>, ended: (state: string) => boolean): boolean {
  if (edge.to === undefined) return edge.from !== undefined && ended(edge.from);
  const by = edge.from === undefined ? "start" : edge.kind === "catch" ? "catch" : "next";
  return taken.has(JSON.stringify([by, edge.from ?? "", edge.to]));
}

/** A smooth curve along the points: it passes halfway between them, and bends at them. */
export function curve(points: readonly [number, number][]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${first[0]} ${first[1]}`;
  for (let at = 0; at < rest.length; at++) {
    const point = rest[at];
    const next = rest[at + 1];
    if (!point) break;
    if (!next) path += `L${point[0]} ${point[1]}`;
    else if (at + 2 < rest.length) {
      path += `Q${point[0]} ${point[1]} ${(point[0] + next[0]) / 2} ${(point[1] + next[1]) / 2}`;
    } else {
      path += `Q${point[0]} ${point[1]} ${next[0]} ${next[1]}`;
      break;
    }
  }
  return path;
}

/** A place on an edge before its label, which is in the middle. */
export function nearStart(points: readonly [number, number][]): [number, number] {
  const [[x, y] = [0, 0], [nextX, nextY] = [x, y]] = points;
  const part = points.length > 2 ? 0.5 : 0.2;
  return [x + (nextX - x) * part, y + (nextY - y) * part];
}

/** The node to go to from another with an arrow key: near, and roughly in that direction. */
export function neighbour(nodes: readonly LayoutNode[], from: LayoutNode, key: string): LayoutNode | undefined {
  const right = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  const down = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0;
  const centre = (node: LayoutNode) => [node.x + node.width / 2, node.y + Math.min(node.height, 60) / 2] as const;
  const [x, y] = centre(from);
  let best: LayoutNode | undefined;
  let least = Infinity;
  for (const node of nodes) {
    if (node === from || node.name === undefined) continue;
    const [otherX, otherY] = centre(node);
    const along = (otherX - x) * right + (otherY - y) * down;
    const across = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
    if (along < 4) continue;
    const cost = along + across * 2;
    if (cost < least) {
      least = cost;
      best = node;
    }
  }
  return best;
}

export function isInside(node: LayoutNode, outer: LayoutNode): boolean {
  return (
    node !== outer &&
    node.x >= outer.x &&
    node.y >= outer.y &&
    node.x + node.width <= outer.x + outer.width &&
    node.y + node.height <= outer.y + outer.height
  );
}
