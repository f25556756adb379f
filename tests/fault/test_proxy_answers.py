#!/usr/bin/env python3
"""The fault proxy: errors, spoilt answers, pages, what can be seen of a transaction. Each fault does what its row in the table says."""
import http.client
import json
import sys
import threading
import time
import uuid
import zlib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from proxy_bench import bench, fails, let_go, no_answer  # noqa: E402
import dynamodb  # noqa: E402
from tapper import main, promise  # noqa: E402

HELD_S = 10


# -- errors


ERRORS = {
    "internal-error": (500, "InternalServerError"), "forbidden": (403, "403"), "bad-gateway": (502, "502"), "unavailable": (503, "ServiceUnavailableException"),
    "gateway-timeout": (504, "504"), "throttled": (400, "ThrottlingException"), "throughput-exceeded": (400, "ProvisionedThroughputExceededException"),
    "request-limit": (400, "RequestLimitExceeded"), "too-many-requests": (429, "SlowDownPlease"), "expired-token": (400, "ExpiredTokenException"),
    "unrecognized-client": (400, "UnrecognizedClientException"), "access-denied": (400, "AccessDeniedException"),
    "in-progress": (400, "TransactionInProgressException"), "cancelled": (400, "TransactionCanceledException"),
    "conflict": (400, "TransactionConflictException"), "error": (400, "UnknownError"),
}


@promise("each error has its status and its type, and comes before the request is carried out, or after it where that is wanted")
def _():
    b = bench()
    for fault, (status, code) in ERRORS.items():
        for applied in (False, True):
            b.script({"fault": fault, "op": "PutItem", "applied": applied, "retry_after_ms": 120})
            core = dynamodb.botocore()
            try:
                b.put("a")
                raise AssertionError(f"{fault}: the call succeeded")
            except core.exceptions.ClientError as error:
                found = error.response["ResponseMetadata"]
                assert (found["HTTPStatusCode"], error.response["Error"]["Code"]) == (status, code), (fault, error.response)
                assert found["HTTPHeaders"]["x-amz-retry-after"] == "120"
            assert len(b.there()) == applied, fault


@promise("throttling says why: for the table of the request, or as the script has it")
def _():
    b = bench()
    given = [{"reason": "IndexWriteProvisionedThroughputExceeded", "resource": "arn:x"}]
    for fault, member in (("throttled", "throttlingReasons"), ("throughput-exceeded", "ThrottlingReasons"), ("request-limit", "ThrottlingReasons")):
        b.script({"fault": fault, "nth": 1}, {"fault": fault, "nth": 1, "reasons": given})
        first, second = json.loads(b.raw("Query", {"TableName": "tab"})[2]), json.loads(b.raw("Query", {"TableName": "tab"})[2])
        assert first[member] == [{"reason": "TableReadKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:us-east-1:000000000000:table/tab"}]
        assert second[member] == given


@promise("cancelled: with the reasons of the script, one for each action")
def _():
    b = bench()
    reasons = ["None", "ProvisionedThroughputExceeded", {"Code": "ConditionalCheckFailed", "Message": "m", "Item": {"PK": {"S": "x"}}}]
    b.script({"fault": "cancelled", "reasons": reasons})
    core = dynamodb.botocore()
    try:
        b.write(*((sk, "") for sk in "abcd"))
        raise AssertionError("the call succeeded")
    except core.exceptions.ClientError as error:
        found = error.response["CancellationReasons"]
        assert [reason["Code"] for reason in found] == ["None", "ProvisionedThroughputExceeded", "ConditionalCheckFailed", "None"]
        assert found[2]["Item"] == {"PK": {"S": "x"}} and "configured provisioned throughput" in found[1]["Message"]
        assert error.response["Error"]["Message"].endswith("[None, ProvisionedThroughputExceeded, ConditionalCheckFailed, None]")
    assert b.there() == {}


