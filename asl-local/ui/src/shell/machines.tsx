import { useState } from "preact/hooks";
import { all, call, type MachineItem } from "../api.ts";
import { useChanges } from "./changes.ts";
import { useLoaded, type Loaded } from "./load.ts";
import { Problem } from "./problem.tsx";
import { toHash, type Route } from "./route.ts";
import { enterList, moveFocus, useRoving } from "./rows.ts";

const MOST_MACHINES = 5000;

/** The machines of the server by name. Follows changes. */
export function useMachines(): Loaded<MachineItem[]> {
  const machines = useLoaded("machines", async () => {
    const list = await all(async (nextToken) => {
      const page = await call("ListStateMachines", nextToken === undefined ? {} : { nextToken });
      return { items: page.stateMachines, nextToken: page.nextToken };
    }, MOST_MACHINES);
    return list.sort((a, b) => a.name.localeCompare(b.name));
  });
  useChanges((change) => {
    if (change.kind !== "execution") machines.reload();
  });
  return machines;
}

/** The column at the side: all machines, with a filter. */
export function Machines({ machines, route }: { machines: Loaded<MachineItem[]>; route: Route }) {
  const [part, setPart] = useState("");
  const shown = machines.value?.filter(({ name }) => name.toLowerCase().includes(part.trim().toLowerCase()));
  const open = "arn" in route && route.place !== "execution" ? route.arn : "";
  const roving = useRoving(["", ...(shown ?? []).map(({ stateMachineArn }) => stateMachineArn)]);
  const isAll = route.place === "home" || route.place === "executions";
  return (
    <nav class="side" aria-label="State machines">
      <div class="side-head">
        <input
          class="field"
          type="search"
          placeholder="Filter machines"
          aria-label="Filter machines by name"
          value={part}
          onInput={(event) => setPart(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "ArrowDown" && (event.preventDefault(), enterList(".machines"))}
        />
        <a class="button" href={toHash({ place: "create" })} title="Create a state machine (n)">
          New
        </a>
      </div>
      <div class="scroll">
        <ul class="machines" onKeyDown={moveFocus}>
          <li>
            <a href={toHash({ place: "executions" })} data-row aria-current={isAll ? "page" : undefined} {...roving("")}>
              <span class="name">All executions</span>
            </a>
          </li>
          {shown?.map(({ stateMachineArn, name, type }) => (
            <li key={stateMachineArn}>
              <a
                href={toHash({ place: "machine", arn: stateMachineArn })}
                data-row
                title={name}
                {...roving(stateMachineArn)}
                aria-current={stateMachineArn === open ? "page" : undefined}
              >
                <span class="name">
                  <bdi>{name}</bdi>
                </span>
                <span class="kind">{type === "EXPRESS" ? "Express" : "Standard"}</span>
              </a>
            </li>
          ))}
        </ul>
        {machines.error && <Problem error={machines.error} />}
        {shown?.length === 0 && <p class="more">{part === "" ? "No state machines yet." : "No machine has this name."}</p>}
      </div>
    </nav>
  );
}
