// The types, as a program in TypeScript sees them; `tsc` checks this file and runs nothing.

import type { SFNClient } from "@aws-sdk/client-sfn";
import { type MockConfig, run, serve, type Tasks } from "asl-workflow";

const tasks: Tasks = { charge: async (order: { cents: number }, context) => `${order.cents} by ${context.functionName}` };
const mocks: MockConfig = { StateMachines: { a: { TestCases: { b: { State: "One" } } } }, MockedResponses: { One: { "0": { Return: 1 } } } };

export async function use(): Promise<string | undefined> {
  await using server = await serve({ machines: ["a.asl.json"], tasks, mocks });
  const client: SFNClient = server.client({ maxAttempts: 1 });
  client.destroy();
  const ended = await run({ StartAt: "A", States: {} }, { cents: 1 }, { tasks, seed: 1 });
  // @ts-expect-error only an execution that failed has an error
  if (ended.status === "SUCCEEDED") return ended.error.length;
  // @ts-expect-error the type of a machine is one of two
  await serve({ type: "FAST" });
  return ended.error;
}
