import { useCallback, useRef, useState } from "preact/hooks";
import { call } from "../api.ts";
import { nameFault, nameOf } from "./arn.ts";
import { Dialog } from "./dialog.tsx";
import { CodeEditor, type EditorHandle } from "./editor/code-editor.tsx";
import { formatted } from "./editor/format.ts";
import { jsonFault, type Fault } from "./editor/json-fault.ts";
import { Problem } from "./problem.tsx";
import { open } from "./route.ts";

/** What was typed for each machine, until the page is closed: Escape must not lose it. */
const drafts = new Map<string, string>();

interface Properties {
  machineArn: string;
  /** The input of the execution that is run again. */
  input?: string;
  onClose: () => void;
}

/** Starts an execution, and opens it. */
export function StartDialog({ machineArn, input, onClose }: Properties) {
  const [text, setText] = useState(() => readable(input) ?? drafts.get(machineArn) ?? "{}");
  const [initial] = useState(text);
  const [name, setName] = useState("");
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const fault = jsonFault(text);
  const wrongName = nameFault(name);
  const canStart = fault === undefined && wrongName === undefined && !isBusy;

  const start = async () => {
    if (!canStart) return;
    setBusy(true);
    setError(undefined);
    try {
      const request = { stateMachineArn: machineArn, input: text, ...(name !== "" && { name }) };
      const { executionArn } = await call("StartExecution", request);
      onClose();
      open({ place: "execution", arn: executionArn });
    } catch (refused) {
      setError(refused as Error);
      setBusy(false);
    }
  };

  const change = (next: string) => {
    setText(next);
    if (input === undefined) drafts.set(machineArn, next);
  };

  return (
    <Dialog title={`${input === undefined ? "Start" : "Run again:"} ${nameOf(machineArn)}`} onClose={onClose} isWide>
      <form
        class="dialog-body"
        onSubmit={(event) => (event.preventDefault(), void start())}
        onKeyDownCapture={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          event.stopPropagation();
          void start();
        }}
      >
        <InputEditor initial={initial} fault={fault} onChange={change} />
        <label>
          <span class="label">Name, optional</span>
          <input
            class="field name-field mono"
            value={name}
            autocomplete="off"
            spellcheck={false}
            aria-invalid={wrongName !== undefined}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <span class="fault">{wrongName}</span>
        </label>
        {error && <Problem error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="button primary" title="Ctrl+Enter" disabled={!canStart}>
            Start
          </button>
        </div>
      </form>
    </Dialog>
  );
}

interface InputProperties {
  initial: string;
  fault: Fault | undefined;
  onChange: (text: string) => void;
}

function InputEditor({ initial, fault, onChange }: InputProperties) {
  const editor = useRef<EditorHandle>(null);
  const diagnostics = useCallback(
    () => (fault === undefined ? [] : [{ ...fault, severity: "error" as const }]),
    [fault?.from, fault?.to, fault?.message],
  );
  return (
    <div>
      <span class="label">Input</span>
      <div class="frame input-frame">
        <CodeEditor
          initial={initial}
          label="Input"
          onChange={onChange}
          diagnostics={diagnostics}
          isInvalid={fault !== undefined}
          handle={editor}
          hasFocus
        />
      </div>
      <p class="fault" role="status">
        {fault && (
          <button type="button" class="link" onClick={() => editor.current?.goTo(() => fault.from)}>
            {fault.message}
          </button>
        )}
      </p>
    </div>
  );
}

/** What a client sent is often on one line. */
function readable(text: string | undefined): string | undefined {
  return text === undefined || jsonFault(text) !== undefined ? text : formatted(text);
}
