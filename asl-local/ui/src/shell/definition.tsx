import { useState } from "preact/hooks";
import { call, type Machine } from "../api.ts";
import { useChanges } from "./changes.ts";
import { useLoaded } from "./load.ts";
import { Panes } from "./panes.tsx";
import { Problem } from "./problem.tsx";
import { onSave } from "./save-keys.ts";

/** Texts that are not saved yet, by machine: going elsewhere in the page must not lose them. */
const drafts = new Map<string, string>();

/** The definition of a machine, to be read and changed. */
export function DefinitionEditor({ arn }: { arn: string }) {
  const [turn, setTurn] = useState(0);
  const machine = useLoaded(arn, () => call("DescribeStateMachine", { stateMachineArn: arn }));
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
  const draft = drafts.get(arn);
  // A definition that changed on the server replaces the text in the editor only if nobody has changed that.
  const key = draft === undefined ? `${turn} ${machine.value.definition}` : `${turn}`;
  return <Form key={key} machine={machine.value} onRevert={() => (drafts.delete(arn), setTurn(turn + 1))} />;
}

function Form({ machine, onRevert }: { machine: Machine; onRevert: () => void }) {
  const arn = machine.stateMachineArn;
  const [initial] = useState(() => drafts.get(arn) ?? machine.definition);
  const [text, setText] = useState(initial);
  const [saving, setSaving] = useState<"busy" | "done" | Error>();
  const isChanged = text !== machine.definition;
  const change = (next: string) => {
    setText(next);
    setSaving(undefined);
    if (next === machine.definition) drafts.delete(arn);
    else drafts.set(arn, next);
  };
  const save = async () => {
    if (!isChanged || saving === "busy") return;
    setSaving("busy");
    try {
      await call("UpdateStateMachine", { stateMachineArn: arn, definition: text });
      drafts.delete(arn);
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
