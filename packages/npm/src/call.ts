import { AslError } from "./error.ts";

/** Calls an operation of Step Functions without an SDK: `asl serve` checks no signature. */
export async function call(url: string, action: string, input: object): Promise<Record<string, any>> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": `AWSStepFunctions.${action}` },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as Record<string, any>;
  if (response.ok) return answer;
  throw new AslError(`${answer["__type"]}: ${answer["message"]}`);
}
