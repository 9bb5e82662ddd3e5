/** Work in slices, so that the page answers in between. */

/** Calls `then` in the next frame, however often it is asked to until then. */
export function oncePerFrame(then: () => void): { (): void; cancel(): void } {
  let frame = 0;
  const ask = () => {
    if (frame !== 0) return;
    frame = requestAnimationFrame(() => {
      frame = 0;
      then();
    });
  };
  ask.cancel = () => {
    cancelAnimationFrame(frame);
    frame = 0;
  };
  return ask;
}

/** How long a slice may take, in milliseconds. */
const SLICE = 10;

/** Calls `step` until it returns `false`, in slices. Returns a function that stops it. */
export function inSlices(step: () => boolean, done: () => void, progress?: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const run = () => {
    const until = performance.now() + SLICE;
    for (;;) {
      if (!step()) return done();
      if (performance.now() > until) break;
    }
    progress?.();
    timer = setTimeout(run);
  };
  run();
  return () => clearTimeout(timer);
}
