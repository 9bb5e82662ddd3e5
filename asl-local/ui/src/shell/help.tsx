import { Dialog } from "./dialog.tsx";
import { listShortcuts } from "./shortcuts.ts";

/** Keys that belong to parts of the page. */
const FIXED: [keys: string[], text: string][] = [
  [["↑", "↓"], "Move in a list or a graph"],
  [["Enter"], "Open what is selected"],
  [["+", "−", "0"], "Zoom and fit, in a graph"],
  [["Esc"], "Close a dialog"],
  [["Ctrl", "Enter"], "Start or save, in a dialog or an editor"],
  [["Ctrl", "F"], "Search, in an editor"],
  [["F8"], "Next problem, in an editor"],
];

export function Help({ onClose }: { onClose: () => void }) {
  const here: [string[], string][] = listShortcuts().map(({ key, text }) => [[key.replace("ArrowDown", "↓")], text]);
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl class="keys">
        {[...here, ...FIXED].map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
