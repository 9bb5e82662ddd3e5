/** The table of events. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { EventSearch, isOpen, KINDS, type Filter, type Kind } from "./event-filter.ts";
import { mainPayload, seconds, tone, type HistoryEvent } from "./history.ts";
import { itemsAround } from "./names.ts";
import { inSlices } from "./schedule.ts";
import { useStore, type ExecutionStore } from "./store.ts";
import { exactInstant, offset } from "./time.ts";
import { VirtualRows, type RowsHandle } from "./virtual.tsx";
import { visible } from "../json/visible.ts";

const HEIGHT = 26;

export function Events({ store }: { store: ExecutionStore }) {
  useStore(store);
  const { model } = store;
  const [kind, setKind] = useState<Kind>("all");
  const [text, setText] = useState("");
  const [isOneState, setOneState] = useState(false);
  const state = isOneState ? store.state : undefined;
  const { ids, isSearching } = useSearch(store, { kind, text, state, scope: store.scope });
  const active = useMemo(() => (store.event === undefined ? -1 : position(ids, store.event)), [ids, ids.length, store.event]);
  const rows = useRef<RowsHandle>(null);
  const wasAtEnd = useRef(false);
  const id = useId();

  useEffect(() => {
    if (active >= 0) rows.current?.reveal(active);
  }, [store.event, active >= 0]);
  // Follows a running execution if the end is in view.
  useEffect(() => {
    if (wasAtEnd.current && !store.hasEnded) rows.current?.toEnd();
    wasAtEnd.current = rows.current?.isAtEnd() ?? false;
  }, [ids.length]);

  const row = (index: number, top: number, slot: number): ComponentChildren => {
    const event = model.event(ids[index] ?? 0);
    return event && <EventRow key={slot} id={`${id}-${index}`} store={store} event={event} index={index} top={top} isActive={index === active} />;
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const previous = model.event(ids[index] ?? 0)?.previousEventId;
    if (event.key === "p" && previous) store.selectEvent(previous);
    else if (event.key === "Escape") store.selectEvent(undefined);
  };
  return (
    <div class="x-pane-body">
      <div class="x-filter">
        <select class="field" aria-label="Kind of events" value={kind} onChange={(event) => setKind(event.currentTarget.value as Kind)}>
          {Object.entries(KINDS).map(([value, name]) => (
            <option value={value}>{name}</option>
          ))}
        </select>
        <input class="field" type="search" placeholder="Filter by text" aria-label="Filter by text" value={text} onInput={(event) => setText(event.currentTarget.value)} />
        {store.state !== undefined && (
          <label class="x-check">
            <input type="checkbox" checked={isOneState} onChange={(event) => setOneState(event.currentTarget.checked)} />
            only <bdi class="x-clip">{visible(store.state)}</bdi>
          </label>
        )}
        <span class="x-count" role="status">
          {isSearching ? "searching…" : `${ids.length.toLocaleString("en")} of ${model.count.toLocaleString("en")}`}
        </span>
      </div>
      <VirtualRows
        handle={rows}
        id={id}
        role="grid"
        label="Events; p goes to the previous event"
        class="x-events"
        count={ids.length}
        rowHeight={HEIGHT}
        active={active}
        onActive={(index) => store.selectEvent(ids[index])}
        onKey={onKey}
        row={row}
        head={<Head />}
      />
    </div>
  );
}

function Head() {
  return (
    <div class="x-event x-head" role="row" data-head="true">
      {["Id", "Time", "Type", "State", "Data", "After"].map((name) => (
        <span role="columnheader">{name}</span>
      ))}
    </div>
  );
}

interface RowProps {
  store: ExecutionStore;
  event: HistoryEvent;
  id: string;
  index: number;
  top: number;
  isActive: boolean;
}

const SHOWN = 240;

/** What an event tells does not change, so neither does its row. */
function EventRow(props: RowProps) {
  const { store, event, id, isActive } = props;
  return useMemo(() => drawRow(props), [store, event, id, isActive]);
}

function drawRow({ store, event, id, index, top, isActive }: RowProps) {
  const { model } = store;
  const visit = model.visitOf[event.id];
  const strand = model.strandOf[event.id];
  const items = strand ? itemsAround(strand) : "";
  const told = mainPayload(event);
  const time = seconds(event.timestamp);
  return (
    <div
      id={id}
      class={isActive ? "x-event x-row active" : "x-event x-row"}
      role="row"
      aria-rowindex={index + 1}
      aria-selected={isActive}
      style={{ top: `${top}px` }}
      onClick={() => store.selectEvent(event.id)}
    >
      <span role="gridcell" class="x-number">{event.id}</span>
      <span role="gridcell" class="x-number" title={exactInstant(time)}>{offset(time - model.start)}</span>
      <span role="gridcell" class={`x-type ${tone(event.type)}`}>{event.type}</span>
      <span role="gridcell" class="x-clip" title={visit?.name}>
        <bdi>{visible(visit?.name ?? "")}</bdi>
        {items && <span class="x-items">{items}</span>}
      </span>
      <span role="gridcell" class="x-clip x-data">
        {told && <bdi>{told.text === null ? `${told.field}, ${told.length.toLocaleString("en")} characters` : visible(told.text.slice(0, SHOWN))}</bdi>}
      </span>
      <span role="gridcell" class="x-number">
        {event.previousEventId > 0 && (
          <button
            type="button"
            class="x-link"
            tabIndex={-1}
            aria-label={`Go to event ${event.previousEventId}`}
            onClick={(click) => {
              click.stopPropagation();
              store.selectEvent(event.previousEventId);
            }}
          >
            {event.previousEventId}
          </button>
        )}
      </span>
    </div>
  );
}

/** Finds the events in slices, and adds those that arrive later. */
function useSearch(store: ExecutionStore, filter: Filter): { ids: readonly number[]; isSearching: boolean } {
  const { model } = store;
  const { kind, text, state, scope } = filter;
  const search = useMemo(() => new EventSearch(model, filter), [model, kind, text, state, scope]);
  const [, setProgress] = useState(0);
  const everything = isOpen(filter);
  useEffect(() => {
    if (everything) return;
    const show = () => setProgress((count) => count + 1);
    return inSlices(() => search.step(), show, show);
  }, [search, everything, model.version]);
  return everything ? { ids: model.order, isSearching: false } : { ids: search.ids, isSearching: !search.isDone };
}

/** Where an id is in a rising list, or -1. */
function position(ids: readonly number[], id: number): number {
  let [low, high] = [0, ids.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = ids[middle] ?? 0;
    if (found === id) return middle;
    if (found < id) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
