import { Duration, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { asl, policy } from "./asl";
import { stage } from "./stage";
import { variables } from "./variables";

export interface WorkflowFunctionProps {
  /** The prebuilt function, `bootstrap.zip`: `lambda.Code.fromAsset("bootstrap.zip")`. */
  readonly code: lambda.Code;
  /** The file with the definition, in JSON or YAML. */
  readonly definition: string;
  /** The values of `${Name}` in the definition: names and ARNs of other resources, as SAM's `DefinitionSubstitutions`. */
  readonly substitutions?: Readonly<Record<string, string>>;
  /**
   * A Lambda durable function: the definition may wait for days and for callbacks, as a STANDARD state machine does.
   * Without it, an execution is one invocation, as of an EXPRESS one.
   */
  readonly durable?: lambda.DurableConfig;
  /**
   * Whether the function may do what its tasks do: `asl policy` tells from the definition. Grant what the resources of tasks do not
   * say: a queue is named by its URL, which is not known when a stack is synthesised.
   *
   * @default true
   */
  readonly grantTasks?: boolean;
  /** Other properties of the function: `memorySize`, `timeout`, `environment` and so on. */
  readonly function?: Omit<lambda.FunctionOptions, "durableConfig"> & { readonly architecture?: lambda.Architecture };
}

/**
 * An Amazon States Language definition as a Lambda function. The definition is in a layer, so that one zip serves all workflows.
 *
 * It is checked while the stack is synthesised: an invalid one is an error there, with its lines.
 *
 * ```ts
 * new WorkflowFunction(this, "Orders", {
 *   code: lambda.Code.fromAsset("bootstrap.zip"),
 *   definition: "orders.asl.json",
 *   substitutions: { OrdersTable: table.tableName },
 * });
 * ```
 */
export class WorkflowFunction extends Construct implements iam.IGrantable {
  /** The function. */
  readonly function: lambda.Function;
  /** The alias to invoke, of a durable function: an execution stays on the version it started with. */
  readonly alias: lambda.Alias | undefined;
  readonly grantPrincipal: iam.IPrincipal;

  constructor(scope: Construct, id: string, props: WorkflowFunctionProps) {
    super(scope, id);
    const { code, definition, substitutions = {}, durable, grantTasks = true } = props;
    const patterns = durable === undefined ? ["--type", "EXPRESS"] : ["--target", "durable"];
    asl(["validate", ...patterns, "--", definition]);
    const { folder, file } = stage(definition);
    const layer = new lambda.LayerVersion(this, "Definition", { code: lambda.Code.fromAsset(folder) });
    this.function = new lambda.Function(this, "Function", {
      memorySize: 128,
      timeout: Duration.seconds(durable === undefined ? 29 : 60),
      ...props.function,
      runtime: lambda.Runtime.PROVIDED_AL2023,
      handler: "bootstrap",
      code,
      layers: [layer, ...(props.function?.layers ?? [])],
      environment: {
        ASL_DEFINITION: `/opt/${file}`,
        ...(durable === undefined ? {} : { ASL_EXPRESS_PATTERNS: "all" }),
        ...variables(Stack.of(this), substitutions),
        ...props.function?.environment,
      },
      ...(durable === undefined ? {} : { durableConfig: durable }),
    });
    this.grantPrincipal = this.function.grantPrincipal;
    if (grantTasks) {
      const type = durable === undefined ? ["--type", "EXPRESS"] : ["--type", "STANDARD"];
      for (const statement of policy(Stack.of(this), definition, substitutions, type)) this.function.addToRolePolicy(statement);
    }
    this.alias = durable === undefined ? undefined : this.#durable();
  }

  /** What a durable function needs: an alias, and leave to continue in a next execution and to answer its callbacks. */
  #durable(): lambda.Alias {
    const statement = new iam.PolicyStatement({
      actions: ["lambda:InvokeFunction", "lambda:SendDurableExecutionCallbackSuccess", "lambda:SendDurableExecutionCallbackFailure"],
      resources: [this.function.functionArn, `${this.function.functionArn}:*`],
    });
    // A policy of its own: the function depends on its role's default one, which then could not name the function.
    const itself = new iam.Policy(this, "Itself", { statements: [statement] });
    this.function.role?.attachInlinePolicy(itself);
    return new lambda.Alias(this, "Live", { aliasName: "live", version: this.function.currentVersion });
  }
}
