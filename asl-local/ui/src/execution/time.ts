/** How instants and durations are shown. */

import { duration } from "../duration.ts";

/** `840 ms`, `1.25 s`, `12.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function shortDuration(seconds: number): string {
  return Number.isFinite(seconds) ? duration(seconds, 2) : "";
}

/** The time since the start: `+0.512 s`, `+1:02:03.500`. */
export function offset(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  const sign = seconds < 0 ? "−" : "+";
  const millis = Math.round(Math.abs(seconds) * 1000);
  const fraction = String(millis % 1000).padStart(3, "0");
  const whole = Math.floor(millis / 1000);
  if (whole < 60) return `${sign}${whole}.${fraction}`;
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${sign}${minutes}:${two(whole % 60)}.${fraction}`;
  const hours = Math.floor(minutes / 60);
  const days = hours < 24 ? "" : `${Math.floor(hours / 24)}d `;
  return `${sign}${days}${hours % 24}:${two(minutes % 60)}:${two(whole % 60)}.${fraction}`;
}

/** Local date and time: `2026-11-30 14:03:07.250`. */
export function instant(seconds: number): string {
  if (!Number.isFinite(seconds)) return "";
  const date = new Date(seconds * 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day} ${time}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** In UTC, for a tooltip. */
export function exactInstant(seconds: number): string {
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : "";
}

const STEPS = [1, 2, 5];

/** A round distance between ticks, at least `least` seconds. */
export function tickStep(least: number): number {
  if (!(least > 0)) return 1;
  const human = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
  if (least > 30) {
    const found = human.find((step) => step >= least);
    if (found) return found;
    const days = tickStep(least / 86400 > 30 ? 30 : least / 86400);
    return Math.max(days, Math.ceil(least / 86400)) * 86400;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  for (const step of STEPS) if (step * power >= least * 0.999) return step * power;
  return 10 * power;
}

/** A tick in time since the start: `1.5 s`, `2:30`, `1 d`. */
export function tickText(seconds: number, step: number): string {
  if (seconds === 0) return "0";
  if (step < 0.1 && seconds < 1) return `${trim(seconds * 1000, step * 1000)} ms`;
  if (step < 1) return seconds < 60 ? `${trim(seconds, step)} s` : clock(seconds, step);
  if (step >= 86400) return `${Math.round(seconds / 86400)} d`;
  return seconds < 60 ? `${Math.round(seconds)} s` : clock(seconds, step);
}

function trim(seconds: number, step: number): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  return seconds.toFixed(Math.min(6, digits));
}

function clock(seconds: number, step: number): string {
  const digits = step < 1 ? Math.min(3, Math.ceil(-Math.log10(step) - 1e-9)) : 0;
  const whole = Math.floor(seconds + 1e-9);
  const rest = digits > 0 ? (seconds - whole).toFixed(digits).slice(1) : "";
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const end = `${two(whole % 60)}${rest}`;
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24}:${two(minutes)}`;
  return hours > 0 ? `${hours}:${two(minutes)}:${end}` : `${minutes}:${end}`;
}
