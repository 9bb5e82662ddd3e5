import { readFile } from "node:fs/promises";
import { Child } from "./child.ts";
import { type Ended, ended } from "./ended.ts";
import { AslError } from "./error.ts";
import type { Event } from "./event.ts";
import { type Definition, Files } from "./files.ts";
import { serveFunctions } from "./functions.ts";
import { type CommonOptions, toArguments, toProcess } from "./options.ts";

export interface RunOptions extends CommonOptions {
  /** The test case of {@link CommonOptions.mocks}: `CASE`, or `MACHINE/CASE`. */
  readonly testCase?: string;
  /** Makes UUIDs, random numbers and jitter reproducible. */
  readonly seed?: number;
}

/**
 * Runs one execution to its end, in virtual time.
 *
 * ```js
 * const { status, output } = await run("orders.asl.json", { id: "a-1" }, { tasks: { charge: async (order) => 900 } });
 * ```
 *
 * @param definition - A file, a template (`template.yaml#Orders`), or an object.
 * @param input - Anything with a JSON form.
 * @returns How it ended, with its history. An execution that failed is not an error.
 * @throws {AslError} The definition is invalid, or cannot be read.
 */
export async function run(
  definition: string | Definition,
  input: unknown = {},
  options: RunOptions = {},
): Promise<Ended & { readonly events: readonly Event[] }> {
  const files = new Files();
  const functions = options.tasks && (await serveFunctions(options.tasks));
  try {
    const file = typeof definition === "string" ? definition : await files.write("machine.asl.json", definition);
    const history = await files.write("history.json", {});
    const args = ["run", file, "--format", "json", "--history", history];
    args.push("--input", await files.write("input.json", input ?? null));
    if (options.virtualTime === false) args.push("--real-time");
    if (options.seed !== undefined) args.push("--seed", String(options.seed));
    const suffix = options.testCase === undefined ? "" : `#${options.testCase}`;
    args.push(...(await toArguments(options, files, functions, suffix)));
    const child = new Child(args, toProcess(options));
    let line = "";
    for await (line of child.lines);
    return await toEnded(await child.ended, line, child.said, history);
  } finally {
    functions?.close();
    await files.remove();
  }
}

async function toEnded(code: number | null, line: string, said: string, history: string) {
  if (code !== 0 && code !== 1) throw new AslError(problems(line) ?? (said.trim() || `asl run ended with ${code}`));
  const report = JSON.parse(line);
  const { events = [] } = JSON.parse(await readFile(history, "utf8")) as { events?: Event[] };
  return { ...ended(report, () => report.output), events };
}

/** The problems of an invalid definition, one on a line. */
function problems(line: string): string | undefined {
  if (!line.startsWith('{"diagnostics"')) return undefined;
  const { diagnostics } = JSON.parse(line) as { diagnostics: Diagnostic[] };
  return diagnostics.map((found) => `${found.location ?? found.path ?? ""}: ${found.message} [${found.code}]`).join("\n");
}

interface Diagnostic {
  readonly code: string;
  readonly message: string;
  readonly location?: string;
  readonly path?: string;
}
