/** The coverage of a machine: its graph, how much of it was reached, and what was not. */

import "./coverage.css";
import "../execution/styles/view.css";
import "../execution/styles/graph.css";
import { useMemo, useState } from "preact/hooks";
import { Graph } from "../execution/graph.tsx";
import { Section } from "../execution/section.tsx";
import type { Layout } from "../execution/source.ts";
import { Split } from "../execution/split.tsx";
import { visible } from "../json/visible.ts";
import { layerOf, missedOf, shownPercent, times, type Coverage, type CoveredItem } from "./coverage.ts";

/** How many parts are listed that were not reached. */
const MOST = 1000;

interface Props {
  coverage: Coverage;
  layout: Layout | null;
  /** What reached it: `its executions since the server started`. */
  by: string;
}

export function CoverageView({ coverage, layout, by }: Props) {
  const [selected, select] = useState<string>();
  const [columns, setColumns] = useState(60);
  const layer = useMemo(() => layerOf(coverage), [coverage]);
  const parts = selected === undefined ? [] : coverage.items.filter(({ state }) => state === selected);
  return (
    <div class="x-coverage x-columns">
      <div class="x-left" style={{ flexBasis: `${columns}%` }}>
        {layout ? (
          <Graph layout={layout} coverage={layer} selected={selected} onSelect={select} />
        ) : (
          <p class="x-note x-pad">This definition cannot be drawn.</p>
        )}
      </div>
      <Split direction="row" label="Width of the graph" share={columns} onShare={setColumns} />
      <section class="x-right" aria-label="Coverage">
        <div class="x-scroll">
          <Shares coverage={coverage} by={by} />
          <Missed coverage={coverage} selected={selected} onSelect={select} />
          {parts.length > 0 && (
            <Section title="Parts of" code={selected}>
              <ul class="x-parts">
                {parts.map((item) => (
                  <Part item={item} />
                ))}
              </ul>
            </Section>
          )}
        </div>
      </section>
    </div>
  );
}

function Shares({ coverage, by }: { coverage: Coverage; by: string }) {
  const kinds = Object.entries(coverage.kinds).filter(([, { all }]) => all > 0);
  return (
    <table class="x-shares">
      <caption>
        <strong>{shownPercent(coverage.percent)}</strong> reached by {by}
      </caption>
      <tbody>
        {kinds.map(([kind, { reached, all }]) => (
          <tr key={kind}>
            <th scope="row">{kind}</th>
            <td>
              {reached.toLocaleString("en")} of {all.toLocaleString("en")}
            </td>
            <td>
              <meter min={0} max={all} value={reached} aria-label={`${kind} reached`} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface MissedProps {
  coverage: Coverage;
  selected: string | undefined;
  onSelect(state: string): void;
}

function Missed({ coverage, selected, onSelect }: MissedProps) {
  const missed = useMemo(() => missedOf(coverage), [coverage]);
  return (
    <Section title="Not reached" note={missed.length.toLocaleString("en")}>
      {missed.length === 0 && <p class="x-note">Everything was reached.</p>}
      <ul class="x-missed">
        {missed.slice(0, MOST).map((item) => (
          <li key={`${item.kind} ${item.label}`}>
            <button type="button" aria-pressed={item.state === selected} onClick={() => onSelect(item.state)}>
              <bdi>{visible(item.label)}</bdi>
              <span class="x-soft">line {item.line.toLocaleString("en")}</span>
            </button>
          </li>
        ))}
      </ul>
      {missed.length > MOST && <p class="x-note">… and {(missed.length - MOST).toLocaleString("en")} more</p>}
    </Section>
  );
}

function Part({ item }: { item: CoveredItem }) {
  const isMissed = item.hits === 0;
  return (
    <li class={isMissed ? "missed" : "reached"}>
      <bdi>{visible(item.label)}</bdi>
      <span class="x-part-hits">{isMissed ? "✗ not reached" : `✓ ${times(item.hits)}`}</span>
    </li>
  );
}
