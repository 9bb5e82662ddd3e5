import { useState } from "preact/hooks";
import { call, type Execution } from "../api.ts";
import { useChanges } from "./changes.ts";
import { useLoaded } from "./load.ts";
import { useNow } from "./now.ts";
import { Problem } from "./problem.tsx";
import { useShortcut } from "./shortcuts.ts";
import { StartDialog } from "./start.tsx";
import { Status } from "./status.tsx";
import { clock, duration, exact } from "./time.ts";

/** One execution, with what can be done with it. */
export function ExecutionPage({ arn }: { arn: string }) {
  const { value, error, reload } = useLoaded(arn, () => call("DescribeExecution", { executionArn: arn }));
  useChanges((change) => {
    if (change.kind === "all" || (change.kind === "execution" && change.item.executionArn === arn)) reload();
  });
  return (
    <main class="main" tabIndex={-1}>
      {error && (
        <div class="more">
          <Problem error={error} />
        </div>
      )}
      {value && <Head execution={value} />}
      {value && <Summary execution={value} />}
    </main>
  );
}

function Head({ execution }: { execution: Execution }) {
  const { executionArn, status, startDate, stopDate } = execution;
  const now = useNow(stopDate === undefined, 100);
  const [isAgain, setAgain] = useState(false);
  const [error, setError] = useState<Error>();
  const act = (action: Promise<unknown>) => {
    setError(undefined);
    action.catch(setError);
  };
  useShortcut("r", "Run again with another input", () => setAgain(true));
  return (
    <>
      <div class="head">
        <Status status={status} />
        <h1 title={executionArn}>
          <bdi>{execution.name}</bdi>
        </h1>
        <span class="soft" title={exact(startDate)}>
          {clock(startDate, now)} · {duration((stopDate ?? now) - startDate)}
        </span>
        {status === "RUNNING" && (
          <button type="button" class="button danger" onClick={() => act(call("StopExecution", { executionArn }))}>
            Stop
          </button>
        )}
        {execution.redriveStatus === "REDRIVABLE" && (
          <button type="button" class="button" onClick={() => act(call("RedriveExecution", { executionArn }))}>
            Redrive
          </button>
        )}
        <button type="button" class="button primary" title="Run again with another input (r)" onClick={() => setAgain(true)}>
          Run again
        </button>
      </div>
      {error && (
        <div class="more">
          <Problem error={error} />
        </div>
      )}
      {isAgain && (
        <StartDialog
          machineArn={execution.stateMachineArn}
          input={execution.input ?? "{}"}
          onClose={() => setAgain(false)}
        />
      )}
    </>
  );
}

function Summary({ execution }: { execution: Execution }) {
  const { error, cause, input, output } = execution;
  return (
    <div class="scroll summary">
      <Text title="Error" text={error} />
      <Text title="Cause" text={cause} />
      <Text title="Input" text={input} />
      <Text title="Output" text={output} />
    </div>
  );
}

function Text({ title, text }: { title: string; text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <section>
      <h2 class="label">{title}</h2>
      <pre class="frame">{text}</pre>
    </section>
  );
}
