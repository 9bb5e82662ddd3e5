import { useState } from "preact/hooks";
import { call, type MachineItem } from "../api.ts";
import { nameFault } from "./arn.ts";
import { Panes } from "./panes.tsx";
import { Problem } from "./problem.tsx";
import { open } from "./route.ts";
import { onSave } from "./save-keys.ts";

/** Something that runs at once, and shows three kinds of states. */
const EXAMPLE = `{
  "Comment": "Greets the name in the input",
  "QueryLanguage": "JSONata",
  "StartAt": "Has a name?",
  "States": {
    "Has a name?": {
      "Type": "Choice",
      "Choices": [
        { "Condition": "{% $exists($states.input.name) %}", "Next": "Greet" }
      ],
      "Default": "No name"
    },
    "Greet": {
      "Type": "Pass",
      "Output": { "greeting": "{% 'Hello, ' & $states.input.name %}" },
      "End": true
    },
    "No name": {
      "Type": "Fail",
      "Error": "NoName",
      "Cause": "the input has no name"
    }
  }
}
`;

const EMPTY = { name: "", type: "STANDARD" as MachineItem["type"], text: EXAMPLE };

/** What was typed, until the machine is created. */
let draft = EMPTY;

/** Creates a state machine, and opens it. */
export function CreatePage({ machines }: { machines: MachineItem[] }) {
  const [{ name, type, text }, setForm] = useState(draft);
  const [initial] = useState(text);
  const [error, setError] = useState<Error>();
  const wrongName = nameFault(name);
  const change = (part: Partial<typeof EMPTY>) => {
    draft = { ...draft, ...part };
    setForm(draft);
  };

  const create = async () => {
    if (name === "" || wrongName !== undefined) return;
    try {
      const request = { name, type, definition: text, roleArn: roleArn(machines) };
      const { stateMachineArn } = await call("CreateStateMachine", request);
      draft = EMPTY;
      open({ place: "machine", arn: stateMachineArn });
    } catch (refused) {
      setError(refused as Error);
    }
  };

  return (
    <form class="edit" onSubmit={(event) => (event.preventDefault(), void create())} onKeyDownCapture={onSave(() => void create())}>
      <div class="head">
        <h1>New state machine</h1>
      </div>
      <div class="tools">
        <input
          class="field name-field mono"
          placeholder="Name"
          aria-label="Name"
          autocomplete="off"
          spellcheck={false}
          value={name}
          aria-invalid={wrongName !== undefined}
          onInput={(event) => change({ name: event.currentTarget.value })}
        />
        <select
          class="field"
          aria-label="Type"
          value={type}
          onChange={(event) => change({ type: event.currentTarget.value as MachineItem["type"] })}
        >
          <option value="STANDARD">Standard</option>
          <option value="EXPRESS">Express</option>
        </select>
        <span class="fault">{wrongName}</span>
        <span class="grow" />
        <button type="submit" class="button primary" disabled={name === "" || wrongName !== undefined}>
          Create
        </button>
      </div>
      {error && (
        <div class="more">
          <Problem error={error} />
        </div>
      )}
      <Panes initial={initial} text={text} type={type} onChange={(next) => change({ text: next })} />
    </form>
  );
}

/** The server checks the form of a role, and no more. It has the account of the other machines. */
function roleArn(machines: MachineItem[]): string {
  const account = machines[0]?.stateMachineArn.split(":")[4] ?? "123456789012";
  return `arn:aws:iam::${account}:role/asl-serve`;
}
