/** Visual Studio Code in a browser, as a user drives it. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type FrameLocator, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; cargo xtask editor-e2e sets it`);
  return value;
}

/** The folder that the editor shows. */
export const FOLDER = setting("ASL_FOLDER");
const URL = setting("ASL_EDITOR");
const SHOTS = setting("ASL_SHOTS");

export async function launch(): Promise<Browser> {
  // Debian's Chromium runs as root in a container, where its sandbox cannot.
  return chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
}

export class Editor {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser): Promise<Editor> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 } });
    // Only ends a run that hangs, also on a busy computer.
    page.setDefaultTimeout(90_000);
    await page.goto(`${URL}/?folder=${encodeURIComponent(FOLDER)}`);
    await page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    return new Editor(page);
  }

  /** Opens a file of the folder, with the cursor at a line. */
  async file(name: string, line = 1): Promise<void> {
    await this.pick(`${name}:${line}`);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).first().waitFor();
    await expect.poll(() => this.line()).toBe(line);
    await this.focused();
  }

  /** Runs a command by its title. */
  async command(title: string): Promise<void> {
    await this.pick(`>${title}`);
  }

  private async pick(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget input[type=text]");
    // A key that is pressed while the focus moves reaches nobody.
    const opened = async () => {
      await this.page.keyboard.press("Control+p");
      return input.waitFor({ timeout: 5_000 }).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(opened).toBe(true);
    await input.fill(text);
    const rows = this.page.locator(".quick-input-list .monaco-list-row");
    await rows.filter({ hasText: text.replace(/^>|:\d+$/g, "") }).first().click();
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Waits until keys reach the text. */
  async focused(): Promise<void> {
    await this.page.locator(".monaco-editor.focused").first().waitFor();
  }

  /** Chooses an item of the list that is open. */
  async choose(label: string): Promise<void> {
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first().click();
  }

  lens(title: string): Locator {
    return this.page.locator(".codelens-decoration a", { hasText: title });
  }

  /** The page of a webview. It is in a frame in a frame. */
  webview(): FrameLocator {
    return this.page.frameLocator("iframe.webview.ready").last().frameLocator("#active-frame");
  }

  /** The line of the cursor, as the status bar says. */
  async line(): Promise<number> {
    const text = await this.page.locator("#status\\.editor\\.selection").innerText();
    return Number(/Ln (\d+)/.exec(text)?.[1]);
  }

  async closeAll(): Promise<void> {
    await this.command("View: Close All Editors");
  }

  /** Closes messages, which would cover what a screenshot shows. */
  async quiet(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
  }

  async shot(name: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`) });
  }
}
