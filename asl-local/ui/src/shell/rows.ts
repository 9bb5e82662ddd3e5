// Moving through a list with the keyboard. Tab reaches a list once, and the arrow keys move in it.

import { useState } from "preact/hooks";

const STEPS: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(at + 1, last),
  ArrowUp: (at) => Math.max(at - 1, 0),
  Home: () => 0,
  End: (_, last) => last,
  PageDown: (at, last) => Math.min(at + 15, last),
  PageUp: (at) => Math.max(at - 15, 0),
};

/** Moves the focus between the links of a list: a handler of keys for the list. */
export function moveFocus(event: KeyboardEvent & { currentTarget: EventTarget | null }): void {
  const step = STEPS[event.key];
  const list = event.currentTarget as HTMLElement;
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const links = [...list.querySelectorAll<HTMLElement>("[data-row]")];
  const at = links.indexOf(document.activeElement as HTMLElement);
  if (at === -1) return;
  event.preventDefault();
  links[step(at, links.length - 1)]?.focus();
}

/** Moves the focus to the row that Tab would reach. */
export function enterList(selector: string): void {
  document.querySelector<HTMLElement>(`${selector} [data-row][tabindex="0"]`)?.focus();
}

/** Which row Tab reaches: the one that had the focus last, or the first. */
export function useRoving(keys: readonly string[]): (key: string) => { tabIndex: number; onFocus: () => void } {
  const [last, setLast] = useState<string>();
  const reached = last !== undefined && keys.includes(last) ? last : keys[0];
  return (key) => ({ tabIndex: key === reached ? 0 : -1, onFocus: () => setLast(key) });
}
