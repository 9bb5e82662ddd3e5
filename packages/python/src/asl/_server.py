"""The program `asl serve`, while a test or a program uses it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
import weakref
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Type, Union

from ._api import request
from ._errors import InvalidDefinition, ServerError
from ._execution import Event, Execution
from ._functions import Function, Functions
from ._program import program

Path_ = Union[str, "os.PathLike[str]"]
Definition = Union[Path_, Mapping[str, Any]]
"""A file, a folder, a template (`template.yaml#Orders` is one machine of it), or a definition as data."""
Machines = Union[Path_, Sequence[Path_], Mapping[str, Mapping[str, Any]]]
"""One, several, or definitions as data by their names: `{"orders": {"StartAt": …}}`."""
Mocks = Union[Path_, Mapping[str, Any]]
"""A file in the format of Step Functions Local's MockConfigFile, or its content."""

_EXPRESS_HISTORY = "--express-history"


def serve(
    machines: Machines = (),
    *,
    tasks: Optional[Mapping[str, Function]] = None,
    mocks: Optional[Mocks] = None,
    virtual_time: bool = False,
    type: str = "STANDARD",
    substitutions: Optional[Mapping[str, str]] = None,
    options: Sequence[str] = (),
    env: Optional[Mapping[str, str]] = None,
) -> Server:
    """Serves the Step Functions API on a free port of this computer, until the end of the `with` block.

    tasks: Python functions in the place of Lambda functions, by name. They are invoked over loopback, by the protocol of AWS
        Lambda: an exception is an error that `Retry` and `Catch` match by the name of its class.
    mocks: answers of the tasks of test cases.
    virtual_time: skips waits and retry delays.
    type: `STANDARD` or `EXPRESS`, unless a template sets it.
    substitutions: values for `${Name}` in definitions.
    options: other options of `asl serve`.
    env: environment variables besides those of this process. `AWS_ENDPOINT_URL` names an emulator for the tasks of other
        services.

    Raises InvalidDefinition, with the places in the text, and ServerError.
    """
    return Server(machines, tasks, mocks, virtual_time, type, substitutions or {}, options, env or {})


def run(
    definition: Definition,
    input: Any = {},
    *,
    tasks: Optional[Mapping[str, Function]] = None,
    mocks: Optional[Mocks] = None,
    case: Optional[str] = None,
    virtual_time: bool = True,
    type: str = "STANDARD",
    substitutions: Optional[Mapping[str, str]] = None,
    options: Sequence[str] = (),
    env: Optional[Mapping[str, str]] = None,
    timeout: float = 60,
) -> Execution:
    """Runs one execution and waits for its end.

    Starts a server for it; see `serve` for the other options, and `Server.run` for `case` and `timeout`.
    """
    machines = {"machine": definition} if isinstance(definition, Mapping) else definition
    more = [_EXPRESS_HISTORY, "--no-page", *options]
    with Server(machines, tasks, mocks, virtual_time, type, substitutions or {}, more, env or {}) as server:
        return server.run(input, case=case, timeout=timeout)


