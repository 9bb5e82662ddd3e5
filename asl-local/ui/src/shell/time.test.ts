import { expect, test } from "vitest";
import { clock, duration } from "./time.ts";

test.each([
  [0, "0 ms"],
  [-1, "0 ms"],
  [0.0004, "0 ms"],
  [0.84, "840 ms"],
  [0.9996, "1.0 s"],
  [12.44, "12.4 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min"],
  [200, "3 min 20 s"],
  [3599.6, "1 h"],
  [7500, "2 h 5 min"],
  [86399, "1 d"],
  [273600, "3 d 4 h"],
])("%f seconds are %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("an instant of another day has its date", () => {
  const noon = new Date(2026, 10, 30, 12, 5, 9).getTime() / 1000;
  expect(clock(noon, noon + 60)).toBe("12:05:09");
  expect(clock(noon, noon + 86_400)).toBe("2026-11-30 12:05:09");
});
