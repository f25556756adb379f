"""What the tests of the fault proxy share: an emulator, the proxy before it, a table, and clients on both sides."""
import http.client
import json
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "support"), str(Path(__file__).resolve().parent / "proxy")]
import dynamodb  # noqa: E402
import sigv4  # noqa: E402
import wire  # noqa: E402


class Bench:
    """One emulator, one proxy, one table; `aws` goes through the proxy and tries once, `direct` goes past it."""

    def __init__(self):
        dynamodb.botocore()
        self.emulator = dynamodb.Emulator()
        self.proxy = dynamodb.Proxy(self.emulator.endpoint)
        self.aws, self.direct = dynamodb.client(self.proxy.endpoint), dynamodb.client(self.emulator.endpoint)
        self.table = dynamodb.make_table(self.direct)
        self.place = self.proxy.endpoint.partition("//")[2]

    def script(self, *rules, **settings):
        """A partition of its own, seen through the proxy under this script."""
        self.proxy.script(*rules, **settings)
        self.pk = f"t#dialogue#{uuid.uuid4()}"

    def key(self, sk):
        return {"PK": {"S": self.pk}, "SK": {"S": sk}}

    def put(self, sk, value="", client=None, **more):
        return (client or self.aws).put_item(TableName=self.table, Item={**self.key(sk), "c": {"S": value}}, **more)

    def write(self, *pairs, client=None, token=None, removed=()):
        """One transaction that puts (SK, value) and removes."""
        actions = [{"Put": {"TableName": self.table, "Item": {**self.key(sk), "c": {"S": value}}}} for sk, value in pairs]
        actions += [{"Delete": {"TableName": self.table, "Key": self.key(sk)}} for sk in removed]
        return (client or self.aws).transact_write_items(TransactItems=actions, ClientRequestToken=token or str(uuid.uuid4()))

    def query(self, client=None, **more):
        return (client or self.aws).query(TableName=self.table, ConsistentRead="IndexName" not in more, **({
            "KeyConditionExpression": "#k = :k", "ExpressionAttributeNames": {"#k": "PK"}, "ExpressionAttributeValues": {":k": {"S": self.pk}}} | more))

    def seen(self, client=None):
        """{SK: value} of the partition, by one Query."""
        return {item["SK"]["S"]: item["c"]["S"] for item in self.query(client)["Items"]}

    def there(self):
        """The same, past the proxy."""
        return self.seen(self.direct)

    def last(self):
        return self.proxy.log()[-1]

    def raw(self, operation="ListTables", document=None, key=dynamodb.KEY, secret=dynamodb.SECRET, now=None, spoil=None, link=None, **more):
        """A request made and signed by the proxy's own signer, on a new connection: (status, headers in lower case, body)."""
        base = [("Host", self.place), ("Content-Type", "application/x-amz-json-1.0"), ("X-Amz-Target", f"DynamoDB_20120810.{operation}")]
        request = wire.Request("POST", "/", base, json.dumps(document or {}).encode())
        signed = sigv4.sign(request, key, secret, more.pop("region", dynamodb.REGION), now or datetime.now(timezone.utc), **more)
        if spoil:
            signed = spoil(signed)
        used = link or http.client.HTTPConnection(self.place, timeout=dynamodb.END_S)
        used.request("POST", "/", request.body, dict(signed))
        answer = used.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        if not link:
            used.close()
        return found


BENCH = []


def bench():
    if not BENCH:
        BENCH.append(Bench())
    return BENCH[0]


def fails(act, *args, **more):
    """The error of a call that must fail: its code where the service answered, the name of the exception otherwise."""
    core = dynamodb.botocore()
    try:
        act(*args, **more)
    except core.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    except Exception as error:  # what botocore makes of a connection that goes wrong
        return type(error).__name__
    raise AssertionError("the call succeeded")


def no_answer(act, *args, **more):
    found = fails(act, *args, **more)
    assert found in ("ConnectionClosedError", "EndpointConnectionError", "ReadTimeoutError"), found


def let_go():
    """Ends proxy and emulator; nothing that was not asked for may have gone wrong at the service."""
    b = bench()
    state = b.proxy.state()
    assert (state["service_errors"], state["wrong_checksums"], state["held"], state["torn"]) == (0, 0, 0, 0), state
    b.proxy.__exit__()
    b.emulator.__exit__()
    assert b.proxy.process.returncode == 0 and (not b.emulator.process or b.emulator.process.returncode == 0)
