interface Props<Name extends string> {
  label: string;
  tabs: readonly (readonly [name: Name, text: string])[];
  selected: Name;
  onSelect(name: Name): void;
  class?: string;
}

/** A row of tabs, which the arrow keys walk along. */
export function Tabs<Name extends string>({ label, tabs, selected, onSelect, class: more = "" }: Props<Name>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = tabs.findIndex(([name]) => name === selected);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onSelect(next[0]);
    const buttons = (event.currentTarget as HTMLElement).children;
    (buttons[tabs.indexOf(next)] as HTMLElement | undefined)?.focus();
  };
  return (
    <div class={`x-tabs ${more}`} role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(([name, text]) => (
        <button key={name} type="button" role="tab" tabIndex={name === selected ? 0 : -1} aria-selected={name === selected} onClick={() => onSelect(name)}>
          {text}
        </button>
      ))}
    </div>
  );
}
