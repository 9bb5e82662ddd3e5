/** A browser on the page of a running server, which notes everything that must not happen. */

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; cargo xtask page-e2e sets it`);
  return value;
}

/** `http://127.0.0.1:…` */
export const SERVER = setting("ASL_URL");
export const SHOTS = setting("ASL_SHOTS");
export const PROGRAM = setting("ASL_PROGRAM");

export interface Visitor {
  page: Page;
  /** Errors, violations of the content security policy, dialogs, and requests to other hosts. */
  faults: string[];
}

export async function launch(): Promise<Browser> {
  // Debian's Chromium runs as root in a container, where its sandbox cannot.
  return chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

export async function visit(browser: Browser, options: { dark?: boolean } = {}): Promise<Visitor> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: options.dark ? "dark" : "light" });
  const faults: string[] = [];
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(SERVER) && !/^(data|file|blob):/.test(url)) faults.push(`request to ${url}`);
  });
  return { page, faults };
}

export async function shot(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

/** Calls an operation of the API, as an SDK would. */
export async function call<Answer>(operation: string, request: object): Promise<Answer> {
  const headers = { "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": `AWSStepFunctions.${operation}` };
  const response = await fetch(SERVER, { method: "POST", headers, body: JSON.stringify(request) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${text}`);
  return JSON.parse(text) as Answer;
}

export async function create(name: string, definition: object, type: "STANDARD" | "EXPRESS" = "STANDARD"): Promise<string> {
  const roleArn = "arn:aws:iam::123456789012:role/page";
  const request = { name, definition: JSON.stringify(definition, null, 2), roleArn, type };
  return (await call<{ stateMachineArn: string }>("CreateStateMachine", request)).stateMachineArn;
}

export async function start(stateMachineArn: string, input: object, name?: string): Promise<string> {
  const request = { stateMachineArn, input: JSON.stringify(input), name };
  return (await call<{ executionArn: string }>("StartExecution", request)).executionArn;
}

export function place(executionArn: string): string {
  return `${SERVER}/#/execution/${encodeURIComponent(executionArn)}`;
}

/** Runs an execution in virtual time, and returns the address of its report. */
export function report(name: string, definition: object, input: unknown, options: string[] = []): string {
  const file = (extension: string) => join(SHOTS, `${name}.${extension}`);
  mkdirSync(SHOTS, { recursive: true });
  writeFileSync(file("asl.json"), JSON.stringify(definition));
  writeFileSync(file("input.json"), JSON.stringify(input));
  const command = ["run", file("asl.json"), "--input", file("input.json"), "--report", file("html"), "--format", "json", ...options];
  execFileSync(PROGRAM, command, { stdio: ["ignore", "ignore", "inherit"] });
  return pathToFileURL(file("html")).href;
}

/** Waits until the header of the execution view says so. */
export async function status(page: Page, text: string, timeout = 30_000): Promise<void> {
  await page.locator(".x-head-bar .status", { hasText: text }).waitFor({ timeout });
}

/** A state in the graph. */
export function state(page: Page, name: string) {
  return page.locator(`.x-graph [data-state="${name.replace(/["\\]/g, "\\$&")}"]`);
}

/** Selects a state in the graph: with the pointer, at its edge, since a Map has other states in its middle. */
export async function select(page: Page, name: string): Promise<void> {
  await state(page, name).locator(".x-name").first().click();
}

/** A part of the details, by its title. */
export function section(page: Page, title: string) {
  return page.locator(".x-section", { has: page.getByRole("button", { name: title }) });
}

export async function openTab(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole("tab", { name }).filter({ visible: true }).first().click();
}
