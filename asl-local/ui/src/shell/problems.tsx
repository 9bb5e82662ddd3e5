import type { Reported } from "./editor/diagnostics.ts";

/** The problems of a definition. Each one leads to its place. */
export function Problems({ list, onOpen }: { list: Reported[]; onOpen: (one: Reported) => void }) {
  return (
    <ul class="problems" aria-label="Problems">
      {list.map((one, index) => (
        <li key={index}>
          <button type="button" onClick={() => onOpen(one)}>
            <span class={`severity ${one.severity}`}>{one.severity}</span>
            <span class="message">
              {one.message}
              {one.help && <span class="soft"> {one.help}</span>}
            </span>
            <span class="soft mono">
              {one.code} {one.from.line}:{one.from.column}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

export function summary(list: Reported[]): string {
  const errors = list.filter(({ severity }) => severity === "error").length;
  if (list.length === 0) return "No problems";
  return `${counted(errors, "error")}, ${counted(list.length - errors, "warning")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
