/** Characters that would reorder the text around them: embeddings, overrides and isolates. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;

/** The text with reordering characters spelled out, so that nothing looks like what it is not. */
export function visible(text: string): string {
  return text.replace(REORDERING, (character) => `[U+${character.charCodeAt(0).toString(16).toUpperCase()}]`);
}
