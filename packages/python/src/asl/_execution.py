"""An execution that has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from ._errors import ExecutionFailed

Event = Dict[str, Any]
"""An event of a history, as GetExecutionHistory returns it. Times are seconds since 1970."""


@dataclass(frozen=True)
class Execution:
    """How an execution ended."""

    arn: str
    status: str
    """`SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`."""
    error: Optional[str]
    """The name that `Retry` and `Catch` match, such as `States.Timeout`. None if the execution succeeded."""
    cause: Optional[str]
    seconds: float
    """How long the execution took, with the waits and retry delays that virtual time skips."""
    events: List[Event] = field(repr=False)
    """The history."""
    result: Any = None
    """The output, or None if the execution did not succeed."""
    exception: Optional[BaseException] = field(default=None, repr=False)
    """What a Python function raised, if that is the error of this execution."""

    @property
    def output(self) -> Any:
        """The output. Raises ExecutionFailed if the execution did not succeed."""
        if self.status != "SUCCEEDED":
            raise ExecutionFailed(self.status, self.error, self.cause) from self.exception
        return self.result

    @property
    def states(self) -> List[str]:
        """The names of the states, in the order in which they were entered."""
        entered = (event.get("stateEnteredEventDetails") for event in self.events)
        return [details["name"] for details in entered if details]
