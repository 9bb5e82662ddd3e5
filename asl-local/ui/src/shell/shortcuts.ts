// Keys that work anywhere in the page, except while somebody types or a dialog is open.

import { useEffect, useRef } from "preact/hooks";

interface Shortcut {
  key: string;
  text: string;
  run: () => void;
}

const shortcuts = new Set<Shortcut>();

/** Runs `run` when the key is pressed, while the component is shown. `text` is for the list under `?`. */
export function useShortcut(key: string, text: string, run: () => void, isEnabled = true): void {
  const current = useRef(run);
  current.current = run;
  useEffect(() => {
    if (!isEnabled) return;
    const shortcut = { key, text, run: () => current.current() };
    shortcuts.add(shortcut);
    return () => void shortcuts.delete(shortcut);
  }, [key, text, isEnabled]);
}

/** Those that work now. */
export function listShortcuts(): { key: string; text: string }[] {
  return [...shortcuts].map(({ key, text }) => ({ key, text }));
}

/** Whether keys belong to what is focused. Only the path of the event leads into a shadow root. */
export function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function listenForShortcuts(): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event) || document.querySelector("dialog[open]")) return;
    const shortcut = [...shortcuts].reverse().find(({ key }) => key === event.key);
    if (shortcut === undefined) return;
    event.preventDefault();
    shortcut.run();
  };
  addEventListener("keydown", onKey);
  return () => removeEventListener("keydown", onKey);
}
