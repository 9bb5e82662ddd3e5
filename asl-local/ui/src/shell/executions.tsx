import { useState } from "preact/hooks";
import { listExecutions, type ExecutionItem } from "../api.ts";
import { useChanges } from "./changes.ts";
import { belongs, matches, merged, type Filter } from "./list.ts";
import { useLoaded, type Loaded } from "./load.ts";
import { useNow } from "./now.ts";
import { Problem } from "./problem.tsx";
import { open, toHash } from "./route.ts";
import { enterList, moveFocus, useRoving } from "./rows.ts";
import { useShortcut } from "./shortcuts.ts";
import { STATUSES, Status, statusText } from "./status.tsx";
import { clock, duration, exact } from "./time.ts";

/** How many are loaded, for the filter. */
const MOST_EXECUTIONS = 1000;
/** How many are rows of the table at first: the browser lays out all rows again for each new one. */
const FIRST_ROWS = 200;

/** The latest executions of a machine, or of all of them. */
async function latest(stateMachineArn: string | undefined, status: Filter["status"]): Promise<ExecutionItem[]> {
  const { executions } = await listExecutions({
    maxResults: String(MOST_EXECUTIONS),
    ...(stateMachineArn !== undefined && { stateMachineArn }),
    ...(status !== "" && { statusFilter: status }),
  });
  // The server sorts those that ended by their end, as AWS does. The list shows when they started.
  return executions.sort((a, b) => b.startDate - a.startDate);
}

/** Follows the executions of one machine, or of all. */
function useExecutions(arn: string | undefined, status: Filter["status"]): Loaded<ExecutionItem[]> {
  const executions = useLoaded(`${arn ?? ""} ${status}`, () => latest(arn, status));
  useChanges((change) => {
    if (change.kind === "all") executions.reload();
    if (change.kind !== "execution" || !belongs(change.item, arn)) return;
    executions.change((list) => merged(list, change.item, MOST_EXECUTIONS));
  });
  return executions;
}

/** The filter of each list, so that Back from an execution leads to the same list. */
const filters = new Map<string | undefined, Filter>();

/** The executions of a machine, or of all machines, with a filter. */
export function Executions({ hasMachines, arn }: { hasMachines: boolean; arn?: string }) {
  const [filter, setFilter] = useState<Filter>(() => filters.get(arn) ?? { status: "", name: "" });
  filters.set(arn, filter);
  const [rows, setRows] = useState(FIRST_ROWS);
  const executions = useExecutions(arn, filter.status);
  const shown = executions.value?.filter((item) => matches(item, filter));
  useShortcut("ArrowDown", "Move into the list of executions", () => enterList(".rows"));
  return (
    <>
      <Tools filter={filter} onFilter={setFilter} count={shown?.length} total={executions.value?.length} />
      <div class="scroll">
        {executions.error && (
          <div class="more">
            <Problem error={executions.error} />
          </div>
        )}
        {shown !== undefined && shown.length > 0 && <Table items={shown.slice(0, rows)} hasMachine={arn === undefined} />}
        {shown?.length === 0 && <Empty filter={filter} hasMachines={hasMachines} />}
        {shown !== undefined && shown.length > rows && (
          <p class="more">
            <button type="button" class="button" onClick={() => setRows(rows + FIRST_ROWS)}>
              Show more
            </button>
          </p>
        )}
        {executions.value?.length === MOST_EXECUTIONS && (
          <p class="more">Older executions than the latest {MOST_EXECUTIONS.toLocaleString("en")} are not listed.</p>
        )}
      </div>
    </>
  );
}

interface ToolsProperties {
  filter: Filter;
  onFilter: (filter: Filter) => void;
  count: number | undefined;
  total: number | undefined;
}

function Tools({ filter, onFilter, count, total }: ToolsProperties) {
  return (
    <div class="tools" role="search">
      <input
        class="field"
        type="search"
        data-filter
        placeholder="Filter by name"
        aria-label="Filter executions by name"
        value={filter.name}
        onInput={(event) => onFilter({ ...filter, name: event.currentTarget.value })}
        onKeyDown={(event) => event.key === "ArrowDown" && (event.preventDefault(), enterList(".rows"))}
      />
      <select
        class="field"
        aria-label="Filter executions by status"
        value={filter.status}
        onChange={(event) => onFilter({ ...filter, status: event.currentTarget.value as Filter["status"] })}
      >
        <option value="">Any status</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {statusText(status)}
          </option>
        ))}
      </select>
      <span class="grow" />
      <span class="soft" role="status">
        {count === undefined ? "" : count === total ? `${count} executions` : `${count} of ${total} executions`}
      </span>
    </div>
  );
}

function Empty({ filter, hasMachines }: { filter: Filter; hasMachines: boolean }) {
  const isFiltered = filter.name !== "" || filter.status !== "";
  return (
    <div class="empty">
      <h2>{isFiltered ? "No execution matches the filter" : "No executions yet"}</h2>
      {!isFiltered && hasMachines && (
        <p>Start one here or with any client of Step Functions. It shows up as soon as it runs.</p>
      )}
      {!isFiltered && !hasMachines && (
        <>
          <p>This server has no state machine. Create one here, or pass a folder of definitions to asl serve.</p>
          <a class="button primary" href={toHash({ place: "create" })}>
            Create a state machine
          </a>
        </>
      )}
    </div>
  );
}

function Table({ items, hasMachine }: { items: ExecutionItem[]; hasMachine: boolean }) {
  const roving = useRoving(items.map(({ executionArn }) => executionArn));
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col" class="column-status">Status</th>
          <th scope="col">Execution</th>
          {hasMachine && <th scope="col">Machine</th>}
          <th scope="col" class="column-start">Started</th>
          <th scope="col" class="column-duration">Duration</th>
        </tr>
      </thead>
      <tbody onKeyDown={moveFocus}>
        {items.map((item) => (
          <Row key={item.executionArn} item={item} hasMachine={hasMachine} link={roving(item.executionArn)} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProperties {
  item: ExecutionItem;
  hasMachine: boolean;
  link: { tabIndex: number; onFocus: () => void };
}

function Row({ item, hasMachine, link }: RowProperties) {
  const route = { place: "execution", arn: item.executionArn } as const;
  return (
    <tr onClick={(event) => !(event.target instanceof HTMLAnchorElement) && open(route)}>
      <td>
        <Status status={item.status} />
      </td>
      <td>
        <a href={toHash(route)} data-row title={item.name} class="mono" {...link}>
          <bdi>{item.name}</bdi>
        </a>
      </td>
      {hasMachine && (
        <td class="soft">
          <bdi>{item.stateMachineArn.split(":").at(6)}</bdi>
        </td>
      )}
      <td class="soft start" title={exact(item.startDate)}>
        {clock(item.startDate, Date.now() / 1000)}
      </td>
      <td class="soft">
        <Elapsed item={item} />
      </td>
    </tr>
  );
}

/** Only this part of the list changes while time passes. */
function Elapsed({ item }: { item: ExecutionItem }) {
  const now = useNow(item.stopDate === undefined);
  return <>{duration((item.stopDate ?? now) - item.startDate)}</>;
}
