"""What tests of DynamoDB share: an emulator of their own, the fault proxy before it, botocore. Each skips with its reason where it cannot be had.

HANSARD_DYNAMODB_ENDPOINT names an emulator that runs already, on a loopback address; its tables are then the test's guests.
"""
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import urlsplit

from tapper import ROOT, Place, skip

EMULATOR, PROXY = ROOT / "tools" / "dynamodb-emulator", ROOT / "tests" / "fault" / "proxy"
PACKAGES = Path(os.environ.get("HANSARD_TEST_PACKAGES", ROOT / "build-python"))
KEY, SECRET, REGION = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1"  # as in AWS's documentation
CREDENTIALS = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
END_S = 30
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Kept:
    """A program that serves until its standard input ends, and whose first lines say where."""

    def __init__(self, command, lines):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines = [self.process.stdout.readline().strip() for _ in range(lines)]
        self.reason = "" if self.lines[-1] else self.process.stderr.read().strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(END_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()


class Emulator(Kept):
    def __init__(self):
        self.process = None
        given = os.environ.get("HANSARD_DYNAMODB_ENDPOINT")
        if given:
            assert urlsplit(given).hostname in ("127.0.0.1", "localhost", "::1"), f"{given} is not on a loopback address"
            self.endpoint = given
            return
        super().__init__([sys.executable, str(EMULATOR), "run"], 1)
        self.endpoint = self.lines[0]
        if not self.endpoint:
            code = self.process.wait()
            self.__exit__()
            assert code == 3, self.reason
            skip(self.reason)

    def __exit__(self, *_):
        if self.process:
            super().__exit__()


class Proxy(Kept):
    """The fault proxy; see tests/fault/proxy."""

    def __init__(self, upstream):
        super().__init__([sys.executable, str(PROXY), upstream], 2)
        assert not self.reason, self.reason
        self.endpoint, self.control = self.lines

    def ask(self, method, path, document=None):
        request = urllib.request.Request(self.control + path, json.dumps(document).encode(), method=method)
        try:
            with DIRECT.open(request, timeout=END_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as answer:
            raise ValueError(json.load(answer)["error"]) from None

    def script(self, *rules, **settings):
        """Empties the log and puts these rules in the place of those before."""
        self.ask("PUT", "/script", {"rules": list(rules), **settings})
        self.ask("POST", "/reset")

    def log(self):
        return self.ask("GET", "/log")

    def state(self):
        return self.ask("GET", "/state")

    def release(self, event=None):
        self.ask("POST", f"/release?event={event}" if event else "/release")


# What may become of a request and its answer, by the proxy, without the program being to blame.
LOST = ["lost", "answer-lost", "twice", "held", "close-after", "truncated", "wrong-crc", "corrupt", "internal-error", "bad-gateway", "unavailable", "gateway-timeout"]


def until_done(place, *words, tries, stopped=None, **more):
    """Runs a command again and again until it is done; each time that it stops before it says why, and what to do, and `stopped` looks."""
    for _ in range(tries):
        _, err = place.run(*words, "--json", code=(0, 1, 11, 14), **more)
        if not err:
            return
        error = json.loads(err.splitlines()[-1])
        assert error["kind"] and error["message"] and error["hint"], error
        # The last look of a command, behind what it wrote, may fail: it says that all is done, and that the mark is not kept.
        assert error["code"] == 11 or error["retryable"] or error["kind"] == "unmarked", error
        if stopped:
            stopped(error)
    raise AssertionError(f"{words} is not done after {tries} runs: {error}")


def place_in_table(emulator, endpoint=None):
    """A place with a store in a new table of the emulator; the program asks `endpoint` if that is given. Its table is `place.table`."""
    place = Place()
    place.environment |= CREDENTIALS
    place.table = f"hansard-test-{uuid.uuid4()}"
    place.run("init", "--set", "backend=dynamodb", "--set", f"dynamodb.table={place.table}", f"--set=dynamodb.endpoint={endpoint or emulator.endpoint}")
    place.run("table", "create", HANSARD_DYNAMODB_ENDPOINT=emulator.endpoint)
    return place


def raw(emulator, operation, **body):
    """A request that nobody has signed: the emulator looks at no signature."""
    scope = f"{KEY}/20260101/{REGION}/dynamodb/aws4_request"
    request = urllib.request.Request(emulator.endpoint, json.dumps(body).encode(), method="POST", headers={
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}", "X-Amz-Date": "20260101T000000Z",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}"})
    with DIRECT.open(request, timeout=END_S) as answer:
        return json.load(answer)


def botocore():
    """The package botocore, or a skip."""
    if not (PACKAGES / "botocore").is_dir():
        skip("botocore is not installed: tools/setup test brings it")
    if str(PACKAGES) not in sys.path:
        sys.path.insert(0, str(PACKAGES))
    import botocore.config
    import botocore.exceptions
    import botocore.session
    return botocore


def client(endpoint, attempts=1, key=KEY, secret=SECRET, token=None, **config):
    """A DynamoDB client of botocore's that tries so often, and reads nothing from its surroundings."""
    core = botocore()
    session = core.session.Session(include_builtin_handlers=True)
    session.set_config_variable("config_file", os.devnull)
    session.set_config_variable("credentials_file", os.devnull)
    settings = {"connect_timeout": 3, "read_timeout": 5, "parameter_validation": False, "proxies": {}} | config
    return session.create_client("dynamodb", REGION, endpoint_url=endpoint, aws_access_key_id=key, aws_secret_access_key=secret,
                                 aws_session_token=token, config=core.config.Config(retries={"total_max_attempts": attempts}, **settings))


def make_table(dynamodb):
    """A new table with hansard's keys and indexes; its name."""
    name = f"hansard-test-{uuid.uuid4()}"
    keys = lambda *names: [{"AttributeName": n, "KeyType": kind} for n, kind in zip(names, ("HASH", "RANGE"))]  # noqa: E731
    dynamodb.create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST", KeySchema=keys("PK", "SK"),
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK", "p1", "s1", "p2", "s2")],
        GlobalSecondaryIndexes=[
            {"IndexName": "ByStatus", "KeySchema": keys("p1", "s1"), "Projection": {"ProjectionType": "ALL"}},
            {"IndexName": "ByTensionStatus", "KeySchema": keys("p2", "s2"), "Projection": {"ProjectionType": "KEYS_ONLY"}}])
    dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 200})
    return name
