/** One execution: its graph, its timeline, its events, and the details of a state. */

import "./styles/view.css";
import "./styles/graph.css";
import "./styles/rows.css";
import "./styles/details.css";
import "../json/json.css";
import { useEffect, useState } from "preact/hooks";
import { Details } from "./details.tsx";
import { Events } from "./events.tsx";
import { Graph } from "./graph.tsx";
import { isInside } from "./graph-look.ts";
import { Header } from "./header.tsx";
import { ScopeBar } from "./scope-bar.tsx";
import { Split } from "./split.tsx";
import { ExecutionStore, useStore } from "./store.ts";
import type { ExecutionSource } from "./source.ts";
import { Tabs } from "./tabs.tsx";
import { Timeline } from "./timeline.tsx";
import { visible } from "../json/visible.ts";

export function ExecutionView({ source }: { source: ExecutionSource }) {
  const [store, setStore] = useState<ExecutionStore>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let close: (() => void) | undefined;
    let isClosed = false;
    setStore(undefined);
    setProblem("");
    source.head().then(
      (head) => {
        if (isClosed) return;
        const opened = new ExecutionStore(source, head);
        close = opened.open();
        setStore(opened);
      },
      (error: unknown) => !isClosed && setProblem(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isClosed = true;
      close?.();
    };
  }, [source]);
  if (problem) return <p class="problem x-problem" role="alert">{problem}</p>;
  return store ? <View store={store} /> : <p class="x-note x-pad">Loading…</p>;
}

type Pane = "graph" | "timeline" | "events" | "details";

/** In a narrow window only one of them is visible. */
const PANES: [Pane, string][] = [
  ["graph", "Graph"],
  ["timeline", "Timeline"],
  ["events", "Events"],
  ["details", "Details"],
];

const LOWER: ["timeline" | "events", string][] = [
  ["timeline", "Timeline"],
  ["events", "Events"],
];

function View({ store }: { store: ExecutionStore }) {
  const [pane, setPane] = useState<Pane>("graph");
  const [lower, setLower] = useState<"timeline" | "events">("timeline");
  const [columns, setColumns] = useState(store.head.layout ? 42 : 15);
  const [rows, setRows] = useState(57);
  const show = (next: Pane) => {
    setPane(next);
    if (next === "timeline" || next === "events") setLower(next);
  };
  return (
    <div class="x-view" data-pane={pane}>
      <Header store={store} />
      <ScopeBar store={store} />
      <PaneTabs store={store} selected={pane} onSelect={show} />
      <div class="x-columns">
        <div class="x-left" style={{ flexBasis: `${columns}%` }}>
          <GraphPane store={store} />
        </div>
        <Split direction="row" label="Width of the graph" share={columns} onShare={setColumns} />
        <div class="x-right">
          <section class="x-upper" aria-label="Details" style={{ flexBasis: `${rows}%` }}>
            <Details store={store} />
          </section>
          <Split direction="column" label="Height of the details" share={rows} onShare={setRows} />
          <section class="x-lower" aria-label="Timeline and events">
            <Tabs class="x-wide-only" label="Timeline and events" tabs={LOWER} selected={lower} onSelect={show} />
            {lower === "timeline" ? <Timeline store={store} /> : <Events store={store} />}
          </section>
        </div>
      </div>
    </div>
  );
}

/** The tabs of a narrow window. The last one names what is selected, since its details are out of sight. */
function PaneTabs({ store, selected, onSelect }: { store: ExecutionStore; selected: Pane; onSelect(pane: Pane): void }) {
  useStore(store);
  const name = store.state ?? (store.event === undefined ? undefined : `Event ${store.event}`);
  const tabs = PANES.map(([pane, text]): [Pane, string] => [pane, pane === "details" && name !== undefined ? visible(name) : text]);
  return <Tabs class="x-narrow-only" label="Views" tabs={tabs} selected={selected} onSelect={onSelect} />;
}

function GraphPane({ store }: { store: ExecutionStore }) {
  useStore(store);
  const { layout } = store.head;
  if (!layout) {
    const isUnknown = store.head.machine.definition === "";
    return <p class="x-note x-pad">{isUnknown ? "The definition is not known, so there is no graph." : "This definition cannot be drawn."}</p>;
  }
  return (
    <Graph
      layout={layout}
      totals={store.stateTotals()}
      transitions={store.transitions()}
      version={store.model.version}
      within={store.scope?.around?.name ?? mapOf(store)}
      selected={store.state}
      onSelect={(name) => store.selectState(name)}
    />
  );
}

/** The distributed Map whose child the execution is: only its states can run. */
function mapOf(store: ExecutionStore): string | undefined {
  const { layout } = store.head;
  if (store.execution.mapRunArn === undefined || !layout) return undefined;
  const first = layout.nodes.find((node) => node.name !== undefined && node.name === store.model.root.visits[0]?.name);
  const around = layout.nodes.filter((node) => node.shape === "container" && first && isInside(first, node));
  return around[around.length - 1]?.name;
}
