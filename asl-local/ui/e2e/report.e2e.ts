import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, openTab, PROGRAM, report, section, select, shot, SHOTS, state, status, visit } from "./browser.ts";

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

it("shows what tests have reached", async () => {
  const folder = join(SHOTS, "tested");
  mkdirSync(folder, { recursive: true });
  const definition = {
    StartAt: "Size",
    States: {
      Size: { Type: "Choice", Choices: [{ Variable: "$.n", NumericGreaterThan: 9, Next: "Large" }], Default: "Small" },
      Large: {
        Type: "Task",
        Resource: "arn:aws:lambda:us-east-1:123456789012:function:large",
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Small" }],
        End: true,
      },
      Small: { Type: "Pass", End: true },
    },
  };
  writeFileSync(join(folder, "sizes.asl.json"), JSON.stringify(definition, null, 2));
  const cases = [{ name: "small <b>", input: { n: 1 }, expect: { path: ["Size", "Large"] } }];
  writeFileSync(join(folder, "sizes.test.json"), JSON.stringify({ machine: "sizes.asl.json", cases }));
  const file = join(folder, "report.html");
  try {
    execFileSync(PROGRAM, ["test", folder, "--report", file], { stdio: "ignore" });
  } catch {
    // The case fails.
  }
  const { page, faults } = await visit(browser);
  page.on("request", (request) => {
    if (/^https?:/.test(request.url())) faults.push(`request to ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  await page.getByText(/^[\d.]+ % reached by the tests of/).waitFor();
  // What was not reached has a sign and words, besides its colour.
  await state(page, "Large").and(page.locator(".missed")).and(page.getByLabel("Large, Task, not reached")).waitFor();
  await state(page, "Size").and(page.getByLabel(/^Size, Choice, partly reached, 1× · \d of \d reached$/)).waitFor();
  await page.getByRole("img", { name: "Size → Large not reached" }).waitFor();
  await page.getByRole("img", { name: "Large → Small not reached" }).waitFor();
  expect(await page.getByRole("img", { name: "Size → Small not reached" }).count()).toBe(0);
  await shot(page, "test-coverage");
  await openTab(page, "Failed cases 1");
  await status(page, "Succeeded");
  await page.getByRole("heading", { name: "small <b>" }).waitFor();
  expect(faults).toEqual([]);
});
