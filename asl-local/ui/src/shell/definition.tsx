import { useRef, useState } from "preact/hooks";
import { call, type Machine } from "../api.ts";
import { useChanges } from "./changes.ts";
import { drafts } from "./drafts.ts";
import { useLoaded } from "./load.ts";
import { Panes } from "./panes.tsx";
import { Problem } from "./problem.tsx";
import { onSave } from "./save-keys.ts";

/** The definition of a machine, to be read and changed. */
export function DefinitionEditor({ arn }: { arn: string }) {
  const machine = useLoaded(arn, () => call("DescribeStateMachine", { stateMachineArn: arn }));
  const editor = useRef({ text: "", version: 0 });
  useChanges((change) => {
    if (change.kind === "all" || (change.kind === "machine" && change.stateMachineArn === arn)) machine.reload();
  });
  if (machine.error) {
    return (
      <div class="more">
        <Problem error={machine.error} />
      </div>
    );
  }
  if (machine.value === undefined) return null;
  const text = drafts.get(arn) ?? machine.value.definition;
  // A definition that changed on the server, or is reverted, needs a new editor. One that was saved here does not.
  if (text !== editor.current.text) editor.current = { text, version: editor.current.version + 1 };
  const change = (next: string) => {
    editor.current.text = next;
    if (next === machine.value?.definition) drafts.delete(arn);
    else drafts.set(arn, next);
  };
  const revert = () => {
    drafts.delete(arn);
    machine.reload();
  };
  const saved = (definition: string) => {
    machine.change((last) => ({ ...last, definition }));
    drafts.delete(arn);
  };
  return (
    <Form key={editor.current.version} machine={machine.value} initial={text} onChange={change} onRevert={revert} onSaved={saved} />
  );
}

interface FormProperties {
  machine: Machine;
  initial: string;
  onChange: (text: string) => void;
  onRevert: () => void;
  onSaved: (text: string) => void;
}

function Form({ machine, initial, onChange, onRevert, onSaved }: FormProperties) {
  const [text, setText] = useState(initial);
  const [saving, setSaving] = useState<"busy" | "done" | Error>();
  const isChanged = text !== machine.definition;
  const change = (next: string) => {
    setText(next);
    setSaving(undefined);
    onChange(next);
  };
  const save = async () => {
    if (!isChanged || saving === "busy") return;
    setSaving("busy");
    try {
      await call("UpdateStateMachine", { stateMachineArn: machine.stateMachineArn, definition: text });
      onSaved(text);
      setSaving("done");
    } catch (refused) {
      setSaving(refused as Error);
    }
  };
  return (
    <div class="edit" onKeyDownCapture={onSave(() => void save())}>
      <div class="tools">
        <span class="soft" role="status">
          {saving === "done" ? "Saved. The next execution uses it." : isChanged ? "Not saved" : ""}
        </span>
        <span class="grow" />
        <button type="button" class="button" disabled={!isChanged} onClick={onRevert}>
          Revert
        </button>
        <button type="button" class="button primary" disabled={!isChanged || saving === "busy"} onClick={() => void save()}>
          Save
        </button>
      </div>
      {saving instanceof Error && (
        <div class="more">
          <Problem error={saving} />
        </div>
      )}
      <Panes initial={initial} text={text} type={machine.type} onChange={change} />
    </div>
  );
}
