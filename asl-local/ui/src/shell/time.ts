// How instants and durations are shown.

import type { Seconds } from "../api.ts";
import { duration as shown } from "../duration.ts";

/** `840 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds: number): string {
  return shown(seconds, 1);
}

const two = (number: number) => String(number).padStart(2, "0");

/** Local time: `14:03:07` today, otherwise with the date, `2026-11-30 14:03:07`. */
export function clock(at: Seconds, now: Seconds): string {
  const date = new Date(at * 1000);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const isToday = date.toDateString() === new Date(now * 1000).toDateString();
  if (isToday) return time;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

/** The instant in full, in UTC, for a tooltip. */
export function exact(at: Seconds): string {
  return new Date(at * 1000).toISOString();
}
