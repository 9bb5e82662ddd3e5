import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, launch, openTab, place, section, select, SERVER, shot, start, state, status, visit, type Visitor } from "./browser.ts";

let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  browser = await launch();
  visitor = await visit(browser);
});

afterAll(() => browser.close());

const shipments = readFileSync(new URL("machines/shipments.asl.json", import.meta.url), "utf8");
const list = (large: number) => ({ list: Array.from({ length: 40 }, (_, index) => ({ id: index, size: index === large ? 120 : index })) });

async function fillEditor(name: string, text: string): Promise<void> {
  const { page } = visitor;
  const editor = page.getByRole("textbox", { name, exact: true });
  await editor.click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.insertText(text);
}

it("creates a machine", async () => {
  const { page } = visitor;
  await page.goto(`${SERVER}/#/create`);
  await page.getByRole("textbox", { name: "Name" }).fill("shipments");
  await fillEditor("Definition", '{"StartAt": "Nowhere", "States": {}}');
  await page.locator(".problems li").first().waitFor();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("alert").getByText(/Invalid State Machine Definition/).waitFor();
  // The browser notes that the server refused it.
  expect(visitor.faults.splice(0).join()).toMatch(/^Failed to load resource: .* 400/);
  await fillEditor("Definition", shipments);
  await page.getByText("No problems").waitFor();
  await state(page, "Too large").waitFor();
  await shot(page, "create");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { name: "shipments" }).waitFor();
});

it("starts it and watches it run", async () => {
  const { page } = visitor;
  await page.getByRole("button", { name: /^Start/ }).first().click();
  await fillEditor("Input", JSON.stringify(list(37)));
  await page.getByRole("dialog").getByRole("button", { name: "Start", exact: true }).click();
  await status(page, "Running");
  await state(page, "Shipments").and(page.locator(".running")).waitFor();
  await page.getByText(/^[1-9]\d*\/40 items/).waitFor();
  await shot(page, "running");
  await status(page, "Failed");
  await state(page, "Too large").and(page.locator(".failed")).waitFor();
  await state(page, "Pack").and(page.locator(".succeeded")).waitFor();
});

it("opens the state that failed, and reads its cause", async () => {
  const { page } = visitor;
  await select(page, "Too large");
  await page.getByRole("heading", { name: "Too large" }).waitFor();
  const failure = page.locator(".x-failure");
  await failure.waitFor();
  expect(await failure.textContent()).toContain("Shipment.TooLarge");
  expect(await failure.textContent()).toContain("No box of this size is left in stock.");
  expect(await page.locator(".x-visit").textContent()).toContain("item 37");
  await openTab(page, "Definition");
  expect(await page.locator(".x-code").textContent()).toContain('"Error": "Shipment.TooLarge"');
  expect(await page.locator(".x-path").first().textContent()).toBe("/States/Shipments/ItemProcessor/States/Too large");
});

it("shows what the filters made of the data", async () => {
  const { page } = visitor;
  await select(page, "Check list");
  await openTab(page, "Data");
  const filtered = section(page, "After InputPath");
  await filtered.waitFor();
  expect(await filtered.locator(".x-section-code").textContent()).toBe("$.list");
  expect(await section(page, "After Parameters").locator(".x-json").textContent()).toContain("count: 40");
  // The root of the tree has the focus; it folds and opens with the arrow keys.
  const tree = filtered.locator(".x-json");
  await tree.focus();
  const rows = await tree.locator(".x-json-row").count();
  await page.keyboard.press("ArrowLeft");
  expect(await tree.locator(".x-json-row").count()).toBe(1);
  await page.keyboard.press("ArrowRight");
  expect(await tree.locator(".x-json-row").count()).toBe(rows);
});

