#!/usr/bin/env python3
"""Moves between a database and a table whose requests fail at random: whatever a run stops with, run again it ends as it would have without faults,
what is moved is the same byte for byte, and at no time do both stores take it to be theirs. Which request fails how is drawn from a seed:
HANSARD_TEST_SEED. HANSARD_TEST_EVERY tries more."""
import os
import random
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dynamodb import CREDENTIALS, LOST, Emulator, Proxy, until_done  # noqa: E402
from tapper import EXAMPLE, Place, main, promise  # noqa: E402

EVERY, SEED = bool(os.environ.get("HANSARD_TEST_EVERY")), int(os.environ.get("HANSARD_TEST_SEED", "1"))
SEEDS = range(SEED, SEED + (40 if EVERY else 1))
FAULTS = LOST + ["throttled", "conflict", "forgotten"]
STORES = {"sqlite": ("--set", "backend=sqlite"), "dynamodb": ("--set", "backend=dynamodb")}
# (where to, what more, where it is then)
WAY = [("dynamodb", (), "dynamodb"), ("sqlite", (), "sqlite"), ("sqlite", ("--release", "--yes"), "sqlite"), ("dynamodb", (), "dynamodb"), ("dynamodb", ("--release", "--yes"), "dynamodb")]


def other_than(store):
    return next(name for name in STORES if name != store)


class Bench:
    """A table behind a proxy and a database, of one configuration, with the example in the database."""

    def __enter__(self):
        self.emulator = Emulator().__enter__()
        self.proxy = Proxy(self.emulator.endpoint).__enter__()
        return self

    def __exit__(self, *_):
        self.proxy.__exit__()
        self.emulator.__exit__()

    def place(self):
        place = Place()
        place.environment |= CREDENTIALS
        place.run("init", "--set", f"dynamodb.table=hansard-test-{uuid.uuid4()}", f"--set=dynamodb.endpoint={self.emulator.endpoint}")
        place.run("table", "create")
        place.run("import", EXAMPLE)
        if EVERY:  # each costs the second that what was sent before may take to be seen
            place.run("create", "Which bread", "--id", "which-bread")
        return place

    def step(self, place, to, words):
        """One command through the proxy; behind each run that stops, both stores are looked at past it."""
        until_done(place, "migrate", "--to", to, *words, *STORES[other_than(to)], tries=60, stopped=lambda _: canonical(place), HANSARD_DYNAMODB_ENDPOINT=self.proxy.endpoint)

    def calm(self):
        """What is held arrives, and there are no faults any more; how many there were."""
        self.proxy.release()
        state = self.proxy.state()
        assert state["violations"] == state["service_errors"] == 0 and not state["broken"], state
        self.proxy.script()
        return state["faults"]


def canonical(place):
    """{dialogue: the store that has it and did not send it on}; never are there two."""
    found = {}
    for name, words in STORES.items():
        verified = place.json("verify", *words)
        assert verified["broken"] == 0, (name, verified)
        for dialogue in verified["dialogues"]:
            if dialogue.get("moved_to") is None:
                assert dialogue["id"] not in found, (dialogue, found)
                found[dialogue["id"]] = name
    return found


def exports(place, store):
    return {name: place.run("export", name, *STORES[store])[0] for name in place.run("list", "--ids", *STORES[store])[0].split()}


def there_and_back(bench, seed, rule):
    """All of the way under such a rule; how many requests failed."""
    with bench.place() as place:
        wanted, failed, drawn = exports(place, "sqlite"), 0, random.Random(seed)
        bench.proxy.script(rule, seed=seed)
        for to, words, store in WAY:
            bench.step(place, to, words)
            if drawn.random() < 0.5:  # what was held arrives now, or steps later
                bench.proxy.release()
            assert canonical(place) == dict.fromkeys(wanted, store), (seed, to, words)
            assert exports(place, store) == wanted and exports(place, other_than(store)) == {}, (seed, to, words)
        failed = bench.calm()
        assert canonical(place) == dict.fromkeys(wanted, store) and exports(place, store) == wanted, seed
        for words in STORES.values():
            place.run("doctor", *words)
        assert place.json("migrate", "--to", "dynamodb")["before"] == len(wanted), seed
    return failed


@promise("moved there, back, there again, and released, while 10 to 30 % of all requests fail: byte for byte the same, in one store at a time, and all is good")
def _():
    with Bench() as bench:
        failed = 0
        for seed in SEEDS:
            share = random.Random(seed).uniform(0.1, 0.3)
            print(f"# seed {seed}: {share:.0%} fail", flush=True)
            failed += there_and_back(bench, seed, {"fault": FAULTS, "p": share})
        assert failed > 3 * len(SEEDS), failed


main()
