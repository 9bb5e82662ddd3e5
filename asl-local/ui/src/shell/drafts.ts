/** Definitions that are not saved yet, by machine: going elsewhere in the page must not lose them. */
export const drafts = new Map<string, string>();

// The browser asks before it closes the page.
globalThis.addEventListener?.("beforeunload", (event) => {
  if (drafts.size > 0) event.preventDefault();
});
