export { WorkflowFunction, type WorkflowFunctionProps } from "./workflow-function";
