/** A text of an event, as a tree if it is JSON; large ones are loaded on demand. */

import { useEffect, useMemo, useState } from "preact/hooks";
import { tryParseJson } from "../json/parse.ts";
import { JsonTree } from "../json/tree.tsx";
import { payload, type HistoryEvent, type Payload } from "./history.ts";
import type { ExecutionSource } from "./source.ts";

/** Texts up to this length are loaded without asking. */
const SMALL = 100_000;

interface Props {
  source: ExecutionSource;
  event: HistoryEvent;
  field: string;
  label: string;
  depth?: number;
}

export function EventPayload({ source, event, field, label, depth }: Props) {
  const told = payload(event, field);
  return told ? <LoadedText source={source} id={event.id} told={told} label={label} depth={depth} /> : null;
}

interface LoadedProps {
  source: ExecutionSource;
  id: number;
  told: Payload;
  label: string;
  depth?: number | undefined;
}

function LoadedText({ source, id, told, label, depth }: LoadedProps) {
  const isSmall = told.length <= SMALL;
  const [asked, setAsked] = useState<number>();
  const [loaded, setLoaded] = useState<{ id: number; text: string }>();
  const [problem, setProblem] = useState("");
  const mustLoad = told.text === null && loaded?.id !== id && (isSmall || asked === id);
  useEffect(() => {
    if (!mustLoad) return;
    let isStale = false;
    setProblem("");
    source.event(id).then(
      (event) => {
        const text = payload(event, told.field)?.text;
        if (!isStale && typeof text === "string") setLoaded({ id, text });
      },
      (error: unknown) => {
        if (!isStale) setProblem(error instanceof Error ? error.message : String(error));
      },
    );
    return () => {
      isStale = true;
    };
  }, [source, id, told.field, mustLoad]);
  const text = told.text ?? (loaded?.id === id ? loaded.text : undefined);
  if (text !== undefined) return <JsonText text={text} label={label} depth={depth} />;
  if (problem) return <p class="x-note bad">{problem}</p>;
  if (mustLoad) return <p class="x-note">Loading…</p>;
  return (
    <button type="button" class="button quiet" onClick={() => setAsked(id)}>
      Load {told.length.toLocaleString("en")} characters
    </button>
  );
}

/** A text that is probably JSON. */
export function JsonText({ text, label, depth }: { text: string; label: string; depth?: number | undefined }) {
  const parsed = useMemo(() => tryParseJson(text), [text]);
  const value = parsed ? parsed.value : text;
  return <JsonTree value={value} label={label} {...(depth !== undefined && { depth })} />;
}
