import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { call, create, launch, openTab, place, report, SERVER, shot, start, state, status, visit } from "./browser.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(() => browser.close());

/** How many times as long everything may take, on a machine with much other work. */
const PATIENCE = Number(process.env["ASL_PATIENCE"] ?? 1);
/** Milliseconds until the view is painted. */
const FIRST_PAINT = 2000 * PATIENCE;
/** Milliseconds that nothing may take afterwards. On a calm machine 50 are enough; CI may be busy. */
const LONGEST_ANSWER = 400 * PATIENCE;

async function measured(page: Page): Promise<Page> {
  await page.addInitScript(() => {
    const longest = { task: 0, event: 0 };
    Object.assign(window, { longest });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longest.task = Math.max(longest.task, entry.duration);
    }).observe({ type: "longtask" });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longest.event = Math.max(longest.event, entry.duration);
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  return page;
}

interface Longest {
  task: number;
  event: number;
}

/** The longest task and the slowest answer since the last call. */
async function longest(page: Page): Promise<Longest> {
  return page.evaluate(() => {
    const { longest } = window as unknown as { longest: Longest };
    const found = { ...longest };
    Object.assign(longest, { task: 0, event: 0 });
    return found;
  });
}

async function answers(page: Page, what: string, act: () => Promise<unknown>): Promise<void> {
  await longest(page);
  await act();
  await page.waitForTimeout(200);
  const found = await longest(page);
  console.log(`${what}: longest task ${Math.round(found.task)} ms, slowest answer ${Math.round(found.event)} ms`);
  expect(found.task, what).toBeLessThan(LONGEST_ANSWER);
  expect(found.event, what).toBeLessThan(LONGEST_ANSWER);
}

/** The best of three visits: other work on the machine only adds. */
async function firstPaint(page: Page, url: string): Promise<number> {
  let best = Infinity;
  for (let visits = 0; visits < 3; visits++) {
    await page.goto("about:blank");
    await page.goto(url);
    best = Math.min(best, await painted(page));
  }
  return best;
}

/** Milliseconds from the beginning of the navigation until the view is painted with the first rows. */
async function painted(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector(".x-graph [data-state]") && document.querySelector(".x-row")) requestAnimationFrame(() => resolve(performance.now()));
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

async function ended(executionArn: string): Promise<void> {
  const wanted = async () => (await call<{ status: string }>("DescribeExecution", { executionArn })).status;
  await expect.poll(wanted, { timeout: 60_000, interval: 250 }).not.toBe("RUNNING");
}

async function scroll(page: Page, list: string): Promise<void> {
  await page.locator(list).hover();
  for (let at = 0; at < 40; at++) {
    await page.mouse.wheel(0, at < 30 ? 2500 : -4000);
    await page.waitForTimeout(16);
  }
}

it("shows a Map with 10,000 iterations", { timeout: 180_000, retry: 2 }, async () => {
  const definition = {
    StartAt: "Items",
    States: {
      Items: {
        Type: "Map",
        MaxConcurrency: 40,
        ItemProcessor: {
          StartAt: "Rest",
          States: { Rest: { Type: "Wait", Seconds: 1, Next: "Reduce" }, Reduce: { Type: "Pass", Result: 0, End: true } },
        },
        End: true,
      },
    },
  };
  // As a file, with its 60,006 events; the next scenario has a server.
  const url = report("ten-thousand", definition, Array.from({ length: 10_000 }, (_, index) => index), ["--type", "EXPRESS"]);
  const { page, faults } = await visit(browser);
  await measured(page);
  const paint = await firstPaint(page, url);
  console.log(`10,000 iterations: first paint after ${Math.round(paint)} ms`);
  expect(paint).toBeLessThan(FIRST_PAINT);
  await status(page, "Succeeded");
  await page.getByText("60,006 events").waitFor();
  await answers(page, "scroll the timeline", () => scroll(page, ".x-timeline"));
  await answers(page, "open the events", () => openTab(page, "Events"));
  await answers(page, "scroll the events", () => scroll(page, ".x-events"));
  await answers(page, "filter the events", async () => {
    await page.getByRole("searchbox", { name: "Filter by text" }).fill("9999");
    await expect.poll(() => page.locator(".x-count").textContent()).toMatch(/^\d of 60,006$/);
  });
  await answers(page, "select the Map", () => state(page, "Items").locator(".x-name").click());
  await answers(page, "open the iterations", () => openTab(page, "Iterations"));
  await answers(page, "scroll the iterations", () => scroll(page, ".x-strands"));
  await answers(page, "go to an iteration", async () => {
    await page.getByRole("textbox", { name: "Number of the iteration to show" }).fill("7777");
    await page.keyboard.press("Enter");
    await page.getByRole("navigation", { name: "What is shown" }).getByText("item 7777").waitFor();
  });
  await shot(page, "ten-thousand");
  expect(faults).toEqual([]);
  await page.close();
});

