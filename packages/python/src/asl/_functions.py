"""Python functions in the place of Lambda functions.

The server invokes them as it invokes AWS Lambda: `POST /SECRET/2015-03-31/functions/NAME/invocations`, on loopback. Who does
not know the secret, such as a page in a browser, invokes nothing. A function runs in a thread of its own; a coroutine function
runs in one event loop, which all of them share.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import hmac
import inspect
import json
import secrets
import threading
import time
import traceback
import uuid
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Callable, Deque, Mapping, Optional, Tuple
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from ._server import Server

Function = Callable[..., Any]
"""Takes the input of a task, and a Context if it has a second parameter without a default. It may be a coroutine function."""


_LARGEST = 16 << 20
"""Bytes of a request: more than Lambda's 6 MiB, which the server checks."""

_OF_CALLER = (__file__, concurrent.futures._base.__file__)


@dataclass(frozen=True)
class Context:
    """What a function may know of its invocation: a part of the context of AWS Lambda."""

    function_name: str
    invoked_function_arn: str
    """The ARN or the name that the task has."""
    aws_request_id: str
    deadline: float
    server: Server
    """The server that invokes it, for callbacks: `context.server.send_task_success(token, output)`."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the function, 15 minutes after its start. Nothing ends it here."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


class Functions:
    """An endpoint that invokes functions by name."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        for name, function in functions.items():
            if not callable(function):
                raise TypeError(f"the task `{name}` is not a function: {function!r}")
        self.functions = functions
        self.secret = secrets.token_hex(16)
        self.server: Server
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._lock = threading.Lock()
        # Each keeps the data of its frames alive.
        self._raised: Deque[Tuple[str, BaseException]] = deque(maxlen=100)
        self._server = _Endpoint(self)
        # A server that polls for its end every half second would end that late.
        serve = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True, name="asl functions")
        serve.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/{self.secret}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)

    def exception(self, cause: Optional[str]) -> Optional[BaseException]:
        """The exception that has become this cause of an error."""
        raised = (error for request_id, error in self._raised if cause and f'"requestId": "{request_id}"' in cause)
        return next(raised, None)

    def find(self, name: str, qualifier: str) -> Optional[Tuple[str, Function]]:
        """The function of an ARN or a name, with its version or alias or without."""
        name = name.split(":function:")[-1]
        name, _, version = name.partition(":")
        for known in (f"{name}:{version or qualifier}", name):
            if known in self.functions:
                return known, self.functions[known]
        return None

    def invoke(self, function: Function, event: Any, context: Context) -> Tuple[bytes, bool]:
        """The payload, and whether it is of an error, as Lambda's own runtime for Python writes it."""
        try:
            result = function(event, context) if _takes_context(function) else function(event)
            if inspect.iscoroutine(result):
                result = asyncio.run_coroutine_threadsafe(result, self._event_loop()).result()
        except SystemExit as exit:
            return self._failed("Runtime.ExitError", f"the function ended with exit status {exit.code}", exit, context)
        except BaseException as error:
            return self._failed(type(error).__name__, str(error), error, context)
        try:
            return json.dumps(result, allow_nan=False).encode(), False
        except (TypeError, ValueError) as error:
            return self._failed("Runtime.MarshalError", f"Unable to marshal response: {error}", error, context)

    def _failed(self, name: str, message: str, error: BaseException, context: Context) -> Tuple[bytes, bool]:
        self._raised.append((context.aws_request_id, error))
        # Without the frames that lead to the function.
        stack = traceback.extract_tb(error.__traceback__)
        frames = traceback.format_list([frame for frame in stack if frame.filename not in _OF_CALLER])
        body = {"errorMessage": message, "errorType": name, "requestId": context.aws_request_id, "stackTrace": frames}
        return json.dumps(body).encode(), True

    def _event_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True, name="asl coroutines").start()
            return self._loop


def _takes_context(function: Function) -> bool:
    """Whether a second argument is demanded, called `context`, or one of any number."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # of some built-in functions
        return False
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return True
    positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    return any(p.default is p.empty or p.name == "context" for p in positional[1:2])


class _Endpoint(ThreadingHTTPServer):
    daemon_threads = True
    # A Map may invoke as many at once.
    request_queue_size = 1000

    def __init__(self, functions: Functions) -> None:
        super().__init__(("127.0.0.1", 0), _Invocation)
        self.functions = functions


class _Invocation(BaseHTTPRequestHandler):
    server: _Endpoint
    protocol_version = "HTTP/1.1"
    # Otherwise the kernel holds the body back until the headers are acknowledged.
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        url = urlsplit(self.path)
        _, secret, *parts = url.path.split("/")
        if not hmac.compare_digest(secret.encode(), self.server.functions.secret.encode()):
            self.close_connection = True
            return self._refuse("ResourceNotFoundException", "there is nothing at this path")
        length = self.headers.get("content-length") or "0"
        if not (length.isascii() and length.isdigit() and int(length) <= _LARGEST):
            self.close_connection = True
            return self._refuse("RequestTooLargeException", f"a body has at most {_LARGEST} bytes, and says how many")
        text = self.rfile.read(int(length))
        if len(parts) != 4 or parts[1] != "functions" or parts[3] != "invocations":
            return self._refuse("UnknownOperationException", "this is not an invocation of a function")
        arn = unquote(parts[2])
        found = self.server.functions.find(arn, parse_qs(url.query).get("Qualifier", [""])[0])
        if found is None:
            known = ", ".join(self.server.functions.functions) or "none"
            return self._refuse("ResourceNotFoundException", f"Function not found: {arn}; the tasks given are: {known}")
        name, function = found
        context = Context(name, arn, str(uuid.uuid4()), time.monotonic() + 900, self.server.functions.server)
        try:
            event = json.loads(text or b"{}")
        except ValueError as error:
            return self._refuse("InvalidRequestContentException", f"Could not parse request body into json: {error}")
        kind = self.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind == "RequestResponse":
            payload, failed = self.server.functions.invoke(function, event, context)
            headers = {"x-amz-function-error": "Unhandled"} if failed else {}
            return self._answer(200, payload, {**headers, "x-amzn-requestid": context.aws_request_id})
        if kind == "Event":
            invoke = self.server.functions.invoke
            threading.Thread(target=invoke, args=(function, event, context), daemon=True).start()
        self._answer(202 if kind == "Event" else 204, b"", {"x-amzn-requestid": context.aws_request_id})

    def _refuse(self, name: str, message: str) -> None:
        body = json.dumps({"Type": "User", "Message": message}).encode()
        headers = {"x-amzn-errortype": name, "x-amzn-requestid": str(uuid.uuid4())}
        self._answer(404 if name == "ResourceNotFoundException" else 400, body, headers)

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        try:
            self.send_response(status)
            for name, value in {**headers, "content-type": "application/json", "content-length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except ConnectionError:
            # The task has timed out, or its execution was stopped.
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass
