import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { AslError } from "./error.ts";

/** A definition in Amazon States Language, as an object. */
export type Definition = object;

/** Mocked results of tasks, in the format of Step Functions Local's MockConfigFile. */
export interface MockConfig {
  readonly StateMachines: Readonly<
    Record<string, { readonly TestCases: Readonly<Record<string, Readonly<Record<string, string>>>> }>
  >;
  /** The answers of each attempt, by its number, or a range of them: `0`, `1-3`. */
  readonly MockedResponses: Readonly<Record<string, Readonly<Record<string, MockedResponse>>>>;
}

export type MockedResponse =
  | { readonly Return: unknown }
  | { readonly Throw: { readonly Error: string; readonly Cause?: string } };

/** A folder for what `asl` reads from files. It is made when it is first needed. */
export class Files {
  #folder: Promise<string> | undefined;

  /** Writes a value as JSON. Returns the path of the file. */
  async write(name: string, value: unknown): Promise<string> {
    if (!/^[\w.-]+$/.test(name)) throw new AslError(`\`${name}\` is not the name of a state machine`);
    const text = JSON.stringify(value);
    if (text === undefined) throw new AslError(`\`${name}\` has no JSON form`);
    this.#folder ??= mkdtemp(path.join(tmpdir(), "asl-"));
    const file = path.join(await this.#folder, name);
    await writeFile(file, text);
    return file;
  }

  async remove(): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }
}
