#!/usr/bin/env python3
"""Rounds and texts of every size in SQLite and in DynamoDB: what fits into the one fits into the other, is one transaction there, is refused by
both in the same words, reads back the same, and a load takes one request for each megabyte."""
import json
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dynamodb import Emulator, Proxy, place_in_table, raw  # noqa: E402
from tapper import EXAMPLE, main, promise, store  # noqa: E402

WRITE, PAGE, ROW = "TransactWriteItems", 1 << 20, 350_000
PANEL = [{"name": "Muffin", "role": "Baker", "source": "pool"}]
LATER = [{"expert": "muffin", "source": "retained"}]


def batch(number, perspectives, tensions=0, size=0):
    """A round of so many statements, whose text has about `size` bytes."""
    words = "Rye keeps, and it keeps well. " * (size // 30)
    return json.dumps({"round": number, "panel": PANEL if number == 0 else LATER,
                       "perspectives": [{"label": f"Loaf {n}", "body": f"{n}: {words}", "contributors": ["muffin"]} for n in range(1, perspectives + 1)],
                       "tensions": [{"label": f"Crust {n}", "contributors": ["muffin"]} for n in range(1, tensions + 1)]})


def masked(text):
    """Without moments, and without what is said of the index of a table alone."""
    text = re.sub(r"(?s)Which dialogues there are was read .*?left\s+out\.\n", "", text)
    return re.sub(r"\d{4}-\d{2}-\d{2}T[\d:.]*Z|\d{8}T\d{12}Z", "TIME", text)


class Both:
    """The same store twice: `far` in DynamoDB, behind a proxy, `here` in SQLite."""

    def __enter__(self):
        self.emulator = Emulator().__enter__()
        self.proxy = Proxy(self.emulator.endpoint).__enter__()
        self.far, self.here = place_in_table(self.emulator, self.proxy.endpoint), store()
        return self

    def __exit__(self, *_):
        for kept in (self.far, self.here, self.proxy, self.emulator):
            kept.__exit__()

    def run(self, *words, **more):
        """Runs a command on both; the operations that it took in DynamoDB. What it says is the same."""
        self.proxy.script()
        said = [tuple(map(masked, place.run(*words, **more))) for place in (self.far, self.here)]
        assert said[0] == said[1], (words[:3], said[0][0][-600:], said[1][0][-600:], said[0][1], said[1][1])
        log = self.proxy.log()
        refused = [entry["op"] for entry in log if entry["answered"] != 200]
        assert self.proxy.state()["service_errors"] == 0 and set(refused) <= {"DescribeContinuousBackups"}, refused  # which the emulator does not know
        return [entry["op"] for entry in log]

    def load_bytes(self, name):
        """Of all rows of a dialogue that a load reads, as DynamoDB counts them."""
        rows, begin = [], {}
        while True:
            page = raw(self.emulator, "Query", TableName=self.far.table, KeyConditionExpression="PK = :p AND SK < :s",
                       ExpressionAttributeValues={":p": {"S": f"default#dialogue#{name}"}, ":s": {"S": "~"}}, ConsistentRead=True, **begin)
            rows += page["Items"]
            if "LastEvaluatedKey" not in page:
                break
            begin = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        size = {"S": len, "N": lambda text: len(text) // 2 + 1, "B": lambda text: len(text) * 3 // 4 - text.count("=")}
        return sum(len(name) + size[kind](text) for row in rows for name, value in row.items() for kind, text in value.items())


@promise("rounds of 1, 79, 80, 81 and 1,000 statements: one transaction each, and the same on both")
def _():
    with Both() as both:
        both.run("create", "Bread", "--id", "bread")
        for number, count in enumerate((1, 79, 80, 81, 1000)):
            assert both.run("register", "bread", "-", stdin=batch(number, count)).count(WRITE) == 1
            both.run("register", "bread", "-", stdin=batch(number, count))  # which changes nothing
        both.run("verify")
        both.run("export", "bread")


@promise("a round at the ceiling of rows of their own is one transaction; one above it is refused by both in the same words, and nothing is written")
def _():
    with Both() as both:
        both.run("create", "Bread", "--id", "bread")
        for number, count in enumerate((1, 78, 79)):  # beside meta, which a round changes
            assert both.run("register", "bread", "-", stdin=batch(number, 1, count)).count(WRITE) == 1
        for count in (80, 81, 1000):
            assert WRITE not in both.run("register", "bread", "-", "--json", code=3, stdin=batch(3, 1, count))
        assert "3 rounds" in both.here.run("list")[0]
        both.run("tensions", "bread")
        both.run("verify")


@promise("a dialogue of 4,000 statements and its texts: each megabyte of a load is one request, a commit is one transaction, and everything reads back the same")
def _():
    with Both() as both:
        both.run("create", "Bread", "--id", "bread")
        for number in range(4):
            assert both.run("register", "bread", "-", stdin=batch(number, 1000, size=600)).count(WRITE) == 1
        both.run("export", "bread")
        both.run("verify")
        both.proxy.script()
        both.far.run("show", "bread")
        queries, size = [entry for entry in both.proxy.log() if entry["op"] == "Query"], both.load_bytes("bread")
        print(f"# {size} bytes, {len(queries)} queries")
        # Beside those of the load, one finds the dialogue by its name.
        assert -(-size // PAGE) <= len(queries) - 1 <= -(-size // (PAGE - ROW)) and size > 3 * PAGE, (size, len(queries))


@promise("texts of a megabyte and more come back byte for byte")
def _():
    with Both() as both:
        for place in (both.far, both.here):
            shutil.copytree(EXAMPLE, place.path / EXAMPLE.name)
            for name, size in (("long.md", 1 << 20), ("longer.md", (2 << 20) - 1), ("round-0/note.txt", 1_000_003)):
                (place.path / EXAMPLE.name / name).write_bytes(b"".join(b"%d loaves\n" % n for n in range(size // 8))[:size])
        both.run("import", EXAMPLE.name)
        both.run("export", "lending", "--files", "out")
        for place in (both.far, both.here):
            for path in (place.path / EXAMPLE.name).rglob("*"):
                if path.is_file():
                    assert (place.path / "out" / path.relative_to(place.path / EXAMPLE.name)).read_bytes() == path.read_bytes(), path
        both.run("verify")


main()
