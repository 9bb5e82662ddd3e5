/** Writing, drawing, running, testing and debugging a workflow in the real editor. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { Editor, FOLDER, launch } from "./editor.ts";

const DEFINITION = "workflow.asl.json";

let browser: Browser;
let editor: Editor;

beforeAll(async () => {
  browser = await launch();
  editor = await Editor.open(browser);
});

beforeEach(({ task }) => onTestFailed(() => editor.shot(`failed: ${task.name}`)));

afterAll(() => browser.close());

/** The line of the definition, from 1, that contains a text. */
function lineOf(text: string): number {
  return readFileSync(join(FOLDER, DEFINITION), "utf8").split("\n").findIndex((line) => line.includes(text)) + 1;
}

test("the graph follows edits, and shows the line of a state", async () => {
  await editor.file(DEFINITION);
  await editor.lens("Graph").click();
  const graph = editor.webview();
  const state = (name: string) => graph.locator(`[aria-label="${name}"]`);
  await state("ReserveInventory").waitFor();
  await editor.quiet();
  await editor.shot("graph");
  await state("ReserveInventory").click();
  await expect.poll(() => editor.line()).toBe(lineOf('"ReserveInventory": {'));
  await editor.focused();
  // Typed, and not saved: nothing has this name in `StartAt` any more, and it is drawn nevertheless.
  await editor.page.keyboard.press("Home");
  await editor.page.keyboard.press("ArrowRight");
  await editor.page.keyboard.type("Now");
  await state("NowReserveInventory").waitFor();
  await editor.command("File: Revert File");
  await state("ReserveInventory").waitFor();
  await editor.closeAll();
});

test("the language server completes, explains and marks", async () => {
  await editor.file(DEFINITION, lineOf('"Next": "OrderSize"'));
  await editor.page.keyboard.press("End");
  await editor.page.keyboard.press("ArrowLeft");
  for (const _ of "OrderSize") await editor.page.keyboard.press("Backspace");
  await editor.page.locator(".squiggly-error").first().waitFor();
  await editor.page.keyboard.press("Control+Space");
  const suggestions = editor.page.locator(".suggest-widget.visible");
  await suggestions.getByText("CheckOrder").first().waitFor();
  await editor.quiet();
  await editor.page.keyboard.press("Control+Space");
  await suggestions.getByText("CheckOrder").first().waitFor();
  await editor.shot("completion");
  await editor.page.keyboard.press("Escape");
  await editor.command("File: Revert File");
  await editor.file(DEFINITION, lineOf('"TimeoutSeconds"'));
  await editor.page.keyboard.press("Home");
  await editor.page.keyboard.press("ArrowRight");
  await editor.command("Show or Focus Hover");
  await editor.page.locator(".monaco-hover", { hasText: "TimeoutSeconds" }).first().waitFor();
  await editor.shot("hover");
  await editor.page.keyboard.press("Escape");
  await editor.closeAll();
});

test("states are extracted", async () => {
  await editor.file(DEFINITION, lineOf('"ReadEvent": {'));
  await editor.page.keyboard.press("Home");
  const lines = lineOf('"ValidateOrder": {') - lineOf('"ReadEvent": {');
  for (let line = 0; line < lines; line++) await editor.page.keyboard.press("Shift+ArrowDown");
  await editor.command("Refactor...");
  // The first action has the focus. A block over the page keeps the mouse away from the list.
  await editor.page.locator(".action-widget .monaco-list-row.focused", { hasText: "into a Parallel state" }).waitFor();
  await editor.shot("extract");
  await editor.page.keyboard.press("Enter");
  await editor.page.locator(".view-lines", { hasText: "ReadEvent group" }).first().waitFor();
  await editor.command("File: Revert File");
  await editor.closeAll();
});

