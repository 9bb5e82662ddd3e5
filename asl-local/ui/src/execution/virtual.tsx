/** A list of any length of which only the visible rows exist. */

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "preact/hooks";

export interface RowsHandle {
  /** Scrolls the row into view, if it is not. */
  reveal(index: number): void;
  toEnd(): void;
  isAtEnd(): boolean;
  focus(): void;
}

interface Props {
  count: number;
  rowHeight: number;
  /** A row; it must be placed at `top` pixels. Its key is `slot`, so that scrolling reuses the elements of rows that leave. */
  row(index: number, top: number, slot: number): ComponentChildren;
  /** The row that keys move, -1 for none. */
  active: number;
  onActive(index: number): void;
  /** Keys that the list does not use itself. */
  onKey?(event: KeyboardEvent, index: number): void;
  label: string;
  role: "grid" | "listbox" | "treegrid";
  class?: string;
  /** The prefix of the ids of rows. */
  id: string;
  head?: ComponentChildren;
  handle?: RefObject<RowsHandle | null>;
}

/** Browsers cannot scroll further; longer lists scroll in larger steps. */
const TALLEST = 15_000_000;
const STEP = 6;

export function VirtualRows(props: Props) {
  const { count, rowHeight, active, onActive, handle } = props;
  const box = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ from: 0, to: 40 });
  const headHeight = useRef(0);

  const measure = () => {
    const element = box.current;
    if (!element) return;
    headHeight.current = (element.firstElementChild as HTMLElement | null)?.dataset["head"] === "true"
      ? (element.firstElementChild as HTMLElement).offsetHeight
      : 0;
    // In steps, so that most scrolling changes nothing, and always of the same length, so that each row keeps its slot.
    const from = Math.max(0, Math.floor(element.scrollTop / rowHeight / STEP) * STEP - STEP);
    const to = from + Math.ceil(element.clientHeight / rowHeight / STEP) * STEP + 3 * STEP;
    setRange((old) => (old.from === from && old.to === to ? old : { from, to }));
  };
  useLayoutEffect(measure, [count, rowHeight]);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [rowHeight]);

  const reveal = (index: number) => {
    const element = box.current;
    if (!element || index < 0) return;
    const top = index * rowHeight;
    const room = element.clientHeight - headHeight.current;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + room) element.scrollTop = top + rowHeight - room;
    measure();
  };
  useImperativeHandle(handle ?? { current: null }, () => ({
    reveal,
    toEnd: () => box.current && (box.current.scrollTop = box.current.scrollHeight),
    isAtEnd: () => !box.current || box.current.scrollTop + box.current.clientHeight >= box.current.scrollHeight - 4,
    focus: () => box.current?.focus({ preventScroll: true }),
  }));

  const move = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((box.current?.clientHeight ?? 0) / rowHeight) - 2);
    const steps: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active < 0 ? count - 1 : active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const to = event.ctrlKey || event.metaKey || event.altKey ? undefined : steps[event.key];
    if (to === undefined || count === 0) return props.onKey?.(event, active);
    event.preventDefault();
    const index = Math.min(count - 1, Math.max(0, to));
    onActive(index);
    reveal(index);
  };

  const rows: ComponentChildren[] = [];
  const slots = range.to - range.from + 1;
  for (let index = range.from; index < Math.min(count, range.to); index++) {
    rows.push(props.row(index, index * rowHeight, index % slots));
  }
  return (
    <div
      ref={box}
      class={`x-rows ${props.class ?? ""}`}
      role={props.role}
      aria-label={props.label}
      aria-rowcount={props.role === "listbox" ? undefined : count}
      aria-activedescendant={active >= range.from && active < range.to && active < count ? `${props.id}-${active}` : undefined}
      tabIndex={0}
      onScroll={measure}
      onKeyDown={move}
    >
      {props.head}
      <div class="x-rows-all" role="presentation" style={{ height: `${Math.min(TALLEST, count * rowHeight)}px` }}>
        {rows}
      </div>
    </div>
  );
}
