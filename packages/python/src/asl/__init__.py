"""Amazon States Language on this computer: the workflows of AWS Step Functions, with Python functions as tasks.

>>> import asl
>>> asl.run("orders.asl.json", {"id": 7}, tasks={"charge": lambda order: f"charged {order['id']}"}).output
'charged 7'

`run` does one execution. `serve` starts the Step Functions API, for as many executions and clients as you like. Both start
the program `asl`, which is part of this package. The pytest plugin has the fixture `asl_server`.
"""

from ._errors import AslError, ExecutionFailed, InvalidDefinition, RequestRefused, ServerError
from ._execution import Event, Execution
from ._functions import Context, Function
from ._program import program
from ._server import Machines, Server, run, serve

__all__ = [
    "AslError",
    "Context",
    "Event",
    "Execution",
    "ExecutionFailed",
    "Function",
    "InvalidDefinition",
    "Machines",
    "RequestRefused",
    "Server",
    "ServerError",
    "program",
    "run",
    "serve",
]
