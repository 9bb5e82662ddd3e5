import { type Stack } from "aws-cdk-lib";

/**
 * The variables of a function with the values of `${Name}`. A name that cannot be that of a variable is a member of
 * `ASL_SUBSTITUTIONS`.
 */
export function variables(stack: Stack, substitutions: Readonly<Record<string, string>>): Record<string, string> {
  const found: Record<string, string> = {};
  const others: Record<string, string> = {};
  for (const [name, value] of Object.entries(substitutions)) {
    if (/^\w+$/.test(name)) found[`ASL_SUBSTITUTE_${name}`] = value;
    else others[name] = value;
  }
  if (Object.keys(others).length > 0) found["ASL_SUBSTITUTIONS"] = stack.toJsonString(others);
  return found;
}
