"""Checks the host prefix with a boto3 that does not know its variable yet: old_boto3.py URL"""
import os
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

os.environ.update({
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
})
DEFINITION = '{"Type": "Pass", "Result": 7, "End": true}'


def client(**more):
    config = Config(retries={"max_attempts": 0}, **more)
    return boto3.client("stepfunctions", endpoint_url=sys.argv[1], config=config)


try:
    client().test_state(definition=DEFINITION, roleArn="arn:aws:iam::123456789012:role/r")
    raise AssertionError(f"boto3 {boto3.__version__} reads the variable: the guide says that it does not")
except EndpointConnectionError as error:
    assert "sync-127.0.0.1" in str(error), error
answer = client(inject_host_prefix=False).test_state(definition=DEFINITION, roleArn="arn:aws:iam::123456789012:role/r")
assert answer["output"] == "7", answer
print(f"ok      host_prefix of boto3 {boto3.__version__}")
