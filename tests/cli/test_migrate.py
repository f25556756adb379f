#!/usr/bin/env python3
"""Moves between the two backends of one configuration, as a person meets them: there, back, called off, released, killed at any request."""
import base64
import json
import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import sys
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from between import Between  # noqa: E402
from bread import ROUND, database, later_round, mark_of, marks_of  # noqa: E402
from dynamodb import CREDENTIALS, Emulator, Proxy, raw  # noqa: E402
from tapper import EXAMPLE, PROGRAM, ROOT, Place, main, promise, skip  # noqa: E402

THERE, HERE = ("--set", "backend=dynamodb"), ("--set", "backend=sqlite")
STEP = 1 if os.environ.get("HANSARD_TEST_EVERY") else 5  # of the requests at which a move is killed
READER = ROOT / "tests" / "format" / "reader.py"


def two(emulator, *words, table=True):
    """A place with a store in SQLite whose configuration names a table, too."""
    place = Place()
    place.environment |= CREDENTIALS
    place.table = f"hansard-test-{uuid.uuid4()}"
    place.run("init", *words, "--set", f"dynamodb.table={place.table}", f"--set=dynamodb.endpoint={emulator.endpoint}")
    if table:
        place.run("table", "create")
    return place


def with_bread(emulator):
    """The same with a dialogue "which-bread" of two commits."""
    place = two(emulator)
    place.run("create", "Which bread", "--id", "which-bread")
    place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
    return place


def export_of(place):
    """A file of what the table has of "which-bread", to be imported."""
    (place.path / "which-bread.json").write_text(place.run("export", "which-bread", *THERE)[0])
    return place.path / "which-bread.json"


def migrate(place, *words, **more):
    return place.json("migrate", "--to", "dynamodb", *words, **more)


def refused(place, *words, code, kind, **more):
    _, err = place.run(*words, "--json", code=code, **more)
    error = json.loads(err.splitlines()[-1])
    assert error["kind"] == kind and error["hint"], error
    return error


def follow(place, error, *words, **more):
    """Runs a command that an error advises, as it is printed there."""
    assert f"hansard {' '.join(words)}" in re.split("[;:,] | (?:or|ends|calls) ", error["hint"]), error
    place.run(*words, **more)


def rows(place, *tables):
    """What the database holds as it is stored."""
    with sqlite3.connect(database(place)) as db:
        found = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in tables}
    db.close()
    return found


def items_of(place):
    with sqlite3.connect(database(place)) as db:
        found = sorted(db.execute("SELECT dialogue, type, subkey, stored FROM items").fetchall()) + sorted(db.execute("SELECT dialogue, type, subkey, n, stored FROM parts").fetchall())
    db.close()
    return found


