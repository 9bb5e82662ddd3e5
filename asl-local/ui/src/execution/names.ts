/** How strands and visits are called. */

import { trail, type Strand, type Visit } from "./model/parts.ts";

/** `item 3`, `branch 1`; with its attempt if the state was repeated. */
export function strandName(strand: Strand): string {
  const name = strand.kind === "iteration" ? `item ${strand.index}` : strand.kind === "branch" ? `branch ${strand.index + 1}` : "execution";
  const attempts = strand.around?.attempts ?? [];
  const number = strand.attempt ? attempts.indexOf(strand.attempt) + 1 : 0;
  return attempts.length > 1 ? `${name}, attempt ${number}` : name;
}

/** The items around a strand, `#3 › #0`; branches are not named, their states say enough. */
export function itemsAround(strand: Strand): string {
  return trail(strand)
    .filter((around) => around.kind === "iteration")
    .map((around) => `#${around.index}`)
    .join(" › ");
}

export const STATUS_TEXT: Record<Visit["status"], string> = {
  running: "Running",
  succeeded: "Succeeded",
  caught: "Caught",
  failed: "Failed",
  aborted: "Aborted",
};

/** The looks of the shell for a status. */
export const STATUS_LOOK: Record<Visit["status"], string> = {
  running: "busy",
  succeeded: "ok",
  caught: "warn",
  failed: "bad",
  aborted: "off",
};
