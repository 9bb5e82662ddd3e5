/** JSON with its numbers as they are written. */

/** A number that JavaScript cannot hold exactly, as it is written. */
export class ExactNumber {
  constructor(readonly text: string) {}

  toJSON(): unknown {
    const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
    return raw ? raw(this.text) : Number(this.text);
  }
}

/** Only texts with a number of so many digits, or so large, need the slower way. */
const LONG_NUMBER = /\d[\d.]{15}|[eE][+-]?\d{3}/;

/** Parses a JSON text. Numbers that would lose digits become an `ExactNumber`, where the browser can tell. */
export function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, exact as (this: unknown, key: string, value: unknown) => unknown);
}

function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== "number" || source === undefined) return value;
  const digits = source.replace(/[eE].*$/, "").replace(/\D/g, "").replace(/^0+/, "");
  const isKept = Number.isFinite(value) && (digits.length <= 15 || String(value) === source);
  return isKept ? value : new ExactNumber(source);
}

/** Like `parseJson`; `undefined` for a text that is not JSON. */
export function tryParseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: parseJson(text) };
  } catch {
    return undefined;
  }
}

/** The text of a value, indented. */
export function formatJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "undefined";
}