class Server:
    """A running server, made by `serve`. Use it in a `with` block, or call `close`."""

    url: str
    """Where the API is: `http://127.0.0.1:PORT`."""

    def __init__(
        self,
        machines: Machines,
        tasks: Optional[Mapping[str, Function]],
        mocks: Optional[Mocks],
        virtual_time: bool,
        type: str,
        substitutions: Mapping[str, str],
        options: Sequence[str],
        env: Mapping[str, str],
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="asl-")
        self._functions = Functions(tasks) if tasks is not None else None
        self._options = options
        # The pipe closes however this process ends, and then the server ends, too.
        command = [program(), "serve", "--stop-with-stdin", "--port", "0", "--type", type, *options]
        if self._functions is not None:
            self._functions.server = self
            command += ["--lambda-endpoint", self._functions.url]
        if mocks is not None:
            command += ["--mocks", self._file("mocks.json", mocks)]
        if virtual_time:
            command.append("--virtual-time")
        for name, value in substitutions.items():
            command += ["--substitute", f"{name}={value}"]
        command += ["--", *self._definitions(machines)]
        with open(self._log, "wb") as log:
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    env={**os.environ, **env},
                    text=True,
                    encoding="utf-8",
                )
            except OSError as error:
                if self._functions is not None:
                    self._functions.close()
                raise ServerError(f"cannot start {command[0]}: {error}") from error
        self._close = weakref.finalize(self, _close, self._process, self._functions, self._folder)
        self.url = self._listening()

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, type: Optional[Type[BaseException]], value: Optional[BaseException], traceback: Optional[TracebackType]
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server and the executions in it. More calls do nothing."""
        self._close()

    def run(
        self,
        input: Any = {},
        *,
        machine: Optional[str] = None,
        case: Optional[str] = None,
        name: Optional[str] = None,
        timeout: float = 60,
    ) -> Execution:
        """Runs one execution and waits for its end.

        machine: a name or an ARN; needed if the server has several.
        case: a test case of the mocks.
        name: of the execution.
        timeout: after so many seconds of real time, the execution is stopped and ServerError raised.

        An EXPRESS execution has no events, unless the server was started with the option `--express-history`.
        """
        arn = self._machine(machine)
        kind = self.request("DescribeStateMachine", stateMachineArn=arn)["type"]
        started: Dict[str, Any] = {
            "stateMachineArn": f"{arn}#{case}" if case else arn,
            "input": json.dumps(input),
            "name": name,
        }
        if kind == "EXPRESS":
            ended = self.request("StartSyncExecution", **started)
        else:
            ended = self._ended(self.request("StartExecution", **started)["executionArn"], timeout)
        described = kind == "STANDARD" or _EXPRESS_HISTORY in self._options
        events = list(self.events(ended["executionArn"])) if described else []
        succeeded = ended["status"] == "SUCCEEDED"
        error, cause = ended.get("error"), ended.get("cause")
        return Execution(
            arn=ended["executionArn"],
            status=ended["status"],
            error=error,
            cause=cause,
            seconds=ended["stopDate"] - ended["startDate"],
            events=events,
            result=json.loads(ended["output"]) if succeeded else None,
            exception=self._functions.exception(cause) if self._functions is not None else None,
        )

    def request(self, operation: str, **members: Any) -> Dict[str, Any]:
        """Sends one request of the Step Functions API: `request("ListStateMachines")`. Raises RequestRefused."""
        try:
            return request(self.url, operation, **members)
        except ServerError as error:
            if not self._close.alive:
                raise ServerError(f"{operation}: the server was closed") from None
            if self._process.poll() is None:
                raise
            raise ServerError(f"{operation}: the server has ended: {self.log()}") from error

    def send_task_success(self, token: str, output: Any) -> None:
        """Completes a task that waits for a callback (`.waitForTaskToken`), or a task of an activity."""
        self.request("SendTaskSuccess", taskToken=token, output=json.dumps(output))

    def send_task_failure(self, token: str, error: str, cause: Optional[str] = None) -> None:
        """Fails such a task."""
        self.request("SendTaskFailure", taskToken=token, error=error, cause=cause)

    def send_task_heartbeat(self, token: str) -> None:
        """Tells that such a task is still being worked on."""
        self.request("SendTaskHeartbeat", taskToken=token)

    def client(self, service: str = "stepfunctions", **options: Any) -> Any:
        """A client of boto3 for this server: `stepfunctions`, or `lambda` for the Python functions of `tasks`.

        It has keys of its own, so that yours go nowhere. The options are those of `boto3.client`.
        """
        endpoints = {"stepfunctions": self.url, "lambda": self._functions.url if self._functions is not None else None}
        endpoint = endpoints.get(service)
        if endpoint is None:
            raise ValueError(f"this server has no `{service}`: it has `stepfunctions`, and `lambda` with `tasks`")
        try:
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise ServerError("a client needs boto3: pip install 'asl-workflow[boto3]'") from error
        # Otherwise boto3 asks for the host sync-127.0.0.1 for StartSyncExecution and TestState.
        config = Config(inject_host_prefix=False)
        given = {
            "endpoint_url": endpoint,
            "region_name": self.environ["AWS_DEFAULT_REGION"],
            "aws_access_key_id": "local",
            "aws_secret_access_key": "local",
            **options,
            "config": config.merge(options["config"]) if "config" in options else config,
        }
        return boto3.client(service, **given)

    @property
    def environ(self) -> Dict[str, str]:
        """Variables by which the AWS SDKs and the aws-cli find this server without being told."""
        machines = list(self.machines.values())
        region = machines[0].split(":")[3] if machines else os.environ.get("AWS_DEFAULT_REGION", "us-east-1")
        return {
            "AWS_ENDPOINT_URL_SFN": self.url,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_DEFAULT_REGION": region,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }

    @property
    def machines(self) -> Dict[str, str]:
        """The ARNs of the state machines by their names."""
        found = self._pages("ListStateMachines", "stateMachines")
        return {machine["name"]: machine["stateMachineArn"] for machine in found}

    def events(self, execution: str) -> Iterator[Event]:
        """The history of an execution."""
        return self._pages("GetExecutionHistory", "events", executionArn=execution)

    def log(self) -> str:
        """What the server has printed. `options=["--log", "info"]` prints more."""
        return Path(self._log).read_text("utf-8", "replace")

    @property
    def _log(self) -> str:
        return os.path.join(self._folder.name, "log")

    def _file(self, name: str, content: Union[Path_, Mapping[str, Any]]) -> str:
        if not isinstance(content, Mapping):
            return os.fspath(content)
        path = os.path.join(self._folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file)
        return path

    def _definitions(self, machines: Machines) -> List[str]:
        if isinstance(machines, Mapping):
            return [self._file(f"{name}.asl.json", machine) for name, machine in machines.items()]
        if isinstance(machines, (str, os.PathLike)):
            return [os.fspath(machines)]
        return [os.fspath(machine) for machine in machines]

    def _listening(self) -> str:
        output: IO[str] = self._process.stdout  # type: ignore[assignment]
        printed = []
        for line in output:
            if line.startswith("listening on "):
                # It prints more when a file has changed, and must not wait for a reader.
                threading.Thread(target=output.read, daemon=True).start()
                return line[len("listening on ") :].strip()
            printed.append(line)
        code = self._process.wait()
        text = "".join(printed) + self.log()
        self.close()
        raise (InvalidDefinition if code == 2 else ServerError)(text.strip() or f"asl serve: exit code {code}")

    def _machine(self, given: Optional[str]) -> str:
        if given is not None and given.startswith("arn:"):
            return given
        machines = self.machines
        if given is None and len(machines) == 1:
            return next(iter(machines.values()))
        if given is None or given not in machines:
            wanted = "name one with `machine`" if given is None else f"there is no machine `{given}`"
            raise ValueError(f"{wanted}; the server has: {', '.join(machines) or 'none'}")
        return machines[given]

    def _ended(self, arn: str, timeout: float) -> Dict[str, Any]:
        begun, pause = time.monotonic(), 0.001
        while True:
            described = self.request("DescribeExecution", executionArn=arn)
            if described["status"] != "RUNNING":
                return described
            if time.monotonic() - begun > timeout:
                last = [event["type"] for event in self.events(arn)][-1:]
                self.request("StopExecution", executionArn=arn)
                raise ServerError(f"the execution did not end in {timeout} s; its last event: {''.join(last)}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.02)

    def _pages(self, operation: str, items: str, **members: Any) -> Iterator[Any]:
        token = None
        while True:
            page = self.request(operation, maxResults=1000, nextToken=token, **members)
            yield from page[items]
            token = page.get("nextToken")
            if token is None:
                return


def _close(process: subprocess.Popen[str], functions: Optional[Functions], folder: tempfile.TemporaryDirectory[str]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
    if functions is not None:
        functions.close()
    folder.cleanup()
