/** The visible rows of a JSON tree. */

import { ExactNumber } from "./parse.ts";

export interface TreeRow {
  kind: "value" | "more" | "text-more";
  /** Its JSONPath: `$.orders[3]['unit price']`. */
  path: string;
  level: number;
  key?: string;
  isIndex: boolean;
  value: unknown;
  isContainer: boolean;
  isOpen: boolean;
  /** Members or elements. */
  size: number;
  /** How many characters of a text are shown. */
  textShown: number;
  /** Of a row that shows more: how much is left, and how much is shown after it. */
  left: number;
  next: number;
}

export interface Shape {
  /** Which parts the reader opened or folded, by path. */
  folds: ReadonlyMap<string, boolean>;
  /** How many members or characters are shown, by path. */
  shown: ReadonlyMap<string, number>;
  depth: number;
}

const MEMBERS = 100;
const CHARACTERS = 400;
/** What a click on `show more` adds at most. */
const MORE_CHARACTERS = 50_000;
/** A part with more members starts folded, unless it is the whole. */
const FEW = 30;

export function rowsOf(value: unknown, shape: Shape): TreeRow[] {
  const rows: TreeRow[] = [];
  add(rows, shape, value, "$", 0, undefined, false);
  return rows;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof ExactNumber);
}

function add(rows: TreeRow[], shape: Shape, value: unknown, path: string, level: number, key: string | undefined, isIndex: boolean): void {
  const keys = isContainer(value) ? (Array.isArray(value) ? undefined : Object.keys(value)) : undefined;
  const size = Array.isArray(value) ? value.length : (keys?.length ?? 0);
  const holds = size > 0;
  const isOpen = holds && (shape.folds.get(path) ?? (level === 0 || (level < shape.depth && size <= FEW)));
  const textShown = typeof value === "string" ? Math.min(value.length, shape.shown.get(path) ?? CHARACTERS) : 0;
  const common = { path, isIndex: false, value, isContainer: false, isOpen: false, size: 0, textShown: 0 };
  rows.push({
    kind: "value",
    path,
    level,
    ...(key !== undefined && { key }),
    isIndex,
    value,
    isContainer: holds,
    isOpen,
    size,
    textShown,
    left: 0,
    next: 0,
  });
  if (typeof value === "string" && textShown < value.length) {
    const next = Math.min(value.length, textShown + MORE_CHARACTERS);
    rows.push({ ...common, kind: "text-more", level: level + 1, left: value.length - textShown, next });
  }
  if (!isOpen) return;
  const most = Math.min(size, shape.shown.get(path) ?? MEMBERS);
  for (let index = 0; index < most; index++) {
    if (Array.isArray(value)) add(rows, shape, value[index], `${path}[${index}]`, level + 1, String(index), true);
    else {
      const name = keys?.[index] ?? "";
      add(rows, shape, (value as Record<string, unknown>)[name], memberPath(path, name), level + 1, name, false);
    }
  }
  if (most < size) rows.push({ ...common, kind: "more", level: level + 1, left: size - most, next: most + MEMBERS * 5 });
}

/** The JSONPath of a member. */
export function memberPath(path: string, name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return `${path}.${name}`;
  return `${path}['${name.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}']`;
}
