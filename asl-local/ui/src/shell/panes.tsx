import type { Text } from "@codemirror/state";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { MachineItem } from "../api.ts";
import { readDefinition } from "../execution/definition.ts";
import { Graph } from "../execution/graph.tsx";
import type { Layout } from "../execution/source.ts";
import { CodeEditor, type EditorHandle } from "./editor/code-editor.tsx";
import { offset, toDiagnostic } from "./editor/diagnostics.ts";
import { formatted } from "./editor/format.ts";
import { jsonFault } from "./editor/json-fault.ts";
import { stateAt } from "./editor/state-at.ts";
import { useAnalysis } from "./graph-of.ts";
import { Problem } from "./problem.tsx";
import { Problems, summary } from "./problems.tsx";

interface Properties {
  initial: string;
  text: string;
  type: MachineItem["type"];
  onChange: (text: string) => void;
}

/** A definition, its problems below and its graph beside it. The caret and the selected state follow each other. */
export function Panes({ initial, text, type, onChange }: Properties) {
  const editor = useRef<EditorHandle>(null);
  const [caret, setCaret] = useState(0);
  const { diagnostics, error, layout, isStale } = useAnalysis<Layout>(text, type);
  const shown = useCallback((doc: Text) => diagnostics.map((one) => toDiagnostic(doc, one)), [diagnostics]);
  const places = useMemo(() => {
    const definition = readDefinition(text);
    return definition.isReformatted ? new Map<string, never>() : definition.places;
  }, [text]);
  const goTo = (state: string | undefined) => {
    const place = state === undefined ? undefined : places.get(state);
    if (place) editor.current?.goTo(() => place.from);
  };
  return (
    <div class="panes">
      <div class="pane">
        <div class="frame">
          <CodeEditor
            initial={initial}
            label="Definition"
            onChange={onChange}
            onCaret={setCaret}
            diagnostics={shown}
            isInvalid={diagnostics.some(({ severity }) => severity === "error")}
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
      <div class={isStale ? "pane drawing stale" : "pane drawing"}>
        {layout ? (
          <Graph layout={layout} selected={stateAt(places, caret)} onSelect={goTo} />
        ) : (
          <p class="soft">The graph appears here as soon as the definition can be drawn.</p>
        )}
      </div>
    </div>
  );
}
