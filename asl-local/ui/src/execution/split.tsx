/** A line between two parts that can be moved, with the pointer or with the arrow keys. */

interface Props {
  direction: "row" | "column";
  label: string;
  /** The part before the line has this share, in percent. */
  share: number;
  onShare(share: number): void;
}

const LEAST = 12;

export function Split({ direction, label, share, onShare }: Props) {
  const limit = (value: number) => onShare(Math.min(100 - LEAST, Math.max(LEAST, value)));
  const start = (event: PointerEvent) => {
    const line = event.currentTarget as HTMLElement;
    const box = line.parentElement?.getBoundingClientRect();
    if (!box) return;
    event.preventDefault();
    line.setPointerCapture(event.pointerId);
    const move = (event: PointerEvent) => {
      limit(direction === "row" ? ((event.clientX - box.left) / box.width) * 100 : ((event.clientY - box.top) / box.height) * 100);
    };
    line.addEventListener("pointermove", move);
    line.addEventListener("lostpointercapture", () => line.removeEventListener("pointermove", move), { once: true });
  };
  const keys = (event: KeyboardEvent) => {
    const steps: Record<string, number> = direction === "row" ? { ArrowLeft: -3, ArrowRight: 3 } : { ArrowUp: -3, ArrowDown: 3 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    limit(share + step);
  };
  return (
    <div
      class={`x-split ${direction}`}
      role="separator"
      aria-label={label}
      aria-orientation={direction === "row" ? "vertical" : "horizontal"}
      aria-valuenow={Math.round(share)}
      tabIndex={0}
      onPointerDown={start}
      onKeyDown={keys}
    />
  );
}
