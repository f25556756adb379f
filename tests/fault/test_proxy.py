#!/usr/bin/env python3
"""The fault proxy: signatures, connections, the script. No signature passes unseen, and every failure replays."""
import http.client
import json
import re
import socket
import sys
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from proxy_bench import bench, fails, let_go, no_answer  # noqa: E402
import dynamodb  # noqa: E402
import sigv4  # noqa: E402
from tapper import main, promise  # noqa: E402

HELD_S = 10


# -- without a fault


@promise("without a rule every answer passes through, on one connection, its signature verified and its checksum right")
def _():
    b = bench()
    b.script()
    b.put("a", "1")
    b.write(("b", "2"))
    assert b.seen() == {"a": "1", "b": "2"}
    log, state = b.proxy.log(), b.proxy.state()
    assert [(e["ordinal"], e["op"], e["nth"], e["delivered"], e["answered"]) for e in log] == [
        (1, "PutItem", 1, [200], 200), (2, "TransactWriteItems", 1, [200], 200), (3, "Query", 1, [200], 200)], log
    assert len({e["connection"] for e in log}) == 1 and log[2]["reused"]
    assert (state["violations"], state["faults"], state["service_errors"], state["wrong_checksums"], state["broken"]) == (0, 0, 0, 0, [])
    assert b.raw()[0] == 200


@promise("an error of the service passes through as it is")
def _():
    b = bench()
    b.script()
    b.put("a")
    assert fails(b.put, "a", ConditionExpression="attribute_not_exists(PK)") == "ConditionalCheckFailedException"
    assert b.last()["delivered"] == [400] == [b.last()["answered"]]


# -- signatures