def reader(place):
    """What a reader that shares nothing with the program says of the database, with public keys alone."""
    try:
        import cryptography  # noqa: F401
    except ImportError:
        skip("there is no `cryptography` for this Python")
    (place.path / "trusted").write_text(place.json("keys", "show")["signing"][0] + "\n")
    done = subprocess.run([sys.executable, READER, "verify", database(place), "default", place.path / "trusted"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@promise("all dialogues move to a table: a dry run counts the same and writes nothing, the configuration stays, and the line that is printed makes the table the store")
def _():
    with Emulator() as emulator, two(emulator) as place:
        place.run("import", EXAMPLE)
        place.run("create", "Steel and rust")
        name = next(id for id in place.run("list", "--ids")[0].split() if id != "steel-and-rust")
        shown = {words: place.run(*words)[0] for words in (("show", name), ("render", name), ("export", name), ("scoreboard", name), ("tensions", name))}
        config, before = (place.path / ".hansard/config").read_text(), database(place).read_bytes()
        marks = {path: path.read_text() for path in marks_of(place).iterdir()}
        would = migrate(place, "--dry-run")
        assert [row["state"] for row in would["dialogues"]] == ["would_move"] * 2 and would["dry_run"] and not would["made"], would
        assert database(place).read_bytes() == before and place.run("list", "--ids", *THERE)[0] == "" and {path: path.read_text() for path in marks} == marks
        done = migrate(place)
        page = (ROOT / "docs" / "json.md").read_text().split("### migrated\n")[1].split("\n### ")[0]
        assert all(f"`{key}`" in page for key in done.keys() - {"schema_version", "kind", "capacity"} | done["dialogues"][0].keys() | done["switch"].keys()), done
        assert done["done"] == 2 and done["before"] == 0 and done["from"].startswith("sqlite:") and done["to"].startswith("dynamodb:"), done
        assert done["items"] == would["items"] == sum(row["items"] for row in done["dialogues"]), (would, done)
        assert done["bytes"] == would["bytes"] == sum(row["bytes"] for row in done["dialogues"]), (would, done)
        assert list(done)[-1] == "capacity" and done["capacity"]["write_units"] > 0 and would["capacity"]["write_units"] == 0
        assert (place.path / ".hansard/config").read_text() == config
        assert done["switch"]["file"].endswith("/.hansard/config") and (done["switch"]["section"], done["switch"]["key"], done["switch"]["value"], done["switch"]["now_from"]) == ("storage", "backend", "dynamodb", "default")
        again = place.run("migrate", "--to", "dynamodb")[0]
        assert "0 dialogues moved, 2 moved before" in again and re.search(r"^ +backend = dynamodb$", again, re.M) and "in " in again and all(len(line) <= 80 or "--release" in line for line in again.splitlines()), again
        assert "What is begun there now is missed by dynamodb." in " ".join(again.split()), again
        assert "\n; backend = sqlite\n" in config
        (place.path / ".hansard/config").write_text(config.replace("; backend = sqlite", "backend = dynamodb"))
        for words, text in shown.items():
            assert place.run(*words)[0] == text, words
        out = place.run("verify")[0]
        assert "2 good, 0 broken" in out, out
        place.run("abandon", "steel", "Enough")
        place.run("verify")


@promise("what stays in one store of a configuration, or is begun there, is no loss in the other: it is said to be there, its id is taken, and gone it is where it was seen alone")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        place.run("create", "Steel", "--id", "steel")
        place.run("create", "Glass", "--id", "glass", *THERE)
        done = migrate(place, "which-bread")
        assert done["stay"] == 1 and "switch" not in done, done
        assert "1 dialogue is not moved. " in place.run("migrate", "--to", "dynamodb", "which-bread")[0]
        assert (marks_of(place) / "glass").read_text().endswith(" in dynamodb\n") and " in " not in (marks_of(place) / "steel").read_text()
        for where, lacking in ((THERE, "steel"), (HERE, "glass")):
            answer = place.json("verify", *where)
            assert [row["id"] for row in answer["elsewhere"]] == [lacking] and answer["elsewhere"][0]["seen_rev"] > 0 and answer["good"] == 2 and answer["broken"] == 0, answer
            assert "; 1 more in another store of this configuration" in " ".join(place.run("verify", *where)[0].split())
            for words in (["list"], ["stats"], ["tensions"], ["doctor"], ["backup", "--restored", "--dry-run"]):
                assert lacking not in place.run(*words, *where)[0] or words == ["doctor"], (words, where)
            for words in (["show", lacking], ["show", lacking[:3]], ["verify", lacking], ["backup", "--restored", lacking], ["create", "Again", "--id", lacking], ["show", lacking, "--restored"]):
                error = refused(place, *words, *where, code=3, kind="seen_elsewhere")
                assert "seen last in another store of this configuration, at commit " in error["message"], error
                there = HERE if where == THERE else THERE
                assert f"hansard show {lacking} {' '.join(there)}" in error["hint"] and ("hansard.db" if there == HERE else place.table) in error["hint"], error
            follow(place, error, "show", lacking, *there)
        out = place.json("migrate", "--to", "dynamodb", "--dry-run")
        assert [row["dialogue_id"] for row in out["dialogues"]] == ["steel", "which-bread"], out
        assert place.run("show", "glass", *THERE) and place.run("show", "steel")
        # What is taken out of the store that it was seen in is gone, whatever the other one has.
        done = migrate(place, "steel")
        assert done["stay"] == 0 and done["switch"], done
        assert (marks_of(place) / "steel").read_text().endswith(" moved 2 in dynamodb\n"), (marks_of(place) / "steel").read_text()
        # Calling a way back off takes what was left here: that is no loss, either.
        with Between(emulator) as between:
            at = 2
            while place.json("log", "steel", *THERE)["commits"][0]["operation"] != "migrate-out":
                assert between.run(place, ["migrate", "--to", "sqlite", "steel", *THERE], at, True) and at < 60
                at += 1
        place.run("migrate", "--to", "sqlite", "--cancel", "steel", *THERE)
        refused(place, "show", "steel", code=3, kind="seen_elsewhere")
        assert place.json("verify")["broken"] == 0
        place.run("migrate", "--to", "sqlite", "steel", *THERE)
        assert " in " not in (marks_of(place) / "steel").read_text()
        with sqlite3.connect(database(place)) as db:
            for table in ("heads", "commits", "items", "parts"):
                db.execute(f"DELETE FROM {table} WHERE dialogue = 'steel'")
        db.close()
        refused(place, "show", "steel", code=13, kind="head_missing")
        assert "steel" in place.run("verify", code=13)[0]
        # A copy in the other store at the very commit that was seen moves no mark there.
        mark = mark_of(place)
        mark.write_text(mark.read_text().replace(" moved 3 in dynamodb", ""))
        place.run("show", "which-bread", *THERE)
        assert mark.read_text().endswith(" moved 3\n"), mark.read_text()


@promise("a state that was never seen here, laid into the other store, moves no dialogue there: taken out of the store that its history names it is gone")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        elsewhere = {"XDG_STATE_HOME": str(place.path / "elsewhere")}
        place.run("register", "which-bread", "-", stdin=later_round(1), **elsewhere)
        shutil.copy(database(place), place.path / "three.db")
        place.run("migrate", "--to", "dynamodb", **elsewhere)
        key = {"PK": {"S": "default#dialogue#which-bread"}, "SK": {"S": "!head"}}
        head = raw(emulator, "GetItem", TableName=place.table, Key=key)["Item"]
        third = raw(emulator, "GetItem", TableName=place.table, Key=key | {"SK": {"S": "~commit#0000000003"}})["Item"]
        for rev in (4, 5):
            raw(emulator, "DeleteItem", TableName=place.table, Key=key | {"SK": {"S": f"~commit#{rev:010}"}})
        shutil.copy(place.path / "three.db", database(place))
        with sqlite3.connect(database(place)) as db:
            note = db.execute("SELECT note FROM heads").fetchone()[0]
        db.close()
        raw(emulator, "PutItem", TableName=place.table, Item=head | {"r": {"N": "3"}, "c": third["c"], "s": {"B": base64.b64encode(note).decode()}})
        raw(emulator, "PutItem", TableName=place.table, Item=third | {"i": head["i"]})
        for words in (["verify"], ["show", "which-bread"]):
            mark_of(place).write_text(mark_of(place).read_text())
            place.run(*words, *THERE)
            assert re.fullmatch("3 [0-9a-f]{64}\n", mark_of(place).read_text()), mark_of(place).read_text()
        with sqlite3.connect(database(place)) as db:
            for table in ("parts", "items", "commits", "heads"):
                db.execute(f"DELETE FROM {table}")
        db.close()
        for words in (["verify"], ["list"], ["show", "which-bread"], ["doctor"]):
            place.run(*words, code=13)


@promise("on the source every command says where a moved dialogue is, and none that it was put back: read, written, verified, listed, erased, rotated, looked into")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        place.run("create", "Steel", "--id", "steel")
        target = migrate(place, "which-bread")["to"]
        for words in (["show", "which-bread"], ["log", "which"], ["render", "which-bread"], ["export", "which-bread"], ["context", "which-bread"], ["tensions", "which-bread"], ["receipt", "which-bread"],
                      ["leakage", "which-bread"], ["register", "which-bread", "-"], ["abandon", "which-bread", "Stale"], ["erase", "which-bread", "--confirm", "which-bread"], ["keys", "rotate", "--dialogue", "which-bread"],
                      ["backup", "--restored", "which-bread"], ["--read-only", "show", "which-bread"]):
            error = refused(place, *words, code=3, kind="migrated", stdin=later_round(1))
            assert target in error["message"] and place.table in error["hint"] and f"backend = dynamodb below [storage] in {place.path}/.hansard/config" in error["hint"], (words, error)
        error = refused(place, "show", "which-bread", code=3, kind="migrated")
        follow(place, error, "show", "which-bread", *THERE)
        follow(place, error, "log", "which-bread", "--restored")
        place.run("create", "Which bread", "--id", "which-bread", code=11)
        assert refused(place, "import", export_of(place), code=3, kind="migrated")
        out = " ".join(place.run("verify")[0].split())
        assert f"moved to {target} by commit 3: it goes on there" in out and "2 good (1 moved), 0 broken" in out and "verified there: hansard verify --set backend=dynamodb" in out, out
        row = next(row for row in place.json("verify", "which-bread")["dialogues"])
        assert row["good"] and row["opened"] and (row["moved_to"], row["taken_over"], row["released"], row["commits"]) == (target, True, False, 3), row
        out = " ".join(place.run("list")[0].split())
        assert "which-bread" not in out and "1 dialogue that was sent to another store is not shown: hansard verify names it and where to; hansard list --set backend=dynamodb shows what is there." in out, out
        assert place.json("list")["moved"] == ["which-bread"] and place.run("list", "--ids")[0].split() == ["steel"]
        assert (place.json("stats")["dialogues"], place.json("stats")["moved"]) == (1, 1) and "unfinished" not in place.json("stats")
        assert "Moved to another store" in place.run("stats")[0] and "moved" not in place.json("stats", *THERE)
        place.run("tensions")
        finding = next(one for one in place.json("doctor")["findings"] if one["subject"] == "freshness")
        assert finding["good"] and "1 of 2 dialogues" in finding["detail"] and "which-bread" in finding["detail"], finding
        assert place.json("log", "which-bread", "--restored")["restored"]["standing"] == "moved"
        assert "it was moved to another store" in place.run("show", "which-bread", "--restored")[0]
        assert place.json("keys", "rotate")["moved"] == 1
        place.run("backup", "copy.db")
        place.run("verify")
        # A signing key stays in use for what goes on elsewhere, until it is signed there.
        out, _ = place.run("keys", "rotate", "--signing", code=3)
        assert "LEFT OUT  which-bread" in out, out
        place.run("keys", "rotate", "--signing", "--retire", code=3)
        assert place.json("keys", "show")["rotating"]
        place.run("keys", "rotate", "--signing", "--resume", *THERE)
        place.run("keys", "rotate", "--signing", "--retire", *THERE)
        assert not place.json("keys", "show")["rotating"]
        assert "1 good" in place.run("verify", "which-bread", *THERE)[0] and "1 good" in place.run("verify", "steel")[0]


@promise("what is stored is the same byte for byte in the table and, moved back, in the database, which then goes on")
def _():
    with Emulator() as emulator, two(emulator) as place:
        place.run("import", EXAMPLE)
        place.run("create", "Steel", "--id", "steel")
        first = items_of(place)
        migrate(place)
        there, last = [], {}
        while last is not None:
            answer = raw(emulator, "Scan", TableName=place.table, ConsistentRead=True, **({"ExclusiveStartKey": last} if last else {}))
            there += [base64.b64decode(row["c"]["B"]) for row in answer["Items"] if "c" in row]
            last = answer.get("LastEvaluatedKey")
        assert len(first) > 200 and all(any(row[-1] in held for held in there) for row in first)
        assert migrate(place, "--dry-run")["before"] == 2
        back = place.json("migrate", "--to", "sqlite", *THERE)
        assert back["done"] == 2 and back["switch"]["now_from"] == "flag" and items_of(place) == first
        place.run("verify")
        assert "2 good (2 moved)" in place.run("verify", *THERE)[0]
        assert refused(place, "show", "steel", *THERE, code=3, kind="migrated")["message"].count("sqlite:") == 1
        place.run("register", "steel", "-", stdin=json.dumps(ROUND))
        assert migrate(place)["done"] == 2
        assert "2 good, 0 broken" in place.run("verify", *THERE)[0]
        assert "good steel rev" in reader(place)


@promise("a release asks for a word of its own, deletes what the source still has but head and last commit, and what is left is verified by program and reader")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        place.run("create", "Steel", "--id", "steel")
        seen = {"XDG_STATE_HOME": str(place.path / "seen")}
        place.run("show", "which-bread", **seen)
        target = migrate(place, "which-bread")["to"]
        before = database(place).read_bytes()
        refused(place, "migrate", "--to", "dynamodb", "--release", code=2, kind="not_confirmed")
        would = migrate(place, "--release", "--dry-run")
        assert {row["dialogue_id"]: row["state"] for row in would["dialogues"]} == {"steel": "kept", "which-bread": "would_release"} and database(place).read_bytes() == before
        assert refused(place, "migrate", "--to", "dynamodb", "--release", "--yes", "steel", code=3, kind="not_moved")
        assert {row["dialogue_id"]: row["state"] for row in migrate(place, "--release", "--yes")["dialogues"]} == {"steel": "kept", "which-bread": "released"}
        left = rows(place, "commits", "items", "parts", "heads")
        assert [sum("which-bread" in row for row in left[table]) for table in ("heads", "commits", "items", "parts")] == [1, 1, 0, 0], left
        assert {row["dialogue_id"]: row["state"] for row in migrate(place, "--release", "--yes")["dialogues"]} == {"steel": "kept", "which-bread": "released_before"}
        assert f"{target}, and is kept there alone" in refused(place, "show", "which-bread", code=3, kind="released")["message"]
        row = place.json("verify", "which-bread")["dialogues"][0]
        assert row["good"] and row["released"] and row["taken_over"] and (row["rev"], row["commits"], row["items"]) == (3, 1, 0), row
        assert place.json("verify")["moved"] == 1 and place.json("list")["moved"] == ["which-bread"]
        assert f"released: it is in {target}" in reader(place)
        place.run("doctor")
        assert migrate(place, "which-bread")["before"] == 1
        assert place.json("backup", "--restored")["moved"] == ["which-bread"]
        refused(place, "backup", "--restored", "--moved", "which-bread", code=3, kind="released")
        assert "2 good (1 moved), 0 broken" in place.run("backup", "copy.db")[0]
        # With other marks: what was not seen is not claimed.
        elsewhere = {"XDG_STATE_HOME": str(place.path / "elsewhere")}
        assert "whether that has taken over was not seen here" in " ".join(place.run("verify", **elsewhere)[0].split())
        error = refused(place, "show", "which-bread", code=3, kind="released", **elsewhere)
        assert "nothing but that commit is here; whether that store has taken over was not seen here" in error["message"] and "backup" in error["hint"], error
        out, err = place.run("verify", "which-bread", "--json", code=3, **seen)
        row, error = json.loads(out)["dialogues"][0], json.loads(err.splitlines()[-1])
        assert row["kind"] == error["kind"] == "move_unseen" and not row["good"] and row["released"] and "commit 2 was seen here" in error["message"] and "hansard verify" in error["hint"], (row, error)
        place.run("verify", *THERE, "which-bread", **seen)
        assert place.json("verify", "which-bread", **seen)["dialogues"][0]["taken_over"]
        # A file that is attacked: what stands beside the head is a fault.
        with sqlite3.connect(database(place)) as db:
            db.execute("INSERT INTO commits SELECT tenant, dialogue, 2, attempt, stored FROM commits WHERE dialogue = 'which-bread'")
        db.close()
        assert "outside the chain" in " ".join(place.run("verify", "which-bread", code=13)[0].split())


@promise("what is erased where it goes on stays readable where it came from: erase names each such store, and the command that deletes the copy there, and so does whoever looks at it there")
def _():
    def erased(id, *where):
        return place.json("erase", id, "--confirm", id, *where)["sources"]

    with Emulator() as emulator, with_bread(emulator) as place:
        place.run("create", "Steel", "--id", "steel")
        done = migrate(place)
        source, target = done["from"], done["to"]
        out = " ".join(place.run("erase", "which-bread", "--confirm", "which-bread", *THERE)[0].split())
        assert f"It was not erased in {source}, which it was moved from, and can still be read there. Delete that copy: hansard migrate --to dynamodb which-bread --release --yes --set backend=sqlite" in out, out
        one, = erased("which-bread", *THERE)
        assert (one["store"], one["state"]) == (source, "left"), one
        for words in (["show", "which-bread", "--restored"], ["log", "which-bread", "--restored"]):
            text = " ".join(place.run(*words)[0].split())
            assert "It was erased there, at or before commit 5" in text and one["release"] in text and "brought it back" not in text, text
            answer = place.json(*words)
            assert (answer["restored"]["erased_there_rev"], answer["restored"]["release"]) == (5, one["release"]) and "unerased_rev" not in answer, answer
        # A table that does not answer.
        with Proxy(emulator.endpoint) as proxy, two(emulator) as back:
            back.run("create", "Glass", "--id", "glass", *THERE)
            back.run("migrate", "--to", "sqlite", *THERE)
            proxy.script({"fault": "access-denied", "op": "Query"})
            left, = back.json("erase", "glass", "--confirm", "glass", HANSARD_DYNAMODB_ENDPOINT=proxy.endpoint)["sources"]
            assert left["state"] == "unknown", left
        # A database that is away, and one that is not that which it came from.
        os.rename(database(place), place.path / "away.db")
        assert "could not be looked at" in " ".join(place.run("erase", "which-bread", "--confirm", "which-bread", *THERE)[0].split())
        assert erased("which-bread", *THERE)[0].items() >= {"state": "unknown", "release": one["release"]}.items()
        os.rename(place.path / "away.db", database(place))
        place.run("backup", "copy.db")
        other, = erased("which-bread", *THERE, "--set", f"sqlite.path={place.path / 'copy.db'}")
        assert (other["state"], "release" in other) == ("elsewhere", False), other
        place.run(*one["release"].split()[1:])
        assert not any("which-bread" in row for row in items_of(place)) and erased("which-bread", *THERE) == []
        refused(place, "show", "which-bread", "--restored", code=3, kind="released")
        # There and back: it was moved from the table, too, and is in its own store again.
        place.run("migrate", "--to", "sqlite", "steel", *THERE)
        one, = erased("steel")
        assert (one["store"], one["state"]) == (target, "left"), one
        place.run("erase", "steel", "--confirm", "steel", "--all")
        place.run(*one["release"].split()[1:])
        assert erased("steel") == [] and place.json("verify")["good"] == place.json("verify", *THERE)["good"] == 2
        # What is moved erased leaves nothing behind that could be read.
        place.run("migrate", "--to", "sqlite", "which-bread", *THERE)
        assert erased("which-bread") == []


@promise("receipts from before a move hold on both sides, and where the source cannot tell any more it says where to hold them")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        (place.path / "early").write_text(place.run("receipt", "which-bread")[0])
        migrate(place)
        place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
        (place.path / "late").write_text(place.run("receipt", "which-bread", *THERE)[0])
        for receipt in ("early", "late"):
            assert place.json("verify", "--receipt", receipt, *THERE)["standing"] == "fine"
        assert place.json("verify", "--receipt", "early")["standing"] == "fine"
        refused(place, "verify", "--receipt", "late", code=3, kind="moved")
        migrate(place, "--release", "--yes")
        for receipt in ("early", "late"):
            error = refused(place, "verify", "--receipt", receipt, code=3, kind="moved")
            assert "--set backend=dynamodb" in error["hint"], error


@promise("a move that is killed at any request, before it or behind it, is run again and ends the same, with marks that know of it")
def _():
    with Emulator() as emulator:
        with Between(emulator) as between:
            for behind in (False, True):
                at, killed = 1 + behind, True
                while killed:
                    assert at < 60
                    with with_bread(emulator) as place:
                        items = items_of(place)
                        killed = between.run(place, ["migrate", "--to", "dynamodb"], at, behind)
                        place.run("verify")
                        done = migrate(place)
                        assert done["done"] + done["before"] == 1 and (done["dialogues"][0]["out_rev"], done["dialogues"][0]["in_rev"]) == (3, 4), (at, behind, done)
                        assert " moved 3 in dynamodb\n" in mark_of(place).read_text() and items_of(place) == items
                        refused(place, "show", "which-bread", code=3, kind="migrated")
                        assert place.json("verify", *THERE)["good"] == 1
                        place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
                    at += STEP


@promise("doctor lists what is reserved, and whether something was copied beneath, in a table and in a database; a head that is neither is named")
def _():
    def reserved(*words):
        found = [row["detail"] for row in place.json("doctor", *words)["findings"] if row["subject"] == "reserved"]
        assert len(found) <= 1, found
        return found[0] if found else None

    with Emulator() as emulator, Between(emulator) as between:
        said, at = set(), 2
        while len(said) < 3:
            assert at < 60, said
            with with_bread(emulator) as place:
                between.run(place, ["migrate", "--to", "dynamodb"], at, True)
                said.add(reserved(*THERE))
                assert reserved() is None
            at += 1
        assert said == {None, "1: default/which-bread", "1: default/which-bread, of which something was copied"}, said
        with with_bread(emulator) as place:
            raw(emulator, "PutItem", TableName=place.table, Item={"PK": {"S": "default#dialogue#planted"}, "SK": {"S": "!head"}, "m": {"N": "0"}})
            assert "is neither a head nor a reservation" in " ".join(place.run("doctor", *THERE, code=13)[0].split())
            with sqlite3.connect(database(place)) as db:
                note = f"hansard reservation v1\ndefault/planted\n7\n{'5a' * 16}\ncalled off\n".encode()
                db.execute("INSERT INTO heads (tenant, dialogue, rev, hash, note, listed) VALUES ('default', 'planted', 7, ?, ?, 0)", (bytes(32), note))
            db.close()
            assert reserved() == "1: default/planted"


@promise("a move that was killed is called off, whatever has come of it, and the source goes on; one that has reached its end is not")
def _():
    def looked(place):
        advice = "hansard migrate --to dynamodb which-bread ends the move, hansard migrate --to dynamodb which-bread --cancel calls it off"
        for words in (["show", "which-bread"], ["log", "which-bread"], ["stats"], ["doctor"]):
            assert advice in " ".join(place.run(*words)[0].split()), words
        for words in ("show", "log"):
            move = place.json(words, "which-bread")["unfinished_move"]
            assert move["rev"] == 3 and move["target"].startswith("dynamodb:") and move["cancel"] == f"{move['end']} --cancel" == "hansard migrate --to dynamodb which-bread --cancel", move
        stats = place.json("stats")
        assert (stats["dialogues"], stats["moved"], stats["unfinished"]) == (0, 0, 1), stats
        assert any((row["subject"], row["state"]) == ("moves", "note") for row in place.json("doctor")["findings"])
        assert "UNFINISHED" not in place.run("render", "which-bread")[0]

    with Emulator() as emulator:
        with Between(emulator) as between:
            at, killed, done = 2, True, False
            while killed:
                assert at < 60
                with with_bread(emulator) as place:
                    killed = between.run(place, ["migrate", "--to", "dynamodb", "which-bread"], at, True)
                    head = raw(emulator, "GetItem", TableName=place.table, Key={"PK": {"S": "default#dialogue#which-bread"}, "SK": {"S": "!head"}}).get("Item", {})
                    ended = "r" in head
                    if ended:
                        refused(place, "migrate", "--to", "dynamodb", "--cancel", "which-bread", code=11, kind="already_moved")
                        assert migrate(place, "--cancel")["done"] == 0
                        place.run("verify")
                        assert migrate(place)["before"] == 1  # which brings the indexes up to date
                    else:
                        sealed = place.json("verify", "which-bread")["dialogues"][0].get("moved_to") is not None
                        if sealed:
                            assert "whether that has taken over was not seen here: hansard migrate --to dynamodb which-bread ends the move" in " ".join(place.run("verify")[0].split())
                            listed = place.json("list")
                            assert listed["unfinished"] == ["which-bread"] and "moved" not in listed, listed
                            text = " ".join(place.run("list")[0].split())
                            assert "1 dialogue that is sealed to be moved to another store is not shown, and that it has taken over was not seen here: hansard migrate --to dynamodb which-bread ends the move, hansard migrate --to dynamodb which-bread --cancel calls it off." in text, text
                            if not done:
                                looked(place)
                            done = True
                            hint = refused(place, "register", "which-bread", "-", code=3, kind="migrated", stdin=later_round(1))["hint"]
                            assert "is ended by hansard migrate --to dynamodb which-bread, or called off by hansard migrate --to dynamodb which-bread --cancel" in hint, hint
                        would = migrate(place, "--cancel", "--dry-run")
                        assert would["dialogues"][0]["state"] == ("would_call_off" if sealed else "nothing"), would
                        assert migrate(place, "--cancel")["dialogues"][0]["state"] == ("called_off" if sealed else "nothing")
                        place.run("register", "which-bread", "-", stdin=later_round(1))
                        assert migrate(place)["done"] == 1
                    assert place.json("verify", *THERE)["good"] == 1
                at += STEP


@promise("one dialogue that cannot be moved hides no other: each is named with its reason, and the exit code is that of the gravest")
def _():
    with Emulator() as emulator, two(emulator) as place:
        for name in ("bread", "steel", "wood"):
            place.run("create", name, "--id", name)
        with Proxy(emulator.endpoint) as proxy, two(emulator) as other:
            for name in ("bread", "steel", "wood"):
                other.run("create", name, "--id", name)
            proxy.script({"fault": "access-denied", "op": "TransactWriteItems", "nth": list(range(6, 40))})
            out, err = other.run("migrate", "--to", "dynamodb", HANSARD_DYNAMODB_ENDPOINT=proxy.endpoint, code=1)
            assert "1 of 3 dialogues are done" in err and "2 dialogues are not moved. " in out and "backend = dynamodb" not in out, (out, err)
            proxy.script({"fault": "access-denied", "op": ["TransactWriteItems", "Query"]})
            err = other.run("migrate", "--to", "dynamodb", HANSARD_DYNAMODB_ENDPOINT=proxy.endpoint, code=1)[1]
            assert "it was written" not in err, err  # by this run nothing was
            proxy.script({"fault": "access-denied", "op": "TransactWriteItems"})
            answer = json.loads(other.run("migrate", "--to", "dynamodb", "--json", HANSARD_DYNAMODB_ENDPOINT=proxy.endpoint, code=1)[0])
            assert answer["stay"] == 2 and "switch" not in answer, answer
            # With another table there is nothing to call off of what was moved; of what is sealed for the first one it is said.
            out, err = other.run("migrate", "--to", "dynamodb", "--cancel", "--json", "--set", f"dynamodb.table={place.table}", code=3)
            answer, error = json.loads(out), json.loads(err.splitlines()[-1])
            assert [left["dialogue_id"] for left in answer["left_out"]] == ["steel"] and answer["done"] == 0 and "was sent to another store than that" in error["message"], (answer, error)
        place.run("create", "Another", "--id", "bread", *THERE, HANSARD_MARKS=str(place.path / "others"))
        out, err = place.run("migrate", "--to", "dynamodb", "--json", code=11)
        answer, error = json.loads(out), json.loads(err.splitlines()[-1])
        assert answer["done"] == 2 and [left["dialogue_id"] for left in answer["left_out"]] == ["bread"] and answer["left_out"][0]["kind"] == "dialogue_exists", answer
        assert answer["stay"] == 1 and "switch" not in answer, answer
        assert error["kind"] == "dialogue_exists" and "1 dialogue is left out: bread" in error["message"], error
        follow(place, error, "show", "bread", *THERE, "--set", "marks=NAME")
        assert "hansard export bread > FILE; hansard import FILE --as OTHER --set backend=dynamodb;" in error["hint"], error
        (place.path / "FILE.json").write_text(place.run("export", "bread")[0])
        place.run("import", "FILE.json", "--as", "rye", *THERE)
        place.run("create", "Stone", "--id", "stone")
        with sqlite3.connect(database(place)) as db:
            db.execute("UPDATE items SET stored = zeroblob(100) WHERE dialogue = 'stone' AND type = 'meta'")
        db.close()
        out, _ = place.run("migrate", "--to", "dynamodb", code=13)
        assert re.search("^LEFT OUT  bread: ", out, re.M) and re.search("^LEFT OUT  stone: ", out, re.M) and "0 dialogues moved, 2 moved before, 2 left out" in out, out
        assert "2 dialogues are not moved; of what was left out it is said above why. Once all are, this says how to go on with dynamodb." in " ".join(out.split()) and "backend = dynamodb" not in out, out
        refused(place, "migrate", "--to", "dynamodb", "steel", "nothing-such", code=1, kind="not_found")


@promise("what was moved is taken back only where that is said, by the whole id: the store that it was moved to is lost")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        place.run("create", "Steel", "--id", "steel")
        shutil.copy(database(place), place.path / "older.db")
        migrate(place)
        place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
        before = database(place).read_bytes()
        assert sorted(place.json("backup", "--restored")["moved"]) == ["steel", "which-bread"]
        out = " ".join(place.run("backup", "--restored")[0].split())
        assert "2 were moved to another store and are left as they are" in out and "0 dialogues restored" in out, out
        refused(place, "backup", "--restored", "--moved", code=2, kind="usage")
        refused(place, "backup", "--restored", "--moved", "which", code=2, kind="usage")
        refused(place, "backup", "copy.db", "--moved", code=2, kind="usage")
        assert place.json("backup", "--restored", "--moved", "which-bread", "--dry-run")["dialogues"][0]["moved"] and database(place).read_bytes() == before
        out = " ".join(place.run("backup", "--restored", "--moved", "which-bread")[0].split())
        assert "commits 4 to 5 are declared lost" in out and "It had been moved to another store" in out, out
        assert "moved" not in mark_of(place).read_text()
        place.run("register", "which-bread", "-", stdin=later_round(1))
        place.run("verify")
        refused(place, "show", "which-bread", *THERE, code=13, kind="rolled_back")
        # An older database in the place of the source: what was moved is not declared by a run over all, either.
        place.run("backup", "--put", "older.db")
        assert place.json("backup", "--restored")["moved"] == ["steel"]
        assert "was moved to another store behind commit 2" in refused(place, "backup", "--restored", "steel", code=3, kind="migrated")["message"]


@promise("marks of another machine learn of a move where the dialogue goes on; until then the source is a copy, or is said to be older than what was seen")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        other = {"XDG_STATE_HOME": str(place.path / "other")}
        place.run("show", "which-bread", **other)
        migrate(place)
        place.run("show", "which-bread", **other)  # what the source still has
        place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
        place.run("show", "which-bread", *THERE, **other)
        refused(place, "show", "which-bread", code=3, kind="migrated", **other)
        # One that saw the later commit first.
        third = {"XDG_STATE_HOME": str(place.path / "third")}
        place.run("show", "which-bread", *THERE, **third)
        error = refused(place, "show", "which-bread", code=13, kind="rolled_back", **third)
        assert "which sent it to dynamodb:" in error["message"], error
        assert "goes on there" in " ".join(place.run("verify", code=13, **third)[0].split())
        follow(place, error, "verify", "which-bread", *THERE, **third)
        refused(place, "show", "which-bread", code=3, kind="migrated", **third)
        assert "(1 moved)" in place.run("verify", **third)[0]


@promise("advice on a moved dialogue has room for the longest id")
def _():
    with Emulator() as emulator, two(emulator) as place:
        long = "x" * 80
        place.run("create", "Steel", "--id", long)
        migrate(place)
        hint = refused(place, "show", long, code=3, kind="migrated")["hint"]
        assert hint.endswith(f"; only where that store is lost: hansard backup --restored --moved {long}"), hint


@promise("a source that was put back to before the move, or went on otherwise, is found as ever")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        shutil.copy(database(place), place.path / "older.db")
        migrate(place)
        kept = database(place).read_bytes()
        shutil.copy(place.path / "older.db", database(place))
        refused(place, "show", "which-bread", code=13, kind="rolled_back")
        place.run("verify", code=13)
        place.run("doctor", code=13)
        database(place).write_bytes(kept)
        place.run("verify")
        place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
        place.run("backup", "--restored", "--moved", "which-bread", HANSARD_MARKS=str(place.path / "others"))
        refused(place, "show", "which-bread", code=13, kind="rolled_back")


@promise("a database that is not there is made to move into, and a table is not: that is said before anything is sealed")
def _():
    with Emulator() as emulator:
        with two(emulator, table=False) as place:
            place.run("create", "Steel", "--id", "steel")
            before = database(place).read_bytes()
            error = refused(place, "migrate", "--to", "dynamodb", code=10, kind="no_table")
            assert "hansard table create" in error["hint"] and database(place).read_bytes() == before, error
        with two(emulator, "--set", "backend=dynamodb") as place:
            place.run("create", "Steel", "--id", "steel")
            config = (place.path / ".hansard/config").read_text()
            would = place.json("migrate", "--to", "sqlite", "--dry-run")
            assert would["made"] and "to" not in would and would["dialogues"][0]["state"] == "would_move" and not database(place).exists(), would
            for words, said in ((["--cancel"], "0 dialogues called off No move is under way"), (["--release", "--dry-run"], "0 dialogues would be released Of what is here nothing was moved there."),
                                (["--release", "--yes"], "0 dialogues released Of what is here nothing was moved there.")):
                assert said in " ".join(place.run("migrate", "--to", "sqlite", *words)[0].split()), words
                refused(place, "migrate", "--to", "sqlite", *words, "steel", code=10, kind="no_store")
            assert "it was written" not in refused(place, "--read-only", "migrate", "--to", "sqlite", code=1, kind="store_read_only")["hint"] and not database(place).exists()
            out = place.run("migrate", "--to", "sqlite")[0]
            line = next(number for number, text in enumerate(config.splitlines(), 1) if text == "backend = dynamodb")
            assert f"{would['items']} items, parts and commits, {would['bytes']} bytes" in " ".join(out.split()), (would, out)
            assert "which was made" in out and f"line {line}:" in " ".join(out.split()) and "backend = sqlite" in out, out
            assert "1 good" in place.run("verify", *HERE)[0] and "steel" in place.run("list", *HERE)[0]
            database(place).unlink()
            for words in (["--cancel"], ["--release", "--yes"]):
                refused(place, "migrate", "--to", "sqlite", *words, code=10, kind="no_store")


@promise("a backend that is none, the one that is configured, two words at once, and a store that is only read are refused before anything is written")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        before = database(place).read_bytes()
        assert "hansard migrate --to dynamodb;" in refused(place, "migrate", code=2, kind="usage")["hint"]
        place.run("migrate", "--to", "paper", code=2)
        assert "dynamodb" in refused(place, "migrate", "--to", "sqlite", code=2, kind="same_backend")["hint"]
        assert "--set backend=sqlite" in refused(place, "migrate", "--to", "dynamodb", "--release", "--yes", *THERE, code=2, kind="same_backend")["hint"]
        refused(place, "migrate", "--to", "dynamodb", "--cancel", "--release", code=2, kind="usage")
        assert "--yes goes with --release" in refused(place, "migrate", "--to", "dynamodb", "--yes", code=2, kind="usage")["message"]
        assert "Of what is here nothing was moved there." in place.run("migrate", "--to", "dynamodb", "--release", "--yes")[0]
        out, err = place.run("--read-only", "migrate", "--to", "dynamodb", code=1)
        assert "read-only" in err and "it was written" not in err, (out, err)
        assert database(place).read_bytes() == before
        log = place.json("audit", "show")["count"]
        migrate(place)
        assert place.json("audit", "show")["count"] > log  # the copy was opened to verify it


@promise("a release from a table that was killed has left a part of the rest: that is named, with where the dialogue is, and the release is run again")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        migrate(place)
        place.json("migrate", "--to", "sqlite", *THERE)
        for sort in ("meta#", "~commit#0000000001"):
            raw(emulator, "DeleteItem", TableName=place.table, Key={"PK": {"S": "default#dialogue#which-bread"}, "SK": {"S": sort}})
        out = " ".join(place.run("verify", *THERE, code=13)[0].split())
        assert "BROKEN which-bread" in out and "moved to sqlite:" in out, out
        assert place.json("migrate", "--to", "sqlite", "--release", "--yes", *THERE)["dialogues"][0]["state"] == "released"
        row, = place.json("verify", *THERE)["dialogues"]
        assert row["good"] and row["released"] and row["taken_over"], row
        place.run("verify")
        assert migrate(place)["done"] == 1  # the table makes room for it again
        assert place.json("verify", *THERE)["good"] == 1


@promise("a database that cannot be written is told before anything is sealed for it")
def _():
    if os.geteuid() != 0:
        skip("only root becomes another user")
    nobody = pwd.getpwnam("nobody")
    with Emulator() as emulator, with_bread(emulator) as place:
        migrate(place)
        for folder, _, files in os.walk(place.path):
            for path in [folder, *(f"{folder}/{file}" for file in files)]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        (place.path / ".hansard").chmod(0o555)

        def asked(*words):
            try:
                return subprocess.run([PROGRAM, *words, *THERE, "--json"], cwd=place.path, env=place.environment, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True, text=True)
            except PermissionError as reason:
                skip(f"another user cannot run the program: {reason}")

        done = asked("migrate", "--to", "sqlite")
        row, = json.loads(asked("verify").stdout)["dialogues"]
        assert row["good"] and "moved_to" not in row, row
        error = json.loads(done.stderr.splitlines()[-1])
        assert done.returncode == 1 and error["kind"] == "store_read_only" and error["message"].startswith("the folder of ") and "nothing was moved" in error["hint"], error


@promise("nothing is released of what the target does not have, whole and as new as it was seen")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        migrate(place)
        kept = items_of(place)
        other = place.path / "config"
        text = (place.path / ".hansard/config").read_text()
        other.write_text(text)
        new = f"hansard-test-{uuid.uuid4()}"
        place.run("table", "create", "--set", f"dynamodb.table={new}")
        error = refused(place, "migrate", "--to", "dynamodb", "--release", "--yes", "which-bread", "--set", f"dynamodb.table={new}", code=3, kind="migrated")
        assert "was sent to another store than that" in error["message"] and items_of(place) == kept, error
        # The table, as it was before the dialogue went on there.
        place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
        mark = mark_of(place)
        rev, rest = mark.read_text().split(" ", 1)
        mark.write_text(f"{int(rev) + 1} {rest}")
        refused(place, "migrate", "--to", "dynamodb", "--release", "--yes", "which-bread", code=13, kind="rolled_back")
        assert items_of(place) == kept


@promise("a signing key that retired behind a move keeps the source neither from being released nor from taking the dialogue back; a target that goes further under that key alone is not believed")
def _():
    retire = (["keys", "rotate", "--signing"], ["keys", "rotate", "--signing", "--retire"])
    with Emulator() as emulator:
        for released in (False, True):
            with with_bread(emulator) as place:
                migrate(place)
                if released:
                    migrate(place, "--release", "--yes")
                for words in retire:
                    place.run(*words, *THERE)
                refused(place, "show", "which-bread", code=13, kind="retired_key")
                assert migrate(place)["before"] == 1
                assert migrate(place, "--release", "--yes")["dialogues"][0]["state"] == ("released_before" if released else "released")
                assert items_of(place) == []
                assert place.json("migrate", "--to", "sqlite", *THERE)["done"] == 1
                place.run("register", "which-bread", "-", stdin=later_round(1))
                assert place.json("verify")["good"] == place.json("verify", *THERE)["good"] == 1
        with with_bread(emulator) as place:
            migrate(place)
            place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
            kept = items_of(place)
            place.run(*retire[0], code=3)  # over the source, which is sealed
            place.run(*retire[1], "--resume", code=3)
            for words in ([], ["--dry-run"], ["--release", "--yes"]):
                refused(place, "migrate", "--to", "dynamodb", *words, "which-bread", code=13, kind="retired_key")
            assert items_of(place) == kept


@promise("a table that was restored with the identity of another is neither moved to nor from, and nothing is called off or released by it, until it has an identity of its own")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        place.run("create", "Steel", "--id", "steel")
        migrate(place, "which-bread")
        place.run("register", "which-bread", "-", *THERE, stdin=later_round(1))
        restored, another = ("--set", f"dynamodb.table={place.table}-restored"), {"XDG_STATE_HOME": str(place.path / "another")}
        place.run("table", "create", *restored)
        row = raw(emulator, "GetItem", TableName=place.table, Key={"PK": {"S": "#table"}, "SK": {"S": "!config"}}, ConsistentRead=True)["Item"]
        raw(emulator, "PutItem", TableName=f"{place.table}-restored", Item=row)  # from before the move
        before = database(place).read_bytes()
        for words in ([], ["--dry-run"], ["--cancel"], ["--release", "--yes"]):
            error = refused(place, "migrate", "--to", "dynamodb", *words, *restored, code=3, kind="table_restored", **another)
            assert "hansard table create" in error["hint"], error
        refused(place, "migrate", "--to", "sqlite", *THERE, *restored, code=3, kind="table_restored", **another)
        assert database(place).read_bytes() == before
        place.run("table", "create", *restored)
        assert "was sent to another store" in refused(place, "migrate", "--to", "dynamodb", "which-bread", *restored, code=3, kind="migrated", **another)["message"]
        assert place.json("migrate", "--to", "dynamodb", "steel", *restored, **another)["done"] == 1


@promise("a release says that the configuration still names the store that is left, unless the command named it")
def _():
    with Emulator() as emulator, with_bread(emulator) as place:
        migrate(place, "which-bread")
        assert "configuration still names" not in place.run("migrate", "--to", "dynamodb", "--release", "--dry-run")[0]
        said = " ".join(place.run("migrate", "--to", "dynamodb", "--release", "--yes")[0].split())
        assert "1 dialogue released" in said and "The configuration still names sqlite, which has nothing of these any more. To go on with dynamodb," in said and said.endswith("backend = dynamodb"), said
        place.run("create", "Steel", "--id", "steel")
        migrate(place, "steel")
        assert "configuration still names" not in place.run("migrate", "--to", "dynamodb", "--release", "--yes", "--set", "backend=sqlite")[0]
        # What the file says already is not to be written there.
        file = place.path / ".hansard/config"
        file.write_text(file.read_text().replace("; backend = sqlite", "backend = dynamodb"))
        said = " ".join(place.run("migrate", "--to", "dynamodb", *HERE)[0].split())
        assert "This run named sqlite, where" in said and "from a flag: leave that away. The configuration says already:" in said and "/config, line " in said, said
        # Ids of a table come from an index.
        would, text = (place.run("migrate", "--to", "sqlite", "--dry-run", *more, *THERE)[0] for more in (["--json"], []))
        assert re.search("index of the table, which may lag: [^:]*left out[.]$", " ".join(text.split())) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z", json.loads(would)["as_of"]), (would, text)
        text = place.run("migrate", "--to", "sqlite", *THERE)[0]
        assert re.search("index of the table, which may lag.*run this again, until it moves none", " ".join(text.split())), text
        answer, text = (place.run("migrate", "--to", "sqlite", "steel", *more, *THERE)[0] for more in (["--json"], []))
        assert "as_of" not in json.loads(answer) and "may lag" not in text, (answer, text)
        there = place.run("migrate", "--to", "dynamodb", "--dry-run", *HERE)[0]
        assert "may lag" not in there, there


main()
