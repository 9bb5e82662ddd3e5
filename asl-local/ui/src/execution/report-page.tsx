/** A report: the execution view of the data in the document. */

import { useMemo } from "preact/hooks";
import { reportSource, type Report } from "./report.ts";
import { ExecutionView } from "./view.tsx";

export function ReportPage({ report }: { report: Report }) {
  const source = useMemo(() => reportSource(report), [report]);
  return <ExecutionView source={source} />;
}
