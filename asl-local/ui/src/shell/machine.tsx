import { useState } from "preact/hooks";
import { call, type MachineItem } from "../api.ts";
import { nameOf } from "./arn.ts";
import { MachineCoverage } from "./coverage.tsx";
import { Dialog } from "./dialog.tsx";
import { drafts } from "./drafts.ts";
import { Executions } from "./executions.tsx";
import { Problem } from "./problem.tsx";
import { open, toHash, type Route } from "./route.ts";
import { useShortcut } from "./shortcuts.ts";
import { StartDialog } from "./start.tsx";
import { DefinitionEditor } from "./definition.tsx";

interface Properties {
  route: Extract<Route, { place: "machine" | "definition" | "coverage" }>;
  machines: MachineItem[];
}

/** One machine: its executions, its definition or its coverage. */
export function MachinePage({ route, machines }: Properties) {
  const { arn } = route;
  const [dialog, setDialog] = useState<"start" | "delete">();
  const type = machines.find(({ stateMachineArn }) => stateMachineArn === arn)?.type;
  useShortcut("s", "Start an execution", () => setDialog("start"));
  useShortcut("e", "Edit the definition", () => open({ place: "definition", arn }));
  useShortcut("x", "Show the executions", () => open({ place: "machine", arn }));
  useShortcut("c", "Show the coverage", () => open({ place: "coverage", arn }));
  return (
    <>
      <div class="head">
        <h1 title={arn}>
          <bdi>{nameOf(arn)}</bdi>
        </h1>
        {type === "EXPRESS" && <span class="badge">Express</span>}
        <button type="button" class="button quiet danger" onClick={() => setDialog("delete")}>
          Delete
        </button>
        <button type="button" class="button primary" title="Start an execution (s)" onClick={() => setDialog("start")}>
          Start execution
        </button>
      </div>
      <nav class="tabs" aria-label="Parts of the machine">
        <Tab route={{ place: "machine", arn }} isOpen={route.place === "machine"} text="Executions" />
        <Tab route={{ place: "definition", arn }} isOpen={route.place === "definition"} text="Definition" />
        <Tab route={{ place: "coverage", arn }} isOpen={route.place === "coverage"} text="Coverage" />
      </nav>
      {route.place === "machine" && <Executions hasMachines arn={arn} />}
      {route.place === "definition" && <DefinitionEditor arn={arn} />}
      {route.place === "coverage" && <MachineCoverage arn={arn} />}
      {dialog === "start" && <StartDialog machineArn={arn} onClose={() => setDialog(undefined)} />}
      {dialog === "delete" && <DeleteDialog arn={arn} onClose={() => setDialog(undefined)} />}
    </>
  );
}

function Tab({ route, isOpen, text }: { route: Route; isOpen: boolean; text: string }) {
  return (
    <a href={toHash(route)} aria-current={isOpen ? "page" : undefined}>
      {text}
    </a>
  );
}

function DeleteDialog({ arn, onClose }: { arn: string; onClose: () => void }) {
  const [error, setError] = useState<Error>();
  const remove = async () => {
    try {
      await call("DeleteStateMachine", { stateMachineArn: arn });
      drafts.delete(arn);
      onClose();
      open({ place: "home" });
    } catch (refused) {
      setError(refused as Error);
    }
  };
  return (
    <Dialog title={`Delete ${nameOf(arn)}?`} onClose={onClose}>
      <div class="dialog-body">
        <p>The definition is lost. Executions that are still running continue to their end.</p>
        {error && <Problem error={error} />}
        <div class="dialog-foot">
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
          <button type="button" class="button danger" onClick={() => void remove()}>
            Delete
          </button>
        </div>
      </div>
    </Dialog>
  );
}
