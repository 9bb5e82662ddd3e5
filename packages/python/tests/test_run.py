"""What tasks may be, and how their errors and those of definitions are told."""

import asyncio
import socket
import subprocess
import sys
import threading
import time

import pytest

import asl


def lambda_task(name, **fields):
    return {"Type": "Task", "Resource": f"arn:aws:lambda:us-east-1:123456789012:function:{name}", **fields}


def machine(state):
    return {"StartAt": "S", "States": {"S": {**state, "End": True}}}


class Refused(Exception):
    pass


def refuse(event):
    raise Refused("no")


async def double(event):
    await asyncio.sleep(0)
    return event * 2


async def refuse_later(event):
    await asyncio.sleep(0)
    refuse(event)


class Greeter:
    def __call__(self, event):
        return f"Hello, {event}!"


@pytest.mark.parametrize(
    ("function", "input", "expected"),
    [
        (lambda event: event, {"a": [1, None, "ü"]}, {"a": [1, None, "ü"]}),
        (lambda event, context: context.function_name, {}, "f"),
        (lambda event, scale=3: event * scale, 2, 6),
        (lambda event, *, scale=3: event * scale, 2, 6),
        (lambda *arguments: len(arguments), 0, 2),
        (lambda event, context: context.get_remaining_time_in_millis() > 899_000, {}, True),
        (double, 21, 42),
        (Greeter(), "Ann", "Hello, Ann!"),
        (str, 7, "7"),
        (lambda event: None, 7, None),
    ],
)
def test_what_a_function_returns_is_the_result(function, input, expected):
    assert asl.run(machine(lambda_task("f")), input, tasks={"f": function}).output == expected


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (refuse, "Refused", '"errorMessage": "no"'),
        (refuse_later, "Refused", '"errorMessage": "no"'),
        (lambda event: event["b"], "KeyError", "'b'"),
        (lambda event: object(), "Runtime.MarshalError", "Unable to marshal response: Object of type object"),
        (lambda event: float("nan"), "Runtime.MarshalError", "Unable to marshal response"),
        (lambda event: exit(3), "Runtime.ExitError", "exit status 3"),
    ],
)
def test_what_a_function_raises_is_the_error(function, error, message):
    execution = asl.run(machine(lambda_task("f")), {}, tasks={"f": function})
    assert (execution.status, execution.error) == ("FAILED", error)
    assert message in execution.cause
    assert "_functions.py" not in execution.cause and "stackTrace" in execution.cause
    with pytest.raises(asl.ExecutionFailed) as raised:
        execution.output
    assert raised.value.__cause__ is execution.exception is not None


def test_the_name_of_an_exception_is_what_retry_and_catch_match():
    attempts = []

    def busy(event):
        attempts.append(event)
        if len(attempts) < 3:
            raise Refused("later")
        return len(attempts)

    retry = [{"ErrorEquals": ["Refused"], "IntervalSeconds": 3600, "MaxAttempts": 5}]
    execution = asl.run(machine(lambda_task("f", Retry=retry)), {}, tasks={"f": busy})
    assert execution.output == 3
    assert execution.seconds >= 3 * 3600


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("arn:aws:lambda:us-east-1:123456789012:function:f:prod", "f"),
        ("arn:aws:lambda:us-east-1:123456789012:function:f:prod", "f:prod"),
        ("arn:aws:lambda:eu-west-1:999999999999:function:f", "f"),
    ],
)
def test_a_function_is_found_by_its_name(resource, name):
    definition = machine({"Type": "Task", "Resource": resource})
    assert asl.run(definition, tasks={name: lambda event: "here"}).output == "here"


def test_a_missing_function_is_named():
    execution = asl.run(machine(lambda_task("chrage")), tasks={"charge": refuse})
    assert execution.error == "Lambda.ResourceNotFoundException"
    assert "chrage; the tasks given are: charge" in execution.cause
    with pytest.raises(TypeError, match="the task `charge` is not a function: 'charge'"):
        asl.run(machine(lambda_task("charge")), tasks={"charge": "charge"})


def test_functions_run_together():
    """Each of the iterations waits for all of them."""
    together = threading.Barrier(40)
    definition = machine(
        {"Type": "Map", "ItemProcessor": {"StartAt": "F", "States": {"F": lambda_task("f", End=True)}}},
    )
    assert asl.run(definition, list(range(40)), tasks={"f": lambda event: together.wait(20) >= 0}).output == [True] * 40


