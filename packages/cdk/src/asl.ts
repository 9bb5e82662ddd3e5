import { execFileSync } from "node:child_process";
import { program } from "asl-workflow";
import { type Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";

/** Runs `asl`, and returns what it prints. It throws what `asl` says, if that ends with an error. */
export function asl(args: readonly string[]): string {
  try {
    return execFileSync(program(), args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw stderr ? new Error(stderr.trim(), { cause: error }) : error;
  }
}

/** What the tasks of a definition need. Values that are known only when the stack is deployed stay tokens in it. */
export function policy(
  stack: Stack,
  definition: string,
  substitutions: Readonly<Record<string, string>>,
  type: readonly string[],
): iam.PolicyStatement[] {
  const where = ["--account", stack.account, "--region", stack.region, "--partition", stack.partition];
  const values = Object.entries(substitutions).flatMap(([name, value]) => ["--substitute", `${name}=${value}`]);
  const printed = asl(["policy", ...type, ...where, ...values, "--", definition]);
  const { Statement } = JSON.parse(printed) as { Statement: object[] };
  return Statement.map((statement) => iam.PolicyStatement.fromJson(statement));
}
