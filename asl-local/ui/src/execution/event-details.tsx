/** One event, whole. */

import { details, detailsName, payload, seconds } from "./history.ts";
import { EventPayload } from "./payload.tsx";
import { Section } from "./section.tsx";
import type { ExecutionStore } from "./store.ts";
import { exactInstant, instant, offset } from "./time.ts";

/** Members that hold JSON texts. */
const TEXTS = new Set(["input", "output", "parameters", "cause"]);

export function EventDetails({ store, id }: { store: ExecutionStore; id: number }) {
  const { model, source } = store;
  const event = model.event(id);
  if (!event) return <p class="x-note">This event has not arrived yet.</p>;
  const time = seconds(event.timestamp);
  const told = details(event);
  const name = detailsName(event);
  const large = Object.keys(event.large ?? {}).map((pointer) => pointer.slice(`/${name ?? ""}/`.length));
  const texts = [...new Set([...Object.keys(told), ...large])].filter((field) => TEXTS.has(field) && payload(event, field));
  const others = Object.entries(told).filter(([field]) => !texts.includes(field) && !/^(in|out)putDetails$|VariablesDetails$/.test(field));
  return (
    <>
      <dl class="x-facts">
        <dt>Type</dt>
        <dd>{event.type}</dd>
        <dt>Time</dt>
        <dd title={exactInstant(time)}>
          {instant(time)} <span class="x-soft">{offset(time - model.start)}</span>
        </dd>
        {event.previousEventId > 0 && (
          <>
            <dt>After</dt>
            <dd>
              <button type="button" class="x-link" onClick={() => store.selectEvent(event.previousEventId)}>
                event {event.previousEventId}, {model.event(event.previousEventId)?.type}
              </button>
            </dd>
          </>
        )}
        {others.map(([field, value]) => (
          <>
            <dt>{field}</dt>
            <dd>
              <bdi>{typeof value === "object" && value !== null ? JSON.stringify(value) : String(value)}</bdi>
            </dd>
          </>
        ))}
      </dl>
      {texts.map((field) => (
        <Section title={field}>
          <EventPayload source={source} event={event} field={field} label={field} />
        </Section>
      ))}
    </>
  );
}
