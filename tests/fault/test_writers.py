#!/usr/bin/env python3
"""Writers of one dialogue in DynamoDB: killed at any request, their requests lost, late, twice, refused for any reason, seen by halves, and two of
them at once. What is there is all of a commit or nothing of it, whatever was acknowledged is there, and every list is exact once all is quiet.
HANSARD_TEST_SEED chooses other points, HANSARD_TEST_EVERY tries all of them."""
import atexit
import functools
import itertools
import json
import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from between import Between  # noqa: E402
from bread import later_round  # noqa: E402
from dynamodb import Emulator, Proxy, place_in_table  # noqa: E402
from tapper import EXAMPLE, PROGRAM, main, promise  # noqa: E402

EVERY, SEED = bool(os.environ.get("HANSARD_TEST_EVERY")), int(os.environ.get("HANSARD_TEST_SEED", "1"))
SPARING = 1 if os.environ.get("HANSARD_SANITIZE", "none") == "none" else 3  # a watched program takes several times as long
HERE, WRITE, END_S = Path(__file__).resolve().parent, "TransactWriteItems", 60
# What is written, one commit each but for the last.
CHAPTERS = (["create", "--id", "d", "--file", HERE / "dialogue.json"], ["register", "d", HERE / "round.json"], ["update", "d", HERE / "update.json"],
            ["verdict", "d", HERE / "verdict.json"], ["import", EXAMPLE])
FAULTS = ["lost", "answer-lost", "forgotten", "twice", "held", "close-after", "truncated", "wrong-crc", "corrupt", "no-crc", "slow", "internal-error", "bad-gateway", "unavailable",
          "gateway-timeout", "partial", "empty-page"]


def sampled(points, share):
    """All of some points, or one in `share` of them, by the seed."""
    points, share = list(points), share * SPARING
    return points if EVERY else points[SEED % share::share]


def exported(place, name="d"):
    """A dialogue without its times, or None where it is not there."""
    out, _ = place.run("export", name, code=(0, 1))
    return re.sub(r"\d{4}-\d{2}-\d{2}T?[\d:.]*Z?|\d{8}T\d{12}Z", "TIME", out) or None


def record(place):
    """Everything in a store."""
    return {name: exported(place, name) for name in place.run("list", "--ids")[0].split()}


def good(place):
    """Whether all of a store is whole: verify names index keys that lie, too."""
    found = place.json("verify")
    return found["broken"] == 0


class Bench:
    """An emulator, a proxy before it, and what each chapter leads to: one for all tests."""

    def __init__(self):
        self.emulator = Emulator().__enter__()
        self.proxy = Proxy(self.emulator.endpoint).__enter__()
        self.records, self.requests = [{}], []
        with self.place(0) as place:
            for words in CHAPTERS:
                self.proxy.script()
                place.run(*words)
                self.requests.append([entry["op"] for entry in self.proxy.log()])
                self.records.append(record(place))
        assert all(WRITE in requests for requests in self.requests) and len({str(found) for found in self.records}) == len(self.records)

    def let_go(self):
        self.proxy.__exit__()
        self.emulator.__exit__()

    def place(self, chapter):
        """A place in which the chapters before this one are written; it asks the proxy, which is calm."""
        self.proxy.script()
        place = place_in_table(self.emulator, self.proxy.endpoint)
        for words in CHAPTERS[:chapter]:
            place.run(*words, HANSARD_DYNAMODB_ENDPOINT=self.emulator.endpoint)
        return place

    def points(self):
        """(chapter, ordinal) of every request."""
        return [(chapter, at) for chapter, requests in enumerate(self.requests) for at in range(1, len(requests) + 1)]

    def end(self, place, chapter):
        """All is quiet, and what was held arrives after the next writer: nothing comes of it, and the store is as the chapter leaves it."""
        self.proxy.script()
        assert record(place) == self.records[chapter + 1], chapter
        next_one = CHAPTERS[chapter + 1] if chapter + 1 < len(CHAPTERS) else ["create", "Another one"]
        place.run(*next_one)
        self.proxy.release()
        if chapter + 2 < len(self.records):
            assert record(place) == self.records[chapter + 2], chapter
        assert good(place)


@functools.cache
def bench_of_all():
    bench = Bench()
    atexit.register(bench.let_go)
    return bench


def whole(found, before, after):
    """What is there is what was before or comes after: of an import, which is a commit a round, any number of commits."""
    name = "lending-tools-and-instruments"
    return found in (before, after) or (name in found and {n: text for n, text in found.items() if n != name} == before and name in after)


