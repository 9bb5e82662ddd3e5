import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const tokens = readFileSync(new URL("tokens.css", import.meta.url), "utf8");

/** The light and the dark value. */
function colours(name: string): string[] {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\);`).exec(tokens);
  if (found === null) throw new Error(`no colour ${name}`);
  return found.slice(1);
}

/** Source: the definition of contrast ratio in WCAG 2. */
function luminance(colour: string): number {
  const channel = (at: number) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const PAIRS = [
  ["text", "bg"],
  ["text-soft", "bg"],
  ["text-soft", "selected"],
  ["text-faint", "bg"],
  ["text-faint", "surface"],
  ["text-faint", "selected"],
  ["accent", "bg"],
  ["on-accent", "accent"],
  ["ok", "ok-soft"],
  ["bad", "bad-soft"],
  ["bad", "raised"],
  ["busy", "busy-soft"],
  ["warn", "warn-soft"],
  ["off", "off-soft"],
  ["code-key", "surface"],
  ["code-string", "surface"],
  ["code-number", "surface"],
  ["code-literal", "surface"],
] as const;

test.each(PAIRS)("%s on %s is legible, in light and dark", (text, ground) => {
  const ratios = colours(text).map((colour, index) => contrast(colour, colours(ground)[index] ?? ""));
  expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
});
