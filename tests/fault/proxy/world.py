"""What stands behind the proxy and between its requests: the service, the log, what is held back, what is only half visible."""
import json
import threading
import time
from datetime import datetime, timedelta, timezone
from itertools import count

import visibility
import wire
from script import Script, Wrong
from sigv4 import Refused, verify

LONGEST_WAIT_S = 60
OWN_HEADERS = [  # of requests that the proxy makes by itself; the emulator wants a signature to be there and checks none
    ("Content-Type", "application/x-amz-json-1.0"), ("Host", "127.0.0.1"), ("X-Amz-Date", "20260101T000000Z"),
    ("Authorization", "AWS4-HMAC-SHA256 Credential=proxy/20260101/us-east-1/dynamodb/aws4_request, "
                      f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}")]


class World:
    def __init__(self, host, port, faults):
        self.host, self.port, self.faults = host, port, faults
        self.lock = threading.Lock()  # of the log and the script
        self.gate = threading.RLock()  # one request at a time is at the service, with all that belongs to it
        self.script, self.entries, self.ordinals, self.per_operation = Script({}, faults), [], count(1), {}
        self.held, self.torn = [], []  # of {"until", "let_go"} and of visibility.Torn
        self.wrong_checksums, self.broken, self.schemas, self.detours, self.closing = 0, [], {}, {}, threading.Event()
        self.outage = lambda connections, ms: None  # set by whoever listens

    # -- the script and the log

    def install(self, document):
        """Puts a script in the place of the one before; raises Wrong, with nothing changed."""
        script = Script(document, self.faults)
        with self.gate:
            try:
                for rule in script.rules:
                    if rule.faults[0].name == "lagging":
                        visibility.prepare_lag(self, rule)
            except (RuntimeError, KeyError, OSError) as reason:
                raise Wrong(f"no copy of the table: {reason}") from None
            with self.lock:
                old, self.script = self.script, script
            for rule in old.rules:
                visibility.forget_lag(self, rule)

    def enter(self, connection, request, key):
        """The log entry of a request that has arrived, and the fault that it meets."""
        with self.lock:
            ordinal, operation = next(self.ordinals), request.operation
            nth = self.per_operation[operation] = self.per_operation.get(operation, 0) + 1
            document = request.json()
            entry = {"ordinal": ordinal, "op": operation, "nth": nth, "key": key, "token": document.get("ClientRequestToken"),
                     "actions": len(document.get("TransactItems", ())), "bytes": len(request.body), "body": wire.digest(request.body), "connection": connection.number,
                     "reused": connection.requests > 1, "headers": sorted({name.lower() for name, _ in request.headers}),
                     "fault": None, "rule": None, "delivered": [], "answered": None, "refused": None, "violation": None}
            self.entries.append(entry)
            rule, fault, options = self.script.choose(request, ordinal, key)
            if fault:
                entry["fault"], entry["rule"] = fault.name, rule.number
            return entry, rule, fault, options

    def check(self, request, entry):
        """What DynamoDB would say against the signature, or None. A wrong time counts as no violation where a script set the clock wrong."""
        try:
            return verify(request, self.script.keys, self.script.region, self.now())
        except Refused as refused:
            entry["refused"] = str(refused)
            if not (refused.is_time and self.script.skew_s):
                entry["violation"] = str(refused)
            return refused

    def log(self, begin):
        with self.lock:
            return [entry | {"delivered": list(entry["delivered"])} for entry in self.entries if entry["ordinal"] >= begin]

    def note_broken(self, reason):
        """Takes note of a connection that ended in another way than by the client's closing it between two requests."""
        with self.lock:
            self.broken.append(reason)

    def state(self):
        with self.lock:
            return {"requests": len(self.entries), "broken": list(self.broken), "violations": sum(1 for e in self.entries if e["violation"]),
                    "faults": sum(1 for e in self.entries if e["fault"]),
                    "service_errors": sum(1 for e in self.entries for status in e["delivered"] if status >= 500),
                    "wrong_checksums": self.wrong_checksums, "held": len(self.held), "torn": len(self.torn)}

    def reset(self):
        with self.lock:
            self.entries, self.ordinals, self.per_operation, self.wrong_checksums, self.broken = [], count(1), {}, 0, []

    # -- time

    def now(self):
        """The proxy's clock, which a script may set wrong."""
        return datetime.now(timezone.utc) + timedelta(seconds=self.script.skew_s)

    def wait(self, seconds):
        """Sleeps, no longer than the limit, and not when the proxy ends."""
        self.closing.wait(min(seconds, LONGEST_WAIT_S))

    def wait_for(self, event):
        """Waits for an event within the same limits."""
        until = time.monotonic() + LONGEST_WAIT_S
        while not event.wait(0.05) and time.monotonic() < until and not self.closing.is_set():
            pass

    # -- the service

    def deliver(self, request, entry):
        """Lets the service carry out a request; its answer."""
        with self.gate:
            answer = visibility.conflict_of(self, request) or wire.pass_on(self.host, self.port, request)
            if answer.headers.get("x-amz-crc32") not in (None, wire.checksum(answer.body)):
                self.wrong_checksums += 1
            entry["delivered"].append(answer.status)
            return answer

    def call(self, operation, **document):
        """A request of the proxy's own."""
        request = wire.Request("POST", "/", [*OWN_HEADERS, ("X-Amz-Target", f"DynamoDB_20120810.{operation}")], b"").with_json(document)
        answer = wire.pass_on(self.host, self.port, request)
        if answer.status != 200:
            raise RuntimeError(f"the proxy's own {operation} was answered {answer.status}: {answer.body[:300]!r}")
        return answer.json()

    def key_names(self, table):
        """The attributes that make a table's key."""
        if table not in self.schemas:
            self.schemas[table] = [part["AttributeName"] for part in self.call("DescribeTable", TableName=table)["Table"]["KeySchema"]]
        return self.schemas[table]

    def detour(self, key, began, backward=False):
        """A LastEvaluatedKey right before `key`, and behind the last of these, that nothing has; a request that begins there is answered from `began`."""
        name, value = next((name, value["S"]) for name, value in sorted(key.items(), reverse=True) if "S" in value)
        number = len(self.detours)
        before = f"{value}\x01{999999 - number:06}" if backward else f"{value[:-1]}{chr(ord(value[-1]) - 1)}~{number:06}"
        made = key | {name: {"S": before}}
        self.detours[json.dumps(made, sort_keys=True)] = began
        return made

    def undo_detour(self, request):
        """The request, beginning where a detour leads."""
        document = request.json() if self.detours else {}
        place = json.dumps(document.pop("ExclusiveStartKey", None), sort_keys=True)
        if place not in self.detours:
            return request
        began = self.detours[place]
        return request.with_json(document | ({"ExclusiveStartKey": began} if began else {}))

    # -- what is held back

    def hold(self, until, let_go):
        """Keeps `let_go` to be called once `until` is met."""
        with self.gate:
            self.held.append({"until": until, "let_go": let_go})

    def settled(self, entry):
        """Called before a request is answered: what waited for it happens now, so that whoever got the answer comes after it."""
        with self.gate:
            for torn in list(self.torn):
                torn.notice(entry)
            for waiting in list(self.held):
                waiting["until"].notice(entry)
            self.let_go()

    def release(self, event=None):
        """Lets go what waits for the event, or everything."""
        with self.gate:
            for waiting in [*self.held, *({"until": torn.until} for torn in self.torn)]:
                if event in (None, waiting["until"].event):
                    waiting["until"].met.set()
            self.let_go()

    def let_go(self):
        for torn in [torn for torn in self.torn if torn.until.met.is_set()]:
            torn.reveal()
        for waiting in [waiting for waiting in self.held if waiting["until"].met.is_set()]:
            self.held.remove(waiting)
            waiting["let_go"]()
