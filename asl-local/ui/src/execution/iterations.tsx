/** The iterations of a Map or the branches of a Parallel: choose one to see only it. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { emptyCounts, type Status, type Strand, type Visit } from "./model/parts.ts";
import { STATUS_LOOK, STATUS_TEXT } from "./names.ts";
import { useNow } from "./now.ts";
import type { ExecutionStore } from "./store.ts";
import { offset, shortDuration } from "./time.ts";
import { VirtualRows, type RowsHandle } from "./virtual.tsx";

const HEIGHT = 28;

export function Iterations({ store, visit }: { store: ExecutionStore; visit: Visit }) {
  const [attemptAt, setAttempt] = useState<number>();
  const [only, setOnly] = useState<Status>();
  const [cursor, setCursor] = useState(-1);
  const [wanted, setWanted] = useState("");
  const handle = useRef<RowsHandle>(null);
  const id = useId();
  const { model } = store;
  const now = useNow(visit.status === "running" && !store.hasEnded, model.last);

  const at = Math.min(attemptAt ?? visit.attempts.length - 1, visit.attempts.length - 1);
  const attempt = visit.attempts[at];
  const strands = attempt?.strands ?? [];
  const counts = useMemo(() => {
    const counts = emptyCounts();
    for (const strand of strands) counts[strand.status] += 1;
    return counts;
  }, [attempt, model.version]);
  const sorted = useMemo(() => [...strands].sort((one, other) => one.index - other.index), [attempt, strands.length]);
  const shown = useMemo(() => (only ? sorted.filter((strand) => strand.status === only) : sorted), [sorted, only, model.version]);
  const longest = useMemo(() => shown.reduce((most, strand) => Math.max(most, lengthOf(strand, now)), 0), [shown, now]);
  const chosen = shown.findIndex((strand) => strand === store.scope);
  const active = cursor >= 0 && cursor < shown.length ? cursor : chosen;
  useEffect(() => setCursor(-1), [store.scope, only]);
  useEffect(() => {
    if (chosen >= 0) handle.current?.reveal(chosen);
  }, [chosen]);

  const noun = visit.type === "Map" ? "iterations" : "branches";
  const pending = visit.type === "Map" && attempt ? Math.max(0, attempt.length - strands.length) : 0;
  const row = (index: number, top: number, slot: number): ComponentChildren => {
    const strand = shown[index];
    return (
      strand && (
        <IterationRow
          key={slot}
          id={`${id}-${index}`}
          store={store}
          strand={strand}
          top={top}
          length={lengthOf(strand, now)}
          longest={longest}
          isActive={index === active}
        />
      )
    );
  };
  const find = () => {
    const index = shown.findIndex((strand) => strand.index === Number(wanted) - (visit.type === "Map" ? 0 : 1));
    const strand = shown[index];
    if (wanted.trim() === "" || !strand) return;
    store.narrow(strand);
    handle.current?.reveal(index);
  };
  return (
    <div class="x-iterations">
      <div class="x-filter">
        {visit.attempts.length > 1 && (
          <select class="field" aria-label="Attempt" value={at} onChange={(event) => setAttempt(Number(event.currentTarget.value))}>
            {visit.attempts.map((_, index) => (
              <option value={index}>Attempt {index + 1}</option>
            ))}
          </select>
        )}
        <div class="x-chips" role="group" aria-label={`Which ${noun}`}>
          <button type="button" class="x-chip" aria-pressed={only === undefined} onClick={() => setOnly(undefined)}>
            All {strands.length.toLocaleString("en")}
          </button>
          {(["failed", "running", "aborted", "succeeded"] as const).map(
            (status) =>
              counts[status] > 0 && (
                <button
                  type="button"
                  class={`x-chip ${STATUS_LOOK[status]}`}
                  aria-pressed={only === status}
                  onClick={() => setOnly(only === status ? undefined : status)}
                >
                  {STATUS_TEXT[status]} {counts[status].toLocaleString("en")}
                </button>
              ),
          )}
          {pending > 0 && <span class="x-soft">{pending.toLocaleString("en")} not begun</span>}
        </div>
        {strands.length > 20 && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              find();
            }}
          >
            <input
              class="field x-find"
              inputMode="numeric"
              placeholder="Go to #"
              aria-label="Number of the iteration to show"
              value={wanted}
              onInput={(event) => setWanted(event.currentTarget.value)}
            />
          </form>
        )}
      </div>
      <VirtualRows
        handle={handle}
        id={id}
        role="listbox"
        label={`The ${noun} of ${visit.name}; Enter shows only one`}
        class="x-strands"
        count={shown.length}
        rowHeight={HEIGHT}
        active={active}
        onActive={setCursor}
        onKey={(event, index) => {
          const strand = shown[index];
          if ((event.key === "Enter" || event.key === " ") && strand) store.narrow(strand);
          else if (event.key === "Escape") store.narrow(visit.strand);
          else return;
          event.preventDefault();
        }}
        row={row}
      />
    </div>
  );
}

function lengthOf(strand: Strand, now: number): number {
  return (Number.isNaN(strand.end) ? now : strand.end) - strand.start;
}

interface RowProps {
  store: ExecutionStore;
  strand: Strand;
  id: string;
  top: number;
  length: number;
  longest: number;
  isActive: boolean;
}

function IterationRow({ store, strand, id, top, length, longest, isActive }: RowProps) {
  const isChosen = store.scope === strand;
  const error = strand.status === "failed" ? strand.current?.error : undefined;
  return (
    <div
      id={id}
      class={`x-iteration x-row${isActive ? " active" : ""}${isChosen ? " chosen" : ""}`}
      role="option"
      aria-selected={isChosen}
      style={{ top: `${top}px` }}
      onClick={() => store.narrow(isChosen ? strand.around?.strand : strand)}
    >
      <i class={`x-dot ${strand.status}`} title={STATUS_TEXT[strand.status]} />
      <span class="x-number">{strand.kind === "iteration" ? `#${strand.index}` : `branch ${strand.index + 1}`}</span>
      <span class="x-clip">
        {error === undefined ? <bdi class="x-soft">{strand.status === "running" ? strand.current?.name : ""}</bdi> : <bdi class="x-bad">{error}</bdi>}
      </span>
      <span class="x-soft x-number">{offset(strand.start - store.model.start)}</span>
      <span class="x-length" aria-hidden="true">
        <i class={strand.status} style={{ width: `${longest > 0 ? Math.max(1, (length / longest) * 100) : 0}%` }} />
      </span>
      <span class="x-number">{shortDuration(length)}</span>
    </div>
  );
}
