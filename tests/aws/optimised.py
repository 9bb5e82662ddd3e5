"""Runs the cases of optimised.json with `asl serve` and `asl run`: optimised.py ASL STATES_URL AWS_URL [miniaws]

`*` is anything, and in an expected text any text; `@time` is a time in milliseconds; the member `@sdk` stands for what
is told of the HTTP exchange, with its status. Another `@name` in a case is a resource that this program made, or how
the case is run. Who `calls_back` is the function itself or this program, with the `answer` or the `refusal` of the case.
"""
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import zipfile

import boto3
from botocore.config import Config

ASL, STATES, AWS = sys.argv[1:4]
HAVE = set(sys.argv[4:])
REGION = "us-east-1"
os.environ.update(AWS_ENDPOINT_URL=AWS, AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION=REGION)
CASES = json.loads(pathlib.Path(__file__).with_name("optimised.json").read_text())
INPUT = '{"id":"1","n":1}'
FUNCTIONS = {
    "double": "def handler(event, context):\n    return event['n'] * 2\n",
    "raises": "def handler(event, context):\n    raise ValueError('of %d' % event['n'])\n",
    "text": "def handler(event, context):\n    return b'no JSON'\n",
    "answer": "import boto3\n\n\ndef handler(event, context):\n"
    "    states = boto3.client('stepfunctions')\n"
    "    states.send_task_success(taskToken=event['token'], output='{\"taken\": true}')\n",
}
TRUNCATED = {"truncated": False}


def client(service, url):
    return boto3.client(service, endpoint_url=url, config=Config(retries={"max_attempts": 0}))


sfn = client("stepfunctions", STATES)
sqs = client("sqs", AWS)
ACCOUNT = client("sts", AWS).get_caller_identity()["Account"]
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"


def definition(state):
    end = {} if state["Type"] == "Fail" else {"End": True}
    return json.dumps({"StartAt": "S", "States": {"S": {**state, **end}}})


def machine(name, state):
    return sfn.create_state_machine(name=name, definition=definition(state), roleArn=ROLE)["stateMachineArn"]


def make_resources():
    client("dynamodb", AWS).create_table(
        TableName="items", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}])
    sns, child = client("sns", AWS), machine("child", {"Type": "Pass"})
    resources = {
        "@account": ACCOUNT,
        "@queue": sqs.create_queue(QueueName="messages")["QueueUrl"],
        "@fifo": sqs.create_queue(QueueName="messages.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"],
        "@topic": sns.create_topic(Name="letters")["TopicArn"],
        "@fifo-topic": sns.create_topic(Name="letters.fifo", Attributes={"FifoTopic": "true"})["TopicArn"],
        "@child": child,
        "@failing": machine("failing", {"Type": "Fail", "Error": "Refused", "Cause": "why"}),
        "@child-none": child + "-none",
        "@child-execution": child.replace(":stateMachine:", ":execution:"),
    }
    if "miniaws" in HAVE:
        functions = client("lambda", AWS)
        for name, source in FUNCTIONS.items():
            code = io.BytesIO()
            with zipfile.ZipFile(code, "w") as archive:
                archive.writestr("handler.py", source)
            made = functions.create_function(
                FunctionName=name, Runtime="python3.12", Role=ROLE, Handler="handler.handler",
                Code={"ZipFile": code.getvalue()}, Timeout=30)
            resources["@" + name] = made["FunctionArn"]
        resources["@none"] = resources["@double"].replace("double", "none")
    return resources


def filled(value, resources):
    text = json.dumps(value)
    for name in sorted(resources, key=len, reverse=True):
        text = text.replace(name, resources[name])
    return json.loads(text)


def check(found, expected, place):
    if expected == "*":
        return
    if expected == "@time":
        assert isinstance(found, int) and found > 1e12, f"{place}: expected milliseconds, found {found!r}"
    elif isinstance(expected, str):
        pattern = ".*".join(map(re.escape, expected.split("*")))
        is_it = isinstance(found, str) and re.fullmatch(pattern, found, re.DOTALL)
        assert is_it, f"{place}: expected {expected!r}, found {found!r}"
    elif isinstance(expected, dict) and isinstance(found, dict):
        expected, found = dict(expected), dict(found)
        if status := expected.pop("@sdk", None):
            check_sdk(found, status, place)
        assert list(found) == sorted(found) or status is None, f"{place}: the members are not sorted: {list(found)}"
        assert set(found) == set(expected), f"{place}: expected {sorted(expected)}, found {sorted(found)}"
        for name, value in expected.items():
            check(found[name], value, f"{place}/{name}")
    elif isinstance(expected, list) and isinstance(found, list):
        assert len(found) == len(expected), f"{place}: expected {expected!r}, found {found!r}"
        for index, value in enumerate(expected):
            check(found[index], value, f"{place}/{index}")
    else:
        is_it = type(found) is type(expected) and found == expected
        assert is_it, f"{place}: expected {expected!r}, found {found!r}"


def check_sdk(result, status, place):
    http, response = result.pop("SdkHttpMetadata", {}), result.pop("SdkResponseMetadata", {})
    assert list(http) == ["AllHttpHeaders", "HttpHeaders", "HttpStatusCode"], f"{place}: SdkHttpMetadata is {http}"
    headers = {name: [value] for name, value in http["HttpHeaders"].items()}
    check(http["AllHttpHeaders"], headers, f"{place}/SdkHttpMetadata/AllHttpHeaders")
    check(http["HttpStatusCode"], status, f"{place}/SdkHttpMetadata/HttpStatusCode")
    is_it = list(response) == ["RequestId"] and response["RequestId"]
    assert is_it, f"{place}: SdkResponseMetadata is {response}"


