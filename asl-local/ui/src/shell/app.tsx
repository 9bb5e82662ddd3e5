import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { MachineItem } from "../api.ts";
import { machineArnOf, machineNameOf, nameOf } from "./arn.ts";
import { useConnection } from "./changes.ts";
import { CreatePage } from "./create.tsx";
import { ExecutionPage } from "./execution.tsx";
import { Executions } from "./executions.tsx";
import { Help } from "./help.tsx";
import type { Loaded } from "./load.ts";
import { MachinePage } from "./machine.tsx";
import { Machines, useMachines } from "./machines.tsx";
import { open, toHash, useRoute, type Route } from "./route.ts";
import { listenForShortcuts, useShortcut } from "./shortcuts.ts";

export function App() {
  const route = useRoute();
  const machines = useMachines();
  const [hasHelp, setHelp] = useState(false);
  useEffect(listenForShortcuts, []);
  useShortcut("?", "Show the keyboard shortcuts", () => setHelp(true));
  useShortcut("/", "Filter the list", focusFilter);
  useShortcut("h", "Show all executions", () => open({ place: "executions" }));
  useShortcut("n", "Create a state machine", () => open({ place: "create" }));
  useEffect(() => {
    // What had the focus may be gone. Then keys would scroll nothing, and a screen reader would start at the top.
    if (document.activeElement === document.body) document.querySelector<HTMLElement>("main")?.focus();
    document.title = `${hereOf(route)} · asl`;
  }, [route]);
  return (
    <>
      <Bar route={route} onHelp={() => setHelp(true)} />
      <Place route={route} machines={machines} />
      {hasHelp && <Help onClose={() => setHelp(false)} />}
    </>
  );
}

function focusFilter() {
  const filters = [...document.querySelectorAll<HTMLInputElement>("input[type=search]")];
  const shown = filters.filter((filter) => filter.checkVisibility());
  (shown.find((filter) => filter.dataset["filter"] !== undefined) ?? shown[0])?.focus();
}

function Bar({ route, onHelp }: { route: Route; onHelp: () => void }) {
  const connection = useConnection();
  return (
    <header class="bar">
      <a class="brand" href={toHash({ place: "home" })} aria-label="asl, home">
        asl
      </a>
      <Crumbs route={route} />
      <span class={`connection ${connection}`} role="status">
        {connection === "live" ? "Live" : "No live updates"}
      </span>
      <button type="button" class="button quiet" title="Keyboard shortcuts (?)" aria-label="Keyboard shortcuts" onClick={onHelp}>
        ?
      </button>
    </header>
  );
}

function Crumbs({ route }: { route: Route }) {
  const here = hereOf(route);
  return (
    <nav class="crumbs" aria-label="Place">
      {route.place === "execution" && (
        <>
          <span class="slash">/</span>
          <a href={toHash({ place: "machine", arn: machineArnOf(route.arn) })}>
            <bdi>{machineNameOf(route.arn)}</bdi>
          </a>
        </>
      )}
      <span class="slash">/</span>
      <span aria-current="page">
        <bdi>{here}</bdi>
      </span>
    </nav>
  );
}

function hereOf(route: Route): string {
  if ("arn" in route) return nameOf(route.arn);
  return route.place === "create" ? "New state machine" : "All executions";
}

function Place({ route, machines }: { route: Route; machines: Loaded<MachineItem[]> }) {
  if (route.place === "execution") return <ExecutionPage arn={route.arn} key={route.arn} />;
  return (
    <div class={route.place === "home" ? "columns at-home" : "columns"}>
      <Machines machines={machines} route={route} />
      <main class="main" tabIndex={-1}>
        <Main route={route} machines={machines.value} />
      </main>
    </div>
  );
}

function Main({ route, machines }: { route: Route; machines: MachineItem[] | undefined }): ComponentChildren {
  if (machines === undefined) return null;
  switch (route.place) {
    case "machine":
    case "definition":
    case "coverage":
      return <MachinePage route={route} machines={machines} key={route.arn} />;
    case "create":
      return <CreatePage machines={machines} />;
    default:
      return (
        <>
          <div class="head">
            <h1>All executions</h1>
          </div>
          <Executions hasMachines={machines.length > 0} />
        </>
      );
  }
}
