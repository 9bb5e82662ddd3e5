import { send } from "../api.ts";
import { CoverageView } from "../coverage/coverage-view.tsx";
import type { Coverage } from "../coverage/coverage.ts";
import type { Layout } from "../execution/source.ts";
import { useChanges } from "./changes.ts";
import { useLoaded } from "./load.ts";
import { Problem } from "./problem.tsx";

/** What the executions of a machine have reached of its current definition. It follows executions as they start and end. */
export function MachineCoverage({ arn }: { arn: string }) {
  const read = () => send<{ coverage: Coverage; layout: Layout | null }>(`/ui/coverage?${new URLSearchParams({ arn })}`, {});
  const { value, error, reload } = useLoaded(arn, read);
  useChanges((change) => {
    const isOfMachine = change.kind === "machine" ? change.stateMachineArn === arn : change.kind === "all" || change.item.stateMachineArn === arn;
    if (isOfMachine) reload();
  });
  if (error) {
    return (
      <div class="more">
        <Problem error={error} />
      </div>
    );
  }
  return value ? <CoverageView coverage={value.coverage} layout={value.layout} by="executions since the server started" /> : null;
}
