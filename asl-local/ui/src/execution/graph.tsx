/** The graph of a machine: positions from the server, colours from an execution if there is one. */

import { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { curve, isInside, lookOf, nearStart, neighbour, wasTaken, type NodeLook } from "./graph-look.ts";
import type { Totals } from "./scope.ts";
import { Pan } from "./pan.ts";
import type { Layout, LayoutEdge, LayoutNode } from "./source.ts";
import type { CoverageLayer, Reach } from "../coverage/coverage.ts";
import { visible } from "../json/visible.ts";

interface Props {
  layout: Layout;
  totals?: Totals;
  transitions?: ReadonlyMap<string, number>;
  /** Changes when `totals` or `transitions` do. */
  version?: number;
  /** What was reached. It takes the place of `totals` and `transitions`. */
  coverage?: CoverageLayer;
  /** The Map or Parallel outside of which states are pale. */
  within?: string | undefined;
  selected?: string | undefined;
  /** Called with `undefined` when the background is chosen. */
  onSelect?(name: string | undefined): void;
}

const LINE = 16;
type Look = Omit<NodeLook, "status"> & { status: NodeLook["status"] | Reach };
const NO_LOOK: Look = { status: undefined, summary: "" };

export function Graph({ layout, totals, transitions, version, coverage, within, selected, onSelect }: Props) {
  const svg = useRef<SVGSVGElement>(null);
  const content = useRef<SVGGElement>(null);
  const pan = useRef<Pan>(undefined);
  const id = useId();
  const [focused, setFocused] = useState<string>();

  useLayoutEffect(() => {
    if (!svg.current || !content.current) return;
    pan.current ??= new Pan(svg.current, content.current);
    pan.current.resize(layout);
  }, [layout]);
  usePanning(svg, pan, layout);
  useEffect(() => {
    const node = layout.nodes.find((node) => node.name !== undefined && node.name === selected);
    if (node) pan.current?.reveal(node);
  }, [selected]);

  const states = useMemo(() => layout.nodes.filter((node) => node.name !== undefined), [layout]);
  const outer = within === undefined ? undefined : states.find((node) => node.name === within);
  const first = focused ?? selected ?? states[0]?.name;

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const name = (event.target as Element).getAttribute("data-state");
    const node = states.find((node) => node.name === name);
    const factor = { "+": 1.2, "=": 1.2, "-": 1 / 1.2 }[event.key];
    if (factor) pan.current?.zoom(factor);
    else if (event.key === "0") pan.current?.fit();
    else if (event.key === "Escape" && selected !== undefined) onSelect?.(undefined);
    else if ((event.key === "Enter" || event.key === " ") && node) onSelect?.(node.name);
    else if (event.key.startsWith("Arrow") && node) {
      const next = neighbour(states, node, event.key);
      if (next) focusNode(next);
    } else return;
    event.preventDefault();
  };
  const focusNode = (node: LayoutNode) => {
    setFocused(node.name);
    pan.current?.reveal(node);
    const elements = content.current?.querySelectorAll<SVGGElement>("[data-state]") ?? [];
    for (const element of elements) if (element.getAttribute("data-state") === node.name) element.focus({ preventScroll: true });
  };
  // Not again for every selection: with 500 states it takes a while.
  const looks = useMemo(() => {
    const look = (name: string): Look => coverage?.state(name) ?? lookOf(totals?.get(name));
    return layout.nodes.map((node) => (node.name === undefined ? NO_LOOK : look(node.name)));
  }, [layout, totals, version, coverage]);
  const taken = useMemo(() => {
    const ended = (state: string) => (totals?.get(state)?.counts.succeeded ?? 0) > 0;
    return layout.edges.map((edge): EdgeLook => {
      if (coverage) return { reached: "taken", missed: "missed", none: "" }[coverage.edge(edge) ?? "none"] as EdgeLook;
      return transitions !== undefined && wasTaken(edge, transitions, ended) ? "taken" : "";
    });
  }, [layout, totals, transitions, version, coverage]);
  const draw = (node: LayoutNode, index: number) => (
    <Node
      key={index}
      node={node}
      look={looks[index] ?? NO_LOOK}
      isSelected={node.name !== undefined && node.name === selected}
      isPale={outer !== undefined && node !== outer && !isInside(node, outer)}
      isFirst={node.name === first}
    />
  );
  const isBelow = (node: LayoutNode) => node.shape === "branch" || node.shape === "container";
  return (
    <div class="x-graph">
      <svg
        ref={svg}
        role="group"
        aria-label={`Graph with ${states.length} states; arrow keys move, Enter selects, + and − zoom`}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const name = (event.target as Element).closest("[data-state]")?.getAttribute("data-state");
          if (!svg.current?.hasAttribute("data-dragged")) onSelect?.(name ?? undefined);
        }}
      >
        <defs>
          {["", "taken", "catch", "catch-taken", "missed"].map((kind) => (
            <marker id={`${id}-${kind}`} viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="7" markerHeight="7" orient="auto">
              <path class={`x-tip ${kind}`} d="M0 0L8 4L0 8z" />
            </marker>
          ))}
        </defs>
        <g ref={content}>
          {layout.nodes.map((node, index) => isBelow(node) && draw(node, index))}
          {layout.edges.map((edge, index) => (
            <Edge key={index} edge={edge} id={id} look={taken[index] ?? ""} />
          ))}
          {layout.nodes.map((node, index) => !isBelow(node) && draw(node, index))}
          {layout.edges.map((edge, index) => edge.label && <EdgeLabel key={index} label={edge.label} />)}
        </g>
      </svg>
      <div class="x-zoom">
        <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => pan.current?.zoom(1.25)}>
          +
        </button>
        <button type="button" title="Zoom out (−)" aria-label="Zoom out" onClick={() => pan.current?.zoom(0.8)}>
          −
        </button>
        <button type="button" title="Show everything (0)" aria-label="Show everything" onClick={() => pan.current?.fit()}>
          fit
        </button>
      </div>
    </div>
  );
}

