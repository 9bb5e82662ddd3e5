/** When each state ran: a row for each visit, nested in branches and iterations. */

import type { ComponentChildren } from "preact";
import { useEffect, useId, useMemo, useRef, useState } from "preact/hooks";
import { STATUS_TEXT, strandName } from "./names.ts";
import { useNow } from "./now.ts";
import { useStore, type ExecutionStore } from "./store.ts";
import { shortDuration, tickStep, tickText } from "./time.ts";
import { barsOf, isVisit, timelineRows, type Part, type TimelineRow } from "./timeline-rows.ts";
import { VirtualRows, type RowsHandle } from "./virtual.tsx";
import { visible } from "../json/visible.ts";

const HEIGHT = 24;
/** Pixels between ticks. */
const TICK_ROOM = 90;

interface Window {
  from: number;
  to: number;
}

export function Timeline({ store }: { store: ExecutionStore }) {
  useStore(store);
  const { model } = store;
  const now = useNow(!store.hasEnded, model.last);
  const [opened, setOpened] = useState<ReadonlyMap<Part, boolean>>(new Map());
  const [zoom, setZoom] = useState<Window>();
  const from = store.scope ?? model.root;
  const rows = useMemo(() => timelineRows(from, opened), [from, opened, model.version]);
  const active = rows.findIndex((row) => (isVisit(row.part) ? row.part === store.visit : row.part === store.scope));
  const handle = useRef<RowsHandle>(null);
  const id = useId();

  const whole = wholeWindow(from.start, Number.isNaN(from.end) ? now : Math.max(from.end, from.start));
  const window = zoom ?? whole;
  const zoomBy = (factor: number, at = 0.5) => {
    setZoom((old) => {
      const { from, to } = old ?? whole;
      const middle = from + (to - from) * at;
      const next = { from: middle - (middle - from) / factor, to: middle + (to - middle) / factor };
      const isWhole = next.from <= whole.from && next.to >= whole.to;
      if (isWhole) return undefined;
      return next.to - next.from < 1e-6 ? old : { from: Math.max(whole.from, next.from), to: Math.min(whole.to, next.to) };
    });
  };
  const shift = (part: number) => {
    setZoom((old) => {
      if (!old) return old;
      const width = old.to - old.from;
      const start = Math.min(whole.to - width, Math.max(whole.from, old.from + width * part));
      return { from: start, to: start + width };
    });
  };
  useEffect(() => setZoom(undefined), [from]);
  const [cursor, setCursor] = useState(-1);
  useEffect(() => {
    setCursor(-1);
    if (active >= 0) handle.current?.reveal(active);
  }, [store.visit]);

  const fold = (row: TimelineRow, isOpen: boolean) => setOpened((old) => new Map(old).set(row.part, isOpen));
  const choose = (row: TimelineRow | undefined) => {
    if (!row) return;
    if (isVisit(row.part)) store.selectVisit(row.part);
    else fold(row, !row.isOpen);
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const row = rows[index];
    if (event.key === "+" || event.key === "=") zoomBy(1.5);
    else if (event.key === "-") zoomBy(1 / 1.5);
    else if (event.key === "0") setZoom(undefined);
    else if (event.shiftKey && event.key === "ArrowRight") shift(0.2);
    else if (event.shiftKey && event.key === "ArrowLeft") shift(-0.2);
    else if (event.key === "ArrowRight" && row?.canOpen) fold(row, true);
    else if (event.key === "ArrowLeft" && row?.canOpen) fold(row, false);
    else if (event.key === "Enter" || event.key === " ") choose(row);
    else return;
    event.preventDefault();
  };
  const [room, setRoom] = useState(600);
  const ticks = ticksOf(window, model.start, room);
  const body = useRef<HTMLDivElement>(null);
  useWheel(body, zoomBy, shift);
  const row = (index: number, top: number, slot: number): ComponentChildren => {
    const found = rows[index];
    return (
      found && (
        <Row
          key={slot}
          version={model.version}
          id={`${id}-${index}`}
          row={found}
          top={top}
          window={window}
          now={now}
          isActive={index === cursor || (cursor < 0 && index === active)}
          isSelected={index === active}
          onFold={() => fold(found, !found.isOpen)}
          onChoose={() => {
            setCursor(-1);
            choose(found);
          }}
          onNarrow={() => store.narrow(isVisit(found.part) ? undefined : found.part)}
        />
      )
    );
  };
  return (
    <div class="x-pane-body" ref={body} style={gridOf(window, model.start, ticks.step, room)}>
      <VirtualRows
        handle={handle}
        id={id}
        role="treegrid"
        label="Timeline; + and − zoom, arrow keys move and fold"
        class="x-timeline"
        count={rows.length}
        rowHeight={HEIGHT}
        active={cursor >= 0 ? cursor : active}
        onActive={(index) => {
          setCursor(index);
          const part = rows[index]?.part;
          if (part && isVisit(part)) store.selectVisit(part);
        }}
        onKey={onKey}
        row={row}
        head={
          <Axis
            window={window}
            start={model.start}
            ticks={ticks}
            isZoomed={zoom !== undefined}
            onRoom={setRoom}
            onZoom={zoomBy}
            onWhole={() => setZoom(undefined)}
          />
        }
      />
    </div>
  );
}

interface Ticks {
  step: number;
  /** In seconds since the start. */
  at: number[];
}

function ticksOf(window: Window, start: number, room: number): Ticks {
  const step = tickStep(((window.to - window.from) * TICK_ROOM) / Math.max(room, TICK_ROOM));
  const at: number[] = [];
  for (let index = Math.ceil((window.from - start) / step - 1e-9); index * step + start <= window.to && at.length < 100; index++) at.push(index * step);
  return { step, at };
}

