// Reading something from the server into a component.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<Value> {
  value: Value | undefined;
  error: Error | undefined;
  /** Reads it again. The old value stays until the new one is there. */
  reload: () => void;
  /** Changes the value without asking the server. */
  change: (update: (value: Value) => Value) => void;
}

/** Reads with `read`, and again whenever `key` differs. A late answer for an earlier key is dropped. */
export function useLoaded<Value>(key: string, read: () => Promise<Value>): Loaded<Value> {
  const [state, setState] = useState<{ key: string; value?: Value; error?: Error }>({ key });
  const [turn, setTurn] = useState(0);
  const current = useRef(read);
  current.current = read;
  useEffect(() => {
    let isCurrent = true;
    current.current().then(
      (value) => isCurrent && setState({ key, value }),
      (error) => isCurrent && setState({ key, error }),
    );
    return () => void (isCurrent = false);
  }, [key, turn]);
  const reload = useCallback(() => setTurn((last) => last + 1), []);
  const change = useCallback((update: (value: Value) => Value) => {
    setState((last) => (last.value === undefined ? last : { ...last, value: update(last.value) }));
  }, []);
  const isFresh = state.key === key;
  return { value: isFresh ? state.value : undefined, error: isFresh ? state.error : undefined, reload, change };
}