@promise("conflict: a transaction is cancelled for one of its items")
def _():
    b = bench()
    b.script({"fault": "conflict", "item": 1})
    core = dynamodb.botocore()
    try:
        b.write(("a", ""), ("b", ""))
        raise AssertionError("the call succeeded")
    except core.exceptions.ClientError as error:
        assert [reason["Code"] for reason in error.response["CancellationReasons"]] == ["None", "TransactionConflict"]


# -- answers


@promise("truncated: the answer ends before its length")
def _():
    b = bench()
    b.script({"fault": "truncated", "nth": 1}, {"fault": "truncated", "nth": 1, "bytes": 3, "reset": True})
    for expected in (http.client.IncompleteRead, ConnectionError):
        try:
            b.raw()
            raise AssertionError("the answer is whole")
        except expected:
            assert b.last()["delivered"] == [200] == [b.last()["answered"]]
    assert b.raw()[0] == 200


@promise("slow: the answer comes late and whole")
def _():
    b = bench()
    b.script({"fault": "slow", "op": "Query", "first_ms": 100, "every_ms": 20, "pieces": 5})
    b.put("a", "1")
    began = time.monotonic()
    assert b.seen() == {"a": "1"} and time.monotonic() - began >= 0.2
    impatient = dynamodb.client(b.proxy.endpoint, read_timeout=0.05)
    assert fails(b.query, impatient) == "ReadTimeoutError"


@promise("oversized: the answer is as long as the script says, or only says so")
def _():
    b = bench()
    b.script({"fault": "oversized", "at": 2, "bytes": 3_000_000}, {"fault": "oversized", "at": 3, "bytes": 100_000_000, "sent": False})
    right = b.raw()[2]
    status, headers, body = b.raw()
    assert status == 200 and headers["content-length"] == str(len(body)) == "3000000" and json.loads(body) == json.loads(right)
    try:
        b.raw()
        raise AssertionError("a hundred megabytes came")
    except http.client.IncompleteRead as read:
        assert read.partial == right


@promise("corrupt, wrong-crc, no-crc: the checksum tells, or does not")
def _():
    b = bench()
    b.script({"fault": "corrupt", "at": 1}, {"fault": "corrupt", "at": 2, "checksum": "fits"}, {"fault": "corrupt", "at": 3, "body": "<html>", "checksum": "fits"},
             {"fault": "wrong-crc", "at": 4}, {"fault": "no-crc", "at": 5})
    answers = [b.raw() for _ in range(6)]
    right = answers[5][2]
    fits = [headers.get("x-amz-crc32") == str(zlib.crc32(body)) for _, headers, body in answers]
    assert fits == [False, True, True, False, False, True] and "x-amz-crc32" not in answers[4][1]
    assert [body == right for _, _, body in answers] == [False, False, False, True, True, True]
    flipped = [x ^ y for x, y in zip(answers[0][2], right) if x != y]
    assert len(flipped) == 1 and flipped[0].bit_count() == 1 and answers[2][2] == b"<html>"
    b.script({"fault": "wrong-crc", "op": "PutItem", "nth": 1})
    retrying = dynamodb.client(b.proxy.endpoint, attempts=2)
    b.put("a", client=retrying)
    assert [e["op"] for e in b.proxy.log()] == ["PutItem"] * 2  # botocore believes the checksum


# -- pages


def pages(b, **more):
    """Every page of the partition as a list of SKs."""
    found, begin = [], {}
    while True:
        page = b.query(**begin, **more)
        found.append([item["SK"]["S"] for item in page["Items"]])
        if "LastEvaluatedKey" not in page:
            return found
        begin = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


@promise("partial: a page may end after any item, and nothing is missing")
def _():
    b = bench()
    b.script({"fault": "partial", "op": "Query", "nth": [1, 2]}, {"fault": "partial", "op": "Query", "nth": 1, "limit": 2})
    for sk in "abcdef":
        b.put(sk, client=b.direct)
    assert pages(b) == [["a"], ["b"], ["c", "d"], ["e", "f"]]


