/** A distributed Map: how far it is, and its child executions. */

import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { visible } from "../json/visible.ts";
import type { ExecutionStore } from "./store.ts";
import type { MapRun } from "./source.ts";
import { seconds } from "./history.ts";
import { EXECUTION_DOT } from "./status.tsx";
import { shortDuration } from "./time.ts";
import { VirtualRows } from "./virtual.tsx";

const HEIGHT = 26;

export function MapRunView({ store, arn, isRunning }: { store: ExecutionStore; arn: string; isRunning: boolean }) {
  const { source } = store;
  const [run, setRun] = useState<MapRun>();
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isStale = false;
    const load = () => {
      source.mapRun?.(arn).then(
        (found) => {
          if (isStale) return;
          setRun(found);
          if (isRunning) timer = setTimeout(load, found.children.length > 1000 ? 5000 : 1000);
        },
        (error: unknown) => !isStale && setProblem(error instanceof Error ? error.message : String(error)),
      );
    };
    load();
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [source, arn, isRunning]);
  const open = source.actions?.openExecution;
  return (
    <div class="x-map-run">
      <p class="x-note">
        <bdi class="x-path">{arn}</bdi>
      </p>
      {problem && <p class="x-note bad">{problem}</p>}
      {run && (
        <>
          <dl class="x-facts">
            {Object.entries(run.counts)
              .filter(([, count]) => count > 0)
              .map(([name, count]) => (
                <>
                  <dt>{words(name)}</dt>
                  <dd>{count.toLocaleString("en")}</dd>
                </>
              ))}
          </dl>
          <Children run={run} {...(open && { onOpen: (arn: string) => open(arn) })} />
        </>
      )}
      {!source.mapRun && <p class="x-note">The child executions have histories of their own, which are not part of this one.</p>}
    </div>
  );
}

function Children({ run, onOpen }: { run: MapRun; onOpen?(arn: string): void }) {
  const [only, setOnly] = useState<string>();
  const [active, setActive] = useState(-1);
  const id = useId();
  const statuses = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { status } of run.children) counts.set(status, (counts.get(status) ?? 0) + 1);
    return counts;
  }, [run]);
  const shown = useMemo(() => (only ? run.children.filter((child) => child.status === only) : run.children), [run, only]);
  return (
    <>
      {statuses.size > 1 && (
        <div class="x-filter x-chips" role="group" aria-label="Which executions">
          {[...statuses].map(([status, count]) => (
            <button type="button" class="x-chip" aria-pressed={only === status} onClick={() => setOnly(only === status ? undefined : status)}>
              {words(status.toLowerCase())} {count.toLocaleString("en")}
            </button>
          ))}
        </div>
      )}
      <VirtualRows
        id={id}
        role="listbox"
        label="Child executions; Enter opens one"
        class="x-children"
        count={shown.length}
        rowHeight={HEIGHT}
        active={active}
        onActive={setActive}
        onKey={(event, index) => {
          const child = shown[index];
          if (event.key !== "Enter" || !child || !onOpen) return;
          event.preventDefault();
          onOpen(child.executionArn);
        }}
        row={(index, top, slot) => {
          const child = shown[index];
          return (
            child && (
              <div
                key={slot}
                id={`${id}-${index}`}
                class={index === active ? "x-child x-row active" : "x-child x-row"}
                role="option"
                aria-selected={index === active}
                style={{ top: `${top}px` }}
                onClick={() => onOpen?.(child.executionArn)}
              >
                <i class={`x-dot ${EXECUTION_DOT[child.status] ?? "idle"}`} title={child.status} />
                <bdi class={onOpen ? "x-clip x-child-link" : "x-clip"}>{visible(child.name)}</bdi>
                <span class="x-soft x-number">{shortDuration(seconds(child.stopDate) - seconds(child.startDate))}</span>
              </div>
            )
          );
        }}
      />
    </>
  );
}

/** `timed out` of `timedOut`. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, " $1").replace(/_/g, " ").toLowerCase();
}