/** What is said of a state instead of the name of its status. */
const WORDS: Record<string, string> = { "": "not entered", partly: "partly reached", missed: "" };

interface NodeProps {
  node: LayoutNode;
  look: Look;
  isSelected: boolean;
  isPale: boolean;
  isFirst: boolean;
}

/** Draws only what changed: with 500 states, an event touches a few. */
function Node({ node, look, isSelected, isPale, isFirst }: NodeProps) {
  return useMemo(() => {
    const middle = node.x + node.width / 2;
    if (node.shape === "branch") return <rect class="x-branch" {...frame(node, 5)} />;
    if (node.name === undefined) {
      return (
        <g class="x-end">
          <rect {...frame(node, node.height / 2)} />
          <text x={middle} y={node.y + node.height / 2 + 4.5}>
            {node.shape === "start" ? "Start" : "End"}
          </text>
        </g>
      );
    }
    const lines = node.lines ?? [node.name];
    const below = node.y + 21 + lines.length * LINE;
    const classes = ["x-node", look.status ?? "idle", node.shape];
    if (isSelected) classes.push("selected");
    if (isPale) classes.push("pale");
    const told = [node.name, node.type ?? "", WORDS[look.status ?? ""] ?? look.status, look.summary].filter(Boolean).join(", ");
    return (
      <g class={classes.join(" ")} role="button" tabindex={isFirst ? 0 : -1} data-state={node.name} aria-label={told} aria-pressed={isSelected}>
        <title>{node.name}</title>
        {node.type === "Map" && <rect class="x-behind" {...frame({ ...node, x: node.x + 4, y: node.y + 4 }, 6)} />}
        {isSelected && <rect class="x-ring" {...frame({ x: node.x - 4, y: node.y - 4, width: node.width + 8, height: node.height + 8 }, node.type === "Succeed" || node.type === "Fail" ? 21 : 9)} />}
        <Outline node={node} />
        {lines.map((line, index) => (
          <text class="x-name" x={middle} y={node.y + 21 + index * LINE}>
            {visible(line)}
          </text>
        ))}
        <text class="x-small" x={middle} y={below}>
          {node.detail}
        </text>
        {look.summary && (
          <text class="x-small x-summary" x={middle} y={below + 14}>
            {look.summary}
          </text>
        )}
        <Mark status={look.status} x={node.x + node.width - 1} y={node.y + 1} />
      </g>
    );
  }, [node, look.status, look.summary, isSelected, isPale, isFirst]);
}

function Outline({ node }: { node: LayoutNode }) {
  if (node.type !== "Choice") {
    return <rect class="x-shape" {...frame(node, node.type === "Succeed" || node.type === "Fail" ? 18 : 6)} />;
  }
  const [left, right, top, bottom] = [node.x, node.x + node.width, node.y, node.y + node.height];
  const middle = node.y + node.height / 2;
  const cut = 7;
  const corners = [
    [left + cut, top],
    [right - cut, top],
    [right, middle],
    [right - cut, bottom],
    [left + cut, bottom],
    [left, middle],
  ];
  return <polygon class="x-shape" points={corners.map((corner) => corner.join(",")).join(" ")} />;
}

