/** The attempts of a visit, with the delays between them. */

import { details, seconds } from "./history.ts";
import type { Attempt, Visit } from "./model/parts.ts";
import { STATUS_LOOK, STATUS_TEXT } from "./names.ts";
import type { ExecutionStore } from "./store.ts";
import { exactInstant, offset, shortDuration } from "./time.ts";

const MOST = 200;

export function Attempts({ store, visit }: { store: ExecutionStore; visit: Visit }) {
  const shown = visit.attempts.slice(-MOST);
  const skipped = visit.attempts.length - shown.length;
  return (
    <>
      {skipped > 0 && <p class="x-note">{skipped.toLocaleString("en")} earlier attempts are left out.</p>}
      <ol class="x-attempt-list">
        {shown.map((attempt, index) => (
          <AttemptItem key={attempt.first} store={store} attempt={attempt} number={skipped + index + 1} before={shown[index - 1]} />
        ))}
      </ol>
    </>
  );
}

function AttemptItem({ store, attempt, number, before }: { store: ExecutionStore; attempt: Attempt; number: number; before: Attempt | undefined }) {
  const { model } = store;
  const delay = before ? attempt.start - before.end : NaN;
  const events: number[] = [];
  for (let id = attempt.last; id >= attempt.first && events.length < 12; id = model.event(id)?.previousEventId ?? 0) events.unshift(id);
  return (
    <li>
      {before && (
        <p class="x-note x-delay">
          {attempt.isRedrive ? "redriven" : "retried"} after {shortDuration(delay)}
        </p>
      )}
      <div class="x-attempt-head">
        <span class={`status ${STATUS_LOOK[attempt.status]}`}>{STATUS_TEXT[attempt.status]}</span>
        <b>Attempt {number}</b>
        <span class="x-soft" title={exactInstant(attempt.start)}>{offset(attempt.start - model.start)}</span>
        <span class="x-soft">{shortDuration(attempt.end - attempt.start)}</span>
      </div>
      {attempt.error !== undefined && (
        <p class="x-attempt-error">
          <bdi class="x-failure-name">{attempt.error}</bdi>
          {attempt.cause !== undefined && <bdi>{` ${attempt.cause.slice(0, 600)}`}</bdi>}
        </p>
      )}
      <p class="x-attempt-events">
        {events.map((id) => {
          const event = model.event(id);
          return (
            event && (
              <button type="button" class="x-link" title={`${offset(seconds(event.timestamp) - model.start)} ${String(details(event)["resource"] ?? "")}`} onClick={() => store.selectEvent(id)}>
                {event.type}
              </button>
            )
          );
        })}
      </p>
    </li>
  );
}
