/** Which iteration is shown, with the ways back out. */

import { trail } from "./model/parts.ts";
import { STATUS_TEXT, strandName } from "./names.ts";
import { useStore, type ExecutionStore } from "./store.ts";
import { visible } from "../json/visible.ts";

export function ScopeBar({ store }: { store: ExecutionStore }) {
  useStore(store);
  const { scope } = store;
  if (!scope) return null;
  const siblings = scope.attempt?.strands ?? [];
  const sibling = (step: number) => siblings.find((strand) => strand.index === scope.index + step);
  const [before, after] = [sibling(-1), sibling(1)];
  return (
    <nav class="x-scope" aria-label="What is shown">
      <button type="button" class="x-link" onClick={() => store.narrow(undefined)}>Execution</button>
      {trail(scope).map((strand) => (
        <>
          <span class="x-soft" aria-hidden="true">›</span>
          <bdi class="x-clip">{visible(strand.around?.name ?? "")}</bdi>
          {strand === scope ? (
            <b aria-current="true">
              <i class={`x-dot ${strand.status}`} title={STATUS_TEXT[strand.status]} /> {strandName(strand)}
            </b>
          ) : (
            <button type="button" class="x-link" onClick={() => store.narrow(strand)}>{strandName(strand)}</button>
          )}
        </>
      ))}
      <span class="x-grow" />
      <span class="x-stepper">
        <button type="button" aria-label="Previous" disabled={!before} onClick={() => before && store.narrow(before)}>‹</button>
        <button type="button" aria-label="Next" disabled={!after} onClick={() => after && store.narrow(after)}>›</button>
      </span>
      <button type="button" class="x-link" onClick={() => store.narrow(undefined)}>show everything</button>
    </nav>
  );
}
