import type { Functions } from "./functions.ts";
import type { Files, MockConfig } from "./files.ts";
import type { Tasks } from "./invocation.ts";

/** What {@link run} and {@link serve} have in common. */
export interface CommonOptions {
  /** JavaScript functions for the Lambda functions that tasks name. */
  readonly tasks?: Tasks;
  /** Mocked results of tasks: a MockConfigFile, or its content. A state without a mock is not mocked. */
  readonly mocks?: string | MockConfig;
  /** Whether waits and retry delays are skipped: `true` unless this is `false`. */
  readonly virtualTime?: boolean;
  /** Which features a machine may use, and its limits: `STANDARD` unless this or a template says otherwise. */
  readonly type?: "STANDARD" | "EXPRESS";
  /** The values of `${Name}` in definitions. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /** The endpoint that other tasks call: of moto, LocalStack and so on. */
  readonly endpoint?: string;
  /** A folder in place of S3, with a sub-folder for each bucket. */
  readonly objects?: string;
  /** Environment variables, besides those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that paths are relative to, if it is not that of this process. */
  readonly cwd?: string;
  /** Other options of the command. */
  readonly options?: readonly string[];
}

/** @internal */
export async function toArguments(
  options: CommonOptions,
  files: Files,
  functions: Functions | undefined,
  mocksSuffix: string,
): Promise<string[]> {
  const { mocks, type, objects, substitutions = {} } = options;
  const args: string[] = [];
  if (functions !== undefined) args.push("--lambda-endpoint", functions.url);
  if (mocks !== undefined) {
    const file = typeof mocks === "string" ? mocks : await files.write("mocks.json", mocks);
    args.push("--mocks", file + mocksSuffix);
  }
  if (type !== undefined) args.push("--type", type);
  if (objects !== undefined) args.push("--objects", objects);
  for (const [name, value] of Object.entries(substitutions)) args.push("--substitute", `${name}=${value}`);
  return args.concat(options.options ?? []);
}

/** @internal */
export function toProcess({ cwd, env, endpoint }: CommonOptions): { cwd: string | undefined; env: NodeJS.ProcessEnv } {
  return { cwd, env: { ...env, ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }) } };
}
