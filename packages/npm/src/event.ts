/** An event of an execution's history, as GetExecutionHistory returns it, with times as the service sends them. */
export interface Event {
  readonly id: number;
  readonly previousEventId: number;
  /** Such as `TaskStateEntered`. */
  readonly type: string;
  /** `stateEnteredEventDetails` and so on. */
  readonly [details: string]: unknown;
}