PUBLISHED = (  # headers beside Host and X-Amz-Date, and the signature of a GET of / with them
    ((), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
    ((("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')), "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"))


@promise("signatures that AWS publishes are computed as published")
def _():
    for more, expected in PUBLISHED:
        headers = [("Host", "example.amazonaws.com"), *more, ("X-Amz-Date", "20150830T123600Z")]
        canonical = sigv4.canonical_request("GET", "/", headers, [name.lower() for name, _ in headers], b"")
        made = sigv4.signature("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830T123600Z", "20150830/us-east-1/service/aws4_request", canonical)
        assert made == expected, canonical


def replaced(name, change):
    return lambda headers: [(n, change(v) if n == name else v) for n, v in headers]


def without(name):
    return lambda headers: [(n, v) for n, v in headers if n != name]


SPOILT = {
    "another signature": ("InvalidSignatureException", {"spoil": replaced("Authorization", lambda v: v[:-1] + "01"[v[-1] == "0"])}),
    "another body": ("InvalidSignatureException", {"secret": "x" * 40}),
    "a header changed": ("InvalidSignatureException", {"spoil": replaced("X-Amz-Target", lambda v: v + "s")}),
    "a header not signed": ("InvalidSignatureException", {"spoil": lambda h: [*h, ("X-Amz-Other", "1")]}),
    "a signed header missing": ("InvalidSignatureException", {"spoil": without("Content-Type")}),
    "another region": ("InvalidSignatureException", {"region": "eu-west-1"}),
    "six minutes late": ("InvalidSignatureException", {"now": datetime.now(timezone.utc) - timedelta(minutes=6)}),
    "six minutes early": ("InvalidSignatureException", {"now": datetime.now(timezone.utc) + timedelta(minutes=6)}),
    "an unknown key": ("UnrecognizedClientException", {"key": "AKIDNOBODY"}),
    "a session token that nobody gave": ("UnrecognizedClientException", {"token": "abc"}),
    "no signature": ("MissingAuthenticationTokenException", {"spoil": without("Authorization")}),
    "no date": ("IncompleteSignatureException", {"spoil": without("X-Amz-Date")}),
    "half a signature": ("IncompleteSignatureException", {"spoil": replaced("Authorization", lambda v: v[:-9])}),
}


@promise("what is signed wrongly is refused as DynamoDB refuses it, never reaches the service, and is counted")
def _():
    b = bench()
    b.script()
    for name, (code, spoilt) in SPOILT.items():
        status, _, body = b.raw(**spoilt)
        assert status == 400 and json.loads(body)["__type"].endswith(f"#{code}"), f"{name}: {status} {body}"
    assert all(e["violation"] and e["delivered"] == [] for e in b.proxy.log())
    assert b.proxy.state()["violations"] == len(SPOILT)


@promise("within five minutes, and with a session token that was given, a signature is good")
def _():
    b = bench()
    b.script(keys={"AKIDTEMP": {"secret": "s", "token": "t"}})
    for minutes in (-4.9, 4.9):
        assert b.raw(key="AKIDTEMP", secret="s", token="t", now=datetime.now(timezone.utc) + timedelta(minutes=minutes))[0] == 200
    assert b.raw(key="AKIDTEMP", secret="s")[0] == 400
    aws = dynamodb.client(b.proxy.endpoint, key="AKIDTEMP", secret="s", token="t")
    b.put("a", client=aws)


@promise("a wrong signature can be let pass, and is counted all the same")
def _():
    b = bench()
    b.script(enforce=False)
    assert b.raw(secret="other")[0] == 200 and b.proxy.state()["violations"] == 1


@promise("with a clock that is set wrong the proxy refuses what is out of its time, says its time in Date, and counts no violation")
def _():
    b = bench()
    b.script(skew_s=900)
    status, headers, body = b.raw()
    theirs = datetime.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=timezone.utc)
    assert status == 400 and b"Signature expired" in body and 890 < (theirs - datetime.now(timezone.utc)).total_seconds() < 910
    assert b.raw(now=theirs)[0] == 200
    assert b.raw(now=theirs, secret="x")[0] == 400
    assert b.proxy.state()["violations"] == 1


# -- the connection


@promise("lost: the client gets nothing, and nothing was carried out")
def _():
    for reset in (True, False):
        b = bench()
        b.script({"fault": "lost", "op": "PutItem", "nth": 2, "reset": reset})
        b.put("a")
        no_answer(b.put, "b")
        assert b.last()["delivered"] == [] and b.last()["answered"] is None
        b.put("c")
        assert b.there().keys() == {"a", "c"}


@promise("answer-lost: the client gets nothing, and it was carried out; the same token again is answered as the first")
def _():
    b = bench()
    b.script({"fault": "answer-lost", "op": "TransactWriteItems", "nth": 1})
    token = str(uuid.uuid4())
    no_answer(b.write, ("a", "1"), token=token)
    assert b.there() == {"a": "1"} and b.last()["delivered"] == [200]
    b.write(("a", "1"), token=token)
    assert [e["token"] for e in b.proxy.log()] == [token] * 2 and len({e["body"] for e in b.proxy.log()}) == 1


@promise("forgotten: it was carried out, and the same token again is carried out anew")
def _():
    b = bench()
    b.script({"fault": "forgotten", "op": "TransactWriteItems", "nth": 1})
    token = str(uuid.uuid4())
    no_answer(b.write, ("a", "1"), token=token)
    b.put("a", "2")
    b.write(("a", "1"), token=token)
    assert b.there() == {"a": "1"} and b.proxy.log()[0]["delivered"] == [200]


@promise("twice: carried out twice, answered as the first, the second or not at all")
def _():
    b = bench()
    condition = {"ConditionExpression": "attribute_not_exists(PK)"}
    b.script({"fault": "twice", "nth": 1}, {"fault": "twice", "nth": 1, "answer": "second"}, {"fault": "twice", "nth": 1, "answer": "none"})
    b.put("a", **condition)
    assert fails(b.put, "b", **condition) == "ConditionalCheckFailedException"
    no_answer(b.put, "c", **condition)
    assert [e["delivered"] for e in b.proxy.log()] == [[200, 400]] * 3 and b.there().keys() == {"a", "b", "c"}


@promise("held: the client is closed on, and the request is carried out once the next writer has committed")
def _():
    b = bench()
    b.script({"fault": "held", "op": "PutItem", "nth": 1})
    no_answer(b.put, "a", "late")
    assert b.there() == {} and b.proxy.state()["held"] == 1
    b.seen()
    assert fails(b.put, "a", "refused", ConditionExpression="attribute_exists(PK)") == "ConditionalCheckFailedException"
    assert b.there() == {}  # neither a read nor a refused write lets it go
    b.put("a", "next")
    assert b.there() == {"a": "late"} and b.proxy.state()["held"] == 0
    assert [e["delivered"] for e in b.proxy.log()] == [[200], [200], [400], [200]]


@promise("held: the same bytes sent again are not the next writer")
def _():
    b = bench()
    b.script({"fault": "held", "op": "TransactWriteItems", "nth": 1})
    token = str(uuid.uuid4())
    no_answer(b.write, ("a", "1"), token=token)
    b.write(("a", "1"), token=token)
    assert b.proxy.state()["held"] == 1
    b.put("a", "2")
    assert b.there() == {"a": "2"}  # it arrived, and its token was known
    assert b.proxy.log()[0]["delivered"] == [200]


@promise("held: let go by an event, by an ordinal, by so many requests of an operation, or by all at once")
def _():
    b = bench()
    b.script({"fault": "held", "at": 1, "until": {"event": "now"}}, {"fault": "held", "at": 2, "until": {"at": 6}},
             {"fault": "held", "at": 3, "until": {"op": "Query", "count": 2}}, {"fault": "held", "at": 4, "until": {"event": "never"}})
    for sk in "abcd":
        no_answer(b.put, sk)
    b.proxy.release("now")
    assert b.there().keys() == {"a"}
    b.query()
    assert b.there().keys() == {"a"}
    b.query()
    assert b.there().keys() == {"a", "b", "c"}
    b.proxy.release()
    assert b.there().keys() == {"a", "b", "c", "d"}


@promise("held: a client may wait for the answer that comes late")
def _():
    b = bench()
    b.script({"fault": "held", "op": "PutItem", "nth": 1, "client": "waits"})
    answered = []
    waiting = threading.Thread(target=lambda: answered.append(b.put("a", "late", client=dynamodb.client(b.proxy.endpoint))))
    waiting.start()
    until = time.monotonic() + HELD_S
    while not b.proxy.state()["held"] and time.monotonic() < until:
        time.sleep(0.01)
    b.put("a", "next")
    waiting.join(HELD_S)
    assert answered and b.there() == {"a": "late"}


@promise("close-after: answered, and the next request on that connection finds it closed")
def _():
    b = bench()
    b.script({"fault": "close-after", "at": 1})
    link = http.client.HTTPConnection(b.place, timeout=dynamodb.END_S)
    assert b.raw(link=link)[0] == 200
    link.auto_open = 0
    try:
        b.raw(link=link)
        raise AssertionError("the connection is still there")
    except (ConnectionError, http.client.HTTPException):
        link.close()
    assert b.raw()[0] == 200


@promise("outage: for so many connections, or for so long, nobody is there; then everything is as it was")
def _():
    b = bench()
    b.script({"fault": "outage", "at": 2, "connections": 2})
    b.put("a")
    for _ in range(3):  # the request itself, and two connections
        no_answer(b.put, "b")
    b.put("c")
    assert b.there().keys() == {"a", "c"} and len(b.proxy.log()) == 3
    b.script({"fault": "outage", "at": 1, "ms": 1500})
    began = time.monotonic()
    no_answer(b.put, "a")
    assert fails(b.put, "b") == "EndpointConnectionError"  # refused
    while time.monotonic() < began + HELD_S:
        try:
            b.put("c")
            break
        except Exception:  # still nobody there
            time.sleep(0.02)
    assert time.monotonic() - began >= 1.5 and b.there().keys() == {"c"}


# -- the script


@promise("the same script, seed and requests meet the same faults; another seed meets others")
def _():
    b = bench()
    def faults(seed):
        b.script({"fault": ["lost", "answer-lost", "twice", "internal-error"], "op": "PutItem", "p": 0.4}, seed=seed)
        for number in range(30):
            try:
                b.put(str(number))
            except Exception:  # what the script wanted
                pass
        return [e["fault"] for e in b.proxy.log()]
    first = faults(7)
    assert faults(7) == first and faults(8) != first
    assert {"lost", "answer-lost", "twice", "internal-error", None} == set(first) and 4 < sum(f is not None for f in first) < 20


@promise("a rule fires by operation, by key, by ordinal, so many times; the first that applies wins")
def _():
    b = bench()
    other = {"AKIDOTHER": {"secret": "s"}}
    b.script({"fault": "error", "code": "ByKey", "key": "AKIDOTHER"}, {"fault": "error", "code": "ByOrdinal", "at": 3},
             {"fault": "error", "code": "ByOperation", "op": ["Query", "Scan"], "times": 1}, keys={dynamodb.KEY: {"secret": dynamodb.SECRET}} | other)
    assert fails(b.put, "a", client=dynamodb.client(b.proxy.endpoint, key="AKIDOTHER", secret="s")) == "ByKey"
    assert fails(b.query) == "ByOperation"
    assert fails(b.query) == "ByOrdinal"
    b.query()


@promise("a script that cannot be meant is refused, says what there is, and changes nothing")
def _():
    b = bench()
    b.script({"fault": "error", "code": "Kept", "op": "Query"})
    for wrong, words in (({"rules": [{"fault": "lots"}]}, "answer-lost"), ({"rules": [{"fault": "lost", "rest": 1}]}, "the options of lost"),
                         ({"rules": [{"fault": "lagging", "table": "none-such"}]}, "no copy"), ({"seeds": 1}, "seed"), ({"rules": 1}, "must be a list"),
                         ({"rules": [{}]}, "names the fault None"), ({"rules": [5]}, "rule 1")):
        try:
            b.proxy.ask("PUT", "/script", wrong)
            raise AssertionError(f"{wrong} was taken")
        except ValueError as reason:
            assert words in str(reason), (wrong, reason)
    assert fails(b.query) == "Kept"


@promise("a client that waits for leave to send its body gets it, and one that sends no request is closed on")
def _():
    b = bench()
    b.script()
    link = socket.create_connection(tuple(b.place.split(":")), timeout=HELD_S)
    link.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
    assert link.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
    link.sendall(b"{}")
    assert link.recv(100).startswith(b"HTTP/1.1 400 ") and "expect" in b.last()["headers"]
    link.close()
    for nonsense in (b"hello\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                     b"POST / HTTP/1.1\r\nbad header\r\n\r\n", b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 20000 + b"\r\n"):
        link = socket.create_connection(tuple(b.place.split(":")), timeout=HELD_S)
        try:
            link.sendall(nonsense)
            assert link.recv(100) == b""
        except ConnectionError:
            pass
        link.close()
    broken = b.proxy.state()["broken"]
    assert sum(reason.startswith("Malformed") for reason in broken) == 5 and b.raw()[0] == 200, broken


@promise("every fault of the table is met by a test")
def _():
    table = {row["name"] for row in bench().proxy.ask("GET", "/faults")}
    sources = "".join(path.read_text() for path in Path(__file__).parent.glob("test_proxy*.py"))
    tested = set(re.findall(r'"fault": "([a-z-]+)"', sources)) | set(re.findall(r'"([a-z-]+)": \(\d{3}, ', sources))
    assert table <= tested, table - tested


@promise("nothing that was not asked for went wrong at the service, and proxy and emulator end when they are let go")
def _():
    let_go()


main()
