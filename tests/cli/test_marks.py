#!/usr/bin/env python3
"""High-water marks: what was seen once cannot be taken back unnoticed."""
import fcntl
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from bread import ROUND, database, later_round, mark_of  # noqa: E402
from tapper import PROGRAM, ROOT, Place, main, promise  # noqa: E402


def marks(place):
    """{dialogue id: (rev, hash)}; nothing but marks lies there."""
    found = {}
    for path in (place.path / "home/.local/state/hansard/marks").glob("*/*/*"):
        rev, hash_ = path.read_text().rstrip("\n").split(" ")
        assert len(hash_) == 64 and path.stat().st_mode & 0o777 == 0o600, path
        found[path.name] = int(rev), hash_
    return found


def two_revs():
    """A dialogue of two commits, both seen, and a copy of the database with only the first."""
    place = Place()
    place.run("init")
    place.run("create", "Which bread", "--id", "which-bread")
    place.run("show", "which-bread")
    shutil.copy(database(place), place.path / "older.db")
    place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
    place.run("show", "which-bread")
    assert marks(place)["which-bread"][0] == 2
    return place


def refused(place, *words, code, kind, **more):
    _, err = place.run(*words, "--json", code=code, **more)
    error = json.loads(err.splitlines()[-1])
    assert error["kind"] == kind and error["hint"], error
    return error


@promise("a database that is put back as a whole is found by every load, exit 13, and nothing is written on top of it")
def _():
    with two_revs() as place:
        before = marks(place)
        shutil.copy(place.path / "older.db", database(place))
        kept = database(place).read_bytes()
        for words in (["show", "which-bread"], ["tensions", "which-bread"], ["export", "which-bread"]):
            error = refused(place, *words, code=13, kind="rolled_back")
            assert "which-bread" in error["message"] and "commit 2" in error["message"], error
        refused(place, "register", "which-bread", "-", code=13, kind="rolled_back", stdin=json.dumps(ROUND))
        assert marks(place) == before and database(place).read_bytes() == kept


@promise("what was written last is marked though nobody has read it since: put back, or gone, it is found")
def _():
    with Place() as place:
        place.run("init")
        place.run("create", "Which bread", "--id", "which-bread")
        assert marks(place)["which-bread"][0] == 1
        shutil.copy(database(place), place.path / "older.db")
        place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
        assert marks(place)["which-bread"][0] == 2
        shutil.copy(place.path / "older.db", database(place))
        refused(place, "show", "which-bread", code=13, kind="rolled_back")
    with Place() as place:
        place.run("init")
        shutil.copy(database(place), place.path / "empty.db")
        place.run("import", ROOT / "examples")
        (name, (rev, _)), = marks(place).items()
        assert rev >= 1
        shutil.copy(place.path / "empty.db", database(place))
        out, _ = place.run("verify", code=13)
        assert name in out and "it was seen here" in out, out


@promise("a dialogue that was seen and is gone is not begun anew under its id, by create or import")
def _():
    with Place() as place:
        place.run("init")
        shutil.copy(database(place), place.path / "empty.db")
        place.run("create", "Which bread", "--id", "which-bread")
        place.run("import", ROOT / "examples")
        before = marks(place)
        shutil.copy(place.path / "empty.db", database(place))
        assert "never used again" in refused(place, "create", "Which bread", "--id", "which-bread", code=13, kind="head_missing")["hint"]
        place.run("import", ROOT / "examples", code=13)
        assert marks(place) == before
        place.run("create", "Another", "--id", "another")


@promise("a dialogue of which anything is there without its head is not lost as a whole, with and without a mark: nothing is declared, or begun in its place, exit 13")
def _():
    tables = ("heads", "items", "parts", "commits")
    for left in (("items",), ("parts",), ("commits",), ("items", "parts", "commits")):
        for marked in (True, False):
            with Place() as place:
                place.run("init")
                place.run("import", ROOT / "examples")
                name = place.run("list", "--ids")[0].split()[0]
                mark = next((place.path / "home/.local/state/hansard/marks").glob(f"*/default/{name}"))
                sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE dialogue = '{name}'" for table in tables if table not in left))
                sql(place, "PRAGMA foreign_keys = OFF", "DELETE FROM items WHERE type = 'meta'")  # no index lists it
                if not marked:
                    mark.unlink()
                there = "and of it there are: " + ", ".join(left)
                before = database(place).read_bytes()
                for words in (["show", name], ["verify", name], ["verify"], ["backup", "--restored", name], ["create", "Which", "--id", name]):
                    out, err = place.run(*words, code=13)
                    seen = " ".join((out + err).split())
                    assert there in seen or (words == ["verify"] and not marked and "references" in seen) or (words[0] == "create" and marked), (left, marked, words, seen)
                if marked:
                    assert f"LEFT OUT {name}: the head of" in " ".join(place.run("backup", "--restored", code=13)[0].split())
                    mark.write_text(mark.read_text().replace("\n", " lost\n"))  # as one was declared before rows came back
                    assert there in " ".join(place.run("verify", code=13)[0].split())
                assert database(place).read_bytes() == before


