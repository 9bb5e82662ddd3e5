/** What the parts of the view share: the model, and what is selected. */

import { useEffect, useState } from "preact/hooks";
import { readDefinition, type Definition } from "./definition.ts";
import type { HistoryEvent } from "./history.ts";
import { ExecutionModel } from "./model.ts";
import { isWithin, trail, type Strand, type Visit } from "./model/parts.ts";
import { oncePerFrame } from "./schedule.ts";
import { scopeTotals, scopeTransitions, type Totals } from "./scope.ts";
import type { DescribeExecution, ExecutionSource, Head } from "./source.ts";

export class ExecutionStore {
  readonly model = new ExecutionModel();
  /** The name of the selected state. */
  state: string | undefined;
  visit: Visit | undefined;
  event: number | undefined;
  /** The iteration or branch that is shown; everything if not set. */
  scope: Strand | undefined;
  hasEnded = false;
  execution: DescribeExecution;
  /** Grows with every change of the selection or of the model. */
  version = 0;
  private read: Definition | undefined;
  private totals: { version: number; scope: Strand | undefined; value: Totals; transitions: ReadonlyMap<string, number> } | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly announce = oncePerFrame(() => this.listeners.forEach((listener) => listener()));

  constructor(
    readonly source: ExecutionSource,
    readonly head: Head,
  ) {
    this.execution = head.execution;
  }

  /** Follows the execution until the returned function is called. */
  open(): () => void {
    const close = this.source.events(
      (events: HistoryEvent[]) => {
        this.model.add(events);
        if (this.state !== undefined && !this.visit) this.visit = this.latest(this.state);
        this.changed();
      },
      (execution) => {
        this.execution = { ...this.execution, ...execution };
        this.hasEnded = true;
        this.changed();
      },
    );
    return () => {
      close();
      this.announce.cancel();
    };
  }

  selectState(name: string | undefined): void {
    this.state = name;
    this.visit = name === undefined ? undefined : this.latest(name);
    this.event = undefined;
    this.changed();
  }

  selectVisit(visit: Visit): void {
    this.state = visit.name;
    this.visit = visit;
    this.event = undefined;
    if (this.scope && !isWithin(visit.strand, this.scope) && this.scope.around !== visit) this.scope = undefined;
    this.changed();
  }

  selectEvent(id: number | undefined): void {
    this.event = id;
    const visit = id === undefined ? undefined : this.model.visitOf[id];
    if (visit) {
      this.state = visit.name;
      this.visit = visit;
    } else if (id !== undefined) {
      this.state = undefined;
      this.visit = undefined;
    }
    const strand = id === undefined ? undefined : this.model.strandOf[id];
    if (this.scope && strand && !isWithin(strand, this.scope)) this.scope = undefined;
    this.changed();
  }

  /** Narrows the view to a strand. The selected state stays selected, in this strand if it is there. */
  narrow(scope: Strand | undefined): void {
    this.scope = scope?.around ? scope : undefined;
    this.event = undefined;
    const isAround = scope && this.visit && trail(scope).some((strand) => strand.around === this.visit);
    if (this.state !== undefined && !isAround && scope) this.visit = this.latest(this.state) ?? this.visit;
    this.changed();
  }

  /** The visits of a state within the scope. */
  visits(name: string): Visit[] {
    return this.stateTotals().get(name)?.visits ?? [];
  }

  /** What each state did, within the scope. */
  stateTotals(): Totals {
    return this.scope ? this.inScope(this.scope).value : this.model.states;
  }

  /** How often each transition was taken, within the scope. */
  transitions(): ReadonlyMap<string, number> {
    return this.scope ? this.inScope(this.scope).transitions : this.model.transitions;
  }

  private inScope(scope: Strand): NonNullable<ExecutionStore["totals"]> {
    const { version } = this.model;
    if (this.totals?.version !== version || this.totals.scope !== scope) {
      this.totals = { version, scope, value: scopeTotals(scope), transitions: scopeTransitions(scope) };
    }
    return this.totals;
  }

  /** The definition, which is read when somebody looks at a state. */
  get definition(): Definition {
    this.read ??= readDefinition(this.head.machine.definition);
    return this.read;
  }

  /** Whether the execution has ended, and its last events were not kept. */
  get isCutOff(): boolean {
    return this.hasEnded && this.model.status === "RUNNING" && this.execution.status !== "RUNNING";
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(): void {
    this.version += 1;
    this.announce();
  }

  /** The visit that says most about a state: one that failed, one that runs, or else the last. */
  private latest(name: string): Visit | undefined {
    const visits = this.visits(name);
    let running: Visit | undefined;
    for (let at = visits.length - 1; at >= 0; at--) {
      const visit = visits[at];
      if (visit?.status === "failed" && !visit.isSuperseded) return visit;
      if (visit?.status === "running") running ??= visit;
    }
    return running ?? visits[visits.length - 1];
  }
}

/** Renders again when the store changes. */
export function useStore(store: ExecutionStore): number {
  const [version, setVersion] = useState(store.version);
  useEffect(() => {
    const update = () => setVersion(store.version);
    update();
    return store.subscribe(update);
  }, [store]);
  return version;
}
