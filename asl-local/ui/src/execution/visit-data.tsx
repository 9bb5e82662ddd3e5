/** The data of a visit: what each filter stage made of it, or what the history tells of it. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { JsonTree } from "../json/tree.tsx";
import { stateOf } from "./definition.ts";
import { details, payload, type HistoryEvent } from "./history.ts";
import type { Visit } from "./model/parts.ts";
import { EventPayload, JsonText } from "./payload.tsx";
import { Section } from "./section.tsx";
import { stepsOf } from "./stage-list.ts";
import type { ExecutionStore } from "./store.ts";
import type { Stage } from "./source.ts";

export function VisitData({ store, visit }: { store: ExecutionStore; visit: Visit }) {
  const { stages, note } = useStages(store, visit);
  const state = useMemo(() => stateOf(store.definition, visit.name), [store, visit.name]);
  const caught = visit.status === "caught" ? visit.attempts[visit.attempts.length - 1] : undefined;
  const { error = caught?.error, cause = caught?.cause } = visit;
  return (
    <>
      <Failure error={error} cause={cause} isCaught={visit.status === "caught"} />
      {stages && stages.length > 0 ? <Stages stages={stages} state={state} error={error} key={visit.entered} /> : <FromHistory store={store} visit={visit} />}
      {note && <p class="x-note">{note}</p>}
    </>
  );
}

interface FailureProps {
  error: string | undefined;
  cause: string | undefined;
  isCaught?: boolean;
}

export function Failure({ error, cause, isCaught = false }: FailureProps) {
  if (error === undefined && cause === undefined) return null;
  return (
    <div class={isCaught ? "x-failure caught" : "x-failure"} role="note" aria-label="Error">
      <bdi class="x-failure-name">{error ?? "Failed"}</bdi>
      {cause !== undefined && <Cause cause={cause} />}
    </div>
  );
}

/** A cause is often JSON. */
function Cause({ cause }: { cause: string }) {
  if (/^\s*[[{]/.test(cause)) return <JsonText text={cause} label="Cause" depth={3} />;
  return <p><bdi>{cause.length > 4000 ? `${cause.slice(0, 4000)}…` : cause}</bdi></p>;
}

interface StagesProps {
  stages: Stage[];
  state: Record<string, unknown> | undefined;
  /** What is shown as the error of the visit already. */
  error: string | undefined;
}

function Stages({ stages, state, error }: StagesProps) {
  const [chosen, setChosen] = useState<number>();
  const at = Math.min(chosen ?? stages.length - 1, stages.length - 1);
  const stage = stages[at];
  if (!stage) return null;
  return (
    <>
      {stages.length > 1 && (
        <div class="x-attempts" role="group" aria-label="Attempts">
          {stages.map((other, index) => (
            <button
              type="button"
              class={other.error === undefined ? "x-chip" : "x-chip bad"}
              aria-pressed={index === at}
              onClick={() => setChosen(index)}
            >
              Attempt {(other.attempt ?? index) + 1}
            </button>
          ))}
        </div>
      )}
      {stage.error !== undefined && (stages.length > 1 || error === undefined) && <Failure error={stage.error} cause={stage.cause} />}
      {stage.catch !== undefined && <p class="x-note">Catcher {stage.catch + 1} handled the error.</p>}
      {stage.retry !== undefined && <p class="x-note">Retrier {stage.retry + 1} repeated the attempt.</p>}
      {stepsOf(stage, state).map((step) => (
        <Section
          key={`${at} ${step.label}`}
          title={step.label}
          code={step.expression}
          note={step.sameAs && `same as ${step.sameAs}`}
          isFolded={step.sameAs !== undefined || step.label === "Variables"}
        >
          <JsonTree value={step.value} label={step.label} />
        </Section>
      ))}
    </>
  );
}

/** The texts of the events of a visit. */
function FromHistory({ store, visit }: { store: ExecutionStore; visit: Visit }) {
  const { model, source } = store;
  const entered = model.event(visit.entered);
  const exited = visit.exited ? model.event(visit.exited) : undefined;
  const attempt = visit.attempts[visit.attempts.length - 1];
  const first = attempt && model.event(attempt.first);
  const last = attempt && model.event(attempt.last);
  const sent = first && ["parameters", "input"].find((field) => payload(first, field));
  return (
    <>
      {entered && <Part title="Input" event={entered} field="input" source={source} />}
      {first && sent && <Part title={sent === "parameters" ? "Arguments of the task" : "Input of the task"} event={first} field={sent} source={source} />}
      {last && last !== exited && payload(last, "output") && <Part title="Result" event={last} field="output" source={source} />}
      {exited && <Part title="Output" event={exited} field="output" source={source} />}
      {exited && <Assigned event={exited} />}
    </>
  );
}

function Part({ title, event, field, source }: { title: string; event: HistoryEvent; field: string; source: ExecutionStore["source"] }) {
  const length = payload(event, field)?.length ?? 0;
  return (
    <Section key={`${event.id} ${title}`} title={title} note={length > 2000 ? `${length.toLocaleString("en")} characters` : undefined}>
      <EventPayload source={source} event={event} field={field} label={title} />
    </Section>
  );
}

function Assigned({ event }: { event: HistoryEvent }) {
  const variables = details(event)["assignedVariables"];
  if (typeof variables !== "object" || variables === null) return null;
  return (
    <Section title="Assigned variables">
      {Object.entries(variables).map(([name, text]) => (
        <div class="x-variable">
          <bdi class="x-json-key">{`$${name}`}</bdi>
          {typeof text === "string" ? <JsonText text={text} label={`Variable ${name}`} depth={1} /> : <p class="x-note">large value</p>}
        </div>
      ))}
    </Section>
  );
}

function useStages(store: ExecutionStore, visit: Visit): { stages: Stage[] | undefined; note: string } {
  const { source, head } = store;
  const [loaded, setLoaded] = useState<{ key: string; stages: Stage[] | null; problem: string }>();
  const key = `${visit.entered} ${visit.status} ${visit.attempts.length}`;
  useEffect(() => {
    if (!head.stages) return;
    let isStale = false;
    source.stages(visit.entered).then(
      (stages) => !isStale && setLoaded({ key, stages, problem: "" }),
      (error: unknown) => !isStale && setLoaded({ key, stages: null, problem: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isStale = true;
    };
  }, [source, head.stages, key]);
  if (!head.stages) return { stages: undefined, note: "What each filter made of the data was not kept for this execution. The history tells the rest." };
  if (loaded?.key.split(" ")[0] !== String(visit.entered)) return { stages: undefined, note: "" };
  if (loaded.problem) return { stages: undefined, note: loaded.problem };
  if (loaded.stages) return { stages: loaded.stages, note: "" };
  const note = visit.status === "running" ? "" : "What each filter made of the data was not kept for this visit.";
  return { stages: undefined, note };
}
