import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { create, launch, openTab, place, select, shot, start, state, status, visit } from "./browser.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

const MARKUP = '</script><script>document.title="owned"</script><img src=x onerror=alert(1)>';
const NAMES = ["<script>alert(1)</script>", "\u05e9\u05dc\u05d5\u05dd (123)", "\ud83d\ude80 lift-off", "x".repeat(80), "a\u202eb", `quotes " ' \\`];

it("shows hostile names and payloads as text", async () => {
  const states: Record<string, object> = {};
  NAMES.forEach((name, index) => {
    const next = NAMES[index + 1];
    const result = { [MARKUP]: MARKUP, __proto__: null, constructor: "c", long: "y".repeat(20_000) };
    states[name] = { Type: "Pass", Result: result, ResultPath: "$.result", ...(next === undefined ? { End: true } : { Next: next }) };
  });
  const arn = await create("hostile", { StartAt: NAMES[0], States: states });
  const execution = await start(arn, { markup: MARKUP, large: `${MARKUP}${"z".repeat(200 * 1024)}` });
  const { page, faults } = await visit(browser);
  await page.goto(place(execution));
  await status(page, "Succeeded");
  for (const name of NAMES) await state(page, name).and(page.locator(".succeeded")).waitFor();
  const [first = "", , , , reordering = ""] = NAMES;
  await select(page, first);
  await page.getByRole("heading", { name: first, exact: true }).waitFor();
  await page.locator(".x-json-string", { hasText: "onerror" }).first().waitFor();
  await openTab(page, "Definition");
  await page.locator(".x-code", { hasText: "onerror" }).waitFor();
  await openTab(page, "Events");
  await page.locator(".x-event.x-row").nth(2).click();
  await openTab(page, /^Event \d/);
  // A text of 200 KiB is loaded when somebody wants it, and even then shown to its first characters.
  await page.getByRole("button", { name: /^Load [\d,]+ characters$/ }).click();
  await page.getByText(/show the other [\d,]+ characters/).first().waitFor();
  await shot(page, "hostile");
  await select(page, reordering);
  await page.getByRole("heading", { name: "a[U+202E]b", exact: true }).waitFor();
  expect(await page.title()).not.toBe("owned");
  expect(await page.locator("img, iframe, [onerror]").count()).toBe(0);
  expect(await page.locator("script").count()).toBe(1);
  expect(faults).toEqual([]);
});
