/** The data of a self-contained report. */

import type { HistoryEvent } from "./history.ts";
import { parseJson } from "../json/parse.ts";
import type { Coverage } from "../coverage/coverage.ts";
import type { Child, DescribeExecution, ExecutionSource, Head, Layout, Stage } from "./source.ts";

export interface ReportedExecution {
  head: Head;
  events: HistoryEvent[];
  stages?: Record<string, Stage[]>;
  /** The child executions of distributed Maps. */
  children?: (Child & { mapRunArn?: string })[];
}

/** What tests reached of a definition. */
export interface ReportedCoverage extends Coverage {
  path: string;
  layout: Layout | null;
}

export interface Report extends ReportedExecution {
  version: 1;
  coverage?: ReportedCoverage[];
  /** Further executions. */
  more?: ReportedExecution[];
}

/** The executions of a report, in its order. */
export function executionsOf(report: Report): ReportedExecution[] {
  const { more = [], coverage: _, ...first } = report;
  return first.head ? [first, ...more] : more;
}

const CHUNK = 4000;
/** Exact numbers in a longer report would delay its first paint. */
const LONGEST_EXACT = 4_000_000;

/** The report that the document contains, if it is one. */
export function embeddedReport(): Report | undefined {
  const text = document.getElementById("asl-report")?.textContent;
  if (!text) return undefined;
  return (text.length > LONGEST_EXACT ? JSON.parse(text) : parseJson(text)) as Report;
}

/** Never sends a request. */
export function reportSource(report: ReportedExecution): ExecutionSource {
  return {
    head: () => Promise.resolve(report.head),
    events: (onEvents, onEnd) => deliver(report.events, onEvents, () => onEnd(report.head.execution)),
    event: (id) => {
      // A log of errors has only some of the events.
      const event = report.events.find((event) => event.id === id);
      return event ? Promise.resolve(event) : Promise.reject(new Error(`the report has no event ${id}`));
    },
    stages: (entered) => Promise.resolve(report.stages?.[String(entered)] ?? null),
    ...(report.children && {
      mapRun: (mapRunArn: string) => {
        const children = (report.children ?? []).filter((child) => (child.mapRunArn ?? mapRunArn) === mapRunArn);
        return Promise.resolve({ mapRunArn, status: "", counts: countByStatus(children), children });
      },
    }),
  };
}

function countByStatus(children: readonly DescribeExecution[] | readonly Child[]): Record<string, number> {
  const counts: Record<string, number> = { total: children.length };
  for (const { status } of children) {
    const name = status.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Hands the events over in chunks, so that the page stays responsive. */
function deliver(events: HistoryEvent[], onEvents: (events: HistoryEvent[]) => void, onEnd: () => void): () => void {
  let at = 0;
  let isClosed = false;
  const next = () => {
    if (isClosed) return;
    if (at < events.length) {
      onEvents(events.slice(at, at + CHUNK));
      at += CHUNK;
      setTimeout(next);
    } else onEnd();
  };
  setTimeout(next);
  return () => {
    isClosed = true;
  };
}
