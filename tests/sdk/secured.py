"""Drives a server with TLS and a shared key through boto3, the aws-cli and plain requests: secured.py URL AWS_CLI AUTHORITY KEY"""
import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import timedelta

import boto3
import botocore.auth
from botocore.config import Config
from botocore.exceptions import ClientError, SSLError

URL, AWS, AUTHORITY, KEY = sys.argv[1:5]
ROLE = "arn:aws:iam::123456789012:role/r"
os.environ["AWS_DISABLE_HOST_PREFIX_INJECTION"] = "true"


def client(key_id="asl", secret=KEY, verify=AUTHORITY, token=None):
    return boto3.client(
        "stepfunctions",
        endpoint_url=URL,
        region_name="eu-west-1",
        aws_access_key_id=key_id,
        aws_secret_access_key=secret,
        aws_session_token=token,
        verify=verify,
        config=Config(retries={"max_attempts": 0}),
    )


def refused(call, error, text):
    try:
        call()
    except ClientError as refusal:
        found = refusal.response["Error"]
        assert (found["Code"], refusal.response["ResponseMetadata"]["HTTPStatusCode"]) == (error, 403), refusal
        assert text in found["Message"], found
        assert KEY not in str(refusal)
        return
    raise AssertionError(f"expected {error}")


def signed():
    for token in [None, "a-session-token"]:
        sfn = client(token=token)
        definition = json.dumps({"StartAt": "S", "States": {"S": {"Type": "Pass", "End": True}}})
        name = f"m{token or ''}"
        arn = sfn.create_state_machine(name=name, definition=definition, roleArn=ROLE, type="EXPRESS")["stateMachineArn"]
        answer = sfn.start_sync_execution(stateMachineArn=arn, input='{"text": "ä  b"}')
        assert answer["output"] == '{"text": "ä  b"}', answer


def not_signed():
    invalid = "InvalidSignatureException"
    refused(client(secret=KEY[::-1]).list_state_machines, invalid, "signature we calculated does not match")
    refused(client(key_id="AKIAIOSFODNN7EXAMPLE").list_state_machines, "UnrecognizedClientException", "security token")

    def tamper(request, **_):
        request.body = request.body.replace(b"100", b"101")

    sfn = client()
    sfn.meta.events.register("before-send.sfn.ListStateMachines", tamper)
    refused(lambda: sfn.list_state_machines(maxResults=100), invalid, "signature we calculated does not match")
    try:
        client(verify=True).list_state_machines()
        raise AssertionError("the certificate was trusted")
    except SSLError:
        pass


def stale():
    """A clock that is wrong by more than five minutes."""
    now = botocore.auth.get_current_datetime
    for minutes, text in [(-6, "Signature expired"), (6, "Signature not yet current")]:
        botocore.auth.get_current_datetime = lambda: now() + timedelta(minutes=minutes)
        refused(client().list_state_machines, "InvalidSignatureException", text)
    botocore.auth.get_current_datetime = now


def command_line():
    keys = {"AWS_ACCESS_KEY_ID": "asl", "AWS_SECRET_ACCESS_KEY": KEY, "AWS_CA_BUNDLE": AUTHORITY, "AWS_DEFAULT_REGION": "eu-west-1"}
    arguments = [AWS, "stepfunctions", "--endpoint-url", URL, "list-state-machines", "--query", "length(stateMachines)"]
    listed = subprocess.run(arguments, env={**os.environ, **keys}, capture_output=True, text=True, check=True)
    assert listed.stdout.strip() == "2", listed


def plain():
    """Requests without an SDK, as curl sends them."""
    context = ssl.create_default_context(cafile=AUTHORITY)
    for headers, status in [({}, 403), ({"x-api-key": KEY}, 200), ({"authorization": f"Bearer {KEY}"}, 200), ({"x-api-key": "x"}, 403)]:
        headers = {"x-amz-target": "AWSStepFunctions.ListStateMachines", **headers}
        request = urllib.request.Request(URL, b"{}", headers)
        try:
            found = urllib.request.urlopen(request, context=context).status
        except urllib.error.HTTPError as error:
            found = error.code
        assert found == status, (headers, found)


for test in [signed, not_signed, stale, command_line, plain]:
    test()
print("TLS and the shared key: passed")
