/** A handler of keys that saves with Ctrl+S and Ctrl+Enter, on a Mac with Command. */
export function onSave(save: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    const isSave = event.key === "Enter" || event.key.toLowerCase() === "s";
    if (!isSave || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    save();
  };
}