/** Where the lines of the ticks are in each row, in pixels. */
function gridOf(window: Window, start: number, step: number, room: number): Record<string, string> {
  const pixels = room / (window.to - window.from);
  const first = Math.ceil((window.from - start) / step - 1e-9) * step + start;
  return { "--x-grid-step": `${step * pixels}px`, "--x-grid-from": `${(first - window.from) * pixels}px` };
}

function wholeWindow(from: number, to: number): Window {
  const length = Math.max(to - from, 0.001);
  return { from, to: from + length * 1.01 };
}

interface RowProps {
  row: TimelineRow;
  version: number;
  id: string;
  top: number;
  window: Window;
  now: number;
  isActive: boolean;
  isSelected: boolean;
  onFold(): void;
  onChoose(): void;
  onNarrow(): void;
}

function Row(props: RowProps) {
  const { row, version, id, window, now, isActive, isSelected } = props;
  return useMemo(() => drawRow(props), [row, version, id, window.from, window.to, now, isActive, isSelected]);
}

function drawRow({ row, id, top, window, now, isActive, isSelected, onFold, onChoose, onNarrow }: RowProps) {
  const { part } = row;
  const name = isVisit(part) ? part.name : strandName(part);
  const length = (Number.isNaN(part.end) ? now : part.end) - part.start;
  return (
    <div
      id={id}
      class={`x-line x-row${isActive ? " active" : ""}${part.isSuperseded ? " superseded" : ""}`}
      role="row"
      aria-level={row.level + 1}
      aria-expanded={row.canOpen ? row.isOpen : undefined}
      aria-selected={isSelected}
      style={{ top: `${top}px` }}
      onClick={onChoose}
    >
      <span role="gridcell" class="x-line-name" style={{ paddingInlineStart: `${8 + Math.min(row.level, 14) * 12}px` }}>
        {row.canOpen ? (
          <button
            type="button"
            class={row.isOpen ? "x-fold open" : "x-fold"}
            tabIndex={-1}
            aria-label={row.isOpen ? "Fold" : "Open"}
            onClick={(event) => {
              event.stopPropagation();
              onFold();
            }}
          />
        ) : (
          <span class="x-fold none" />
        )}
        <i class={`x-dot ${part.status}`} title={STATUS_TEXT[part.status]} />
        {isVisit(part) ? (
          <bdi class="x-clip" title={name}>{visible(name)}</bdi>
        ) : (
          <>
            <span class="x-strand">{name}</span>
            {part.kind === "iteration" && (
              <button
                type="button"
                class="x-link x-narrow"
                tabIndex={-1}
                title="Show only this iteration"
                onClick={(event) => {
                  event.stopPropagation();
                  onNarrow();
                }}
              >
                only
              </button>
            )}
          </>
        )}
        <span class="x-line-time">{shortDuration(length)}</span>
      </span>
      <span role="gridcell" class="x-bars">
        {barsOf(part, now).map((bar, index) => {
          const width = window.to - window.from;
          const left = (bar.from - window.from) / width;
          const right = (bar.to - window.from) / width;
          if (right < 0 || left > 1) return null;
          const style = { left: `${Math.max(-1, left) * 100}%`, width: `${Math.max(0, Math.min(2, right) - Math.max(-1, left)) * 100}%` };
          return <i key={index} class={`x-bar ${bar.look}${bar.isOuter ? " outer" : ""}${bar.isStrand ? " strand" : ""}`} style={style} title={`${name}: ${bar.title}, ${shortDuration(bar.to - bar.from)}`} />;
        })}
      </span>
    </div>
  );
}

interface AxisProps {
  window: Window;
  start: number;
  ticks: Ticks;
  isZoomed: boolean;
  /** Tells how wide the axis is. */
  onRoom(pixels: number): void;
  onZoom(factor: number): void;
  onWhole(): void;
}

function Axis({ window, start, ticks, isZoomed, onRoom, onZoom, onWhole }: AxisProps) {
  const box = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => onRoom(element.clientWidth || 600));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const width = window.to - window.from;
  return (
    <div class="x-line x-head" role="row" data-head="true">
      <span role="columnheader" class="x-line-name">
        <span class="x-grow">State</span>
        <span class="x-buttons">
          <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => onZoom(1.5)}>+</button>
          <button type="button" title="Zoom out (−)" aria-label="Zoom out" onClick={() => onZoom(1 / 1.5)}>−</button>
          <button type="button" title="The whole time (0)" disabled={!isZoomed} onClick={onWhole}>fit</button>
        </span>
      </span>
      <span role="columnheader" class="x-bars x-axis" aria-label="Time" ref={box}>
        {ticks.at.map((tick) => (
          <span key={tick} class="x-tick" style={{ left: `${((tick + start - window.from) / width) * 100}%` }}>
            {tickText(tick, ticks.step)}
          </span>
        ))}
      </span>
    </div>
  );
}

function useWheel(body: { current: HTMLElement | null }, zoom: (factor: number, at: number) => void, shift: (part: number) => void): void {
  const use = useRef({ zoom, shift });
  use.current = { zoom, shift };
  useEffect(() => {
    const element = body.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      const bars = element.querySelector(".x-axis")?.getBoundingClientRect();
      if (!bars) return;
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        const at = Math.min(1, Math.max(0, (event.clientX - bars.left) / bars.width));
        use.current.zoom(Math.exp(-event.deltaY * 0.006), at);
      } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
        event.preventDefault();
        use.current.shift((event.shiftKey ? event.deltaY : event.deltaX) / bars.width);
      }
    };
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, []);
}
