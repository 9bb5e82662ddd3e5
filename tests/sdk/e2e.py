"""Drives a server of the Step Functions API through boto3 and the aws-cli: e2e.py URL AWS_CLI"""
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

URL, AWS = sys.argv[1:3]
ENV = {
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_DEFAULT_REGION": "us-east-1",
    # Loopback has no name for the host prefix `sync-`.
    "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
}
ROLE = "arn:aws:iam::123456789012:role/r"
os.environ.update(ENV)
sfn = boto3.client("stepfunctions", endpoint_url=URL, config=Config(retries={"max_attempts": 0}))


def machine(name, state, kind="STANDARD"):
    definition = json.dumps({"StartAt": "S", "States": {"S": {**state, "End": True}}})
    return sfn.create_state_machine(name=name, definition=definition, roleArn=ROLE, type=kind)["stateMachineArn"]


def ended(arn):
    for _ in range(500):
        described = sfn.describe_execution(executionArn=arn)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.02)
    raise AssertionError(f"{arn} does not end")


def check(found, expected):
    assert found == expected, f"expected {expected!r}, found {found!r}"


def express():
    arn = machine("express", {"Type": "Pass", "Result": {"ok": True}}, "EXPRESS")
    answer = sfn.start_sync_execution(stateMachineArn=arn, input="{}")
    check((answer["status"], answer["output"]), ("SUCCEEDED", '{"ok":true}'))


