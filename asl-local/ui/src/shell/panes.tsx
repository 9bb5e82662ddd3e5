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
import { useAnalysis, type Analysis } from "./graph-of.ts";
import { Problem } from "./problem.tsx";
import { Problems, summary } from "./problems.tsx";
import { useSettled } from "./settled.ts";

interface Properties {
  initial: string;
  text: string;
  type: MachineItem["type"];
  onChange: (text: string) => void;
}

/** How long nobody must have typed before the graph follows. */
const TYPING_MILLISECONDS = 250;
const MOVING_MILLISECONDS = 120;

/**
 * A definition, its problems below and its graph beside it. The caret and the selected state follow each other. Hundreds
 * of states take longer to read and to draw than a key may take, so only the editor follows each key.
 */
export function Panes({ initial, text, type, onChange }: Properties) {
  const editor = useRef<EditorHandle>(null);
  const [caret, setCaret] = useState(0);
  const settled = useSettled(text, TYPING_MILLISECONDS);
  const analysis = useAnalysis<Layout>(settled, type);
  const places = useMemo(() => placesOf(settled), [settled]);
  const selected = useSelected(places, useSettled(caret, MOVING_MILLISECONDS), text === settled);
  const shown = useCallback((doc: Text) => analysis.diagnostics.map((one) => toDiagnostic(doc, one)), [analysis]);
  const format = () => jsonFault(text) === undefined && editor.current?.replace(formatted(text));
  // The same element again is not rendered again.
  const problems = useMemo(
    () => <Problems list={analysis.diagnostics} onOpen={(one) => editor.current?.goTo((doc) => offset(doc, one.from))} />,
    [analysis],
  );
  const drawing = useMemo(
    () => <Drawing analysis={analysis} selected={selected} places={places} onOpen={(at) => editor.current?.goTo(() => at)} />,
    [analysis, selected, places],
  );
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
            isInvalid={analysis.diagnostics.some(({ severity }) => severity === "error")}
            handle={editor}
          />
        </div>
        {analysis.error && <Problem error={analysis.error} />}
        <div class="problems-head">
          <p role="status">{summary(analysis.diagnostics)}</p>
          <button type="button" class="button quiet" title="One member per line, if it is JSON" onClick={format}>
            Format
          </button>
        </div>
        {problems}
      </div>
      {drawing}
    </div>
  );
}

interface DrawingProperties {
  analysis: Analysis<Layout>;
  selected: string | undefined;
  places: Places;
  onOpen: (at: number) => void;
}

function Drawing({ analysis: { layout, isStale }, selected, places, onOpen }: DrawingProperties) {
  const goTo = (state: string | undefined) => {
    const place = state === undefined ? undefined : places.get(state);
    if (place) onOpen(place.from);
  };
  return (
    <div class={isStale ? "pane drawing stale" : "pane drawing"}>
      {layout ? (
        <Graph layout={layout} selected={selected} onSelect={goTo} />
      ) : (
        <p class="soft">The graph appears here as soon as the definition can be drawn.</p>
      )}
    </div>
  );
}

type Places = ReadonlyMap<string, { from: number; to: number }>;

/** Where the states are in the text. Empty if they are those of a reformatted text. */
function placesOf(text: string): Places {
  const definition = readDefinition(text);
  return definition.isReformatted ? new Map() : definition.places;
}

/** The state at the caret, or the last one while the places are those of an earlier text. */
function useSelected(places: Places, caret: number, isCurrent: boolean): string | undefined {
  const last = useRef<string | undefined>(undefined);
  if (isCurrent) last.current = stateAt(places, caret);
  return last.current;
}