test("an execution is shown with its events and data", async () => {
  await editor.file(DEFINITION);
  await editor.lens("Run").click();
  await editor.choose("direct.json");
  await editor.choose("HappyPath");
  const report = editor.webview();
  await report.getByText("Succeeded").first().waitFor();
  await editor.quiet();
  await editor.shot("run");
  await editor.closeAll();
});

test("cases run, and a case that fails shows why", async () => {
  await editor.file("workflow.test.yaml", 27);
  await editor.lens("Run test").first().click();
  const gutter = editor.page.locator(".testing-run-glyph.codicon-testing-passed-icon");
  await gutter.first().waitFor();
  const definition = join(FOLDER, DEFINITION);
  const text = readFileSync(definition, "utf8");
  writeFileSync(definition, text.replace('"NumericGreaterThan": 500000', '"NumericGreaterThan": 5'));
  await editor.lens("Run test").first().click();
  await editor.page.getByText("calls of PackItem").first().waitFor();
  await editor.quiet();
  await editor.shot("failure");
  writeFileSync(definition, text);
  await editor.command("Test: Run All Tests with Coverage");
  await editor.file(DEFINITION, 27);
  await editor.page.locator(".coverage-deco-gutter").first().waitFor();
  await editor.shot("coverage");
  await editor.closeAll();
});

test("a task marks the problems of all definitions", async () => {
  const bad = join(FOLDER, "bad.asl.json");
  writeFileSync(bad, '{\n  "StartAt": "A",\n  "States": {\n    "A": { "Type": "Pas", "End": true }\n  }\n}\n');
  await editor.command("ASL: Validate All Definitions");
  await editor.page.locator("#status\\.problems", { hasText: "1" }).waitFor();
  await editor.command("Problems: Focus on Problems View");
  await editor.page.locator(".markers-panel", { hasText: "The field 'Type' should have one of these values" }).waitFor();
  await editor.shot("problems");
});

test("a breakpoint stops an execution, whose data can be seen and changed", async () => {
  await editor.file(DEFINITION, lineOf('"ChargePayment": {'));
  await editor.command("Debug: Toggle Breakpoint");
  await editor.file(DEFINITION);
  await editor.lens("Debug").click();
  await editor.choose("direct.json");
  await editor.choose("HappyPath");
  await editor.page.locator(".debug-toolbar").waitFor();
  await editor.page.locator(".debug-top-stack-frame-line, .debug-top-stack-frame-decoration").first().waitFor();
  await expect.poll(() => editor.line()).toBe(lineOf('"ChargePayment": {'));
  await editor.page.locator(".debug-call-stack", { hasText: "ChargePayment" }).waitFor();
  const variables = editor.page.locator(".debug-variables");
  await variables.locator(".expression .name", { hasText: "input" }).click();
  await editor.page.keyboard.press("ArrowRight");
  await variables.getByText("orderId").first().waitFor();
  await editor.command("Debug Console: Focus on Debug Console View");
  await editor.page.keyboard.type("$.checks.fraud");
  await editor.page.keyboard.press("Enter");
  await editor.page.locator(".repl .evaluation-result", { hasText: "score" }).waitFor();
  await editor.quiet();
  await editor.shot("debug");
  await editor.command("Debug: Step Over");
  await expect.poll(() => editor.line()).not.toBe(lineOf('"ChargePayment": {'));
  await editor.command("Debug: Continue");
  await editor.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
  await editor.command("Remove All Breakpoints");
});

test("a case is debugged with its mocks", async () => {
  await editor.file(DEFINITION, lineOf('"PackItems": {'));
  await editor.command("Debug: Toggle Breakpoint");
  await editor.file("workflow.test.yaml", 27);
  await editor.lens("Debug test").first().click();
  await editor.page.locator(".debug-toolbar").waitFor();
  await editor.page.locator(".debug-call-stack", { hasText: "PackItems" }).waitFor();
  await expect.poll(() => editor.line()).toBe(lineOf('"PackItems": {'));
  await editor.command("Debug: Stop");
  await editor.page.locator(".debug-toolbar").waitFor({ state: "hidden" });
});
