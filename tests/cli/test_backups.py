#!/usr/bin/env python3
"""A copy of a store is made whatever is in it, and says what is."""
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from bread import ROUND, database, later_round, marks_of, said  # noqa: E402
from tapper import PROGRAM, Place, main, promise  # noqa: E402


def three():
    """A store of three dialogues, one of them erased."""
    place = Place()
    place.run("init")
    for name in ("rye", "steel", "which-bread"):
        place.run("create", name.title(), "--id", name)
    place.run("erase", "steel", "--confirm", "steel")
    return place


def damage(place, name):
    with sqlite3.connect(database(place)) as db:
        db.execute(f"UPDATE items SET stored = zeroblob(100) WHERE dialogue = '{name}' AND type = 'meta'")
    db.close()


def beside(place):
    return sorted(path.name for path in place.path.iterdir())


@promise("a copy is verified by the keys that are there: how many are good is said, nothing lies beside it, and no mark has moved")
def _():
    with three() as place:
        marks = {path.name: path.read_bytes() for path in marks_of(place).iterdir()}
        out = said(place.run("backup", "copy.db")[0])
        assert "Wrote a copy of the store to copy.db" in out and out.endswith("The copy was verified: 3 dialogues: 3 good (1 erased), 0 broken"), out
        answer = place.json("backup", "second.db")
        assert answer["verified"] == {"dialogues": [], "store": [], "lost": [], "elsewhere": [], "as_of": answer["verified"]["as_of"], "broken": 0, "stale": 0, "unverified": 0, "tags_and_boxes_checked": True, "good": 3, "copies": 0, "unseen": 0, "imported_in_part": 0, "moved": 0}, answer
        assert beside(place) == [".hansard", "copy.db", "home", "second.db"]
        assert {path.name: path.read_bytes() for path in marks_of(place).iterdir()} == marks
        before = len(place.json("audit", "show")["lines"])
        place.run("backup", "third.db", "--no-verify")
        assert len(place.json("audit", "show")["lines"]) == before
        place.run("backup", "fourth.db")
        assert len(place.json("audit", "show")["lines"]) > before  # verifying uses keys
        place.run("audit", "verify")


@promise("what is broken is copied, for evidence, and named: exit 13, and the copy is what the store is")
def _():
    with three() as place:
        damage(place, "rye")
        out, err = place.run("backup", "copy.db", code=13)
        assert "BROKEN rye" in said(out) and "good steel" not in said(out) and "3 dialogues: 2 good (1 erased), 1 broken" in said(out), out
        assert "the copy is made, but of what is in it 1 of 3 dialogues is not as it was committed" in said(err) and "The copy stays".lower() in said(err).lower(), err
        out, err = place.run("backup", "second.db", "--json", code=13)
        answer, error = json.loads(out), json.loads(err)
        assert [one["id"] for one in answer["verified"]["dialogues"]] == ["rye"] and answer["verified"]["good"] == 2 and answer["verified"]["broken"] == 1, answer
        assert error["kind"] == "integrity_violated" and error["code"] == 13, error
        shutil.copy(place.path / "copy.db", database(place))
        assert "BROKEN rye" in said(place.run("verify", code=13)[0])


@promise("a store that was put back, or lacks what was seen, is not copied without a word")
def _():
    with three() as place:
        shutil.copy(database(place), place.path / "older.db")
        place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
        place.run("create", "Later", "--id", "later")
        shutil.copy(place.path / "older.db", database(place))
        out, err = place.run("backup", "copy.db", code=13)
        assert "BROKEN which-bread" in said(out) and "BROKEN later" in said(out) and "the store was put back" in said(err), (out, err)


@promise("--no-verify makes the copy without a key and says that it was not verified; so does it where no key can be had, with the exit code of that")
def _():
    with three() as place:
        damage(place, "rye")
        assert said(place.run("backup", "copy.db", "--no-verify")[0]).endswith("The copy was not verified: --no-verify")
        answer = place.json("backup", "second.db", "--no-verify")
        assert answer["not_verified"] == "--no-verify" and "verified" not in answer, answer
        line = next(line.strip() for line in place.run("keys", "show")[0].splitlines() if line.strip().startswith("tester+"))
        (place.path / "home/.config/hansard/keys").rename(place.path / "away")
        out, err = place.run("backup", "third.db", "--json", code=12)
        assert json.loads(out)["not_verified"] and "the copy is made, and could not be verified" in json.loads(err)["message"], (out, err)
        assert "--public-key" in json.loads(err)["hint"] and (place.path / "third.db").stat().st_size > 0
        out, err = place.run("backup", "fourth.db", "--public-key", line, code=13)
        assert "BROKEN rye" in said(out) and "Tags and boxes were not checked" in said(out), out
        place.run("backup", "third.db", code=11)
        place.run("backup", "fifth.db", "--store", "elsewhere", code=10)
        assert not (place.path / "fifth.db").exists()


@promise("with keys behind a passphrase that nobody gives the copy is made all the same: exit 12")
def _():
    with Place() as place:
        place.run("init", "--wrap-keys", "--password-command", "echo bread")
        place.run("create", "Rye", "--id", "rye", "--password-command", "echo bread")
        out, err = place.run("backup", "copy.db", code=12)
        assert "The copy was not verified" in said(out) and "the copy is made, and could not be verified" in said(err), (out, err)
        assert "1 good, 0 broken" in place.run("backup", "second.db", "--password-command", "echo bread")[0]


@promise("what others commit and begin while a copy is verified is no fault of the copy")
def _():
    stopped = 0
    for attempt in range(12):
        with three() as place:
            place.environment["HANSARD_AUDIT"] = "off"  # whose lock a stopped process may hold
            for number in range(30):
                place.run("create", f"A {number}", "--id", f"a-{number}")
            place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
            process = subprocess.Popen([PROGRAM, "backup", "copy.db"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            end = time.monotonic() + 60
            while not (place.path / "copy.db").exists() and process.poll() is None and time.monotonic() < end:
                pass
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.05)
            running = process.poll() is None and Path(f"/proc/{process.pid}/stat").read_text().split(") ")[1][0] == "T"
            if running:
                place.run("register", "which-bread", "-", stdin=later_round(1))
                place.run("create", "Later", "--id", "later")
            process.send_signal(signal.SIGCONT)
            out, err = process.communicate(timeout=120)
            assert process.returncode == 0, (out, err)
            assert b"33 good" in out, out
            stopped += running
            if stopped:
                with sqlite3.connect(place.path / "copy.db") as db:
                    assert db.execute("SELECT count(*) FROM heads WHERE dialogue = 'later'").fetchone() == (0,)
                db.close()
                return
    assert stopped, "the copy was never stopped before it was verified"


@promise("an answer that cannot be written leaves the copy where it is, exit 1")
def _():
    with three() as place, open("/dev/full", "wb") as full:
        outcome = subprocess.run([PROGRAM, "backup", "copy.db"], cwd=place.path, env=place.environment, stdout=full, stderr=subprocess.PIPE, check=False)
        assert outcome.returncode == 1, outcome
        shutil.copy(place.path / "copy.db", database(place))
        assert "3 good" in place.run("verify")[0]


if __name__ == "__main__":
    main()