def test_a_callback_from_the_function():
    def ask(event, context):
        context.server.send_task_heartbeat(event["token"])
        context.server.send_task_success(event["token"], {"approved": True})

    assert asl.run(machine(CALLBACK), tasks={"ask": ask}).output == {"approved": True}


CALLBACK = {
    "Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "ask", "Payload": {"token.$": "$$.Task.Token"}},
}


def test_a_callback_from_elsewhere():
    tokens = []
    with asl.serve({"m": machine(CALLBACK)}, tasks={"ask": lambda event: tokens.append(event["token"])}) as server:
        arn = server.request("StartExecution", stateMachineArn=server.machines["m"])["executionArn"]
        while not tokens:
            pass
        server.send_task_failure(tokens[0], "Denied", "by Ann")
        ended = server.request("DescribeExecution", executionArn=arn)
        while ended["status"] == "RUNNING":
            ended = server.request("DescribeExecution", executionArn=arn)
        assert (ended["error"], ended["cause"]) == ("Denied", "by Ann")


def test_an_event_is_not_waited_for():
    ended = threading.Event()
    parameters = {"FunctionName": "f", "InvocationType": "Event", "Payload": {}}
    state = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": parameters}
    assert asl.run(machine(state), tasks={"f": lambda event: ended.wait(20)}).output["StatusCode"] == 202
    ended.set()


def test_a_function_that_takes_too_long():
    ended = threading.Event()
    execution = asl.run(machine(lambda_task("f", TimeoutSeconds=1)), tasks={"f": lambda event: ended.wait(20)})
    ended.set()
    assert (execution.status, execution.error) == ("FAILED", "States.Timeout")


def test_an_execution_that_does_not_end():
    state = {"Type": "Wait", "Seconds": 600}
    with pytest.raises(asl.ServerError, match="did not end in 0.1 s; its last event: WaitStateEntered"):
        asl.run(machine(state), virtual_time=False, timeout=0.1)


def test_an_express_execution():
    state = {"Type": "Pass", "Result": 7}
    execution = asl.run(machine(state), type="EXPRESS")
    assert (execution.output, execution.states) == (7, ["S"])


def test_substitutions_and_environment(tmp_path):
    file = tmp_path / "m.asl.json"
    file.write_text('{"StartAt": "S", "States": {"S": {"Type": "Pass", "Result": "${Stage}", "End": true}}}')
    assert asl.run(file, substitutions={"Stage": "test"}).output == "test"
    with asl.serve(file, env={"AWS_DEFAULT_REGION": "eu-west-1"}, substitutions={"Stage": "a"}) as server:
        assert ":eu-west-1:" in server.machines["m"]
        assert server.environ["AWS_DEFAULT_REGION"] == "eu-west-1"


@pytest.mark.parametrize(
    ("definition", "error", "message"),
    [
        ({"StartAt": "S", "States": {"S": {"Type": "Pass"}}}, asl.InvalidDefinition, "S"),
        ("nowhere.asl.json", asl.ServerError, "nowhere.asl.json"),
    ],
)
def test_an_invalid_definition_is_explained(definition, error, message):
    with pytest.raises(error, match=message):
        asl.run(definition)


def test_a_request_that_is_refused():
    with asl.serve() as server:
        with pytest.raises(asl.RequestRefused) as raised:
            server.request("DescribeExecution", executionArn="arn:aws:states:us-east-1:123456789012:execution:a:b")
        assert raised.value.code == "ExecutionDoesNotExist"
        with pytest.raises(ValueError, match="name one with `machine`; the server has: none"):
            server.run()
    server.close()
    with pytest.raises(asl.ServerError, match="the server was closed"):
        server.request("ListStateMachines")


def test_a_server_ends_with_the_program_that_started_it():
    starts = "import asl, os; server = asl.serve(); print(server.url, flush=True); os.kill(os.getpid(), 9)"
    killed = subprocess.run([sys.executable, "-c", starts], stdout=subprocess.PIPE, text=True)
    host, port = killed.stdout.strip().removeprefix("http://").split(":")
    with pytest.raises(ConnectionRefusedError):
        for _ in range(500):
            socket.create_connection((host, int(port))).close()
            time.sleep(0.02)


def test_the_program_is_named_if_it_is_missing(monkeypatch):
    monkeypatch.setenv("ASL_PROGRAM", "/nowhere/asl")
    with pytest.raises(asl.ServerError, match="cannot start /nowhere/asl"):
        asl.serve()
