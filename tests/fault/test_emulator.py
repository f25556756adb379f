#!/usr/bin/env python3
"""The DynamoDB emulator of the tests: where it listens, when it ends, what it says where it cannot be had."""
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dynamodb import DIRECT, EMULATOR, KEY, REGION, Emulator, Kept  # noqa: E402
from tapper import main, promise, skip  # noqa: E402

GONE_S = 10


def tool(*words, code=0, **environment):
    """Runs the tool, expects the exit code, returns (stdout, stderr)."""
    outcome = subprocess.run([sys.executable, str(EMULATOR), *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             env=os.environ | environment, timeout=60)
    if outcome.returncode == 3 != code:
        skip(outcome.stderr.strip())
    assert outcome.returncode == code, f"exit code {outcome.returncode}: {outcome.stdout}{outcome.stderr}"
    return outcome.stdout, outcome.stderr


@contextlib.contextmanager
def kept(*command):
    """The tool's `run`, by itself or as a child of another command, once it has said where it listens."""
    tool("run")  # or skipped
    with Kept([*command, sys.executable, str(EMULATOR), "run"], 1) as keeper:
        yield keeper


def servers(parent):
    """Process ids of the children of a process."""
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def sockets(pid):
    """Every TCP and UDP socket of a process that is not connected, as [(table, local address in hexadecimal)]."""
    inodes = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [(name, line.split()) for name in ("tcp", "tcp6", "udp", "udp6")
            for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]]
    return [(name, fields[1]) for name, fields in rows if f"socket:[{fields[9]}]" in inodes and fields[3] in ("0A", "07")]


def is_gone(pid):
    """Whether a process ends within the limit."""
    until = time.monotonic() + GONE_S
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.01)
    return False


@promise("the emulator listens on 127.0.0.1 and on nothing else")
def _():
    with kept() as keeper:
        port = int(keeper.lines[0].rpartition(":")[2])
        server, = servers(keeper.process.pid)
        assert sockets(server) == [("tcp", f"0100007F:{port:04X}")], sockets(server)


@promise("the emulator ends when standard input ends, and leaves no folder behind")
def _():
    with kept() as keeper:
        server, = servers(keeper.process.pid)
        place = Path(f"/proc/{server}/cwd").resolve()
        assert place.is_dir()
    assert keeper.process.returncode == 0 and is_gone(server) and not place.exists()


@promise("the emulator does not outlive a keeper that is killed")
def _():
    with kept() as keeper:
        server, = servers(keeper.process.pid)
        place = Path(f"/proc/{server}/cwd").resolve()
        keeper.process.kill()
        assert is_gone(server)
        place.rmdir()  # which nobody was left to do


@promise("a server that was started can be looked up and stopped by its port file, and ends with its owner")
def _():
    with tempfile.TemporaryDirectory() as place:
        port_file = Path(place, "running")
        words = ("--port-file", port_file)
        endpoint = tool("start", *words, "--owner", os.getpid())[0].strip()
        assert tool("status", *words)[0].startswith(endpoint)
        assert "is running already" in tool("start", *words, code=1)[1]
        keeper = int(port_file.read_text().split()[1])
        server, = servers(keeper)
        tool("stop", *words)
        assert is_gone(keeper) and is_gone(server) and not port_file.exists()
        assert tool("status", *words, code=1)[0] == "not running\n"
        tool("stop", *words)

        owner = subprocess.Popen(["sleep", "60"])
        tool("start", *words, "--owner", owner.pid)
        keeper = int(port_file.read_text().split()[1])
        server, = servers(keeper)
        owner.kill()
        owner.wait()
        assert is_gone(keeper) and is_gone(server) and not port_file.exists()


@promise("a port file that names a process of another kind is not believed")
def _():
    with tempfile.TemporaryDirectory() as place:
        port_file = Path(place, "running")
        port_file.write_text(f"http://127.0.0.1:1\n{os.getpid()}\n")
        tool("status", "--port-file", port_file, code=1)
        tool("stop", "--port-file", port_file)


