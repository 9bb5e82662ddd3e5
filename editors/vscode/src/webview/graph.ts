/** The page of the graph: draws what it is sent, and says which state was chosen. */

import type { FromPage, ToPage } from "../graph.ts";

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void; setState(state: unknown): void };

const api = acquireVsCodeApi();
const drawing = document.getElementById("drawing") as HTMLElement;
const problem = document.getElementById("problem") as HTMLElement;

addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  problem.hidden = data.type === "drawing";
  if (data.type === "drawing") {
    api.setState(data.shown);
    show(data.svg);
  } else {
    // The last drawing stays, since a text is often invalid while it is typed.
    problem.textContent = data.message;
  }
});

/** Replaces the drawing. Its styles are left out: those of the page have the colours of the editor. */
function show(text: string): void {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (parsed.localName !== "svg") return;
  for (const style of parsed.querySelectorAll("style, script")) style.remove();
  const svg = document.importNode(parsed, true);
  for (const state of states(svg)) makeButton(state);
  const { scrollLeft, scrollTop } = document.documentElement;
  drawing.replaceChildren(svg);
  document.documentElement.scrollTo(scrollLeft, scrollTop);
}

/** The groups of states. Those of labels have no name. */
function states(svg: Element): Element[] {
  return [...svg.querySelectorAll("g")].filter((group) => group.querySelector(":scope > .name") !== null);
}

function nameOf(state: Element): string {
  return state.querySelector(":scope > title")?.textContent ?? "";
}

function makeButton(state: Element): void {
  state.classList.add("state");
  state.setAttribute("role", "button");
  state.setAttribute("tabindex", "0");
  state.setAttribute("aria-label", nameOf(state));
}

function choose(event: Event): void {
  const state = event.target instanceof Element ? event.target.closest(".state") : null;
  if (state) api.postMessage({ type: "go", state: nameOf(state) });
}

drawing.addEventListener("click", choose);
drawing.addEventListener("keydown", (event) => {
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose(event);
  }
});
api.postMessage({ type: "ready" });
