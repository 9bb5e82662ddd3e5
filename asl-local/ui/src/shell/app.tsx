import type { ComponentChildren } from "preact";
import type { MachineItem } from "../api.ts";
import { useConnection } from "./changes.ts";
import { Executions } from "./executions.tsx";
import type { Loaded } from "./load.ts";
import { Machines, useMachines } from "./machines.tsx";
import { Summary } from "./summary.tsx";
import { toHash, useRoute, type Route } from "./route.ts";

export function App() {
  const route = useRoute();
  return (
    <>
      <Bar route={route} />
      <Place route={route} />
    </>
  );
}

/** The name after the last colon of an ARN. */
function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1);
}

function Bar({ route }: { route: Route }) {
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
    </header>
  );
}

function Crumbs({ route }: { route: Route }) {
  return (
    <nav class="crumbs" aria-label="Place">
      <span class="slash">/</span>
      <span aria-current="page">
        <bdi>{"arn" in route ? nameOf(route.arn) : route.place === "create" ? "New state machine" : "State machines"}</bdi>
      </span>
    </nav>
  );
}

function Place({ route }: { route: Route }) {
  const machines = useMachines();
  return (
    <div class={route.place === "home" ? "columns at-home" : "columns"}>
      <Machines machines={machines} route={route} />
      <main class="main">
        <Main route={route} machines={machines} />
      </main>
    </div>
  );
}

function Main({ route, machines }: { route: Route; machines: Loaded<MachineItem[]> }): ComponentChildren {
  if (route.place === "machine") {
    return (
      <>
        <div class="head">
          <h1>
            <bdi>{nameOf(route.arn)}</bdi>
          </h1>
        </div>
        <Executions machines={machines.value ?? []} arn={route.arn} key={route.arn} />
      </>
    );
  }
  if (route.place === "execution") return <Summary arn={route.arn} key={route.arn} />;
  return machines.value && <Executions machines={machines.value} />;
}
