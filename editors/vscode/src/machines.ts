/** Finds the machines of a text, and the lines of their states, without understanding the definition. */

/** A machine of a file. */
export interface FoundMachine {
  /** The line that its lenses are above, from 0. */
  line: number;
  /** The logical id of its resource, in a template. */
  resource?: string;
}

const TEMPLATE = /AWS::(?:Serverless|StepFunctions)::StateMachine\b/;
const RESOURCE = /^(\s*)"?Type"?\s*:\s*["']?AWS::(?:Serverless|StepFunctions)::StateMachine\b/;

/** Whether a path is that of a definition: `orders.asl.json`, `.asl.yaml`, `.asl.yml`, or `.asl` in JSON. */
export function isDefinition(path: string): boolean {
  return /\.asl(\.(json|ya?ml))?$/i.test(path);
}

/** Whether a path is that of a test file: `orders.test.yaml`, `.test.yml`, `.test.json`. */
export function isTestFile(path: string): boolean {
  return /\.test\.(json|ya?ml)$/i.test(path);
}

/** Whether a text is a template with a state machine. */
export function isTemplate(text: string): boolean {
  return TEMPLATE.test(text);
}

/** The machine of a definition, or those of a template. */
export function machinesIn(text: string, path: string): FoundMachine[] {
  if (isDefinition(path)) return [{ line: /\.ya?ml$/i.test(path) ? startAtOfYaml(text) : startAtOfJson(text) }];
  return isTemplate(text) ? resources(text) : [];
}

/** What `asl` calls a machine: `template.yaml#Orders`, or the path of its definition. */
export function selector(path: string, resource: string | undefined): string {
  return resource === undefined ? path : `${path}#${resource}`;
}

/** The line of the outermost `StartAt`, or the first. */
function startAtOfJson(text: string): number {
  let depth = 0;
  for (const token of text.matchAll(/"(?:[^"\\\n]|\\.)*"?|[{}[\]]/g)) {
    if (token[0] === "{" || token[0] === "[") depth += 1;
    else if (token[0] === "}" || token[0] === "]") depth -= 1;
    else if (depth === 1 && token[0] === '"StartAt"') return lineAt(text, token.index);
  }
  return 0;
}

function startAtOfYaml(text: string): number {
  const found = /^["']?StartAt["']?\s*:/m.exec(text);
  return found ? lineAt(text, found.index) : 0;
}

/** The keys above `Type: AWS::Serverless::StateMachine`, which stand further to the left. */
function resources(text: string): FoundMachine[] {
  const lines = text.split("\n");
  return lines.flatMap((line, at) => {
    const indentation = RESOURCE.exec(line)?.[1]?.length;
    if (indentation === undefined) return [];
    for (let above = at - 1; above >= 0; above -= 1) {
      const key = /^(\s*)["']?([A-Za-z0-9]+)["']?\s*:/.exec(lines[above] ?? "");
      if (key?.[2] !== undefined && (key[1] ?? "").length < indentation) return [{ line: above, resource: key[2] }];
    }
    return [];
  });
}

/** The line where the definition of a machine begins, or one inside it. */
export function lineOfMachine(text: string, resource: string | undefined): number {
  if (resource === undefined) return 0;
  const lines = text.split("\n");
  const from = resources(text).find((machine) => machine.resource === resource)?.line ?? 0;
  const found = lines.findIndex((line, at) => at > from && /\bStartAt\b/.test(line));
  return found === -1 ? from : found;
}

/**
 * The line where a state is defined, from 0: of its key that is followed by an object. `undefined` if there is none.
 *
 * A key of the data of another state may have the same name; the one that has a `Type` is meant.
 */
export function lineOfState(text: string, state: string): number | undefined {
  const lines = text.split("\n");
  const names = [JSON.stringify(state), `'${state.replaceAll("'", "''")}'`, state];
  const candidates = lines.flatMap((line, at) => {
    const trimmed = line.trimStart();
    const name = names.find((name) => trimmed.startsWith(name));
    const rest = name === undefined ? undefined : trimmed.slice(name.length);
    return rest !== undefined && /^\s*:\s*(\{.*|#.*)?$/.test(rest) ? [at] : [];
  });
  const hasType = (at: number) => {
    const start = indentation(lines[at] ?? "");
    if (/"Type"\s*:|\bType:/.test(lines[at] ?? "")) return true;
    for (const line of lines.slice(at + 1)) {
      if (line.trim() !== "" && indentation(line) <= start) return false;
      if (/^\s*["']?Type["']?\s*:/.test(line)) return true;
    }
    return false;
  };
  return candidates.find(hasType) ?? candidates[0];
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length - 1;
}
