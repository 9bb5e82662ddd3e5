/** The part of the definition that defines a state. */

import { classHighlighter, highlightTree } from "@lezer/highlight";
import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import { visible } from "../json/visible.ts";
import { lineAt, type Definition } from "./definition.ts";

const MOST = 400;
/** Longer strings are cut. */
const LONGEST_PIECE = 2000;

export function Excerpt({ definition, state }: { definition: Definition; state: string }) {
  const place = definition.places.get(state);
  const [isWhole, setWhole] = useState(false);
  const lines = useMemo(() => place && highlighted(definition, place.from, place.to), [definition, place]);
  if (!place || !lines) {
    return <p class="x-note">{definition.text === "" ? "The definition is not known." : "The definition has no state of this name."}</p>;
  }
  const first = lineAt(definition.lines, place.from);
  const shown = isWhole ? lines : lines.slice(0, MOST);
  return (
    <>
      <p class="x-note">
        <code class="x-path">{place.pointer}</code>
        {definition.isReformatted && " The definition was written in one line and is shown in several."}
      </p>
      <pre class="x-code" tabIndex={0} aria-label={`Definition of ${state}`}>
        {shown.map((line, index) => (
          <div class="x-code-line">
            <span class="x-code-number" aria-hidden="true">
              {first + index + 1}
            </span>
            <span dir="ltr">{line}</span>
          </div>
        ))}
      </pre>
      {shown.length < lines.length && (
        <button type="button" class="button quiet" onClick={() => setWhole(true)}>
          Show the other {lines.length - shown.length} lines
        </button>
      )}
    </>
  );
}

/** The lines of a range, with its colours. The indentation of the first line is removed from all. */
function highlighted(definition: Definition, from: number, to: number): ComponentChildren[] {
  const { text, tree, lines } = definition;
  const start = lines[lineAt(lines, from)] ?? from;
  const indent = /^[ \t]*$/.test(text.slice(start, from)) ? from - start : 0;
  const found: ComponentChildren[][] = [[]];
  const put = (piece: string, look: string) => {
    const parts = piece.split("\n");
    parts.forEach((part, index) => {
      let rest = part;
      if (index > 0) {
        found.push([]);
        let spaces = 0;
        while (spaces < indent && (rest[spaces] === " " || rest[spaces] === "\t")) spaces++;
        rest = rest.slice(spaces);
      }
      if (rest.length > LONGEST_PIECE) rest = `${rest.slice(0, LONGEST_PIECE)}…`;
      if (rest !== "") found[found.length - 1]?.push(look === "" ? rest : <bdi class={look}>{visible(rest)}</bdi>);
    });
  };
  let at = from;
  highlightTree(
    tree,
    classHighlighter,
    (begin, end, look) => {
      if (begin > at) put(text.slice(at, begin), "");
      put(text.slice(begin, end), look);
      at = end;
    },
    from,
    to,
  );
  if (at < to) put(text.slice(at, to), "");
  return found;
}