def standard():
    arn = machine("standard", {"Type": "Pass", "ResultPath": None})
    execution = sfn.start_execution(stateMachineArn=arn, name="run", input='{"a": 1}')["executionArn"]
    check(ended(execution)["output"], '{"a": 1}')
    pages = sfn.get_paginator("get_execution_history").paginate(executionArn=execution, PaginationConfig={"PageSize": 3})
    events = [event["type"] for page in pages for event in page["events"]]
    check(events, ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"])
    check([item["name"] for item in sfn.list_executions(stateMachineArn=arn)["executions"]], ["run"])


def worker():
    activity = sfn.create_activity(name="work")["activityArn"]
    arn = machine("worker", {"Type": "Task", "Resource": activity})

    def work():
        task = sfn.get_activity_task(activityArn=activity, workerName="w")
        output = json.dumps(json.loads(task["input"])["n"] * 2)
        sfn.send_task_success(taskToken=task["taskToken"], output=output)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    execution = sfn.start_execution(stateMachineArn=arn, input='{"n": 21}')["executionArn"]
    check(ended(execution)["output"], "42")
    thread.join()


def token():
    activity = sfn.create_activity(name="inbox")["activityArn"]
    child = machine("child", {"Type": "Task", "Resource": activity})
    resource = "arn:aws:states:::states:startExecution.waitForTaskToken"
    parameters = {"StateMachineArn": child, "Input": {"token.$": "$$.Task.Token"}}
    parent = machine("parent", {"Type": "Task", "Resource": resource, "Parameters": parameters})
    execution = sfn.start_execution(stateMachineArn=parent)["executionArn"]
    task = sfn.get_activity_task(activityArn=activity)
    sfn.send_task_failure(taskToken=json.loads(task["input"])["token"], error="No", cause="because")
    described = ended(execution)
    check((described["status"], described["error"], described["cause"]), ("FAILED", "No", "because"))


def stop():
    arn = machine("waiting", {"Type": "Wait", "Seconds": 600})
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    stopped = sfn.stop_execution(executionArn=execution, error="E")["stopDate"]
    described = ended(execution)
    check((described["status"], described["stopDate"]), ("ABORTED", stopped))


def redrive():
    arn = machine("redriven", {"Type": "Wait", "Seconds": 600})
    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    sfn.stop_execution(executionArn=execution)
    check(ended(execution)["redriveStatus"], "REDRIVABLE")
    date = sfn.redrive_execution(executionArn=execution, clientToken="a")["redriveDate"]
    described = sfn.describe_execution(executionArn=execution)
    check((described["status"], described["redriveCount"], described["redriveDate"]), ("RUNNING", 1, date))
    try:
        sfn.redrive_execution(executionArn=execution)
    except sfn.exceptions.ExecutionNotRedrivable as error:
        check(error.response["Error"]["Message"], described["redriveStatusReason"])
    else:
        raise AssertionError("no error")
    sfn.stop_execution(executionArn=execution)
    check(ended(execution)["status"], "ABORTED")


def test_state():
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "B", "OutputPath": "$.Payload"}
    retry = {"Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3}]}
    mock = {"result": '{"Payload": [7], "StatusCode": 200}', "fieldValidationMode": "NONE"}
    answer = sfn.test_state(definition=json.dumps(task), input='{"n": 1}', inspectionLevel="DEBUG", mock=mock)
    check((answer["status"], answer["output"], answer["nextState"]), ("SUCCEEDED", "[7]", "B"))
    check(answer["inspectionData"]["afterParameters"], '{"n": 1}')
    answer = sfn.test_state(
        definition=json.dumps({"StartAt": "A", "States": {"A": {**task, **retry}, "B": {"Type": "Succeed"}}}),
        stateName="A",
        inspectionLevel="TRACE",
        mock={"errorOutput": {"error": "Busy", "cause": "later"}},
        stateConfiguration={"retrierRetryCount": 1},
    )
    check((answer["status"], answer["error"], answer["cause"]), ("RETRIABLE", "Busy", "later"))
    details = {"retryIndex": 0, "retryBackoffIntervalSeconds": 6}
    check(answer["inspectionData"]["errorDetails"], details)
    try:
        sfn.test_state(definition='{"Type": "Succeed"}', mock={"result": "1"})
    except sfn.exceptions.ValidationException as error:
        message = "State type 'Succeed' is not supported when a mock is specified"
        check(error.response["Error"]["Message"], message)
    else:
        raise AssertionError("no error")


def errors():
    try:
        sfn.describe_execution(executionArn="arn:aws:states:us-east-1:123456789012:execution:a:b")
    except sfn.exceptions.ExecutionDoesNotExist as error:
        check(error.response["ResponseMetadata"]["HTTPStatusCode"], 400)
    else:
        raise AssertionError("no error")


def command_line():
    def aws(*arguments):
        command = [AWS, "stepfunctions", "--endpoint-url", URL, "--output", "json", *arguments]
        done = subprocess.run(command, env={**os.environ, **ENV}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    arn = next(m["stateMachineArn"] for m in aws("list-state-machines")["stateMachines"] if m["name"] == "standard")
    execution = aws("start-execution", "--state-machine-arn", arn, "--input", "[]")["executionArn"]
    ended(execution)
    check(aws("describe-execution", "--execution-arn", execution)["status"], "SUCCEEDED")
    arn = next(m["stateMachineArn"] for m in aws("list-state-machines")["stateMachines"] if m["name"] == "redriven")
    execution = aws("list-executions", "--state-machine-arn", arn)["executions"][0]["executionArn"]
    assert "redriveDate" in aws("redrive-execution", "--execution-arn", execution)
    events = aws("get-execution-history", "--execution-arn", execution, "--reverse-order")["events"]
    check((events[0]["type"], events[0]["executionRedrivenEventDetails"]["redriveCount"]), ("ExecutionRedriven", 2))
    check(aws("stop-execution", "--execution-arn", execution).keys(), {"stopDate"})
    answer = aws("test-state", "--definition", '{"Type": "Pass", "Result": 7, "End": true}', "--input", "[]")
    check(answer, {"output": "7", "status": "SUCCEEDED"})


def host_prefix():
    """The ways of the guide to keep `sync-` off the host, each without the others."""
    definition = '{"Type": "Pass", "Result": 7, "End": true}'
    variable = "AWS_DISABLE_HOST_PREFIX_INJECTION"
    command = [AWS, "stepfunctions", "--endpoint-url", URL, "test-state", "--definition", definition]
    plain = {name: value for name, value in os.environ.items() if name != variable}

    def aws(environment):
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    refused = aws(plain)
    assert "sync-127.0.0.1" in refused.stderr, refused
    check(json.loads(aws({**plain, variable: "true"}).stdout)["output"], "7")
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as config:
        config.write("[default]\ndisable_host_prefix_injection = true\n")
        config.flush()
        check(json.loads(aws({**plain, "AWS_CONFIG_FILE": config.name}).stdout)["output"], "7")

    del os.environ[variable]
    for more, answers in (({}, False), ({"inject_host_prefix": False}, True)):
        client = boto3.client("stepfunctions", endpoint_url=URL, config=Config(retries={"max_attempts": 0}, **more))
        try:
            check((client.test_state(definition=definition)["output"], answers), ("7", True))
        except EndpointConnectionError as error:
            assert not answers and "sync-127.0.0.1" in str(error), error
    os.environ[variable] = "true"


for scene in (express, standard, worker, token, stop, redrive, test_state, errors, command_line, host_prefix):
    scene()
    print("ok     ", scene.__name__, flush=True)