@promise("killed at any request, before it or behind it: all of a commit or nothing of it is there, and run again it ends the same")
def _():
    bench = bench_of_all()
    with Between(bench.emulator) as between:
        for chapter, at in sampled(bench.points(), 5):
            for behind in (False, True):
                with bench.place(chapter) as place:
                    words = [str(word) for word in CHAPTERS[chapter]]
                    assert between.run(place, words, at, behind)
                    found = record(place)
                    before, after = bench.records[chapter:chapter + 2]
                    assert whole(found, before, after), (chapter, at, behind)
                    wrote = at > bench.requests[chapter].index(WRITE) + (not behind)
                    assert (found != before) == wrote, (chapter, at, behind)
                    assert good(place)
                    if found != after:
                        place.run(*words)
                    elif words[0] in ("register", "verdict", "import"):
                        place.run(*words)  # which changes nothing
                    bench.end(place, chapter)


@promise("one request that fails, whichever and however: nothing is seen of it")
def _():
    bench = bench_of_all()
    points = list(itertools.product(bench.points(), FAULTS))
    for (chapter, at), fault in sampled(points, 41):
        with bench.place(chapter) as place:
            bench.proxy.script({"fault": fault, "at": at})
            place.run(*CHAPTERS[chapter])
            state = bench.proxy.state()
            assert (state["faults"], state["violations"], state["service_errors"]) == (1, 0, 0), (chapter, at, fault, state)
            bench.end(place, chapter)


@promise("a transaction that fails in any way, carried out or not: it is sent again until it is known, and written once")
def _():
    rules = [{"fault": fault, "applied": applied} for fault in ("internal-error", "bad-gateway", "unavailable", "gateway-timeout") for applied in (False, True)]
    rules += [{"fault": fault} for fault in ("throttled", "throughput-exceeded", "request-limit", "too-many-requests", "conflict")]
    rules += [{"fault": "cancelled", "reasons": [reason]} for reason in ("ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict")]
    rules += [{"fault": "twice", "answer": answer} for answer in ("first", "second", "none")] + [{"fault": "answer-lost", "reset": False}, {"fault": "lost", "reset": False}]
    rules += [{"fault": "oversized"}, {"fault": "oversized", "sent": False}, {"fault": "corrupt", "checksum": "fits"}, {"fault": "truncated", "bytes": 0}]
    rules += [{"fault": "in-progress"}] if EVERY else []  # it is sent again after five seconds
    bench = bench_of_all()
    forgotten = [{"fault": "forgotten"}] * 4  # then its own commit tells that it was written
    for chapter, rule in enumerate(forgotten + sampled(rules, 3)):
        with bench.place(chapter % 4) as place:
            bench.proxy.script(rule | {"op": WRITE, "nth": 1})
            place.run(*CHAPTERS[chapter % 4])
            log = [entry for entry in bench.proxy.log() if entry["op"] == WRITE]
            assert len({entry["token"] for entry in log}) == len({entry["body"] for entry in log}) == 1, (rule, log)
            bench.end(place, chapter % 4)


@promise("a transaction that is refused for good: nothing is written, the exit code and the hint say what it is")
def _():
    table = [({"fault": "cancelled", "reasons": ["ConditionalCheckFailed"]}, 11), ({"fault": "cancelled", "reasons": ["None", "ConditionalCheckFailed"]}, 11),
             ({"fault": "cancelled", "reasons": ["ValidationError"]}, 1), ({"fault": "cancelled", "reasons": ["ItemCollectionSizeLimitExceeded"]}, 1),
             ({"fault": "cancelled", "reasons": ["TransactionConflict", "ValidationError"]}, 1), ({"fault": "cancelled", "reasons": ["NeverHeardOf"]}, 1),
             ({"fault": "access-denied"}, 1), ({"fault": "error", "code": "ResourceNotFoundException"}, 10)]
    bench = bench_of_all()
    for rule, code in sampled(table, 2):
        with bench.place(1) as place:
            bench.proxy.script(rule | {"op": WRITE})
            error = json.loads(place.run(*CHAPTERS[1], "--json", code=code)[1].splitlines()[-1])
            assert error["kind"] and error["message"], error
            assert code != 11 or error["hint"], error
            bench.proxy.script()
            assert record(place) == bench.records[1] and good(place)
            place.run(*CHAPTERS[1])
            assert record(place) == bench.records[2]


