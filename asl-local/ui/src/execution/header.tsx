/** What the execution is, how it stands, and what can be done with it. */

import { useState } from "preact/hooks";
import { seconds } from "./history.ts";
import { useNow } from "./now.ts";
import { ExecutionStatus } from "./status.tsx";
import { useStore, type ExecutionStore } from "./store.ts";
import { exactInstant, instant, shortDuration } from "./time.ts";

export function Header({ store }: { store: ExecutionStore }) {
  useStore(store);
  const { execution, model, head } = store;
  const start = seconds(execution.startDate);
  const stop = seconds(execution.stopDate);
  const now = useNow(!store.hasEnded, model.last);
  const status = store.hasEnded ? execution.status : model.status;
  const length = (status === "RUNNING" || Number.isNaN(stop) ? now : stop) - (Number.isNaN(model.start) ? start : model.start);
  const redrives = Math.max(model.redrives, execution.redriveCount ?? 0);
  return (
    <header class="x-head-bar">
      <ExecutionStatus status={status} />
      <h1 title={execution.executionArn}>
        <bdi>{execution.name}</bdi>
      </h1>
      <span class="x-soft x-clip">
        <bdi>{head.machine.name}</bdi>
        {head.machine.type === "EXPRESS" && ", Express"}
      </span>
      <span class="x-soft" title={exactInstant(start)}>{instant(start).slice(0, -4)}</span>
      <span class="x-soft" title="Duration">{shortDuration(length)}</span>
      {store.isCutOff ? (
        <span class="x-warn" title="The history was too long to be kept whole">only the first {model.count.toLocaleString("en")} events</span>
      ) : (
        <span class="x-soft">{model.count.toLocaleString("en")} events</span>
      )}
      {redrives > 0 && <span class="x-soft">{redrives === 1 ? "1 redrive" : `${redrives} redrives`}</span>}
      <span class="x-grow" />
      <ActionButtons store={store} status={status} />
    </header>
  );
}

function ActionButtons({ store, status }: { store: ExecutionStore; status: string }) {
  const { actions } = store.source;
  const [asks, setAsks] = useState(false);
  const [problem, setProblem] = useState("");
  if (!actions) return null;
  const run = (action: () => Promise<void>) => {
    setProblem("");
    setAsks(false);
    action().catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
  };
  const { redrive } = actions;
  const canStop = status === "RUNNING" && !store.hasEnded;
  const canRedrive = redrive && store.hasEnded && status !== "SUCCEEDED" && store.execution.redriveStatus !== "NOT_REDRIVABLE";
  return (
    <>
      {problem && <span class="x-bad" role="alert">{problem}</span>}
      {canStop && !asks && (
        <button type="button" class="button danger" onClick={() => setAsks(true)}>Stop</button>
      )}
      {canStop && asks && (
        <>
          <button type="button" class="button danger" onClick={() => run(() => actions.stop())}>Stop the execution</button>
          <button type="button" class="button quiet" onClick={() => setAsks(false)}>Keep running</button>
        </>
      )}
      {canRedrive && (
        <button type="button" class="button" onClick={() => run(() => redrive.call(actions))}>Redrive</button>
      )}
      {store.execution.mapRunArn === undefined && (
        <button type="button" class="button" onClick={() => actions.rerun(inputOf(store))}>Run again…</button>
      )}
    </>
  );
}

function inputOf(store: ExecutionStore): string {
  if (typeof store.execution.input === "string") return store.execution.input;
  const started = store.model.event(1)?.["executionStartedEventDetails"] as { input?: string | null } | undefined;
  return started?.input ?? "{}";
}
