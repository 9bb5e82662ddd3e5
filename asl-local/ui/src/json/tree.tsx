/** A JSON value as a tree: parts fold, long texts and lists show their beginning, everything can be copied. */

import type { ComponentChildren } from "preact";
import { useId, useMemo, useRef, useState } from "preact/hooks";
import { copyText } from "./copy.ts";
import { ExactNumber, formatJson } from "./parse.ts";
import { rowsOf, type TreeRow } from "./rows.ts";
import { visible } from "./visible.ts";

interface Props {
  value: unknown;
  label: string;
  /** How deep it is open at first. */
  depth?: number;
}

export function JsonTree({ value, label, depth = 2 }: Props) {
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [shown, setShown] = useState<ReadonlyMap<string, number>>(new Map());
  const [active, setActive] = useState(0);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => rowsOf(value, { folds, shown, depth }), [value, folds, shown, depth]);

  const fold = (row: TreeRow, isOpen: boolean) => setFolds((old) => new Map(old).set(row.path, isOpen));
  const more = (row: TreeRow) => setShown((old) => new Map(old).set(row.path, row.next));
  const activate = (row: TreeRow) => {
    if (row.kind === "more" || row.kind === "text-more") more(row);
    else if (row.isContainer) fold(row, !row.isOpen);
  };
  const focus = (index: number) => {
    const at = Math.max(0, Math.min(rows.length - 1, index));
    setActive(at);
    box.current?.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[active];
    if (!row || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "c" && String(getSelection()) === "") {
      void copyText(textOf(row.value));
      return;
    }
    if (event.ctrlKey || event.metaKey) return;
    switch (event.key) {
      case "ArrowDown":
        focus(active + 1);
        break;
      case "ArrowUp":
        focus(active - 1);
        break;
      case "Home":
        focus(0);
        break;
      case "End":
        focus(rows.length - 1);
        break;
      case "ArrowRight":
        if (row.isContainer && !row.isOpen) fold(row, true);
        else focus(active + 1);
        break;
      case "ArrowLeft":
        if (row.isContainer && row.isOpen) fold(row, false);
        else focus(rows.findLastIndex((other, index) => index < active && other.level < row.level));
        break;
      case "Enter":
      case " ":
        activate(row);
        break;
      default:
        return;
    }
    event.preventDefault();
  };
  const current = Math.min(active, rows.length - 1);
  return (
    <div
      ref={box}
      class="x-json"
      role="tree"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={`${id}-${current}`}
      onKeyDown={onKeyDown}
    >
      {rows.map((row, index) => (
        <div
          key={row.path + row.kind}
          id={`${id}-${index}`}
          role="treeitem"
          class={index === current ? "x-json-row active" : "x-json-row"}
          aria-level={row.level + 1}
          aria-expanded={row.isContainer ? row.isOpen : undefined}
          aria-selected={index === current}
          style={{ paddingInlineStart: `${row.level * 14 + 16}px` }}
          onClick={() => {
            setActive(index);
            if (String(getSelection()) === "") activate(row);
          }}
        >
          <Row row={row} />
          {row.kind === "value" && <Copy row={row} />}
        </div>
      ))}
    </div>
  );
}

function Row({ row }: { row: TreeRow }): ComponentChildren {
  if (row.kind === "more") return <span class="x-json-more">{`show ${row.left.toLocaleString()} more`}</span>;
  if (row.kind === "text-more") {
    return <span class="x-json-more">{`show the other ${row.left.toLocaleString()} characters`}</span>;
  }
  return (
    <>
      {row.isContainer && <span class={row.isOpen ? "x-fold open" : "x-fold"} aria-hidden="true" />}
      {row.key !== undefined && (
        <>
          <bdi class={row.isIndex ? "x-json-index" : "x-json-key"}>{visible(row.key)}</bdi>
          <span class="x-json-mark">: </span>
        </>
      )}
      <Value row={row} />
    </>
  );
}

function Value({ row }: { row: TreeRow }) {
  const { value } = row;
  if (row.isContainer) return <Summary row={row} />;
  if (typeof value === "string") {
    const isWhole = row.textShown >= value.length;
    return <bdi class="x-json-string">{`"${visible(value.slice(0, row.textShown))}${isWhole ? "" : "…"}"`}</bdi>;
  }
  if (typeof value === "number") return <span class="x-json-number">{String(value)}</span>;
  if (value instanceof ExactNumber) return <span class="x-json-number">{value.text}</span>;
  if (Array.isArray(value)) return <span class="x-json-mark">[]</span>;
  if (typeof value === "object" && value !== null) return <span class="x-json-mark">{"{}"}</span>;
  return <span class="x-json-literal">{String(value)}</span>;
}

function Summary({ row }: { row: TreeRow }) {
  const { value } = row;
  const isArray = Array.isArray(value);
  if (row.isOpen) return <span class="x-json-mark">{isArray ? "[" + row.size + "]" : "{" + row.size + "}"}</span>;
  return (
    <span class="x-json-mark">
      {isArray ? "[" : "{"}
      <bdi class="x-json-preview">{visible(preview(value))}</bdi>
      {isArray ? "]" : "}"}
      <span class="x-json-size">{row.size.toLocaleString()}</span>
    </span>
  );
}

/** The beginning of what a folded part holds. */
function preview(value: unknown): string {
  const parts: string[] = [];
  let length = 0;
  for (const key in value as object) {
    const member = (value as Record<string, unknown>)[key];
    const text = brief(member);
    parts.push(Array.isArray(value) ? text : `${key}: ${text}`);
    length += text.length + key.length;
    if (length > 60) {
      parts.push("…");
      break;
    }
  }
  return parts.join(", ");
}

function brief(value: unknown): string {
  if (typeof value === "string") return value.length > 24 ? `"${value.slice(0, 24)}…"` : `"${value}"`;
  if (value instanceof ExactNumber) return value.text;
  if (Array.isArray(value)) return value.length ? "[…]" : "[]";
  if (typeof value === "object" && value !== null) return "{…}";
  return String(value);
}

function Copy({ row }: { row: TreeRow }) {
  const [copied, setCopied] = useState("");
  const copy = (event: Event, what: string, text: string) => {
    event.stopPropagation();
    void copyText(text).then((isCopied) => {
      setCopied(isCopied ? what : "failed");
      setTimeout(() => setCopied(""), 1200);
    });
  };
  return (
    <span class="x-json-copy">
      {copied && <span role="status">{copied === "failed" ? "not allowed" : `${copied} copied`}</span>}
      <button type="button" tabIndex={-1} title="Copy this value" onClick={(event) => copy(event, "value", textOf(row.value))}>
        copy
      </button>
      <button type="button" tabIndex={-1} title={`Copy the path ${row.path}`} onClick={(event) => copy(event, "path", row.path)}>
        path
      </button>
    </span>
  );
}

/** A string is copied as it is, anything else as JSON. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : formatJson(value);
}
