import { useEffect, useState } from "preact/hooks";

/** The time in seconds, which advances while something runs; otherwise the time of the last event. */
export function useNow(isRunning: boolean, last: number): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(Date.now() / 1000), 250);
    return () => clearInterval(timer);
  }, [isRunning]);
  if (!isRunning) return last;
  return Number.isNaN(last) ? now : Math.max(now, last);
}