it("narrows everything to an iteration", async () => {
  const { page } = visitor;
  await select(page, "Shipments");
  await openTab(page, "Iterations");
  await page.getByRole("button", { name: /^Failed 1$/ }).click();
  await page.getByRole("option", { name: /#37/ }).click();
  await page.getByRole("navigation", { name: "What is shown" }).getByText("item 37").waitFor();
  await shot(page, "iteration");
  await state(page, "Too large").and(page.locator(".failed")).waitFor();
  await state(page, "Pack").and(page.locator(".idle")).waitFor();
  await openTab(page, "Events");
  const count = page.locator(".x-count");
  await expect.poll(() => count.textContent()).toMatch(/^7 of \d{3}$/);
  await page.getByRole("searchbox", { name: "Filter by text" }).fill("too large");
  await expect.poll(() => count.textContent()).toMatch(/^1 of \d{3}$/);
  await page.getByRole("searchbox", { name: "Filter by text" }).fill("");
  await page.getByRole("button", { name: "show everything", exact: true }).click();
  await openTab(page, "Timeline");
});

it("runs it again with another input", async () => {
  const { page } = visitor;
  await page.getByRole("button", { name: /^Run again/ }).click();
  await fillEditor("Input", JSON.stringify(list(-1)));
  await page.getByRole("textbox", { name: "Name, optional" }).fill("list-17");
  await page.getByRole("dialog").getByRole("button", { name: "Start", exact: true }).click();
  await status(page, "Running");
  await status(page, "Succeeded");
  await select(page, "Shipments");
  await openTab(page, "Iterations");
  await page.getByText("40 items").waitFor();
  await shot(page, "map");
  await state(page, "Done").and(page.locator(".succeeded")).waitFor();
});

it("stops and redrives", async () => {
  const { page } = visitor;
  const { stateMachines } = await call<{ stateMachines: { name: string; stateMachineArn: string }[] }>("ListStateMachines", {});
  const arn = stateMachines.find((machine) => machine.name === "shipments")?.stateMachineArn ?? "";
  await page.goto(place(await start(arn, list(-1))));
  await status(page, "Running");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.getByRole("button", { name: "Stop the execution" }).click();
  await status(page, "Aborted");
  await state(page, "Fetch").and(page.locator(".aborted")).waitFor();
  await page.getByRole("button", { name: "Redrive" }).click();
  await status(page, "Running");
  await status(page, "Succeeded");
  await page.getByText("1 redrive").waitFor();
});

it("shows retries, a parallel state and a catcher", async () => {
  const { page } = visitor;
  const order = { order: { id: "o-7", lines: [{ sku: "A-1", count: 2 }, { sku: "B-7", count: 1 }, { sku: "C-2", count: 5 }] } };
  const arn = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
  await page.goto(place(await start(`${arn}#paid`, order, "order-1041")));
  await status(page, "Succeeded");
  await select(page, "Pay");
  await openTab(page, "Attempts 3");
  await page.getByText(/retried after 2\.\d\d s/).waitFor();
  await openTab(page, "Data");
  await section(page, "After ResultSelector").waitFor();
  await shot(page, "order");
  await page.goto(place(await start(`${arn}#refused`, order, "order-1042")));
  await status(page, "Failed");
  await select(page, "Pay");
  await page.getByText("Catcher 1 handled the error.").waitFor();
  await state(page, "Pay").and(page.locator(".caught")).waitFor();
  await state(page, "Apologise").and(page.locator(".failed")).waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  await shot(page, "caught");
  await page.emulateMedia({ colorScheme: "light" });
});

it("can be used with the keyboard alone", async () => {
  const { page } = visitor;
  await page.locator(".x-graph svg [tabindex='0']").focus();
  for (const key of ["Home", "ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Pay", exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Execution", exact: true }).waitFor();
  await page.locator(".x-timeline").focus();
  await page.keyboard.press("ArrowDown");
  await page.getByRole("heading", { name: "Check order" }).waitFor();
});

it("did all this without an error, and without another host", () => {
  expect(visitor.faults).toEqual([]);
});
