import { expect, it } from "vitest";
import { offset, shortDuration, tickStep, tickText } from "./time.ts";

it.each([
  [0, "0 ms"],
  [0.0354, "35 ms"],
  [1.2, "1.20 s"],
  [12.34, "12.3 s"],
  [59.96, "1 min"],
  [200, "3 min 20 s"],
  [7260, "2 h 1 min"],
  [273600, "3 d 4 h"],
  [NaN, ""],
])("a duration of %d s", (seconds, text) => expect(shortDuration(seconds)).toBe(text));

it.each([
  [0.5, "+0.500"],
  [61.25, "+1:01.250"],
  [3661, "+1:01:01.000"],
  [90061, "+1d 1:01:01.000"],
  [-1, "−1.000"],
])("%d s after the start", (seconds, text) => expect(offset(seconds)).toBe(text));

it.each([
  [0.00012, 0.0002],
  [0.03, 0.05],
  [1, 1],
  [7, 10],
  [45, 60],
  [4000, 7200],
  [100_000, 172_800],
  [86_400 * 45, 86_400 * 50],
])("ticks at least %d s apart", (least, step) => expect(tickStep(least)).toBeCloseTo(step, 9));

it.each([
  [0, 1, "0"],
  [0.25, 0.05, "250 ms"],
  [0.0004, 0.0002, "0.4 ms"],
  [0.5, 0.1, "0.5 s"],
  [90, 30, "1:30"],
  [75.5, 0.5, "1:15.5"],
  [7200, 3600, "2:00:00"],
  [172_800, 86_400, "2 d"],
])("the tick at %d s", (at, step, text) => expect(tickText(at, step)).toBe(text));
