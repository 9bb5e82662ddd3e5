import { useMemo, useState } from "preact/hooks";
import { call } from "../api.ts";
import { liveSource } from "../execution/live.ts";
import { ExecutionView } from "../execution/view.tsx";
import { machineArnOf } from "./arn.ts";
import { open } from "./route.ts";
import { useShortcut } from "./shortcuts.ts";
import { StartDialog } from "./start.tsx";

/** One execution, as it runs, with what can be done with it. */
export function ExecutionPage({ arn }: { arn: string }) {
  const [input, setInput] = useState<string>();
  const [turn, setTurn] = useState(0);
  const source = useMemo(
    () =>
      liveSource(arn, {
        stop: async () => void (await call("StopExecution", { executionArn: arn })),
        rerun: setInput,
        redrive: async () => {
          await call("RedriveExecution", { executionArn: arn });
          setTurn((last) => last + 1);
        },
        openExecution: (other) => open({ place: "execution", arn: other }),
      }),
    [arn, turn],
  );
  useShortcut("r", "Run again with another input", () => {
    // An error is shown by the view, which asks for the same.
    source.head().then(({ execution }) => setInput(execution.input ?? "{}"), () => undefined);
  });
  useShortcut("m", "Show the machine", () => open({ place: "machine", arn: machineArnOf(arn) }));
  return (
    <main class="main" tabIndex={-1}>
      <ExecutionView source={source} />
      {input !== undefined && (
        <StartDialog machineArn={machineArnOf(arn)} input={input} onClose={() => setInput(undefined)} />
      )}
    </main>
  );
}
