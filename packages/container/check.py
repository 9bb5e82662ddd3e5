"""Runs the container without Docker: in a root of its own, made as the Dockerfile says, in a network of its own.

usage: check.py FOLDER PROGRAM: FOLDER is replaced, PROGRAM is an `asl` for Linux. Needs the user root, as CI has.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import yaml
from image import Image, add_libraries

HERE = Path(__file__).resolve().parent
PORT = 8083
MOCKS = "/mocks/MockConfigFile.json"
ROLE = "arn:aws:iam::111122223333:role/any"

# What Step Functions Local's users have in aws-stepfunctions-local-credentials.txt.
VARIABLES = {
    "AWS_ACCOUNT_ID": "111122223333",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "WAIT_TIME_SCALE": "0",
    "STEP_FUNCTIONS_ENDPOINT": "http://localhost:8083",
    "SFN_MOCK_CONFIG": MOCKS,
}
ARN = "arn:aws:lambda:eu-west-1:111122223333:function:f"
MACHINE = {
    "StartAt": "Wait",
    "States": {
        "Wait": {"Type": "Wait", "Seconds": 3600, "Next": "Call"},
        "Call": {"Type": "Task", "Resource": ARN, "End": True},
    },
}
MOCKED = {
    "StateMachines": {"waits": {"TestCases": {"Mocked": {"Call": "Answer"}}}},
    "MockedResponses": {"Answer": {"0": {"Return": "mocked"}}},
}


def main(folder, program):
    loopback()
    shutil.rmtree(folder, ignore_errors=True)
    context = folder / "context"
    (context / "linux/amd64").mkdir(parents=True)
    (context / "data").mkdir()
    shutil.copy(program, context / "linux/amd64/asl")
    image = Image(HERE / "Dockerfile", context, folder / "root", "linux/amd64")
    assert image.ports == [PORT] and image.labels["org.opencontainers.image.title"] == "asl"
    size = image.bytes()
    if add_libraries(program, image.root):
        print(f"{size / 1e6:.1f} MB with a dynamic program, whose libraries were added")
    else:
        print(f"{size / 1e6:.1f} MB")
    with image.start(["--version"], stdout=subprocess.PIPE) as version:
        assert version.stdout.read().startswith("asl "), "the entry point is not asl"
    drop_in(image)
    compose(image)
    print("the container works, in place of Step Functions Local and beside an emulator")


def drop_in(image):
    """As an image of Step Functions Local is started: by variables alone, with a mock file mounted."""
    mocks = image.inside(MOCKS)
    mocks.parent.mkdir(parents=True)
    mocks.write_text(json.dumps(MOCKED))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Functions)
    Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://localhost:{server.server_port}"
    # The network of a container is never loopback alone.
    (image.root / "etc").mkdir(exist_ok=True)
    (image.root / "etc/hosts").write_text("127.0.0.1 localhost moto\n")
    with Container(image, None, {**VARIABLES, "LAMBDA_ENDPOINT": endpoint}) as container:
        created = container.call("CreateStateMachine", {"name": "waits", "definition": json.dumps(MACHINE), "roleArn": ROLE})
        arn = created["stateMachineArn"]
        assert arn == "arn:aws:states:eu-west-1:111122223333:stateMachine:waits", arn
        assert container.run(arn) == '"called f"'
        assert container.run(f"{arn}#Mocked") == '"mocked"'
        # Containers of one network call it by its name; pages of the web cannot.
        container.call("ListStateMachines", {}, "step-functions-local:8083")
        try:
            container.call("ListStateMachines", {}, "evil.example:8083")
            raise AssertionError("a foreign host was served")
        except urllib.error.HTTPError as refused:
            assert refused.code == 403, refused.code
        # It is not root, and cannot write to its image.
        status = Path(f"/proc/{container.pid()}/status").read_text()
        assert "Uid:\t65532\t65532" in status, status
    server.shutdown()


def compose(image):
    """The container of the compose file, with its command and variables; moto runs on the loopback interface."""
    services = yaml.safe_load((HERE / "compose.yaml").read_text())["services"]
    asl, moto = services["asl"], services["moto"]
    endpoint = asl["environment"]["AWS_ENDPOINT_URL"]
    assert endpoint == f"http://moto:{moto['environment']['MOTO_PORT']}", endpoint
    put = {"Bucket": "made-in-moto"}
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:createBucket", "Parameters": put, "ResultPath": None, "Next": "List"}
    listed = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:listBuckets", "OutputPath": "$.Buckets[0].Name", "End": True}
    machine = {"StartAt": "Make", "States": {"Make": task, "List": listed}}
    image.inside("/workflows/buckets.asl.json").write_text(json.dumps(machine))
    server = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "5000"], stderr=subprocess.DEVNULL)
    try:
        listening(5000)
        with Container(image, asl["command"], asl["environment"]) as container:
            arn = "arn:aws:states:us-east-1:123456789012:stateMachine:buckets"
            assert container.run(arn) == '"made-in-moto"'
    finally:
        server.kill()
        server.wait()


class Container:
    def __init__(self, image, command, env):
        self.process = image.start(command, env, stdout=subprocess.PIPE)

    def __enter__(self):
        begun = time.monotonic()
        listening(PORT)
        print(f"listens after {(time.monotonic() - begun) * 1000:.0f} ms")
        return self

    def __exit__(self, *_):
        """As `docker stop` does it, to the process with number 1; `unshare` would ignore the signal."""
        os.kill(self.pid(), signal.SIGTERM)
        try:
            assert self.process.wait(timeout=10) == 0, "it ended with an error"
        finally:
            self.process.kill()
            self.process.stdout.close()

    def pid(self):
        """The process of `asl`: `unshare` is its parent."""
        return int(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()[0])

    def call(self, action, body, host="localhost:8083"):
        headers = {"x-amz-target": f"AWSStepFunctions.{action}", "host": host}
        request = urllib.request.Request(f"http://127.0.0.1:{PORT}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def run(self, arn):
        execution = self.call("StartExecution", {"stateMachineArn": arn})["executionArn"]
        for _ in range(600):
            ended = self.call("DescribeExecution", {"executionArn": execution})
            if ended["status"] != "RUNNING":
                assert ended["status"] == "SUCCEEDED", ended
                return ended["output"]
            time.sleep(0.01)
        raise AssertionError(f"{arn} still runs")


class Functions(BaseHTTPRequestHandler):
    def do_POST(self):
        name = self.path.split("/")[3].split("function%3A")[-1].split(":")[-1]
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps(f"called {name}").encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def listening(port):
    for _ in range(3000):
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise AssertionError(f"nothing listens at port {port}")


def loopback():
    """Brings up the loopback interface of this network, which is new and has no other."""
    interfaces = [name for _, name in socket.if_nameindex()]
    assert interfaces == ["lo"], f"run it in a network of its own, by `unshare --net`: this one has {interfaces}"
    with socket.socket() as any_socket:
        up = struct.pack("16sh", b"lo", 1)
        fcntl.ioctl(any_socket, 0x8914, up)  # SIOCSIFFLAGS, IFF_UP


if __name__ == "__main__":
    assert os.geteuid() == 0, "needs the user root"
    main(Path(sys.argv[1]), Path(sys.argv[2]))