def sql(place, *statements):
    connection = sqlite3.connect(database(place), isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.close()


@promise("a dialogue that no backup has is declared lost as a whole by its name: no fault from then on, its id stays taken, and a backup still brings it back")
def _():
    with two_revs() as place:
        shutil.copy(database(place), place.path / "newer.db")
        (place.path / "newest").write_text(place.run("receipt", "which-bread")[0])
        kept = mark_of(place).read_bytes()
        place.run("abandon", "which-bread", "Enough")
        (place.path / "later").write_text(place.run("receipt", "which-bread")[0])
        shutil.copy(place.path / "older.db", database(place))
        mark_of(place).unlink()
        (place.path / "older").write_text(place.run("receipt", "which-bread")[0])
        shutil.copy(place.path / "newer.db", database(place))
        mark_of(place).write_bytes(kept)
        place.run("create", "Steel", "--id", "steel")
        sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE dialogue = 'which-bread'" for table in ("heads", "parts", "items", "commits")))
        place.run("verify", code=13)
        out, _ = place.run("backup", "--restored", code=13)
        assert "declare that: hansard backup --restored which-bread" in out and "1 gone and not declared" in out, out
        place.run("verify", code=13)
        refused(place, "--read-only", "backup", "--restored", "which-bread", code=2, kind="usage")
        refused(place, "backup", "--restored", "which", code=13, kind="head_missing")  # the beginning of an id is not its name
        assert place.json("backup", "--restored", "which-bread")["dialogues"] == [{"dialogue_id": "which-bread", "survived_rev": 0, "lost_rev": 2}]
        assert re.fullmatch("2 [0-9a-f]{64} lost\n", mark_of(place).read_text())
        place.run("verify")
        assert "gone" not in place.run("backup", "--restored")[0]
        lost = (["show", "which-bread"], ["show", "which"], ["verify", "which-bread"], ["receipt", "which-bread"], ["log", "which-bread"], ["leakage", "which-bread"],
                ["erase", "which-bread", "--confirm", "which-bread"], ["backup", "--restored", "which-bread"])
        for words in lost:
            error = refused(place, *words, code=1, kind="lost")
            assert "declared lost as a whole, after rev 2" in error["message"] and "a backup that has it" in error["hint"], error
        # Another dialogue whose id begins so is not meant by it.
        place.run("create", "Which bread, again", "--id", "which-bread-again")
        for words in (["show", "which-bread"], ["abandon", "which-bread", "Enough"]):
            refused(place, *words, code=1, kind="lost")
        assert "which-bread-again" in place.run("list", "--status", "open", "--ids")[0]
        # A receipt of what was declared lost is that; one from after it is not, and says so.
        error = refused(place, "verify", "--receipt", "newest", code=1, kind="declared_lost")
        refused(place, "verify", "--receipt", "older", code=1, kind="declared_lost")
        refused(place, "verify", "--receipt", "later", code=13, kind="rolled_back")
        refused(place, "show", "whatever", code=1, kind="not_found")
        refused(place, "create", "Other", "--id", "which-bread", code=11, kind="lost")
        place.run("verify")
        shutil.copy(place.path / "newer.db", database(place))
        place.run("show", "which-bread")
        assert "lost" not in mark_of(place).read_text()  # it was seen again
        rows = [f"DELETE FROM {table} WHERE dialogue = 'which-bread'" for table in ("heads", "parts", "items", "commits")]
        sql(place, "PRAGMA foreign_keys = OFF", rows[0], rows[3])
        refused(place, "backup", "--restored", "which-bread", code=13, kind="head_missing")  # items are there
        sql(place, "PRAGMA foreign_keys = OFF", *rows)
        refused(place, "show", "which-bread", code=13, kind="head_missing")
        place.run("verify", code=13)
        shutil.copy(place.path / "newer.db", database(place))
        place.run("abandon", "which-bread", "Back again")
        assert re.fullmatch("3 [0-9a-f]{64}\n", mark_of(place).read_text())


@promise("a mark that is none hides no other dialogue that is missing, from verify or from a restore of all")
def _():
    with two_revs() as place:
        place.run("create", "Steel", "--id", "steel")
        place.run("create", "Wood", "--id", "wood")
        sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE dialogue IN ('which-bread', 'steel')" for table in ("heads", "parts", "items", "commits")))
        (mark_of(place).parent / "steel").write_text("junk")
        out, _ = place.run("verify", code=13)
        assert all(re.search(rf"^BROKEN +{name} ", out, re.M) for name in ("which-bread", "steel")) and "2 broken" in out, out
        out, err = place.run("backup", "--restored", code=3)
        assert "which-bread: lost as a whole" in out and re.search("^LEFT OUT  steel: .*no mark", out, re.M), (out, err)
        (mark_of(place).parent / "steel").unlink()
        (mark_of(place).parent / "steel").mkdir()
        out, _ = place.run("verify", code=13)
        assert "2 broken" in out, out
        out, _ = place.run("backup", "--restored", code=1)
        assert "which-bread: lost as a whole" in out and "LEFT OUT  steel: " in out, out


@promise("marks behind a link that leads nowhere are not taken for none: nothing is begun or restored")
def _():
    with two_revs() as place:
        folder = place.path / "home/.local/state/hansard/marks"
        folder.rename(place.path / "kept")
        folder.symlink_to(place.path / "away")
        shutil.copy(place.path / "older.db", database(place))
        for words in (["backup", "--restored", "which-bread"], ["create", "Steel"], ["show", "which-bread"]):
            error = refused(place, *words, code=1, kind="mark_io")
            assert "leads nowhere" in error["message"], error
        folder.unlink()
        (place.path / "kept").rename(folder)
        refused(place, "show", "which-bread", code=13, kind="rolled_back")
        place.run("backup", "--restored", "which-bread")
        place.run("verify")


@promise("marks behind a link that leads nowhere are not taken for none where they are listed: verify, list, doctor and a restore of all say so, of an empty store, too")
def _():
    for below in ("", "name", "name/default"):
        with Place() as place:
            place.run("init")
            shutil.copy(database(place), place.path / "empty.db")
            place.run("create", "Which bread", "--id", "which-bread")
            folder = mark_of(place).parents[0 if below.endswith("t") else 1 if below else 2]
            folder.rename(place.path / "kept")
            folder.symlink_to(place.path / "away")
            shutil.copy(place.path / "empty.db", database(place))
            for words in (["verify"], ["list"], ["backup", "--restored"], ["show", "which-bread"], ["show", "which"]):
                error = refused(place, *words, code=1, kind="mark_io")
                assert "leads nowhere" in error["message"], (below, words, error)
            findings = {one["subject"]: one for one in json.loads(place.run("doctor", "--json", code=1)[0])["findings"]}
            assert not findings["marks"]["good"] and "leads nowhere" in findings["marks"]["detail"], findings
            folder.unlink()
            (place.path / "kept").rename(folder)
            assert "it was seen here" in place.run("verify", code=13)[0]


@promise("a dialogue that was seen and whose head is gone is no unknown one: exit 13 with every command that names it, by the beginning of its id too")
def _():
    rows = [f"DELETE FROM {table} WHERE dialogue = 'which-bread'" for table in ("heads", "parts", "items", "commits")]
    for statements in (rows[:1], rows):
        with two_revs() as place:
            place.run("create", "Bread and steel", "--id", "which-bread-2")
            place.run("create", "Steel", "--id", "steel")
            sql(place, "PRAGMA foreign_keys = OFF", *statements)
            for words in (["show", "which-bread"], ["show", "which-bread", "--events"], ["log", "which-bread"], ["log", "which-bread", "--restored"], ["show", "which-bread", "--restored"], ["tensions", "which-bread"],
                          ["scoreboard", "which-bread"], ["export", "which-bread"], ["render", "which-bread"], ["context", "which-bread"],
                          ["receipt", "which-bread"], ["abandon", "which-bread", "Stale"], ["keys", "rotate", "--dialogue", "which-bread"],
                          ["erase", "which-bread", "--confirm", "which-bread"], ["--read-only", "show", "which-bread"]):
                error = refused(place, *words, code=13, kind="head_missing")
                what = "is missing, and of it there are: items, commits" if len(statements) == 1 else "is missing: it was seen here at commit 2"
                assert what in error["message"] and "backup" in error["hint"], (words, error)
            if len(statements) == 1:
                assert "a backup in its place that has it" in refused(place, "backup", "--restored", "which-bread", code=13, kind="head_missing")["hint"]
                assert re.search("^LEFT OUT  which-bread: the head of .* is missing", place.run("backup", "--restored", code=13)[0], re.M)
            else:
                assert "which-bread: lost as a whole" in place.run("backup", "--restored", code=13)[0]
            out, _ = place.run("verify", "which-bread", code=13)
            assert re.search(r"^BROKEN +which-bread .*\n +head: (the head of \"which-bread\" )?is missing", out, re.M) and "1 broken" in out, out
            sql(place, "PRAGMA foreign_keys = OFF", *(row.replace("'which-bread'", "'which-bread-2'") for row in statements))
            refused(place, "show", "WHICH", code=13, kind="head_missing")
            place.run("show", "nothing", code=1)
            place.run("show", "steel")
            place.run("create", "New")
            place.run("import", ROOT / "examples")


@promise("a history that was replaced is not declared restored: nothing is written, and its mark stays")
def _():
    with two_revs() as place:
        seen = marks(place)
        shutil.copy(place.path / "older.db", database(place))
        elsewhere = {"XDG_STATE_HOME": str(place.path / "elsewhere")}
        for number in (1, 2):
            place.run("register", "which-bread", "-", stdin=later_round(1) if number == 2 else json.dumps(ROUND | {"summary": "Otherwise"}), **elsewhere)
        data = database(place).read_bytes()
        for words in (["show", "which-bread"], ["backup", "--restored"], ["backup", "--restored", "which-bread"]):
            place.run(*words, code=13)
        assert database(place).read_bytes() == data and marks(place) == seen


@promise("another history of the same length is found")
def _():
    with two_revs() as place:
        shutil.copy(place.path / "older.db", database(place))
        away = mark_of(place).rename(place.path / "away")
        place.run("register", "which-bread", "-", stdin=json.dumps(ROUND | {"title": "Another"}))
        shutil.copy(away, next((place.path / "home/.local/state/hansard/marks").glob("*/*")) / "which-bread")
        error = refused(place, "show", "which-bread", code=13, kind="rolled_back")
        assert "another commit 2" in error["message"], error


@promise("a mark of a later state, as another person's receipt gives it, is held against the store")
def _():
    with two_revs() as place:
        rev, hash_ = marks(place)["which-bread"]
        mark_of(place).write_text(f"{rev + 5} {'0' * 64}\n")
        assert "commit 7" in refused(place, "show", "which-bread", code=13, kind="rolled_back")["message"]
        mark_of(place).write_text(f"{rev - 1} {'0' * 64}\n")
        refused(place, "show", "which-bread", code=13, kind="rolled_back")
        mark_of(place).write_text(f"{rev} {hash_}\n")
        place.run("show", "which-bread")


@promise("an older mark that the history reaches moves up")
def _():
    with two_revs() as place:
        newest = marks(place)
        mark = mark_of(place)
        place.run("register", "which-bread", "-", stdin=later_round(1))
        place.run("show", "which-bread")
        assert marks(place)["which-bread"][0] == 3
        mark.write_text("{} {}\n".format(*newest["which-bread"]))
        place.run("show", "which-bread")
        assert marks(place)["which-bread"][0] == 3


@promise("doctor, which opens no key, finds a store that was put back whole or went on otherwise, and what is gone, exit 13, and leads to verify; what was declared is no fault, and neither is a mark that is older")
def _():
    def freshness(place, code=0):
        out, err = place.run("doctor", "--json", code=code)
        error = json.loads(err.splitlines()[-1]) if code else None
        assert not code or (error["kind"] == "rolled_back" and "hansard verify" in error["hint"]), error
        finding, = (one for one in json.loads(out)["findings"] if one["subject"] == "freshness")
        assert finding["state"] == ("bad" if code else "ok"), finding
        return finding["detail"]

    with two_revs() as place:
        place.run("create", "Steel", "--id", "steel")
        freshness(place)
        kept = mark_of(place).read_text(), database(place).read_bytes()
        place.run("abandon", "which-bread", "Enough")
        newest = mark_of(place).read_text()
        mark_of(place).write_text(kept[0])
        freshness(place)  # the mark is older
        mark_of(place).write_text(newest)
        database(place).write_bytes(kept[1])
        assert "of 1 of 2 dialogues, as which-bread, the store does not have" in freshness(place, code=13)
        place.run("backup", "--restored", "which-bread")
        freshness(place)
        mark_of(place).write_text(newest)  # declared lost by another: told by verify
        freshness(place)
        mark_of(place).write_text(kept[0].replace(kept[0].split()[1], "0" * 64))
        assert "1 of 2 dialogues" in freshness(place, code=13)
        mark_of(place).write_text("none")
        out, _ = place.run("doctor", "--json", code=1)
        assert [one["detail"] for one in json.loads(out)["findings"] if not one["good"]] == [f"{mark_of(place)} is no mark: a rev, a blank and 64 hex digits"], out
        mark_of(place).write_text(newest)
        sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE dialogue = 'steel'" for table in ("heads", "parts", "items", "commits")))
        assert "as steel" in freshness(place, code=13)
        place.run("backup", "--restored", "steel")
        freshness(place)
        shutil.copy(place.path / "older.db", database(place))
        out, _ = place.run("doctor", code=13)
        assert re.search("^BAD +freshness .*: hansard verify$", out, re.M), out


@promise("a dialogue that was seen and is gone is left out by name of lists, open tensions and numbers, exit 13, with its filters and pages, too, and beside one that is broken; declared lost it is not")
def _():
    rows = [f"DELETE FROM {table} WHERE dialogue = 'which-bread'" for table in ("heads", "parts", "items", "commits")]
    every = (["list"], ["list", "--ids"], ["list", "--status", "converged"], ["list", "--limit", "1"], ["list", "--similar", "steel"], ["tensions"], ["stats"])
    for broken in (False, True):
        with two_revs() as place:
            for name in ("steel", "wood"):
                place.run("create", name, "--id", name)
            sql(place, "PRAGMA foreign_keys = OFF", *rows)
            if broken:
                sql(place, "UPDATE items SET stored = zeroblob(100) WHERE dialogue = 'wood' AND type = 'meta'")
            for words in every:
                out, err = place.run(*words, "--json", code=13)
                left = {one["dialogue_id"]: one for one in json.loads(out)["left_out"]}
                assert left["which-bread"]["kind"] == "head_missing" and left["which-bread"]["code"] == 13 and "backup" in left["which-bread"]["hint"], left
                assert set(left) - {"which-bread"} <= ({"wood"} if broken else set()), left
                assert "which-bread" in json.loads(err.splitlines()[-1])["message"], err
                out, err = place.run(*words, code=13)
                assert words[1:] == ["--ids"] or "LEFT OUT  which-bread: the head of" in out, (words, out)
                assert words[1:] != ["--ids"] or "which-bread" not in out and "steel" in out and "which-bread" in err, out
            if not broken:
                (mark_of(place).parent / "NO").write_text("a stray name hides nothing, and is none")
                place.run("list", code=13)
                place.run("backup", "--restored", "which-bread", code=0)
                for words in every:
                    place.run(*words)
    with two_revs() as place:  # its head alone: the index lists it, and it is named once
        sql(place, "PRAGMA foreign_keys = OFF", rows[0])
        left, = json.loads(place.run("list", "--json", code=13)[0])["left_out"]
        assert left["dialogue_id"] == "which-bread" and left["kind"] == "head_missing", left


@promise("a list counts what is erased in its foot, as JSON by id, where all of it is shown; one that is broken is left out by name")
def _():
    with two_revs() as place:
        for name in ("steel", "wood"):
            place.run("create", name, "--id", name)
        assert "erased" not in place.run("list")[0] and "erased" not in place.json("list")
        for number, name in enumerate(("which-bread", "wood")):
            place.run("erase", name, "--confirm", name)
            out, ids = place.run("list")[0], place.json("list")["erased"]
            assert ("1 erased dialogue is not shown: hansard verify names it." if number == 0 else "2 erased dialogues are not shown: hansard verify names them.") in out, out
            assert ids == ["which-bread", "wood"][:number + 1], ids
        assert place.json("list", "--limit", "1")["erased"] == ["which-bread", "wood"]  # one is all that is listed
        for words in (["--status", "open"], ["--ids"]):
            assert "erased" not in place.run("list", *words)[0]
        place.run("create", "paper", "--id", "paper")
        assert "erased" not in place.json("list", "--limit", "1")
        place.run("erase", "which-bread", "--confirm", "which-bread", "--all")
        assert place.json("list")["erased"] == ["which-bread", "wood"]
        sql(place, "UPDATE commits SET stored = zeroblob(100) WHERE dialogue = 'wood' AND rev = 2")
        out, _ = place.run("list", "--json", code=13)
        answer = json.loads(out)
        assert answer["erased"] == ["which-bread"] and [left["dialogue_id"] for left in answer["left_out"]] == ["wood"], answer


@promise("a mark of the head's own rev that does not say that it is erased, or says that it is lost, is set right, by verify as by any load; one that says all is not written again")
def _():
    with two_revs() as place:
        place.run("create", "Steel", "--id", "steel")
        place.run("erase", "which-bread", "--confirm", "which-bread")
        mark, steel = mark_of(place), mark_of(place).with_name("steel")
        good = {mark: mark.read_text(), steel: steel.read_text()}
        assert re.fullmatch("3 [0-9a-f]{64} erased\n", good[mark]) and re.fullmatch("1 [0-9a-f]{64}\n", good[steel])
        by = {"verify": (["verify"],), "verify ID": (["verify", "which-bread"], ["verify", "steel"]), "load": (["log", "which-bread"], ["log", "steel"])}
        for words, commands in by.items():
            for path, wrong in ((mark, good[mark].replace(" erased", "")), (mark, good[mark].replace("\n", " lost\n")), (steel, good[steel].replace("\n", " lost\n"))):
                path.write_text(wrong)
                for command in commands:
                    place.run(*command)
                assert {path: path.read_text() for path in good} == good, (words, wrong)
            before = [path.stat().st_ino for path in good]
            for command in commands:
                place.run(*command)
            assert [path.stat().st_ino for path in good] == before, words


@promise("a mark can be read and written by its owner alone, whatever the umask")
def _():
    with two_revs() as place:
        before = os.umask(0o777)
        try:
            place.run("register", "which-bread", "-", stdin=later_round(1))
        finally:
            os.umask(before)
        assert mark_of(place).stat().st_mode & 0o777 == 0o600, oct(mark_of(place).stat().st_mode)


@promise("a mark that cannot be read is no mark: exit 3, named")
def _():
    with two_revs() as place:
        mark = mark_of(place)
        good = mark.read_text()
        for bad in ("", "2", "02" + good[1:], "0" + good[1:], good[:-1], good + "\n", good.upper() if good.upper() != good else "x", "-" + good,
                    *(good[:-1] + more + "\n" for more in (" moved", " moved 0", " moved 2", " moved 3", " moved 01", " moved 1 ", " moved 1 passed 1", " moved 1 lost", " moved 1 moved 1", "  moved 1", " erased moved 2"))):
            mark.write_text(bad)
            error = refused(place, "show", "which-bread", code=3, kind="invalid_mark")
            assert str(mark) in error["message"], error
        mark.write_text(good)
        place.run("show", "which-bread")


@promise("what a mark says of a move stays in front of nothing else it says, whatever is written, erased, declared or told behind it")
def _():
    with two_revs() as place:
        mark = mark_of(place)
        mark.write_text(mark.read_text().replace("\n", " moved 1\n"))
        place.run("show", "which-bread")
        assert re.fullmatch("2 [0-9a-f]{64} moved 1\n", mark.read_text())
        place.run("register", "which-bread", "-", stdin=later_round(1))
        assert re.fullmatch("3 [0-9a-f]{64} moved 1\n", mark.read_text())
        shutil.copy(database(place), place.path / "newer.db")
        place.run("abandon", "which-bread", "Enough")
        shutil.copy(place.path / "newer.db", database(place))
        elsewhere = {"XDG_STATE_HOME": str(place.path / "elsewhere")}
        place.run("show", "which-bread", **elsewhere)
        shutil.copytree(mark.parents[1], place.path / "elsewhere/hansard/marks" / mark.parents[1].name, dirs_exist_ok=True)
        place.run("backup", "--restored", "which-bread", **elsewhere)
        place.run("show", "which-bread")  # commit 4, seen here, is declared lost
        assert re.fullmatch("5 [0-9a-f]{64} passed 4 moved 1\n", mark.read_text()), mark.read_text()
        place.run("verify")
        assert re.fullmatch("5 [0-9a-f]{64} moved 1\n", mark.read_text()), mark.read_text()
        place.run("erase", "which-bread", "--confirm", "which-bread")
        assert re.fullmatch("6 [0-9a-f]{64} erased moved 1\n", mark.read_text()), mark.read_text()
        sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE dialogue = 'which-bread'" for table in ("heads", "parts", "items", "commits")))
        place.run("backup", "--restored", "which-bread")
        assert re.fullmatch("6 [0-9a-f]{64} erased lost moved 1\n", mark.read_text()), mark.read_text()
        place.run("verify")


@promise("eight processes that write one dialogue leave the mark at a commit of it, and nothing else behind")
def _():
    with two_revs() as place:
        for number in range(2, 6):
            running = [subprocess.Popen([PROGRAM, "show", "which-bread"], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE) for _ in range(7)]
            place.run("register", "which-bread", "-", stdin=later_round(number - 1))
            for process in running:
                _, err = process.communicate(timeout=60)
                assert process.returncode == 0, err
        place.run("show", "which-bread")
        assert marks(place)["which-bread"][0] == 6
        assert set(marks(place)) == {"which-bread"}


@promise("a folder of marks behind a link that leads nowhere is said so, exit 1: the store is not taken for an empty one")
def _():
    with two_revs() as place:
        folder = next((place.path / "home/.local/state/hansard/marks").glob("*/default"))
        folder.rename(place.path / "unmounted")
        folder.symlink_to(place.path / "nowhere")
        for words in (["list"], ["show", "which-bread"], ["verify"]):
            out, err = place.run(*words, code=1)
            assert "default" in err and "No dialogues" not in out, (words, out, err)


@promise("verify names a mark that cannot be read with its dialogue, and goes on with the others")
def _():
    with two_revs() as place:
        place.run("create", "Steel", "--id", "steel")
        mark_of(place).write_text("nonsense")
        out, _ = place.run("verify", code=3)
        assert re.search(r"^UNPROVED +which-bread", out, re.M) and "mark: " in out and re.search(r"^good +steel", out, re.M), out


@promise("a state folder that cannot be written is said so, exit 1")
def _():
    with two_revs() as place:
        (place.path / "file").write_text("")
        error = refused(place, "show", "which-bread", code=1, kind="mark_io", XDG_STATE_HOME=str(place.path / "file"))
        assert str(place.path / "file") in error["message"] and error["hint"].startswith("make that folder yours") and "HANSARD_MARKS" in error["hint"] and "unnoticed" in error["hint"], error
        keys = str(place.path / "home/.config/hansard/keys")
        _, err = place.run("show", "which-bread", code=3, HOME="", HANSARD_KEYS=keys)
        assert "neither HANSARD_MARKS, XDG_STATE_HOME nor HOME is set" in err, err


@promise("--read-only holds what it reads against the marks and leaves them where they are")
def _():
    with two_revs() as place:
        newest = marks(place)
        shutil.copy(mark_of(place), place.path / "kept")
        place.run("register", "which-bread", "-", stdin=later_round(1))
        shutil.copy(place.path / "kept", mark_of(place))
        place.run("--read-only", "show", "which-bread")
        assert marks(place) == newest
        shutil.copy(place.path / "older.db", database(place))
        refused(place, "--read-only", "show", "which-bread", code=13, kind="rolled_back")
        assert marks(place) == newest


@promise("marks follow the configuration: two stores of one person do not share them")
def _():
    with two_revs() as place:
        other = place.path / "other"
        place.run("init", other)
        place.run("--store", other, "create", "Which bread", "--id", "which-bread")
        place.run("--store", other, "show", "which-bread")
        place.run("show", "which-bread")
        found = list((place.path / "home/.local/state/hansard/marks").glob("*/*/which-bread"))
        assert len(found) == 2, found


def put_back(*ids):
    """A place whose dialogues each had a second commit, which its database has lost."""
    place = Place()
    place.run("init")
    for name in ids:
        place.run("create", f"On {name}", "--id", name)
    shutil.copy(database(place), place.path / "older.db")
    for name in ids:
        place.run("register", name, "-", stdin=json.dumps(ROUND))
    shutil.copy(place.path / "older.db", database(place))
    return place


def altered(place, name):
    sql(place, f"UPDATE items SET stored = zeroblob(100) WHERE dialogue = '{name}' AND type = 'meta'")


@promise("backup --restored leaves what is broken as it is, restores the others, names both, and exits 13")
def _():
    for as_json in (False, True):
        with put_back("bread", "steel", "wood") as place:
            altered(place, "steel")
            out, err = place.run("backup", "--restored", *(["--json"] if as_json else []), code=13)
            if as_json:
                answer, error = json.loads(out), json.loads(err.splitlines()[-1])
                assert {restored["dialogue_id"] for restored in answer["dialogues"]} == {"bread", "wood"}, answer
                left, = answer["left_out"]
                assert left["dialogue_id"] == "steel" and left["code"] == 13 and left["kind"] == "integrity_violated" and "meta" in left["message"] and left["hint"], left
                assert error["code"] == 13 and error["kind"] == "integrity_violated" and "1 dialogue is left out: steel" in error["message"], error
            else:
                assert out.count("is declared lost") == 2 and re.search("^LEFT OUT  steel: .*meta", out, re.M), out
                assert "2 dialogues restored, 1 left out" in out and "memory" not in err, (out, err)
            place.run("show", "bread")
            place.run("show", "wood")
            place.run("backup", "--restored", "steel", code=13)
            place.run("backup", "--restored", "bread", code=3)


@promise("of several reasons to leave dialogues the gravest is the exit code: 13 before 3")
def _():
    with put_back("bread", "steel", "wood") as place:
        folder = next((place.path / "home/.local/state/hansard/marks").glob("*/default"))
        (folder / "bread").write_text("nonsense")
        out, err = place.run("backup", "--restored", code=3)
        assert re.search("^LEFT OUT  bread: .*no mark", out, re.M) and out.count("is declared lost") == 2 and "no mark" in err, (out, err)
        altered(place, "wood")
        out, err = place.run("backup", "--restored", code=13)
        assert out.count("LEFT OUT") == 2 and "wood" in err, (out, err)


@promise("a mark far above what survived is not restored from unless its dialogue is named, one at the end of all revs never: nothing is written")
def _():
    for rev, code, word in ((2 + 2 ** 20, 13, "more than there ever are"), (9999999998, 13, "the last commit"), (9999999999, 13, "the last commit"), (1 + 2 ** 20, 0, "")):
        with two_revs() as place:
            shutil.copy(place.path / "older.db", database(place))
            data = database(place).read_bytes()
            mark_of(place).write_text(f"{rev} {'0' * 64}\n")
            out, err = place.run("backup", "--restored", code=code)
            assert word in out + err and (code == 0 or database(place).read_bytes() == data), (rev, out, err)
            if rev > 9 * 10 ** 9:
                error = refused(place, "backup", "--restored", "which-bread", code=13, kind="mark_too_far")
                assert "last commit" in error["message"] and "take it away" in error["hint"] and database(place).read_bytes() == data, error
            elif code != 0:
                assert "hansard backup --restored which-bread" in err, err
                place.run("backup", "--restored", "which-bread")
            if rev < 9 * 10 ** 9:
                assert marks(place)["which-bread"][0] == rev + 1
                place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
                place.run("verify")


@promise("a restore that brings an erased dialogue back says so; the mark knows of the erasure by whoever made or saw it")
def _():
    for seen_by in ("erase", "show", "verify"):
        with two_revs() as place:
            place.run("create", "Steel", "--id", "steel")
            shutil.copy(database(place), place.path / "whole.db")
            elsewhere = {} if seen_by == "erase" else {"XDG_STATE_HOME": str(place.path / "elsewhere")}
            place.run("erase", "which-bread", "--confirm", "which-bread", **elsewhere)
            place.run("abandon", "steel", "Enough", **elsewhere)
            if seen_by == "show":
                place.run("show", "which-bread", code=1)
                place.run("show", "steel")
            place.run("verify")
            assert mark_of(place).read_text().endswith(" erased\n") and not mark_of(place).with_name("steel").read_text().endswith(" erased\n")
            shutil.copy(place.path / "whole.db", database(place))
            refused(place, "show", "which-bread", code=13, kind="rolled_back")
            shutil.copy(place.path / "whole.db", place.path / "again.db")
            kept = {path: path.read_text() for path in mark_of(place).parent.iterdir()}
            out, _ = place.run("backup", "--restored")
            assert re.search("which-bread: commit 3 is declared lost\n +It had been erased.*\n +hansard erase which-bread --confirm which-bread\n", out), out
            assert out.count("had been erased") == 1 and "steel: commit 2 is" in out and "since the copy was made" in out, out
            place.run("show", "which-bread")
            shutil.copy(place.path / "again.db", database(place))
            for path, text in kept.items():
                path.write_text(text)
            answer = place.json("backup", "--restored")
            assert {one["dialogue_id"]: one["unerased"] for one in answer["dialogues"]} == {"which-bread": True, "steel": False}, answer
            place.run("erase", "which-bread", "--confirm", "which-bread")
            place.run("verify")


@promise("a receipt of what is stored is not fine where that is older, or another, than what was seen here last: put_back, exit 13")
def _():
    with two_revs() as place:
        shutil.copy(database(place), place.path / "newer.db")
        shutil.copy(place.path / "older.db", database(place))
        kept = mark_of(place).read_bytes()
        mark_of(place).unlink()
        (place.path / "older").write_text(place.run("receipt", "which-bread")[0])
        mark_of(place).write_bytes(kept)
        answer = json.loads(place.run("verify", "--receipt", "older", "--json", code=13)[0])
        assert answer["standing"] == "put_back" and answer["rev"] == answer["head_rev"] == 1, answer
        assert "ends before what was seen here" in " ".join(place.run("verify", "--receipt", "older", code=13)[0].split())
        mark_of(place).unlink()
        place.run("abandon", "which-bread", "Enough")  # another commit 2
        mark_of(place).write_bytes(kept)
        assert "went on otherwise" in " ".join(place.run("verify", "--receipt", "older", code=13)[0].split())
        mark_of(place).unlink()
        assert place.json("verify", "--receipt", "older")["standing"] == "fine"
        shutil.copy(place.path / "newer.db", database(place))
        mark_of(place).write_bytes(kept)
        assert place.json("verify", "--receipt", "older")["standing"] == "fine"
        # A receipt of a commit that was declared lost, and what declares that is not what was seen here last.
        (place.path / "lost").write_text(place.run("receipt", "which-bread")[0])
        shutil.copy(place.path / "older.db", database(place))
        place.run("backup", "--restored")
        shutil.copy(database(place), place.path / "restored.db")
        assert json.loads(place.run("verify", "--receipt", "lost", "--json", code=1)[0])["standing"] == "declared_lost"
        place.run("abandon", "which-bread", "Enough")
        shutil.copy(place.path / "restored.db", database(place))
        out, _ = place.run("verify", "--receipt", "lost", "--json", code=13)
        assert json.loads(out)["standing"] == "put_back", out


@promise("what is planted as the draft of a mark is neither followed nor waited for")
def _():
    with two_revs() as place:
        draft = mark_of(place).with_name("which-bread.new")
        precious = place.path / "precious"
        precious.write_text("precious")
        for number, plant in enumerate((lambda: draft.symlink_to(precious), lambda: os.mkfifo(draft), lambda: os.link(precious, draft), lambda: draft.write_text("2 "))):
            plant()
            place.run("register", "which-bread", "-", stdin=later_round(1 + number))
            place.run("show", "which-bread")
            assert marks(place) == {"which-bread": (3 + number, marks(place)["which-bread"][1])} and precious.read_text() == "precious"
        draft.mkdir()
        # What is written stands and is answered; that it is not marked is said.
        out, err = place.run("register", "which-bread", "-", "--json", stdin=later_round(5), code=1)
        error = json.loads(err.splitlines()[-1])
        assert json.loads(out)["rev"] == 7 and error["kind"] == "unmarked" and not error["retryable"] and "what was asked is done" in error["message"] and str(draft) in error["message"] and error["hint"], (out, error)
        assert str(draft) in refused(place, "show", "which-bread", code=1, kind="mark_io")["message"]


@promise("marks that another process keeps locked are waited for, and not for ever: exit 11; what was written before that is said")
def _():
    with two_revs() as place:
        place.run("create", "Steel", "--id", "steel")
        shutil.copy(mark_of(place), place.path / "kept")
        place.run("register", "which-bread", "-", stdin=later_round(1))
        shutil.copy(place.path / "kept", mark_of(place))
        lock = os.open(mark_of(place).parent, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        begun = [subprocess.Popen([PROGRAM, *words, "--json"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                 for words in (["show", "which-bread"], ["erase", "steel", "--confirm", "steel"])]
        errors = []
        for process in begun:
            out, err = process.communicate(timeout=120)
            assert process.returncode == 11 and out == b"", (process.returncode, out, err)
            errors.append(json.loads(err.decode().splitlines()[-1]))
        os.close(lock)
        show, erase = errors
        assert show["kind"] == erase["kind"] == "marks_busy" and show["retryable"] and str(mark_of(place).parent) in show["message"], errors
        assert "it was written" not in show["hint"] and "before that it was written" in erase["hint"] and "hansard log" in erase["hint"], errors
        place.run("show", "which-bread")
        assert place.json("log", "steel")["commits"][0]["operation"] == "erase"


@promise("a name in the folder of the marks that no dialogue can have is no mark: nothing is missing for it, it reaches no terminal as it is, and the hint can be followed")
def _():
    with two_revs() as place:
        strange = mark_of(place).with_name("Evil\x1b[2Jname")
        strange.write_text(mark_of(place).read_text())
        for words in (["backup", "--restored"], ["verify"]):
            out, err = place.run(*words, code=3)
            assert "\x1b" not in out + err and re.search("Evil.*name is no mark", err) and "move it out of the folder of the marks" in err, (out, err)
            assert refused(place, *words, code=3, kind="invalid_mark")["message"].startswith(str(strange.parent)), words
        out, _ = place.run("verify", code=3)
        assert "UNPROVED marks:" in out and "1 dialogue: 1 good, 0 broken" in out, out
        answer = json.loads(place.run("verify", "--json", code=3)[0])
        assert len(answer["dialogues"]) == 1 and answer["unverified"] == 0 and "Evil" in answer["marks"], answer
        shutil.copy(place.path / "older.db", database(place))  # it hides nothing that is wrong
        assert "UNPROVED marks:" in place.run("verify", code=13)[0]
        assert "commit 2 is declared" in place.run("backup", "--restored", code=3)[0]
        strange.rename(place.path / "strange")
        assert "marks" not in place.json("verify")
        place.run("backup", "--restored")


@promise("verify counts what is good and what is broken, and has one remedy for one cause")
def _():
    with two_revs() as place:
        assert place.run("verify")[0].splitlines()[-1] == "1 dialogue: 1 good, 0 broken"
        place.run("create", "Steel", "--id", "steel")
        place.run("create", "Wood", "--id", "wood")
        place.run("erase", "wood", "--confirm", "wood")
        kept = database(place).read_bytes()
        rows = "dialogue = 'which-bread'"

        def total(expected, kind, once, never):
            out, err = place.run("verify", code=13)
            assert out.splitlines()[-1] == expected, out
            assert refused(place, "verify", code=13, kind=kind)["hint"] in err, err
            assert err.count(once) == 1 and once not in out and never not in out + err, (out, err)

        with sqlite3.connect(place.path / "older.db") as older:
            older_rows = {table: older.execute(f"SELECT * FROM {table} WHERE {rows}").fetchall() for table in ("heads", "commits", "items", "parts")}
        older.close()
        sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE {rows}" for table in older_rows))
        with sqlite3.connect(database(place)) as database_:
            for table, found in older_rows.items():
                database_.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(found[0])) if found else ''})", found) if found else None
        database_.close()
        total("3 dialogues: 2 good (1 erased), 1 broken", "rolled_back", "then declare it: hansard backup --restored", "not as")
        sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE dialogue = 'steel'" for table in older_rows))
        total("3 dialogues: 1 good (1 erased), 2 broken", "rolled_back", "then declare it: hansard backup --restored", "not as")
        sql(place, "UPDATE items SET stored = randomblob(length(stored)) WHERE dialogue = 'wood'")
        total("3 dialogues: 0 good, 3 broken", "integrity_violated", "put the newest good backup in its place, which keeps what is there: hansard backup --put FILE; then declare that: hansard backup --restored", "on purpose")
        database(place).write_bytes(kept)
        sql(place, "PRAGMA foreign_keys = OFF", *(f"DELETE FROM {table} WHERE dialogue = 'steel'" for table in older_rows))
        total("3 dialogues: 2 good (1 erased), 1 broken", "head_missing", "declare it lost by its name: hansard backup --restored ID", "on purpose")
        place.run("backup", "--restored", "steel")
        out, _ = place.run("verify")
        assert "lost     steel  declared lost as a whole, after rev 1" in out and out.splitlines()[-1] == "2 dialogues: 2 good (1 erased), 0 broken; 1 more declared lost", out
        assert place.json("verify")["lost"] == [{"id": "steel", "seen_rev": 1}]
        # Two histories: no restore declares that.
        mark = mark_of(place)
        mark.write_text(re.sub("[0-9a-f]{8}", "01234567", mark.read_text(), count=1))
        total("2 dialogues: 1 good (1 erased), 1 broken; 1 more declared lost", "rolled_back", "no restore declares that", "backup --restored")


@promise("verify says of an erased dialogue that it is, since when, and that what remains is proved; of one that is broken, not that")
def _():
    with two_revs() as place:
        place.run("erase", "which-bread", "--confirm", "which-bread")
        time = place.json("log", "which-bread")["commits"][0]["time"]
        for more in ((), ("--all",)):
            answer, = place.json("verify", "which-bread")["dialogues"]
            assert (answer["erased_rev"], answer["erased_at"]) == (3, time), answer
            out = " ".join(place.run("verify")[0].split())
            assert f"erased since rev 3, {time[:10]} {time[11:19]}Z: nobody can read it; what remains of it is proved" in out, out
            assert "1 dialogue: 1 good (1 erased), 0 broken" in out, out
            if not more:
                place.run("erase", "which-bread", "--confirm", "which-bread", "--all")
        sql(place, "UPDATE commits SET stored = randomblob(length(stored)) WHERE rev = 1")
        out, _ = place.run("verify", code=13)
        assert "  erased: nobody can read it\n" in out and "is proved" not in out and "1 dialogue: 0 good, 1 broken" in out, out
        shutil.copy(place.path / "older.db", database(place))
        place.run("backup", "--restored", "which-bread")
        answer, = place.json("verify")["dialogues"]
        assert answer["good"] and "erased_rev" not in answer, answer


@promise("what verify, log, leakage, restores, receipts and erasure say is folded at the width, 80 by itself, but for what is printed to be kept")
def _():
    with two_revs() as place:
        long = "-".join(["what", "bread", "is", "baked", "by", "whom", "and", "when", "and", "why", "it", "keeps", "for", "so", "many", "days"])[:80].rstrip("-")
        database(place)
        place.run("create", "Which bread is baked", "--id", long)
        place.run("backup", "copy.db")
        place.run("register", long, "-", stdin=json.dumps(ROUND))
        (place.path / "note").write_text(place.run("receipt", long)[0])
        place.run("create", "Steel", "--id", "steel")
        mark_of(place).with_name("NO").write_text("junk")
        before, seen = database(place).read_bytes(), {path: path.read_bytes() for path in mark_of(place).parent.iterdir()}

        def narrow(*words, code=0, **more):
            for width in (80, 50):
                database(place).write_bytes(before)
                for path, kept in seen.items():
                    path.write_bytes(kept)
                if "--restored" in words:
                    shutil.copy(place.path / "copy.db", database(place))
                out, _ = place.run(*words, *(("--width", width) if width != 80 else ()), code=code, **more)
                wide = [line for line in out.splitlines() if len(line) > width and not line.startswith("— ") and not re.fullmatch("[0-9A-Za-z+/=]{44}|default/.*", line)]
                assert out and not wide, (words, width, wide)

        narrow("verify", code=3)
        narrow("verify", long)
        narrow("log", long)
        narrow("leakage", long)
        narrow("verify", "--receipt", "note")
        narrow("backup", "--restored", code=13)
        narrow("erase", long, "--confirm", long)


if __name__ == "__main__":
    main()
