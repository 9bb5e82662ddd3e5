import { call } from "../api.ts";
import { useChanges } from "./changes.ts";
import { useLoaded } from "./load.ts";
import { Problem } from "./problem.tsx";
import { Status } from "./status.tsx";

/** An execution in short: status, input, output or error. */
export function Summary({ arn }: { arn: string }) {
  const { value, error, reload } = useLoaded(arn, () => call("DescribeExecution", { executionArn: arn }));
  useChanges((change) => {
    if (change.kind === "all" || (change.kind === "execution" && change.item.executionArn === arn)) reload();
  });
  return (
    <>
      {error && <Problem error={error} />}
      {value && (
        <div class="head">
          <h1>
            <bdi>{value.name}</bdi>
          </h1>
          <Status status={value.status} />
        </div>
      )}
      {value && (
        <div class="tools">
          <pre>{[value.error, value.cause, value.input, value.output].filter(Boolean).join("\n\n")}</pre>
        </div>
      )}
    </>
  );
}