def receive(queue):
    for _ in range(100):
        for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            return message["Body"]
        time.sleep(0.05)
    raise AssertionError("no message")


def call_back(case):
    token = json.loads(receive(case["parameters"]["QueueUrl"]))["token"]
    if "answer" in case:
        sfn.send_task_success(taskToken=token, output=json.dumps(case["answer"]))
    else:
        error, cause = case["refusal"]
        sfn.send_task_failure(taskToken=token, error=error, cause=cause)


def ended(execution):
    for _ in range(1500):
        described = sfn.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.02)
    raise AssertionError(f"{execution} does not end")


def expected_history(case, described):
    """The events of the task, as AWS writes them: type, and details."""
    output = {"output": described.get("output"), "outputDetails": TRUNCATED}
    error = {"error": described.get("error"), "cause": described.get("cause")}
    if case["resource"].startswith("arn:"):
        yield "LambdaFunctionScheduled", {
            "resource": case["resource"], "input": INPUT, "inputDetails": TRUNCATED}
        yield "LambdaFunctionStarted", None
        yield ("LambdaFunctionFailed", error) if "error" in case else ("LambdaFunctionSucceeded", output)
        return
    kind, action = case["resource"].split(":", 1)
    of = {"resourceType": kind, "resource": action}
    own = case.get("scheduled", {})
    yield "TaskScheduled", {**of, "region": REGION, "parameters": parameters(case), **own}
    yield "TaskStarted", of
    if "submitted" in case:
        yield "TaskSubmitted", {**of, "output": "*", "outputDetails": TRUNCATED}
    yield ("TaskFailed", {**of, **error}) if "error" in case else ("TaskSucceeded", {**of, **output})


def parameters(case):
    text = json.dumps(case["parameters"], separators=(",", ":"))
    # What an expression gives is not compared, and `*` is any text.
    text = re.sub(r'"(\w+)\.\$":"[^"]*"', r'"\1":*', text)
    return text


def check_history(case, described, events):
    ending = ["ExecutionFailed"] if "error" in case else ["TaskStateExited", "ExecutionSucceeded"]
    expected = list(expected_history(case, described))
    types = ["ExecutionStarted", "TaskStateEntered", *(kind for kind, _ in expected), *ending]
    found = [event["type"] for event in events]
    assert found == types, f"expected the events {types}, found {found}"
    previous = [event["previousEventId"] for event in events]
    assert previous == [0, 0, *range(2, len(events))], f"the events follow {previous}"
    for event, (kind, details) in zip(events[2:], expected):
        member = kind[0].lower() + kind[1:] + "EventDetails"
        check(event.get(member), details, kind)
        if kind == "TaskSubmitted":
            check(json.loads(event[member]["output"]), case["submitted"], "submitted")


def serve(case, state, number):
    arn = machine(f"case-{number}", state)
    execution = sfn.start_execution(stateMachineArn=arn, input=INPUT)["executionArn"]
    if "answer" in case or "refusal" in case:
        call_back(case)
    return ended(execution), sfn.get_execution_history(executionArn=execution)["events"]


def run(case, state, number):
    with tempfile.TemporaryDirectory() as folder:
        machine, history = pathlib.Path(folder, "machine.asl.json"), pathlib.Path(folder, "history.json")
        machine.write_text(definition(state))
        asl = [ASL, "run", machine, "--aws", "--real-time", "--input", INPUT, "--history", history]
        ran = subprocess.run([*asl, "--format", "json"], stdout=subprocess.PIPE, check=False)
        outcome, events = json.loads(ran.stdout), json.loads(history.read_text())["events"]
    if "output" in outcome:
        outcome["output"] = json.dumps(outcome["output"], separators=(",", ":"), ensure_ascii=False)
    return outcome, events


def try_case(case, way, number):
    resource = case["resource"]
    arn = resource if resource.startswith("arn:") else f"arn:aws:states:::{resource}"
    given = {"Parameters": case["parameters"]} if "parameters" in case else {}
    described, events = way(case, {"Type": "Task", "Resource": arn, **given, **case.get("state", {})}, number)
    if "error" in case:
        check([described.get("error"), described.get("cause")], [case["error"], case["cause"]], "error")
    else:
        assert described["status"] == "SUCCEEDED", f"{described.get('error')}: {described.get('cause')}"
        check(json.loads(described["output"]), case["output"], "output")
    check_history(case, described, events)
    if "received" in case:
        check(receive(case["parameters"]["QueueUrl"]), case["received"], "received")


def may_run(case, way):
    """Only a server gets tokens back, and moto starts executions, but does not run them."""
    if way is run and ("calls_back" in case or case["resource"].startswith("states:") and "miniaws" not in HAVE):
        return False
    return case.get("needs") in {None, *HAVE}


resources = make_resources()
tried = failed = 0
for way in (serve, run):
    resources["@way"] = way.__name__
    for number, case in enumerate(CASES):
        if not may_run(case, way):
            continue
        tried += 1
        try:
            try_case(filled(case, resources), way, number)
            print(f"ok      {way.__name__:5}", case["resource"], case["name"])
        except Exception as problem:
            failed += 1
            print(f"FAILED  {way.__name__:5}", case["resource"], f"{case['name']}: {problem}")
print(f"{tried - failed} of {tried} optimised integrations as expected")
sys.exit(failed > 0)