@promise("empty-page: a page may be empty and not the last, at the beginning, in the middle and in an index, and nothing is missing")
def _():
    b = bench()
    b.script({"fault": "empty-page", "op": "Query", "nth": [1, 2, 4, 5]}, {"fault": "partial", "op": "Query"})
    for sk in "abc":
        b.direct.put_item(TableName=b.table, Item={**b.key(sk), "p1": {"S": b.pk}, "s1": {"S": sk}})
    assert pages(b) == [[], [], ["a"], [], [], ["b"], ["c"], []]
    b.script({"fault": "empty-page", "op": "Query", "nth": 1})
    for sk in "abc":
        b.direct.put_item(TableName=b.table, Item={**b.key(sk), "p1": {"S": b.pk}, "s1": {"S": sk}})
    assert pages(b, IndexName="ByStatus", ExpressionAttributeNames={"#k": "p1"}) == [[], ["a", "b", "c"]]
    b.script({"fault": "empty-page", "op": "Query"})
    assert pages(b) == [[]]


@promise("unprocessed: of a batch so many are carried out, and the others come back to be sent again")
def _():
    b = bench()
    b.script({"fault": "unprocessed", "op": "BatchGetItem", "nth": 1, "keep": 1}, {"fault": "unprocessed", "op": "BatchWriteItem", "nth": 1, "keep": 2},
             {"fault": "unprocessed", "op": ["BatchGetItem", "BatchWriteItem"], "nth": [1, 3]})
    def batches(call, requests, member):
        rounds = 0
        while requests:
            requests, rounds = call(RequestItems=requests)[member], rounds + 1
        return rounds
    wanted = [{"PutRequest": {"Item": {**b.key(sk), "c": {"S": ""}}}} for sk in "abc"]
    assert batches(b.aws.batch_write_item, {b.table: wanted}, "UnprocessedItems") == 3
    assert b.there().keys() == set("abc")
    assert batches(b.aws.batch_get_item, {b.table: {"Keys": [b.key(sk) for sk in "abc"], "ConsistentRead": True}}, "UnprocessedKeys") == 3
    log = b.proxy.log()
    assert [e["fault"] for e in log] == ["unprocessed", "unprocessed", None] * 2 and [len(e["delivered"]) for e in log] == [1, 0, 1] * 2


# -- what can be seen


@promise("torn: a Query in the midst of a transaction sees a part of it, and the next one all of it")
def _():
    b = bench()
    b.script({"fault": "torn", "op": "TransactWriteItems", "nth": 1, "visible": [0, 3]})
    b.put("a", "old", client=b.direct)
    b.put("d", "old", client=b.direct)
    b.put("e", "old", client=b.direct)
    b.write(("a", "new"), ("b", "new"), ("c", "new"), removed=("d", "e"))
    assert b.proxy.state()["torn"] == 1
    assert b.seen() == {"a": "new", "e": "old"}
    assert b.seen() == {"a": "new", "b": "new", "c": "new"} == b.there()
    assert b.proxy.state()["torn"] == 0


@promise("torn: while it is half visible its items are held: conflict for others, in progress for the same token")
def _():
    b = bench()
    token = str(uuid.uuid4())
    b.script({"fault": "torn", "op": "TransactWriteItems", "nth": 1, "until": {"event": "seen"}, "answer": "lost"})
    no_answer(b.write, ("a", "1"), ("b", "1"), token=token)
    assert len(b.seen()) == 1
    assert fails(b.write, ("a", "1"), ("b", "1"), token=token) == "TransactionInProgressException"
    assert fails(b.write, ("b", "2"), ("c", "2")) == "TransactionCanceledException"
    assert fails(b.put, "a", "2") == "TransactionConflictException"
    assert fails(b.aws.delete_item, TableName=b.table, Key=b.key("b")) == "TransactionConflictException"
    assert fails(b.aws.transact_get_items, TransactItems=[{"Get": {"TableName": b.table, "Key": b.key("a")}}]) == "TransactionCanceledException"
    b.put("c", "2")
    b.proxy.release("seen")
    b.write(("a", "1"), ("b", "1"), token=token)
    assert b.seen() == {"a": "1", "b": "1", "c": "2"}
    b.put("a", "3")


