/** The execution as a whole: its input and output, and why it failed. */

import { details, payload, seconds } from "./history.ts";
import { EventPayload, JsonText } from "./payload.tsx";
import { Section } from "./section.tsx";
import type { ExecutionStore } from "./store.ts";
import { exactInstant, instant } from "./time.ts";
import { Failure } from "./visit-data.tsx";
import { visible } from "../json/visible.ts";

export function Overview({ store }: { store: ExecutionStore }) {
  const { model, execution, source, head } = store;
  const started = model.event(1);
  const last = model.event(model.order[model.order.length - 1] ?? 0);
  const ended = last?.type.startsWith("Execution") && last !== started ? last : undefined;
  const told = ended ? details(ended) : {};
  const error = execution.error ?? (typeof told["error"] === "string" ? told["error"] : undefined);
  const cause = execution.cause ?? (typeof told["cause"] === "string" ? told["cause"] : undefined);
  const failed = error === undefined ? undefined : failedState(store);
  const status = store.isCutOff ? execution.status : model.status;
  const hasFailed = status !== "RUNNING" && status !== "SUCCEEDED";
  return (
    <div class="x-details">
      <div class="x-title">
        <h2>Execution</h2>
      </div>
      <div class="x-scroll">
        {store.isCutOff && (
          <p class="x-note x-warn">
            The history was too long to be kept whole. What happened after event {last?.id.toLocaleString("en")} is not shown, and states that
            were running then seem to run still.
          </p>
        )}
        {hasFailed && <Failure error={error} cause={cause} />}
        {hasFailed && failed && (
          <p class="x-note">
            Failed in{" "}
            <button type="button" class="x-link" onClick={() => store.selectVisit(failed)}>
              <bdi>{visible(failed.name)}</bdi>
            </button>
          </p>
        )}
        {started && payload(started, "input") ? (
          <Section title="Input">
            <EventPayload source={source} event={started} field="input" label="Input" />
          </Section>
        ) : (
          typeof execution.input === "string" && (
            <Section title="Input">
              <JsonText text={execution.input} label="Input" />
            </Section>
          )
        )}
        {ended && payload(ended, "output") ? (
          <Section title="Output">
            <EventPayload source={source} event={ended} field="output" label="Output" />
          </Section>
        ) : (
          typeof execution.output === "string" && (
            <Section title="Output">
              <JsonText text={execution.output} label="Output" />
            </Section>
          )
        )}
        <Section title="Facts">
          <dl class="x-facts">
            <dt>State machine</dt>
            <dd>
              <bdi>{head.machine.name}</bdi>
            </dd>
            <dt>Type</dt>
            <dd>{head.machine.type}</dd>
            <dt>Started</dt>
            <dd title={exactInstant(seconds(execution.startDate))}>{instant(seconds(execution.startDate))}</dd>
            {execution.stopDate !== undefined && store.hasEnded && (
              <>
                <dt>Ended</dt>
                <dd title={exactInstant(seconds(execution.stopDate))}>{instant(seconds(execution.stopDate))}</dd>
              </>
            )}
            <dt>ARN</dt>
            <dd>
              <bdi class="x-path">{execution.executionArn}</bdi>
            </dd>
          </dl>
        </Section>
        <p class="x-note">Select a state in the graph, the timeline or the events to see its data.</p>
      </div>
    </div>
  );
}

/** The innermost state that failed the execution. */
function failedState(store: ExecutionStore) {
  const { model } = store;
  for (let at = model.order.length - 1; at >= 0; at--) {
    const event = model.event(model.order[at] ?? 0);
    if (!event?.type.startsWith("Execution")) return undefined;
    if (event.type !== "ExecutionFailed") continue;
    let visit = model.visitOf[event.previousEventId];
    while (visit) {
      const strands = visit.attempts[visit.attempts.length - 1]?.strands ?? [];
      const inner = strands.find((strand) => strand.status === "failed")?.current;
      if (!inner || inner.status !== "failed") return visit;
      visit = inner;
    }
    return undefined;
  }
  return undefined;
}