@promise("a request of a writer that is dead arrives after the next one has committed: it is not carried out")
def _():
    bench = bench_of_all()
    for chapter in range(4):
        with bench.place(chapter) as place:
            bench.proxy.script({"fault": "held", "op": WRITE, "nth": 1, "client": "waits"})
            dead = subprocess.Popen([PROGRAM, *map(str, CHAPTERS[chapter])], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            wait_for(lambda: bench.proxy.state()["held"] == 1)
            dead.kill()
            dead.wait()
            place.run(*CHAPTERS[chapter])
            late = next(entry for entry in bench.proxy.log() if entry["op"] == WRITE)
            assert late["delivered"] == [400], late
            bench.end(place, chapter)


def wait_for(met):
    until = time.monotonic() + END_S
    while not met():
        assert time.monotonic() < until
        time.sleep(0.01)


@promise("two writers at once: one wins, the other is told that the dialogue has changed, and what it wrote is nowhere")
def _():
    bench = bench_of_all()
    with bench.place(2) as place:
        (place.path / "one.json").write_text(later_round(1))
        bench.proxy.script({"fault": "held", "op": WRITE, "nth": 1, "client": "waits", "until": {"op": WRITE}})
        slow = subprocess.Popen([PROGRAM, "register", "d", "one.json", "--json"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for(lambda: bench.proxy.state()["held"] == 1)
        place.run(*CHAPTERS[2])
        _, err = slow.communicate(timeout=END_S)
        error = json.loads(err.splitlines()[-1])
        assert slow.returncode == error["code"] == 11 and error["hint"], (slow.returncode, error)
        assert record(place) == bench.records[3] and good(place)
        place.run("register", "d", "one.json")
        assert good(place)


@promise("a commit of which only a part can be seen: every reader gives what was before it or what is after it, and no alarm")
def _():
    readers = itertools.cycle((["export", "d"], ["verify"], ["export", "d"], ["show", "d"], ["export", "d"], ["tensions", "d"], ["list"]))
    dice = random.Random(SEED)
    bench = bench_of_all()
    with Between(bench.proxy) as between:
        for chapter in range(4):
            at = 1 + bench.requests[chapter].index(WRITE)
            with bench.place(chapter) as place:
                count = actions(bench, place, chapter)
            subsets = [list(some) for size in range(count) for some in itertools.combinations(range(count), size)]
            for visible in dice.sample(subsets, min(len(subsets), 40 if EVERY else 2)):
                words, looks = next(readers), dice.choice((2, 3, 4))  # the first of them finds the dialogue
                with bench.place(chapter) as place:
                    # Signatures name the host that the program asks, which is not the proxy here.
                    bench.proxy.script({"fault": "torn", "op": WRITE, "nth": 1, "visible": visible, "until": {"op": "Query", "count": looks}}, enforce=False)
                    assert between.run(place, [str(word) for word in CHAPTERS[chapter]], at, True)
                    assert bench.proxy.state()["torn"] == 1
                    if words[0] == "export":
                        assert exported(place) in (bench.records[chapter].get("d"), bench.records[chapter + 1]["d"]), (chapter, visible)
                    else:
                        place.run(*words, code=(0, 1) if chapter == 0 else 0)
                    bench.proxy.release()
                    assert record(place) == bench.records[chapter + 1] and good(place), (chapter, visible)


def actions(bench, place, chapter):
    """How many rows the transaction of a chapter writes."""
    bench.proxy.script({"fault": "cancelled", "op": WRITE, "reasons": ["ValidationError"]})
    place.run(*CHAPTERS[chapter], code=1)
    return next(entry["actions"] for entry in bench.proxy.log() if entry["op"] == WRITE)


@promise("indexes that lag: lists are of an earlier moment, a dialogue itself is as it is, and nothing is called broken")
def _():
    bench = bench_of_all()
    with bench.place(0) as place:
        bench.proxy.script({"fault": "lagging", "table": place.table})
        for chapter, words in enumerate(CHAPTERS[:4]):
            place.run(*words)
            assert place.json("list")["dialogues"] == [] and exported(place) == bench.records[chapter + 1]["d"] and good(place)
        bench.proxy.script()
        assert record(place) == bench.records[4]
        bench.proxy.script({"fault": "lagging", "table": place.table})
        place.run("erase", "d", "--confirm", "d")
        place.run("list")
        assert place.json("verify")["broken"] == 0
        bench.proxy.script()
        assert place.json("list")["dialogues"] == [] and good(place)


@promise("pages of one row, and empty ones in between: every answer is the same")
def _():
    bench = bench_of_all()
    with bench.place(5) as place:
        readers = (["export", "d"], ["show", "lending"], ["list", "--ids"], ["tensions", "d"], ["stats"], ["verify"], ["log", "d"], ["leakage", "d"])
        def read():
            return [re.sub(r"(?m)^.*(As of|[Rr]equests|[Uu]nits|Which dialogues there are was read).*$", "", place.run(*words)[0]) for words in readers]
        calm = read()
        for rules in ([{"fault": "partial", "op": ["Query", "Scan"]}], [{"fault": "empty-page", "op": "Query", "p": 0.5}, {"fault": "partial", "op": "Query", "limit": 2}]):
            bench.proxy.script(*rules, seed=SEED)
            assert read() == calm
            assert bench.proxy.state()["faults"] > 50


main()
