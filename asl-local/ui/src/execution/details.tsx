/** The right side: the selected state, or else the execution. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Attempts } from "./attempts.tsx";
import { EventDetails } from "./event-details.tsx";
import { Excerpt } from "./excerpt.tsx";
import { Iterations } from "./iterations.tsx";
import { MapRunView } from "./map-run.tsx";
import { trail, type Visit } from "./model/parts.ts";
import { STATUS_LOOK, STATUS_TEXT, strandName } from "./names.ts";
import { useNow } from "./now.ts";
import { Overview } from "./overview.tsx";
import { useStore, type ExecutionStore } from "./store.ts";
import { exactInstant, offset, shortDuration } from "./time.ts";
import { VisitData } from "./visit-data.tsx";
import { Tabs } from "./tabs.tsx";
import { visible } from "../json/visible.ts";

export function Details({ store }: { store: ExecutionStore }) {
  useStore(store);
  if (store.state !== undefined) return <StateDetails store={store} state={store.state} />;
  if (store.event !== undefined) {
    return (
      <div class="x-details">
        <Title name={`Event ${store.event}`} onClose={() => store.selectEvent(undefined)} />
        <div class="x-scroll">
          <EventDetails store={store} id={store.event} />
        </div>
      </div>
    );
  }
  return <Overview store={store} />;
}

function Title({ name, onClose, children }: { name: string; onClose(): void; children?: ComponentChildren }) {
  return (
    <div class="x-title">
      <h2>
        <bdi>{visible(name)}</bdi>
      </h2>
      {children}
      <button type="button" class="x-close" aria-label="Close" title="Back to the execution" onClick={onClose}>
        ×
      </button>
    </div>
  );
}

type Tab = "data" | "attempts" | "iterations" | "definition" | "event";

interface StateProps {
  store: ExecutionStore;
  state: string;
}

function StateDetails({ store, state }: StateProps) {
  const { visit, event } = store;
  const [wanted, setTab] = useState<Tab>("data");
  useEffect(() => {
    if (event !== undefined) setTab("event");
    else setTab((tab) => (tab === "event" ? "data" : tab));
  }, [event]);
  const fansOut = visit !== undefined && visit.attempts.some((attempt) => attempt.strands.length > 0);
  const mapRun = visit?.attempts.findLast((attempt) => attempt.mapRunArn !== undefined)?.mapRunArn;
  const tabs: [Tab, string][] = [];
  if (visit) tabs.push(["data", "Data"]);
  if (fansOut) tabs.push(["iterations", visit.type === "Map" ? "Iterations" : "Branches"]);
  else if (mapRun !== undefined) tabs.push(["iterations", "Map Run"]);
  if (visit && visit.attempts.length > 0) tabs.push(["attempts", visit.attempts.length > 1 ? `Attempts ${visit.attempts.length.toLocaleString("en")}` : "Attempts"]);
  tabs.push(["definition", "Definition"]);
  if (event !== undefined) tabs.push(["event", `Event ${event}`]);
  const tab = tabs.some(([name]) => name === wanted) ? wanted : (tabs[0]?.[0] ?? "definition");
  return (
    <div class="x-details">
      <Title name={state} onClose={() => store.selectState(undefined)}>
        {visit && <span class={`status ${STATUS_LOOK[visit.status]}`}>{STATUS_TEXT[visit.status]}</span>}
      </Title>
      {visit ? <VisitFacts store={store} visit={visit} /> : <p class="x-note x-pad">This state was not entered{store.scope ? " here" : store.hasEnded ? "" : " yet"}.</p>}
      <Tabs label="Details of the state" tabs={tabs} selected={tab} onSelect={(name: Tab) => setTab(name)} />
      <div class={tab === "iterations" ? "x-fill" : "x-scroll"} role="tabpanel">
        {tab === "data" && visit && <VisitData store={store} visit={visit} key={visit.entered} />}
        {tab === "iterations" && visit && fansOut && <Iterations store={store} visit={visit} key={visit.entered} />}
        {tab === "iterations" && visit && !fansOut && mapRun !== undefined && (
          <MapRunView store={store} arn={mapRun} isRunning={visit.status === "running"} key={mapRun} />
        )}
        {tab === "attempts" && visit && <Attempts store={store} visit={visit} />}
        {tab === "definition" && <Excerpt definition={store.definition} state={state} key={state} />}
        {tab === "event" && event !== undefined && <EventDetails store={store} id={event} key={event} />}
      </div>
    </div>
  );
}

/** Which visit it is, and when it was. */
function VisitFacts({ store, visit }: { store: ExecutionStore; visit: Visit }) {
  const { model } = store;
  const visits = store.visits(visit.name);
  const at = visits.indexOf(visit);
  const now = useNow(visit.status === "running" && !store.hasEnded, model.last);
  const around = trail(visit.strand).filter((strand) => strand.kind === "iteration");
  const go = (index: number) => {
    const next = visits[index];
    if (next) store.selectVisit(next);
  };
  return (
    <div class="x-visit">
      {visits.length > 1 && (
        <span class="x-stepper" role="group" aria-label="Visits">
          <button type="button" aria-label="Previous visit" disabled={at <= 0} onClick={() => go(at - 1)}>‹</button>
          <span>
            visit {(at + 1).toLocaleString("en")} of {visits.length.toLocaleString("en")}
          </span>
          <button type="button" aria-label="Next visit" disabled={at >= visits.length - 1} onClick={() => go(at + 1)}>›</button>
        </span>
      )}
      {around.length > 0 && <span>{around.map((strand) => strandName(strand)).join(" › ")}</span>}
      <span>{visit.type}</span>
      <span title={exactInstant(visit.start)}>{offset(visit.start - model.start)}</span>
      <span title="Duration">{shortDuration((Number.isNaN(visit.end) ? now : visit.end) - visit.start)}</span>
      {visit.isSuperseded && <span>of an earlier attempt</span>}
      <button type="button" class="x-link" onClick={() => store.selectEvent(visit.entered)}>
        event {visit.entered}
      </button>
    </div>
  );
}

