/** What tests reached, one definition at a time. */

import { useEffect, useState } from "preact/hooks";
import type { ReportedCoverage } from "../execution/report.ts";
import { visible } from "../json/visible.ts";
import { CoverageView } from "./coverage-view.tsx";
import { shownPercent } from "./coverage.ts";

export function TestCoverage({ definitions }: { definitions: ReportedCoverage[] }) {
  const [chosen, choose] = useState(0);
  const shown = definitions[chosen];
  useEffect(() => {
    if (shown) document.title = `${shown.machine} · coverage`;
  }, [shown]);
  if (!shown) return <p class="x-note x-pad">No definition was tested.</p>;
  return (
    <>
      {definitions.length > 1 && (
        <nav class="x-definitions" aria-label="Definitions">
          {definitions.map((definition, index) => (
            <button type="button" aria-current={index === chosen ? "true" : undefined} onClick={() => choose(index)}>
              <bdi>{visible(definition.path)}</bdi> <span class="x-soft">{shownPercent(definition.percent)}</span>
            </button>
          ))}
        </nav>
      )}
      <CoverageView key={chosen} coverage={shown} layout={shown.layout} by={`the tests of ${visible(shown.path)}`} />
    </>
  );
}
