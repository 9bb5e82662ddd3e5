import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { visible } from "../json/visible.ts";

interface Props {
  title: string;
  note?: string | undefined;
  /** A path or an expression behind the title. */
  code?: string | undefined;
  isFolded?: boolean;
  tone?: "bad" | undefined;
  children: ComponentChildren;
}

/** A part with a title that folds. */
export function Section({ title, note, code, isFolded = false, tone, children }: Props) {
  const [isOpen, setOpen] = useState(!isFolded);
  return (
    <section class="x-section">
      <button type="button" class={`x-section-title ${tone ?? ""}`} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class={isOpen ? "x-fold open" : "x-fold"} aria-hidden="true" />
        {title}
        {code && <bdi class="x-section-code">{visible(code)}</bdi>}
        {note && <span class="x-section-note">{note}</span>}
      </button>
      {isOpen && <div class="x-section-body">{children}</div>}
    </section>
  );
}
