import { useEffect, useState } from "preact/hooks";

const current = () => Date.now() / 1000;

/** The current time in seconds, which advances while `isTicking`. */
export function useNow(isTicking: boolean, milliseconds = 500): number {
  const [now, setNow] = useState(current);
  useEffect(() => {
    if (!isTicking) return;
    setNow(current());
    const timer = setInterval(() => setNow(current()), milliseconds);
    return () => clearInterval(timer);
  }, [isTicking, milliseconds]);
  return now;
}
