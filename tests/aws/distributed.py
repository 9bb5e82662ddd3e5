"""A distributed Map over a file in S3, run by `asl serve`: distributed.py STATES_URL AWS_URL

It reads CSV, runs batches as child executions, writes their results to S3, and is told of by the API of Map Runs.
"""
import json
import os
import sys
import time

import boto3

STATES, AWS = sys.argv[1:3]
os.environ.update(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b", AWS_DEFAULT_REGION="us-east-1")
sfn = boto3.client("stepfunctions", endpoint_url=STATES)
s3 = boto3.client("s3", endpoint_url=AWS)
BUCKET = "distributed"
ROWS = 25


def equal(found, expected, what):
    assert found == expected, f"{what}: expected {expected!r}, found {found!r}"


def processor(state):
    return {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "X", "States": {"X": state}}


def definition(reader, **fields):
    each = {"Type": "Map", "Label": "each", "ItemReader": reader, "End": True, **fields}
    return json.dumps({"StartAt": "M", "States": {"M": each}})


def run(name, text):
    machine = sfn.create_state_machine(name=name, definition=text, roleArn="arn:aws:iam::123456789012:role/r")
    execution = sfn.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    for _ in range(1200):
        described = sfn.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            return described
        time.sleep(0.05)
    raise AssertionError(f"{name} does not end")


def large(keep):
    """A file that is read in ranges, results that are written in parts, and a listing of more than one page."""
    rows = [{"n": number, "text": chr(97 + number % 26) * 100_000} for number in range(200)]
    s3.put_object(Bucket=BUCKET, Key="large/rows.jsonl", Body="\n".join(json.dumps(row) for row in rows).encode())
    lines = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
             "Parameters": {"Bucket": BUCKET, "Key": "large/rows.jsonl"}}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": BUCKET, "Prefix": "large/out"},
              "WriterConfig": {"OutputType": "JSONL", "Transformation": "COMPACT"}}
    ended = run("large", definition(lines, ItemProcessor=processor(keep), ResultWriter=writer))
    equal(ended["status"], "SUCCEEDED", ended)
    details = json.loads(ended["output"])["ResultWriterDetails"]
    manifest = json.load(s3.get_object(Bucket=BUCKET, Key=details["Key"])["Body"])
    [succeeded] = manifest["ResultFiles"]["SUCCEEDED"]
    written = s3.get_object(Bucket=BUCKET, Key=succeeded["Key"])
    assert "-" in written["ETag"], f"the results were not written in parts: {written['ETag']}"
    text = written["Body"].read().decode()
    equal(len(text), succeeded["Size"], "the size of the results")
    equal([json.loads(line) == row for line, row in zip(text.split("\n"), rows, strict=True)].count(False), 0, "results")
    equal(s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []), [], "the uploads")

    for number in range(1001):
        s3.put_object(Bucket=BUCKET, Key=f"many/{number:04}", Body=b"")
    many = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": BUCKET, "Prefix": "many/"}}
    key = {"Type": "Pass", "Parameters": {"Key.$": "$.Key"}, "End": True}
    ended = run("many", definition(many, ItemProcessor=processor(key)))
    keys = [item["Key"] for item in json.loads(ended["output"])]
    equal(keys, [f"many/{number:04}" for number in range(1001)], "the keys")


def parquet():
    """A file whose ends are read in ranges: there are bytes between them."""
    with open(os.path.join(os.path.dirname(__file__), "../../asl-parquet/tests/files/snappy.parquet"), "rb") as file:
        data = file.read()
    footer = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    s3.put_object(Bucket=BUCKET, Key="in/rows.parquet", Body=data[:footer] + bytes(200_000) + data[footer:])
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "PARQUET"},
              "Parameters": {"Bucket": BUCKET, "Key": "in/rows.parquet"}}
    number = {"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": True}
    ended = run("parquet", definition(reader, ItemProcessor=processor(number)))
    equal(ended["status"], "SUCCEEDED", ended)
    equal([row["id"] for row in json.loads(ended["output"])], list(range(200)), "the rows")


def main():
    s3.create_bucket(Bucket=BUCKET)
    rows = "".join(f'{row},"name {row}"\n' for row in range(ROWS))
    s3.put_object(Bucket=BUCKET, Key="in/rows.csv", Body=("id,name\n" + rows).encode())

    csv = {"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": BUCKET, "Key": "in/rows.csv"},
           "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}}
    count = {"Type": "Pass", "Parameters": {"rows.$": "States.ArrayLength($.Items)"}, "End": True}
    writer = {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": BUCKET, "Prefix": "out"},
              "WriterConfig": {"OutputType": "JSON", "Transformation": "COMPACT"}}
    ended = run("batches", definition(
        csv, ItemBatcher={"MaxItemsPerBatch": 10}, ItemProcessor=processor(count), ResultWriter=writer))
    equal(ended["status"], "SUCCEEDED", ended)
    output = json.loads(ended["output"])
    map_run = sfn.describe_map_run(mapRunArn=output["MapRunArn"])
    equal((map_run["status"], map_run["itemCounts"]["succeeded"], map_run["executionCounts"]["total"]),
          ("SUCCEEDED", ROWS, 3), "the Map Run")
    listed = sfn.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
    equal([item["mapRunArn"] for item in listed], [output["MapRunArn"]], "the Map Runs")
    children = sfn.list_executions(mapRunArn=output["MapRunArn"])["executions"]
    equal(sorted(child["itemCount"] for child in children), [5, 10, 10], "the children")

    def read(key):
        return json.load(s3.get_object(Bucket=BUCKET, Key=key)["Body"])

    details = output["ResultWriterDetails"]
    manifest = read(details["Key"])
    equal(manifest["MapRunArn"], output["MapRunArn"], "the manifest")
    [succeeded] = manifest["ResultFiles"]["SUCCEEDED"]
    equal(read(succeeded["Key"]), [{"rows": 10}, {"rows": 10}, {"rows": 5}], "the results")
    size = s3.head_object(Bucket=BUCKET, Key=succeeded["Key"])["ContentLength"]
    equal(succeeded["Size"], size, "the size of the results")

    # The objects themselves: what has just been written, and what was there before.
    objects = {"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": BUCKET, "Prefix": "out/"}}
    keep = {"Type": "Pass", "End": True}
    ended = run("objects", definition(objects, ItemProcessor=processor(keep)))
    items = json.loads(ended["output"])
    equal(sorted(item["Key"] for item in items), sorted([details["Key"], succeeded["Key"]]), "the objects")
    equal(list(items[0]), ["Etag", "Key", "LastModified", "Size", "StorageClass"], "an object")

    large(keep)
    parquet()

    missing = {**csv, "Parameters": {"Bucket": BUCKET, "Key": "in/none.csv"}}
    ended = run("missing", definition(missing, ItemProcessor=processor(keep)))
    equal((ended["status"], ended["error"]), ("FAILED", "States.ItemReaderFailed"), "a missing object")
    print("distributed Maps as expected: a file, a list, a large file, more than a page of objects, Parquet, a missing file")


main()