@promise("a keeper says so when its server ends by itself")
def _():
    with kept() as keeper:
        os.kill(servers(keeper.process.pid)[0], signal.SIGKILL)
        assert keeper.process.wait(GONE_S) == 1 and "ended by itself" in keeper.process.stderr.read()


@promise("where the emulator cannot be had the exit code is 3, with the reason and the remedy")
def _():
    with tempfile.TemporaryDirectory() as place:
        assert "tools/dynamodb-emulator fetch" in tool("run", "--dir", place, code=3)[1]
        said = tool("fetch", "--dir", place, code=3, npm_config_registry="http://127.0.0.1:9/")[1]
        assert "is the registry reachable?" in said or not shutil.which("npm"), said
        assert "package npm" in tool("fetch", "--dir", place, code=3, PATH=place)[1]


def ask(emulator, operation, body=None, **members):
    """A request with a signature that is none; (status, answer)."""
    scope = f"{KEY}/20010101/{REGION}/dynamodb/aws4_request"
    request = urllib.request.Request(emulator.endpoint, body or json.dumps(members).encode(), method="POST", headers={
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}", "X-Amz-Date": "20010101T000000Z",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}"})
    try:
        with DIRECT.open(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.read()


@promise("the emulator is otherwise than the service where decision 25 says so, and where the tests count on it")
def _():
    with Emulator() as emulator:
        table = f"hansard-test-{uuid.uuid4()}"
        keys = [{"AttributeName": name, "KeyType": kind} for name, kind in (("PK", "HASH"), ("SK", "RANGE"))]
        status, answer = ask(emulator, "CreateTable", TableName=table, BillingMode="PAY_PER_REQUEST", KeySchema=keys,
                             AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("PK", "SK", "p1", "s1")],
                             GlobalSecondaryIndexes=[{"IndexName": "ByStatus", "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in (("p1", "HASH"), ("s1", "RANGE"))],
                                                      "Projection": {"ProjectionType": "ALL"}}])
        assert status == 200, answer  # neither signature nor date is looked at
        assert json.loads(answer)["TableDescription"]["TableStatus"] == "CREATING"
        told = json.loads(ask(emulator, "DescribeTable", TableName=table)[1])["Table"]
        assert told["TableStatus"] == "ACTIVE" and told["TableArn"].startswith("arn:aws:dynamodb:dynoxide:000000000000:") and uuid.UUID(told["TableId"]), told
        for operation in ("DescribeContinuousBackups", "UpdateContinuousBackups", "RestoreTableToPointInTime"):
            status, answer = ask(emulator, operation, TableName=table)
            assert status == 400 and json.loads(answer)["__type"].endswith("#UnknownOperationException"), (operation, answer)
        row = {name: {"S": "x"} for name in ("PK", "SK", "p1", "s1")}
        status, answer = ask(emulator, "TransactWriteItems", TransactItems=[{"Put": {"TableName": table, "Item": row}}], ReturnConsumedCapacity="TOTAL")
        assert json.loads(answer)["ConsumedCapacity"][0]["CapacityUnits"] == 3, answer  # two for the row, one for its entry in the index
        status, answer = ask(emulator, "Query", TableName=table, IndexName="ByStatus", KeyConditionExpression="p1 = :p", ExpressionAttributeValues={":p": {"S": "x"}})
        assert json.loads(answer)["Count"] == 1, answer  # an index does not lag
        status, answer = ask(emulator, "PutItem", body=b" " * (17 << 20))
        assert status == 413 and not answer.startswith(b"{"), (status, answer[:100])


@promise("another program in the place of the emulator is not run")
def _():
    with tempfile.TemporaryDirectory() as place:
        Path(place, "dynoxide").write_text("#!/bin/sh\ntouch was-run\n")
        Path(place, "dynoxide").chmod(0o755)
        assert "is not installed" in tool("run", "--dir", place, code=3)[1] and not Path(place, "was-run").exists()


main()
