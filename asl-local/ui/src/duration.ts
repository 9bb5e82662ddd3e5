/** How durations are shown. */

/** `840 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. Below ten seconds there are `digits` after the point. */
export function duration(seconds: number, digits: number): string {
  const millis = Math.round(Math.max(0, seconds) * 1000);
  if (millis < 1000) return `${millis} ms`;
  if (millis < 59_950) return `${(millis / 1000).toFixed(millis < 9_995 ? digits : 1)} s`;
  const whole = Math.round(millis / 1000);
  if (whole < 3600) return pair(Math.floor(whole / 60), "min", whole % 60, "s");
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

function pair(large: number, unit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`;
}
