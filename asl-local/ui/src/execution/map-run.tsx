/** A distributed Map: how far it is, and its child executions. */

import { useEffect, useState } from "preact/hooks";
import type { ExecutionStore } from "./store.ts";
import type { MapRun } from "./source.ts";
import { seconds } from "./history.ts";
import { shortDuration } from "./time.ts";

const LOOKS: Record<string, string> = { SUCCEEDED: "succeeded", FAILED: "failed", TIMED_OUT: "failed", ABORTED: "aborted", RUNNING: "running" };

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
          if (isRunning) timer = setTimeout(load, 1000);
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
          <ul class="x-children" aria-label="Child executions">
            {run.children.map((child) => (
              <li key={child.executionArn}>
                <i class={`x-dot ${LOOKS[child.status] ?? "idle"}`} title={child.status} />
                {open ? (
                  <button type="button" class="x-link" onClick={() => open(child.executionArn)}>
                    <bdi>{child.name}</bdi>
                  </button>
                ) : (
                  <bdi>{child.name}</bdi>
                )}
                <span class="x-soft x-number">{shortDuration(seconds(child.stopDate) - seconds(child.startDate))}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {!source.mapRun && <p class="x-note">The child executions have histories of their own, which are not part of this one.</p>}
    </div>
  );
}

/** `timed out` of `timedOut`. */
function words(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}
