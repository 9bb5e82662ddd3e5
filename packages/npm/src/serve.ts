import type { SFNClient, SFNClientConfig } from "@aws-sdk/client-sfn";
import { call } from "./call.ts";
import { Child } from "./child.ts";
import { connect, dummy } from "./client.ts";
import { type Ended, ended } from "./ended.ts";
import { AslError } from "./error.ts";
import { type Definition, Files } from "./files.ts";
import { type Functions, serveFunctions } from "./functions.ts";
import { type CommonOptions, toArguments, toProcess } from "./options.ts";

export interface ServeOptions extends CommonOptions {
  /** Files, folders and templates with definitions, or definitions by name. Other machines can be created by the API. */
  readonly machines?: string | readonly string[] | Readonly<Record<string, Definition>>;
  /** The port, if it is not any free one. */
  readonly port?: number;
  /** The account in ARNs: 123456789012, or that of the emulator, unless this says otherwise. */
  readonly account?: string;
  /** The region in ARNs: us-east-1 unless this or `AWS_DEFAULT_REGION` says otherwise. */
  readonly region?: string;
}

export interface ExecutionOptions {
  /** The test case of {@link CommonOptions.mocks}. */
  readonly testCase?: string;
  /** The name of the execution, if it matters. */
  readonly name?: string;
}

/** A running `asl serve`. It ends with this process, however that one ends. */
export interface Server extends AsyncDisposable {
  /** Such as `http://127.0.0.1:41273`. A browser shows machines and executions there. */
  readonly url: string;
  /** The ARNs of {@link ServeOptions.machines}, by name. */
  readonly machines: Readonly<Record<string, string>>;
  /** What a client of another service, or another copy of the SDK, needs: endpoint, region, keys, and no host prefix. */
  readonly clientConfig: Readonly<SFNClientConfig>;
  /**
   * A client of `@aws-sdk/client-sfn`, which must be installed, too. {@link stop} destroys it.
   *
   * @throws {AslError} The package is not installed.
   */
  client(config?: SFNClientConfig): SFNClient;
  /** The ARN of a machine; with a test case, the one that starts an execution with its mocks. */
  arn(machine: string, testCase?: string): string;
  /** Starts an execution and waits for its end. */
  run(machine: string, input?: unknown, options?: ExecutionOptions): Promise<Ended & { readonly executionArn: string }>;
  /** The last that `asl serve` wrote: definitions that it loaded again, errors. */
  log(): string;
  /** Ends the server, and waits for its end. */
  stop(): Promise<void>;
}

/**
 * Starts the Step Functions API on this computer.
 *
 * ```js
 * const server = await serve({ machines: "orders.asl.json", tasks: { charge: async (order) => 900 } });
 * const client = server.client();
 * await client.send(new StartExecutionCommand({ stateMachineArn: server.arn("orders"), input: "{}" }));
 * await server.stop();
 * ```
 *
 * @throws {AslError} A definition is invalid or cannot be read, or the port is taken.
 */
export async function serve(options: ServeOptions = {}): Promise<Server> {
  const files = new Files();
  const functions = options.tasks && (await serveFunctions(options.tasks));
  let child: Child | undefined;
  try {
    child = new Child(["serve", ...(await serveArguments(options, files, functions))], toProcess(options));
    const { url, machines } = await listening(child);
    child.lines.on("line", (line) => child?.note(`${line}\n`));
    child.unref();
    return new Running(child, url, machines, options, files, functions);
  } catch (error) {
    functions?.close();
    await child?.stop();
    await files.remove();
    throw error;
  }
}

async function serveArguments(options: ServeOptions, files: Files, functions: Functions | undefined): Promise<string[]> {
  const { machines = [], port = 0, account, region } = options;
  const args = ["--port", String(port), ...(await toArguments(options, files, functions, ""))];
  if (options.virtualTime !== false && !args.includes("--data-dir")) args.push("--virtual-time");
  if (account !== undefined) args.push("--account", account);
  if (region !== undefined) args.push("--region", region);
  if (typeof machines === "string") return [...args, machines];
  if (Array.isArray(machines)) return [...args, ...machines];
  const written = Object.entries(machines).map(([name, machine]) => files.write(`${name}.asl.json`, machine));
  return [...args, ...(await Promise.all(written))];
}

/** Waits until the server listens, and reads which machines it has. */
async function listening(child: Child): Promise<{ url: string; machines: Record<string, string> }> {
  const machines: Record<string, string> = {};
  return new Promise((resolve, reject) => {
    const read = (line: string) => {
      const arn = /^created (\S+)$/.exec(line)?.[1];
      const url = /^listening on (\S+)$/.exec(line)?.[1];
      if (arn !== undefined) machines[arn.split(":").at(-1) ?? arn] = arn;
      else if (url === undefined) child.note(`${line}\n`);
      else {
        child.lines.off("line", read);
        resolve({ url, machines });
      }
    };
    child.lines.on("line", read);
    child.ended.then((code) => reject(new AslError(child.said.trim() || `asl serve ended with ${code}`)), reject);
  });
}

class Running implements Server {
  readonly url: string;
  readonly machines: Readonly<Record<string, string>>;
  readonly clientConfig: Readonly<SFNClientConfig>;
  readonly #child: Child;
  readonly #files: Files;
  readonly #functions: Functions | undefined;
  readonly #clients = new Set<SFNClient>();

  constructor(
    child: Child,
    url: string,
    machines: Record<string, string>,
    options: ServeOptions,
    files: Files,
    functions: Functions | undefined,
  ) {
    this.url = url;
    this.machines = machines;
    const region = options.region ?? Object.values(machines)[0]?.split(":")[3] ?? process.env["AWS_DEFAULT_REGION"];
    this.clientConfig = dummy(url, region || "us-east-1");
    this.#child = child;
    this.#files = files;
    this.#functions = functions;
  }

  client(config: SFNClientConfig = {}): SFNClient {
    const client = connect({ ...this.clientConfig, ...config });
    this.#clients.add(client);
    return client;
  }

  arn(machine: string, testCase?: string): string {
    const arn = machine.startsWith("arn:") ? machine : this.machines[machine];
    if (arn === undefined) {
      const known = Object.keys(this.machines).join(", ");
      throw new AslError(`there is no machine \`${machine}\`; the server was started with: ${known || "none"}`);
    }
    return testCase === undefined ? arn : `${arn}#${testCase}`;
  }

  async run(machine: string, input: unknown = {}, { testCase, name }: ExecutionOptions = {}) {
    const stateMachineArn = this.arn(machine, testCase);
    const started = { stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) };
    const { type } = await call(this.url, "DescribeStateMachine", { stateMachineArn: this.arn(machine) });
    const action = type === "EXPRESS" ? "StartSyncExecution" : "StartExecution";
    let execution = await call(this.url, action, started);
    const { executionArn } = execution;
    for (let pause = 1; execution["status"] === undefined || execution["status"] === "RUNNING"; pause = Math.min(pause * 2, 100)) {
      execution = await call(this.url, "DescribeExecution", { executionArn });
      if (execution["status"] === "RUNNING") await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return { ...ended(execution as { status: string }, () => JSON.parse(execution["output"])), executionArn };
  }

  log(): string {
    return this.#child.said;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    this.#clients.clear();
    await this.#child.stop();
    this.#functions?.close();
    await this.#files.remove();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
