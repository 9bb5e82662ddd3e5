interface Range {
  from: number;
  to: number;
}

/** The innermost state whose text holds the offset. */
export function stateAt(places: ReadonlyMap<string, Range>, at: number): string | undefined {
  let found: string | undefined;
  let length = Infinity;
  for (const [name, { from, to }] of places) {
    if (at < from || at > to || to - from >= length) continue;
    found = name;
    length = to - from;
  }
  return found;
}
