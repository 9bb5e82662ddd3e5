// Executions in a list: the latest first.

import type { ExecutionItem, ExecutionStatus } from "../api.ts";

export interface Filter {
  status: ExecutionStatus | "";
  /** A part of the name, in any case. */
  name: string;
}

/** The list with the item in its place, which it replaces if it is already there. Keeps at most `most` items. */
export function merged(list: readonly ExecutionItem[], item: ExecutionItem, most: number): ExecutionItem[] {
  const others = list.filter((other) => other.executionArn !== item.executionArn);
  const at = others.findIndex((other) => other.startDate <= item.startDate);
  others.splice(at === -1 ? others.length : at, 0, item);
  return others.slice(0, most);
}

export function matches(item: ExecutionItem, filter: Filter): boolean {
  const isStatus = filter.status === "" || item.status === filter.status;
  return isStatus && item.name.toLowerCase().includes(filter.name.trim().toLowerCase());
}

/** Whether the list of a machine, or of all machines, has it. The children of a distributed Map are in its Map Run. */
export function belongs(item: ExecutionItem, machineArn: string | undefined): boolean {
  return item.mapRunArn === undefined && (machineArn === undefined || item.stateMachineArn === machineArn);
}
