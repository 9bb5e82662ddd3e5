// The graph and the diagnostics of a definition that is being edited.

import { useEffect, useState } from "preact/hooks";
import { send } from "../api.ts";
import type { Reported } from "./editor/diagnostics.ts";

export interface Analysis<Layout> {
  /** The last one that the server could draw. */
  layout: Layout | undefined;
  diagnostics: Reported[];
  /** Whether the layout belongs to an earlier text. */
  isStale: boolean;
  error: Error | undefined;
}

interface Answer<Layout> {
  layout: Layout | null;
  diagnostics: Reported[];
}

/** Asks the server for each text. */
export function useAnalysis<Layout>(text: string, type: string): Analysis<Layout> {
  const [shown, setShown] = useState<Analysis<Layout>>({
    layout: undefined,
    diagnostics: [],
    isStale: false,
    error: undefined,
  });
  useEffect(() => {
    const stop = new AbortController();
    const ask = async () => {
      try {
        const body = JSON.stringify({ definition: text, type });
        const headers = { "Content-Type": "application/json" };
        const answer = await send<Answer<Layout>>("/ui/graph", { method: "POST", headers, body, signal: stop.signal });
        setShown((last) => after(last, answer));
      } catch (error) {
        if (!stop.signal.aborted) setShown((last) => ({ ...last, isStale: true, error: error as Error }));
      }
    };
    void ask();
    return () => stop.abort();
  }, [text, type]);
  return shown;
}

/** A text that cannot be drawn leaves the last graph in place, so that the graph does not flicker while somebody types. */
export function after<Layout>(last: Analysis<Layout>, answer: Answer<Layout>): Analysis<Layout> {
  const { layout, diagnostics } = answer;
  if (layout === null) return { layout: last.layout, diagnostics, isStale: true, error: undefined };
  return { layout, diagnostics, isStale: false, error: undefined };
}
