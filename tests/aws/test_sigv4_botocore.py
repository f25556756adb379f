#!/usr/bin/env python3
"""Signature Version 4 against AWS's own client for Python, over random requests."""
import json
import os
import random
import string
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
import dynamodb  # noqa: E402
from tapper import WATCH, main, promise, skip  # noqa: E402

sys.path.insert(0, str(dynamodb.PACKAGES))
try:
    from botocore import auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError as missing:
    auth, MISSING = None, missing

SIGN_LINES = os.environ["HANSARD_SIGN_LINES"]
SEED = int(os.environ.get("HANSARD_TEST_SEED", "1"))
COUNT = 500 if "HANSARD_TEST_FEW" in os.environ else 10000
LETTERS = string.ascii_letters + string.digits
VALUE = LETTERS + "\"'();,:/=@%&?#*+~-_.<>[]{}|\\^`$!" + "é漢ሴ🦊"
BLANKS = ["", " ", "  ", "\t", " \t "]
SERVICES = [("dynamodb", "DynamoDB_20120810.TransactWriteItems"), ("kms", "TrentService.GenerateMac"), ("sts", None), ("execute-api", None)]
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2", "cn-north-1", "us-gov-west-1", "local"]


def word(draw, letters, least, most):
    return "".join(draw.choices(letters, k=draw.randint(least, most)))


def headers(draw):
    """Odd ones: any case, names that come again, runs of blanks, no value at all."""
    names = [f"x-{word(draw, LETTERS + '-_', 1, 12)}" for _ in range(draw.randint(0, 6))]
    names += [draw.choice((str.upper, str.lower, str.title))(name) for name in names if draw.random() < 0.3]
    for name in names:
        words = [word(draw, VALUE, 0, 12) for _ in range(draw.randint(0, 4))]
        yield name, draw.choice(BLANKS) + "".join(part + draw.choice(BLANKS) for part in words)


def path(draw):
    """Empty, dotted and encoded segments; the last is a name or empty."""
    segments = [draw.choice(("", ".", "..", "a", "%20b", "%2Fc", "@d", "e~f", "ሴ", "arn%3Aaws", "x y")) for _ in range(draw.randint(0, 6))]
    return "/" + "/".join(segments + [draw.choice(("", "end"))])


def query(draw, again):
    """Parameters as botocore takes them: encoded once; names come again where they may."""
    names = [word(draw, VALUE, 1, 8) for _ in range(draw.randint(0, 6))]
    names += [name for name in names if again and draw.random() < 0.3]
    draw.shuffle(names)
    encode = lambda text: quote(text, safe="-_.~")  # noqa: E731
    return "&".join(f"{encode(name)}={encode(word(draw, VALUE + ' ', 0, 8))}" for name in (names if again else dict.fromkeys(names)))


def body(draw):
    """JSON, now and then of some size."""
    item = {word(draw, LETTERS, 1, 8): {draw.choice("SNB"): word(draw, VALUE, 0, draw.choice((4, 40, 40, 400)))} for _ in range(draw.randint(0, 4))}
    return json.dumps({"TableName": word(draw, LETTERS, 3, 20), "Item": item}, ensure_ascii=draw.random() < 0.5)


def keys(draw):
    token = word(draw, LETTERS + "+/=", 1, draw.choice((40, 900))) if draw.random() < 0.5 else None
    return Credentials("AKIA" + word(draw, string.ascii_uppercase + string.digits, 16, 16), word(draw, LETTERS + "+/", 1, draw.choice((40, 200))), token)


def moment(draw):
    """(as botocore has it, as the case has it)"""
    year, month, day = draw.randint(1970, 2099), draw.randint(1, 12), draw.randint(1, 28)
    hour, minute, second = draw.randint(0, 23), draw.randint(0, 59), draw.randint(0, 59)
    return (f"{year}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z", f"{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")


class Drawn:
    """A random request, signed by botocore."""

    def __init__(self, draw, kind):
        self.context = {"normalize": kind != "s3", "encoded": kind == "s3", "sign_body": kind == "s3", "omit_session_token": False}
        self.context["service"], target = ("s3", None) if kind == "s3" else draw.choice(SERVICES)
        self.context["region"] = draw.choice(REGIONS)
        stamp, self.context["timestamp"] = moment(draw)
        credentials = keys(draw)
        signer = {"header": auth.SigV4Auth, "query": auth.SigV4QueryAuth, "s3": auth.S3SigV4Auth}[kind]
        if kind == "query":
            self.context["expiration_in_seconds"] = draw.randint(1, 604800)
            signer = signer(credentials, self.context["service"], self.context["region"], self.context["expiration_in_seconds"])
        else:
            signer = signer(credentials, self.context["service"], self.context["region"])
        self.context["credentials"] = {"access_key_id": credentials.access_key, "secret_access_key": credentials.secret_key, "token": credentials.token}

        host = f"{self.context['service']}.{self.context['region']}.amazonaws.com" + draw.choice(("", ":8000"))
        where, asked, text = path(draw), query(draw, kind != "query"), "" if kind == "query" else body(draw)
        sent = list(headers(draw)) + [("Content-Type", "application/x-amz-json-1.0")]
        sent += [("X-Amz-Target", target)] if target else []
        request = AWSRequest("GET" if kind == "query" else "POST", f"https://{host}{where}?{asked}", data=text.encode())
        for name, value in sent:
            request.headers.add_header(name, value)
        self.request = {"method": request.method, "path": where, "query": asked, "headers": [["Host", host], *sent], "body": text}
        self.sign(request, signer, stamp)

    def sign(self, request, signer, stamp):
        """What add_auth() of botocore does, at a time of ours."""
        request.context["timestamp"] = stamp
        signer._modify_request_before_signing(request)
        self.canonical_request = signer.canonical_request(request)
        self.signature = signer.signature(signer.string_to_sign(request, self.canonical_request), request)

    def line(self):
        return json.dumps({"request": self.request, "context": self.context})


def compare(kind, count):
    if auth is None:
        skip(f"botocore cannot be imported: {MISSING}")
    print(f"# HANSARD_TEST_SEED={SEED}, {count} requests")
    draw = random.Random(f"{SEED} {kind}")
    drawn = [Drawn(draw, kind) for _ in range(count)]
    outcome = subprocess.run([*WATCH, SIGN_LINES], input="\n".join(case.line() for case in drawn) + "\n", capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stdout[-2000:] + outcome.stderr[-2000:]
    ours = [json.loads(line) for line in outcome.stdout.splitlines()]
    for case, found in zip(drawn, ours, strict=True):
        assert found["canonical_request"] == case.canonical_request, (case.line(), found["canonical_request"], case.canonical_request)
        assert found["signature"] == case.signature, case.line()
    assert len({case.signature for case in drawn}) == count


@promise("random requests by header are signed as botocore signs them")
def _():
    compare("header", COUNT * 8 // 10)


@promise("random requests by query are signed as botocore signs them")
def _():
    compare("query", COUNT // 10)


@promise("random requests whose path is signed as it is, and whose body's hash is sent, are signed as botocore signs those of S3")
def _():
    compare("s3", COUNT // 10)


main()
