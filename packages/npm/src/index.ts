/**
 * Runs and serves AWS Step Functions workflows in tests, with JavaScript functions as tasks.
 *
 * {@link run} runs one execution. {@link serve} starts the Step Functions API on a free port of this computer, for the SDK that
 * the program under test uses.
 */
export { AslError } from "./error.ts";
export type { Event } from "./event.ts";
export type { Context, TaskFunction, Tasks } from "./invocation.ts";
export type { Definition, MockConfig, MockedResponse } from "./files.ts";
export type { Ended } from "./ended.ts";
export type { CommonOptions } from "./options.ts";
export { program } from "./program.ts";
export { run, type RunOptions } from "./run.ts";
export { serve, type ExecutionOptions, type ServeOptions, type Server } from "./serve.ts";
