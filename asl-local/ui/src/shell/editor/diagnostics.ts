// What the server says of a definition.

import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";

/** A place in a text: both from 1, the column in UTF-16 code units. */
export interface Place {
  line: number;
  column: number;
}

export interface Reported {
  code: string;
  severity: "error" | "warning";
  message: string;
  help?: string;
  from: Place;
  to: Place;
}

/** The offset of a place. The text may have changed since the report, so it is kept within the text. */
export function offset(text: Text, place: Place): number {
  const line = text.line(Math.min(Math.max(place.line, 1), text.lines));
  return Math.min(line.from + Math.max(place.column, 1) - 1, line.to);
}

/** As the editor shows it. */
export function toDiagnostic(text: Text, reported: Reported): Diagnostic {
  const from = offset(text, reported.from);
  return {
    from,
    to: Math.max(offset(text, reported.to), from),
    severity: reported.severity,
    message: reported.help === undefined ? reported.message : `${reported.message}\n${reported.help}`,
    source: reported.code,
  };
}
