"""What this package raises."""

from __future__ import annotations

from typing import Optional


class AslError(Exception):
    """Any error of this package."""


class ServerError(AslError):
    """The server did not start, has ended, or took too long. The text has what it printed."""


class InvalidDefinition(ServerError):
    """A definition, a mock file or an option is invalid. The text has the places, as `asl validate` prints them."""


class RequestRefused(AslError):
    """The server refused a request.

    `code` is the name of the error in the Step Functions API, such as `StateMachineDoesNotExist`.
    """

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.code = code
        self.message = message


class ExecutionFailed(AslError):
    """An execution whose output was asked for did not succeed.

    If a task of it was a Python function that raised the error, that exception is the `__cause__`.
    """

    def __init__(self, status: str, error: Optional[str], cause: Optional[str]) -> None:
        super().__init__(": ".join(part for part in (status, error, cause) if part))
        self.status = status
        """`FAILED`, `TIMED_OUT` or `ABORTED`."""
        self.error = error
        """The name that `Retry` and `Catch` match, such as `States.Timeout`."""
        self.cause = cause