const CROSS = "M-2.7 -2.7L2.7 2.7M2.7 -2.7L-2.7 2.7";

const MARKS: Record<string, string> = {
  reached: "M-3.5 0.2L-1 2.7L3.6 -2.4",
  partly: "M-3.4 0.4C-1.8 -2.4 -0.6 -2.4 0.4 -0.2S2.6 1.8 3.4 -0.6",
  missed: CROSS,
  succeeded: "M-3.5 0.2L-1 2.7L3.6 -2.4",
  failed: CROSS,
  caught: "M0 -3.6V0.8M0 3.1V3.5",
  aborted: "M-2.6 0H2.6",
};

/** The status as a sign, for those who cannot tell the colours apart. */
function Mark({ status, x, y }: { status: string | undefined; x: number; y: number }) {
  if (status === undefined) return null;
  return (
    <g class="x-mark" transform={`translate(${x} ${y})`} aria-hidden="true">
      <circle r="8" />
      {MARKS[status] ? <path d={MARKS[status]} /> : <circle class="x-busy" r="3" />}
    </g>
  );
}

function frame(box: { x: number; y: number; width: number; height: number }, radius: number) {
  return { x: box.x, y: box.y, width: box.width, height: box.height, rx: radius };
}

type EdgeLook = "" | "taken" | "missed";

function Edge({ edge, id, look }: { edge: LayoutEdge; id: string; look: EdgeLook }) {
  return useMemo(() => {
    const kind = look === "missed" ? look : [edge.kind === "catch" ? "catch" : "", look].filter(Boolean).join("-");
    const path = <path class={`x-edge ${edge.kind === "catch" ? "catch " : ""}${look}`} d={curve(edge.points)} marker-end={`url(#${id}-${kind})`} />;
    if (look !== "missed") return path;
    const [x, y] = nearStart(edge.points);
    return (
      <g>
        {path}
        <g class="x-edge-cross" transform={`translate(${x} ${y})`} role="img" aria-label={`${edge.from ?? ""} → ${edge.to ?? ""} not reached`}>
          <circle r="6" />
          <path d={CROSS} />
        </g>
      </g>
    );
  }, [edge, id, look]);
}

function EdgeLabel({ label }: { label: NonNullable<LayoutEdge["label"]> }) {
  return useMemo(
    () => (
      <g class="x-label">
        <title>{label.text}</title>
        <rect {...frame(label, 3)} />
        {label.lines.map((line, index) => (
          <text x={label.x + label.width / 2} y={label.y + 13 + index * LINE}>
            {visible(line)}
          </text>
        ))}
      </g>
    ),
    [label],
  );
}

function usePanning(svg: { current: SVGSVGElement | null }, pan: { current: Pan | undefined }, layout: Layout): void {
  useEffect(() => {
    const element = svg.current;
    if (!element) return;
    let from: { x: number; y: number; id: number } | undefined;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const lines = event.deltaMode === 1 ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        const at = { x: event.clientX - box.left, y: event.clientY - box.top };
        pan.current?.zoom(Math.exp(-event.deltaY * lines * 0.008), at);
      } else if (event.shiftKey) pan.current?.move(-event.deltaY * lines, 0);
      else pan.current?.move(-event.deltaX * lines, -event.deltaY * lines);
    };
    const down = (event: PointerEvent) => {
      if (event.button === 0) from = { x: event.clientX, y: event.clientY, id: event.pointerId };
      element.removeAttribute("data-dragged");
    };
    const move = (event: PointerEvent) => {
      if (!from || event.pointerId !== from.id) return;
      const [right, below] = [event.clientX - from.x, event.clientY - from.y];
      if (!element.hasAttribute("data-dragged")) {
        if (Math.hypot(right, below) < 4) return;
        element.setAttribute("data-dragged", "");
        element.setPointerCapture(event.pointerId);
      }
      pan.current?.move(right, below);
      from = { x: event.clientX, y: event.clientY, id: from.id };
    };
    const up = () => {
      from = undefined;
    };
    const observer = new ResizeObserver(() => {
      if (!pan.current?.isTouched) pan.current?.home();
    });
    observer.observe(element);
    element.addEventListener("wheel", wheel, { passive: false });
    element.addEventListener("pointerdown", down);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    return () => {
      observer.disconnect();
      element.removeEventListener("wheel", wheel);
      element.removeEventListener("pointerdown", down);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", up);
      element.removeEventListener("pointercancel", up);
    };
  }, [layout]);
}