@promise("torn: item by item, in an order drawn from the seed, and the same again with the same seed")
def _():
    b = bench()
    def views(seed):
        b.script({"fault": "torn", "op": "TransactWriteItems", "visible": 0.25, "reveal": 1, "until": {"op": "Query", "count": 9}}, seed=seed)
        b.write(*((sk, "") for sk in "abcdefgh"))
        return ["".join(b.seen()) for _ in range(8)]
    first = views(1)
    assert [len(view) for view in first] == [2, 3, 4, 5, 6, 7, 8, 8] and all(set(x) <= set(y) for x, y in zip(first, first[1:]))
    assert views(1) == first != views(2)
    appeared = ["".join(sorted(set(y) - set(x))) for x, y in zip(first, first[1:])]
    assert appeared != sorted(appeared), appeared
    b.proxy.release()


@promise("torn: a transaction whose condition fails changes nothing and tears nothing")
def _():
    b = bench()
    b.script({"fault": "torn", "op": "TransactWriteItems"})
    check = {"ConditionCheck": {"TableName": b.table, "Key": b.key("x"), "ConditionExpression": "attribute_exists(PK)"}}
    assert fails(b.aws.transact_write_items, TransactItems=[check, {"Put": {"TableName": b.table, "Item": b.key("a")}}]) == "TransactionCanceledException"
    assert b.proxy.state()["torn"] == 0 and b.there() == {}


@promise("torn: whoever wrote may wait until all of it is seen, and checked items are held too")
def _():
    b = bench()
    b.script({"fault": "torn", "op": "TransactWriteItems", "nth": 1, "answer": "waits", "visible": 0, "until": {"event": "seen"}})
    b.put("x", "", client=b.direct)
    check = {"ConditionCheck": {"TableName": b.table, "Key": b.key("x"), "ConditionExpression": "attribute_exists(PK)"}}
    actions = [check, *({"Put": {"TableName": b.table, "Item": {**b.key(sk), "c": {"S": "1"}}}} for sk in "ab")]
    answered, other = [], dynamodb.client(b.proxy.endpoint)
    writing = threading.Thread(target=lambda: answered.append(other.transact_write_items(TransactItems=actions)))
    writing.start()
    until = time.monotonic() + HELD_S
    while not b.proxy.state()["torn"] and time.monotonic() < until:
        time.sleep(0.01)
    assert b.seen().keys() == {"x"} and not answered
    assert fails(b.put, "x") == "TransactionConflictException"
    b.proxy.release("seen")
    writing.join(HELD_S)
    assert answered and b.seen().keys() == {"a", "b", "x"}


@promise("lagging: an index answers as of an earlier moment, page by page, while the table itself answers as of now")
def _():
    b = bench()
    b.script()
    lag = {"fault": "lagging", "table": b.table, "index": "ByStatus", "op": "Query"}
    def put(sk):
        b.aws.put_item(TableName=b.table, Item={**b.key(sk), "p1": {"S": b.pk}, "s1": {"S": sk}})
    def listed():
        return [sk for page in pages(b, IndexName="ByStatus", ExpressionAttributeNames={"#k": "p1"}, Limit=2) for sk in page]
    for sk in "abc":
        put(sk)
    b.proxy.script(lag)
    put("d")
    b.aws.delete_item(TableName=b.table, Key=b.key("a"))
    assert listed() == ["a", "b", "c"] and pages(b) == [["b", "c", "d"]]
    index = b.query(IndexName="ByStatus", ExpressionAttributeNames={"#k": "p1"}, ReturnConsumedCapacity="TOTAL")
    assert index["ConsumedCapacity"]["TableName"] == b.table
    b.proxy.script(lag)  # as of now
    assert listed() == ["b", "c", "d"]
    b.proxy.script()
    assert listed() == ["b", "c", "d"]
    assert [name for name in b.direct.list_tables()["TableNames"] if name.startswith(b.table)] == [b.table]  # no copy is left


@promise("nothing that was not asked for went wrong at the service, and proxy and emulator end when they are let go")
def _():
    let_go()


main()