it("shows as many iterations of a server, and children", { timeout: 180_000, retry: 2 }, async () => {
  const { page, faults } = await visit(browser);
  await measured(page);
  const items = Array.from({ length: 10_000 }, (_, index) => index);
  const sort = { StartAt: "Sort", States: { Sort: { Type: "Choice", Choices: [{ Variable: "$", NumericLessThan: 5000, Next: "Keep" }], Default: "Drop" }, Keep: { Type: "Pass", End: true }, Drop: { Type: "Pass", Result: 0, End: true } } };
  const map = (processor: object) => ({ StartAt: "Items", States: { Items: { Type: "Map", ItemProcessor: processor, ResultPath: null, End: true } } });
  const arn = await create(unique("ten-thousand"), map(sort), "EXPRESS");
  const inline = await start(arn, items);
  await expect.poll(() => isRunning(arn), { timeout: 60_000, interval: 250 }).toBe(false);
  const paint = await firstPaint(page, place(inline));
  console.log(`10,000 iterations of a server: first paint after ${Math.round(paint)} ms`);
  expect(paint).toBeLessThan(FIRST_PAINT);
  await status(page, "Succeeded");
  await page.getByText("60,006 events").waitFor();
  await answers(page, "scroll the timeline", () => scroll(page, ".x-timeline"));
  await answers(page, "open the events", () => openTab(page, "Events"));
  await answers(page, "scroll the events", () => scroll(page, ".x-events"));

  const distributed = await create(unique("spread"), map({ ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }, ...sort }));
  const parent = await start(distributed, items);
  await ended(parent);
  await page.goto(place(parent));
  await status(page, "Succeeded");
  await answers(page, "select a distributed Map", () => state(page, "Items").locator(".x-name").click());
  await answers(page, "open its children", () => openTab(page, "Map Run"));
  await page.getByText(/10,000/).first().waitFor();
  await shot(page, "children");
  expect(faults).toEqual([]);
  await page.close();
});

/** A repeated scenario needs another machine. */
function unique(name: string): string {
  return `${name}-${Date.now()}`;
}

/** Whether an EXPRESS machine has a running execution. The API does not list them, the page does. */
async function isRunning(stateMachineArn: string): Promise<boolean> {
  const response = await fetch(`${SERVER}/ui/executions?statusFilter=RUNNING&stateMachineArn=${encodeURIComponent(stateMachineArn)}`);
  return ((await response.json()) as { executions: unknown[] }).executions.length > 0;
}

it("shows a machine with 500 states", { timeout: 120_000, retry: 2 }, async () => {
  const states: Record<string, object> = {};
  for (let at = 0; at < 500; at++) {
    const next = (step: number) => `Step ${at + step}`;
    if (at % 10 === 4 && at < 490) states[next(0)] = { Type: "Choice", Choices: [{ Variable: "$.n", NumericGreaterThan: at, Next: next(1) }], Default: next(2) };
    else states[next(0)] = { Type: "Pass", ...(at < 499 ? { Next: next(1) } : { End: true }) };
  }
  const arn = await create(unique("five-hundred"), { StartAt: "Step 0", States: states });
  const execution = await start(arn, { n: 250 });
  await ended(execution);
  const { page, faults } = await visit(browser, { dark: true });
  await measured(page);
  const paint = await firstPaint(page, place(execution));
  console.log(`500 states: first paint after ${Math.round(paint)} ms`);
  expect(paint).toBeLessThan(FIRST_PAINT);
  await status(page, "Succeeded");
  await answers(page, "select states", async () => {
    for (const at of [1, 2, 3]) await state(page, `Step ${at}`).locator(".x-name").click();
  });
  await answers(page, "move the graph", async () => {
    await page.locator(".x-graph").hover();
    for (let at = 0; at < 30; at++) {
      await page.mouse.wheel(0, 300);
      await page.waitForTimeout(16);
    }
  });
  await answers(page, "zoom the graph", async () => {
    await page.getByRole("button", { name: "Show everything" }).click();
    for (let at = 0; at < 10; at++) await page.locator(".x-zoom").getByRole("button", { name: "Zoom in" }).click();
  });
  await shot(page, "five-hundred");
  expect(faults).toEqual([]);
  await page.close();
});
