"""boto3 and the aws-cli, through the start that the guide shows."""

import http.client
import json
import os
import subprocess
from urllib.parse import urlsplit

import pytest
from orders import ORDER, WORKFLOW, Shop

import asl

boto3 = pytest.importorskip("boto3")

PASS = json.dumps({"StartAt": "S", "States": {"S": {"Type": "Pass", "End": True}}})
ROLE = "arn:aws:iam::123456789012:role/r"


def test_the_operations_of_a_client():
    with asl.serve(WORKFLOW, tasks=Shop().tasks, virtual_time=True) as server:
        sfn = server.client("stepfunctions")
        [machine] = sfn.list_state_machines()["stateMachines"]
        arn = machine["stateMachineArn"]
        assert "StartAt" in sfn.describe_state_machine(stateMachineArn=arn)["definition"]
        execution = sfn.start_execution(stateMachineArn=arn, input=json.dumps(ORDER))["executionArn"]
        while (ended := sfn.describe_execution(executionArn=execution))["status"] == "RUNNING":
            pass
        assert json.loads(ended["output"])["status"] == "CONFIRMED"
        pages = sfn.get_paginator("get_execution_history").paginate(executionArn=execution)
        types = [event["type"] for page in pages for event in page["events"]]
        assert (types[0], types[-1]) == ("ExecutionStarted", "ExecutionSucceeded")
        assert sfn.list_executions(stateMachineArn=arn)["executions"][0]["status"] == "SUCCEEDED"
        assert "workflow" in sfn.describe_state_machine_for_execution(executionArn=execution)["name"]
        assert sfn.validate_state_machine_definition(definition=PASS)["result"] == "OK"
        assert sfn.test_state(definition='{"Type": "Pass", "Result": 7, "End": true}', roleArn=ROLE)["output"] == "7"

        express = sfn.create_state_machine(name="e", definition=PASS, roleArn=ROLE, type="EXPRESS")["stateMachineArn"]
        answer = sfn.start_sync_execution(stateMachineArn=express, input='{"a": 1}')
        assert (answer["status"], json.loads(answer["output"])) == ("SUCCEEDED", {"a": 1})
        sfn.update_state_machine(stateMachineArn=express, definition=PASS)
        version = sfn.publish_state_machine_version(stateMachineArn=express)["stateMachineVersionArn"]
        routes = [{"stateMachineVersionArn": version, "weight": 100}]
        sfn.create_state_machine_alias(name="prod", routingConfiguration=routes)
        assert len(sfn.list_state_machine_aliases(stateMachineArn=express)["stateMachineAliases"]) == 1
        sfn.tag_resource(resourceArn=express, tags=[{"key": "a", "value": "b"}])
        assert sfn.list_tags_for_resource(resourceArn=express)["tags"] == [{"key": "a", "value": "b"}]

        waiting = json.dumps({"StartAt": "S", "States": {"S": {"Type": "Task", "Resource": activity(sfn), "End": True}}})
        arn = sfn.create_state_machine(name="w", definition=waiting, roleArn=ROLE)["stateMachineArn"]
        execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
        token = sfn.get_activity_task(activityArn=activity(sfn))["taskToken"]
        sfn.send_task_heartbeat(taskToken=token)
        sfn.stop_execution(executionArn=execution)
        sfn.redrive_execution(executionArn=execution)
        token = sfn.get_activity_task(activityArn=activity(sfn))["taskToken"]
        sfn.send_task_success(taskToken=token, output="1")
        sfn.delete_state_machine(stateMachineArn=arn)
        with pytest.raises(sfn.exceptions.ExecutionDoesNotExist):
            sfn.describe_execution(executionArn=execution + "x")


def activity(sfn):
    return sfn.create_activity(name="work")["activityArn"]


def test_the_functions_are_a_lambda_of_their_own():
    with asl.serve(tasks={"f": lambda event: event["n"] * 2}) as server:
        answer = server.client("lambda").invoke(FunctionName="f", Payload=b'{"n": 21}')
        assert answer["Payload"].read() == b"42"
        with pytest.raises(ValueError, match="this server has no `s3`"):
            server.client("s3")


def test_the_functions_are_for_this_server_only():
    ran = []
    with asl.serve(tasks={"f": ran.append}) as server:
        endpoint = urlsplit(server.client("lambda").meta.endpoint_url)
        path = "/2015-03-31/functions/f/invocations"
        for prefix, headers in [
            ("", {}),
            ("/" + "0" * 32, {}),
            ("", {"origin": "https://evil.example", "content-type": "text/plain"}),
            (endpoint.path, {"content-length": "-1"}),
            (endpoint.path, {"content-length": str(1 << 40)}),
        ]:
            connection = http.client.HTTPConnection(endpoint.netloc, timeout=5)
            connection.request("POST", prefix + path, headers={"content-length": "0", **headers})
            assert connection.getresponse().status in (400, 404)
            connection.close()
    assert ran == []


def test_a_client_that_knows_nothing_of_this_server(monkeypatch):
    with asl.serve({"m": json.loads(PASS)}, type="EXPRESS") as server:
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)
        answer = boto3.client("stepfunctions").start_sync_execution(stateMachineArn=server.machines["m"])
        assert answer["status"] == "SUCCEEDED"


def test_the_command_line(aws):
    with asl.serve({"m": json.loads(PASS)}, type="EXPRESS") as server:
        command = [aws, "stepfunctions", "start-sync-execution", "--state-machine-arn", server.machines["m"]]
        environment = {**os.environ, **server.environ}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        assert json.loads(done.stdout)["status"] == "SUCCEEDED"
