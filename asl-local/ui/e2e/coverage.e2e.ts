import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { create, launch, SERVER, shot, start, state, visit, type Visitor } from "./browser.ts";

let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  browser = await launch();
  visitor = await visit(browser);
});

afterAll(() => browser.close());

const definition = {
  StartAt: "Size",
  States: {
    Size: {
      Type: "Choice",
      Choices: [
        { And: [{ Variable: "$.n", NumericGreaterThan: 9 }, { Variable: "$.n", NumericLessThan: 99 }], Next: "Large" },
        { Variable: "$.n", NumericEquals: 0, Next: "Small" },
      ],
      Default: "Other",
    },
    Large: { Type: "Pass", End: true },
    Small: { Type: "Pass", End: true },
    Other: { Type: "Fail", Error: "Other" },
  },
};

it("shows what the executions of a machine have reached, as they run", async () => {
  const { page, faults } = visitor;
  const arn = await create("sizes", definition);
  await page.goto(`${SERVER}/#/machine/${encodeURIComponent(arn)}`);
  await page.getByRole("heading", { name: "sizes" }).waitFor();
  await page.keyboard.press("c");
  await page.getByText(/^0\.0 % reached by executions/).waitFor();
  expect(await page.getByRole("link", { name: "Coverage" }).getAttribute("aria-current")).toBe("page");
  await state(page, "Size").and(page.getByLabel("Size, Choice, not reached")).waitFor();
  await start(arn, { n: 10 });
  await state(page, "Large").and(page.getByLabel("Large, Pass, reached, 1×")).waitFor();
  await state(page, "Small").and(page.locator(".missed")).waitFor();
  await start(arn, { n: 0 });
  await state(page, "Small").and(page.locator(".reached")).waitFor();
  await page.getByRole("img", { name: "Size → Other not reached" }).waitFor();
  await shot(page, "coverage");
  expect(faults).toEqual([]);
});

it("leads with the keyboard from a part that was not reached to its state", async () => {
  const { page } = visitor;
  const missed = page.getByRole("button", { name: /`NumericLessThan` does not hold|does not hold.*line/ }).first();
  await missed.focus();
  await page.keyboard.press("Enter");
  expect(await missed.getAttribute("aria-pressed")).toBe("true");
  await state(page, "Size").and(page.locator("[aria-pressed=true]")).waitFor();
  const parts = page.locator(".x-parts li");
  expect(await parts.filter({ hasText: "✗ not reached" }).count()).toBeGreaterThan(0);
  expect(await parts.filter({ hasText: /✓ \d+×/ }).count()).toBeGreaterThan(0);
  // From the graph, too: the arrow keys walk, Enter selects.
  await state(page, "Size").focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  expect(await state(page, "Size").getAttribute("aria-pressed")).toBe("false");
  await page.keyboard.press("Escape");
  expect(await page.locator(".x-graph [aria-pressed=true]").count()).toBe(0);
});
