/** The same JSON with one member per line. Strings and numbers stay as they are written. The text must be JSON. */
export function formatted(text: string): string {
  let out = "";
  let depth = 0;
  const newLine = () => `\n${"  ".repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gs) ?? [];
  tokens.forEach((token, index) => {
    const last = tokens[index - 1];
    if (token === "}" || token === "]") {
      depth--;
      out += last === "{" || last === "[" ? token : newLine() + token;
      return;
    }
    if (last === "{" || last === "[" || last === ",") out += newLine();
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") depth++;
  });
  return out;
}
