import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import type { Ref } from "preact";
import { useEffect, useImperativeHandle, useRef } from "preact/hooks";
import { replacing } from "./replacing.ts";
import { theme } from "./theme.ts";

export interface EditorHandle {
  focus(): void;
  /** Moves the caret there and scrolls to it. */
  goTo(position: (text: Text) => number): void;
  /** Replaces the text, which can be undone. */
  replace(text: string): void;
}

interface Properties {
  /** The text at first. After that the editor has its own. */
  initial: string;
  label: string;
  onChange: (text: string) => void;
  onCaret?: (offset: number) => void;
  /** Shown until the next ones. */
  diagnostics: (text: Text) => Diagnostic[];
  isInvalid: boolean;
  /** Whether it has the focus at first. */
  hasFocus?: boolean;
  handle?: Ref<EditorHandle>;
}

/**
 * An editor of JSON. It lives in a shadow root: there, CodeMirror adopts a style sheet that it constructs, which a strict
 * content security policy allows, rather than adding a `<style>` element, which the policy refuses.
 */
export function CodeEditor({ initial, label, onChange, onCaret, diagnostics, isInvalid, hasFocus = false, handle }: Properties) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  const moved = useRef(onCaret);
  moved.current = onCaret;

  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const editor = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: initial,
        extensions: [extensions, watch(changed, moved), labelled(label)],
      }),
    });
    view.current = editor;
    if (hasFocus) editor.focus();
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor) editor.dispatch(setDiagnostics(editor.state, diagnostics(editor.state.doc)));
  }, [diagnostics]);

  useEffect(() => {
    view.current?.contentDOM.setAttribute("aria-invalid", String(isInvalid));
  }, [isInvalid]);

  useImperativeHandle(
    handle ?? null,
    () => ({
      focus: () => view.current?.focus(),
      goTo: (position) => goTo(view.current, position),
      replace: (text) => replace(view.current, text),
    }),
    [],
  );
  return <div class="editor" ref={host} />;
}

const extensions: Extension = [
  lineNumbers(),
  foldGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  replacing,
  highlightActiveLine(),
  highlightSelectionMatches(),
  search(),
  json(),
  theme,
  keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap]),
];

type Held<Listener> = { current: Listener };

function watch(changed: Held<Properties["onChange"]>, moved: Held<Properties["onCaret"]>): Extension {
  return EditorView.updateListener.of((update) => {
    if (update.docChanged) changed.current(update.state.doc.toString());
    if (update.docChanged || update.selectionSet) moved.current?.(update.state.selection.main.head);
  });
}

function labelled(label: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" });
}

function goTo(view: EditorView | null, position: (text: Text) => number): void {
  if (view === null) return;
  const anchor = position(view.state.doc);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  view.focus();
}

function replace(view: EditorView | null, text: string): void {
  view?.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
  view?.focus();
}
