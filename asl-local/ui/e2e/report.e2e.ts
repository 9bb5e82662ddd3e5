import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, openTab, report, section, select, shot, state, status, visit } from "./browser.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

it("shows a report without a server", async () => {
  const definition = {
    StartAt: "Sort",
    States: {
      Sort: { Type: "Pass", Parameters: { "files.$": "$.names" }, Next: "Each file" },
      "Each file": {
        Type: "Map",
        ItemsPath: "$.files",
        ToleratedFailureCount: 1,
        Label: "each",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Read",
          States: {
            Read: { Type: "Choice", Choices: [{ Variable: "$", StringEquals: "b", Next: "Broken" }], Default: "Fine" },
            Broken: { Type: "Fail", Error: "File.Broken" },
            Fine: { Type: "Pass", End: true },
          },
        },
        ResultPath: "$.read",
        End: true,
      },
    },
  };
  const { page, faults } = await visit(browser, { dark: true });
  page.on("request", (request) => {
    if (/^https?:/.test(request.url())) faults.push(`request to ${request.url()}`);
  });
  await page.goto(report("files", definition, { names: ["a", "b", "c"] }));
  await status(page, "Succeeded");
  await select(page, "Sort");
  expect(await section(page, "After Parameters").locator(".x-json").textContent()).toContain("files");
  await state(page, "Each file").and(page.locator(".succeeded")).waitFor();
  await select(page, "Each file");
  await openTab(page, "Map Run");
  await page.getByRole("button", { name: "failed 1" }).click();
  expect(await page.getByRole("option").count()).toBe(1);
  await shot(page, "report");
  expect(await page.getByRole("button", { name: /Run again|Stop/ }).count()).toBe(0);
  expect(faults).toEqual([]);
});
