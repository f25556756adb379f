#!/usr/bin/env python3
"""High-water marks: what was seen once cannot be taken back unnoticed."""
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import PROGRAM, ROOT, Place, main, promise  # noqa: E402

ROUND = {"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"id": "MUFFIN-P0001", "label": "Rye keeps"}]}


def later_round(number):
    return json.dumps({"round": number, "panel": [{"expert": "muffin", "source": "retained"}]})


def database(place):
    return place.path / ".hansard/hansard.db"


def marks(place):
    """{dialogue id: (rev, hash)}; nothing but marks lies there."""
    found = {}
    for path in (place.path / "home/.local/state/hansard/marks").glob("*/*/*"):
        rev, hash_ = path.read_text().rstrip("\n").split(" ")
        assert len(hash_) == 64 and path.stat().st_mode & 0o777 == 0o600, path
        found[path.name] = int(rev), hash_
    return found


def mark_of(place):
    return next((place.path / "home/.local/state/hansard/marks").glob("*/*/which-bread"))


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
        refused(place, "create", "Which bread", "--id", "which-bread", code=13, kind="rolled_back")
        place.run("import", ROOT / "examples", code=13)
        assert marks(place) == before
        place.run("create", "Another", "--id", "another")


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


@promise("a mark that cannot be read is no mark: exit 3, named")
def _():
    with two_revs() as place:
        mark = mark_of(place)
        good = mark.read_text()
        for bad in ("", "2", "02" + good[1:], "0" + good[1:], good[:-1], good + "\n", good.upper() if good.upper() != good else "x", "-" + good):
            mark.write_text(bad)
            error = refused(place, "show", "which-bread", code=3, kind="invalid_mark")
            assert str(mark) in error["message"], error
        mark.write_text(good)
        place.run("show", "which-bread")


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
        error = refused(place, "show", "which-bread", code=1, kind="io", XDG_STATE_HOME=str(place.path / "file"))
        assert str(place.path / "file") in error["message"] and "HANSARD_MARKS" in error["hint"], error
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


if __name__ == "__main__":
    main()
