/** Where the execution view takes its data from: a running server, or a report. */

import type { HistoryEvent } from "./history.ts";

/** An execution as `DescribeExecution` returns it. */
export interface DescribeExecution {
  executionArn: string;
  name: string;
  stateMachineArn: string;
  status: string;
  startDate: number | string;
  stopDate?: number | string;
  input?: string;
  output?: string;
  error?: string;
  cause?: string;
  redriveCount?: number;
  redriveStatus?: string;
  redriveStatusReason?: string;
  mapRunArn?: string;
}

/** What is known of an execution besides its events. */
export interface Head {
  execution: DescribeExecution;
  machine: { name: string; arn: string; type: string; definition: string };
  layout: Layout | null;
  /** Whether the data between the filters of each state was kept. */
  stages: boolean;
  eventCount: number;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Positions of states and transitions, as asl-graph computes them. */
export interface Layout {
  width: number;
  height: number;
  nodes: LayoutNode[];
  edges: LayoutEdge[];
}

export interface LayoutNode extends Box {
  shape: "start" | "end" | "branch" | "state" | "container";
  name?: string;
  type?: string;
  detail?: string;
  lines?: string[];
}

export interface LayoutEdge {
  kind: "next" | "choice" | "catch";
  from?: string;
  to?: string;
  points: [number, number][];
  label?: Box & { text: string; lines: string[] };
}

/** What the filters of a state made of its data in one attempt. A member is absent if there is no such filter. */
export interface Stage {
  attempt?: number;
  error?: string;
  cause?: string;
  /** The index of the catcher that was taken. */
  catch?: number;
  /** The index of the retrier that repeated the attempt. */
  retry?: number;
  variables?: Record<string, unknown>;
  assigned?: Record<string, unknown>;
  [member: string]: unknown;
}

/** A child execution of a distributed Map. */
export interface Child {
  executionArn: string;
  name: string;
  status: string;
  startDate?: number | string;
  stopDate?: number | string;
}

/** How far a distributed Map is. */
export interface MapRun {
  mapRunArn: string;
  status: string;
  counts: Record<string, number>;
  children: Child[];
}

export interface Actions {
  stop(): Promise<void>;
  rerun(input: string): void;
  redrive?(): Promise<void>;
  openExecution(arn: string): void;
}

export interface ExecutionSource {
  head(): Promise<Head>;
  /** Delivers what happened and what happens; returns a function that ends this. */
  events(onEvents: (events: HistoryEvent[]) => void, onEnd: (execution: DescribeExecution) => void): () => void;
  /** An event with all of its texts. */
  event(id: number): Promise<HistoryEvent>;
  /** The stages of a visit, by the event that entered the state; `null` if they were not kept. */
  stages(entered: number): Promise<Stage[] | null>;
  mapRun?(arn: string): Promise<MapRun>;
  actions?: Actions;
}
