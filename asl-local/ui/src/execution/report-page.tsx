/** A report: the execution view of the data in the document. */

import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { visible } from "../json/visible.ts";
import { seconds } from "./history.ts";
import { executionsOf, reportSource, type Report, type ReportedExecution } from "./report.ts";
import { EXECUTION_DOT } from "./status.tsx";
import { instant, shortDuration } from "./time.ts";
import { TestCoverage } from "../coverage/test-coverage.tsx";
import { Tabs } from "./tabs.tsx";
import { ExecutionView } from "./view.tsx";
import { VirtualRows } from "./virtual.tsx";

const HEIGHT = 40;

type Part = "coverage" | "executions";

/** With coverage, that comes first, and the executions are on a second tab. */
export function ReportPage({ report }: { report: Report }) {
  const [tab, setTab] = useState<Part>("coverage");
  const count = useMemo(() => executionsOf(report).length, [report]);
  const tabs: [Part, string][] = [
    ["coverage", "Coverage"],
    ["executions", `Failed cases ${count.toLocaleString("en")}`],
  ];
  if (!report.coverage) return <ReportedExecutions report={report} />;
  return (
    <div class="x-report-parts">
      <Tabs
        label="Parts of the report"
        tabs={tabs}
        selected={tab}
        onSelect={(name) => setTab(name)}
      />
      {tab === "coverage" ? <TestCoverage definitions={report.coverage} /> : <ReportedExecutions report={report} />}
    </div>
  );
}

function ReportedExecutions({ report }: { report: Report }) {
  const executions = useMemo(() => executionsOf(report), [report]);
  const [chosen, setChosen] = useState(0);
  const shown = executions[chosen];
  const source = useMemo(() => shown && reportSource(shown), [shown]);
  useEffect(() => {
    if (shown) document.title = `${shown.head.machine.name} · ${shown.head.execution.name}`;
  }, [shown]);
  if (!source) return <p class="x-note x-pad">{report.coverage ? "All cases have passed." : "This report has no executions."}</p>;
  return (
    <div class="x-report">
      {executions.length > 1 && <Executions executions={executions} chosen={chosen} onChoose={setChosen} />}
      <ExecutionView source={source} />
    </div>
  );
}

interface Props {
  executions: ReportedExecution[];
  chosen: number;
  onChoose(index: number): void;
}

function Executions({ executions, chosen, onChoose }: Props) {
  const id = useId();
  const failed = executions.filter(({ head }) => head.execution.status !== "SUCCEEDED").length;
  return (
    <nav class="x-report-list" aria-label="Executions">
      <p class="x-note">
        {executions.length.toLocaleString("en")} executions{failed > 0 && `, ${failed.toLocaleString("en")} did not succeed`}
      </p>
      <VirtualRows
        id={id}
        role="listbox"
        label="Executions of this report"
        count={executions.length}
        rowHeight={HEIGHT}
        active={chosen}
        onActive={onChoose}
        row={(index, top, slot) => {
          const execution = executions[index]?.head.execution;
          if (!execution) return null;
          const length = seconds(execution.stopDate) - seconds(execution.startDate);
          return (
            <div
              key={slot}
              id={`${id}-${index}`}
              class={index === chosen ? "x-reported x-row active" : "x-reported x-row"}
              role="option"
              aria-selected={index === chosen}
              style={{ top: `${top}px` }}
              onClick={() => onChoose(index)}
            >
              <i class={`x-dot ${EXECUTION_DOT[execution.status] ?? "idle"}`} title={execution.status} />
              <bdi class="x-clip">{visible(execution.name)}</bdi>
              <span class="x-soft">{instant(seconds(execution.startDate)).slice(0, -4)}</span>
              <span class="x-soft x-number">{shortDuration(length)}</span>
            </div>
          );
        }}
      />
    </nav>
  );
}
