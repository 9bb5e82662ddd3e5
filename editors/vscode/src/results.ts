/** What `asl test --format json`, `--list` and `--coverage-json` print. */

/** The cases of test files, as `asl test --list --format json` prints them. */
export interface TestList {
  files: { file: string; machine: string; definition: string; cases: { name: string; line: number }[] }[];
  problems: Problem[];
}

/** Why a test file cannot be used. Lines and columns count from 1. */
export interface Problem {
  file: string;
  line: number;
  column: number;
  message: string;
}

/** The results of cases, as `asl test --format json` prints them. */
export interface TestResults {
  files: { file: string; cases: CaseResult[] }[];
  problems: Problem[];
}

export interface CaseResult {
  name: string;
  line: number;
  passed: boolean;
  /** In virtual time. */
  durationSeconds: number;
  mismatches: { what: string; line: number; column: number; lines: string[] }[];
  /** The states that a failed execution entered, one on each line. */
  path: string[];
}

/** The coverage of definitions, as `asl test --coverage-json` writes it. */
export interface Coverage {
  definitions: { path: string; items: CoverageItem[] }[];
}

/** A part of a definition: a state, a transition, a rule, a retrier. */
export interface CoverageItem {
  kind: string;
  label: string;
  /** From 1. */
  line: number;
  hits: number;
}

/** A line of a definition, and what its parts are called. */
export interface CoveredLine {
  /** From 0. */
  line: number;
  hits: number;
  parts: { label: string; hits: number }[];
}

/** Reads a document that `asl` has printed. A program that prints none has said on its standard error why. */
export function parsed<T>(stdout: string, stderr: string): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    const reason = stderr.trim().replace(/^error: /, "");
    throw new Error(reason === "" ? "`asl` has printed no JSON" : reason);
  }
}

/** The parts of a definition by line, those of a line in the order of the document. */
export function coveredLines(items: CoverageItem[]): CoveredLine[] {
  const lines = new Map<number, CoveredLine>();
  for (const { line, label, hits } of items) {
    const found = lines.get(line) ?? { line: line - 1, hits: 0, parts: [] };
    found.hits = Math.max(found.hits, hits);
    found.parts.push({ label, hits });
    lines.set(line, found);
  }
  return [...lines.values()].sort((one, other) => one.line - other.line);
}

/** How many parts there are, and how many cases reached. */
export function share(items: CoverageItem[]): { covered: number; total: number } {
  return { covered: items.filter((item) => item.hits > 0).length, total: items.length };
}

/** The text of a failed expectation, with what was expected and what was found. */
export function explained(mismatch: CaseResult["mismatches"][number]): string {
  return [mismatch.what, ...mismatch.lines].join("\n");
}
