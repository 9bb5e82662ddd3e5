import type { Text } from "@codemirror/state";
import { useCallback, useRef } from "preact/hooks";
import type { MachineItem } from "../api.ts";
import { CodeEditor, type EditorHandle } from "./editor/code-editor.tsx";
import { offset, toDiagnostic, type Reported } from "./editor/diagnostics.ts";
import { formatted } from "./editor/format.ts";
import { jsonFault } from "./editor/json-fault.ts";
import { useAnalysis } from "./graph-of.ts";
import { Problem } from "./problem.tsx";

interface Properties {
  initial: string;
  text: string;
  type: MachineItem["type"];
  onChange: (text: string) => void;
}

/** A definition with its problems below. */
export function Panes({ initial, text, type, onChange }: Properties) {
  const editor = useRef<EditorHandle>(null);
  const { diagnostics, error } = useAnalysis<object>(text, type);
  const shown = useCallback((doc: Text) => diagnostics.map((one) => toDiagnostic(doc, one)), [diagnostics]);
  const isInvalid = diagnostics.some(({ severity }) => severity === "error");
  return (
    <div class="panes">
      <div class="pane">
        <div class="frame grow">
          <CodeEditor
            initial={initial}
            label="Definition"
            onChange={onChange}
            diagnostics={shown}
            isInvalid={isInvalid}
            handle={editor}
          />
        </div>
        {error && <Problem error={error} />}
        <div class="problems-head">
          <p role="status">{summary(diagnostics)}</p>
          <button
            type="button"
            class="button quiet"
            disabled={jsonFault(text) !== undefined}
            onClick={() => editor.current?.replace(formatted(text))}
          >
            Format
          </button>
        </div>
        <Problems list={diagnostics} onOpen={(one) => editor.current?.goTo((doc) => offset(doc, one.from))} />
      </div>
    </div>
  );
}

function Problems({ list, onOpen }: { list: Reported[]; onOpen: (one: Reported) => void }) {
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

function summary(list: Reported[]): string {
  const errors = list.filter(({ severity }) => severity === "error").length;
  if (list.length === 0) return "No problems";
  return `${counted(errors, "error")}, ${counted(list.length - errors, "warning")}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
