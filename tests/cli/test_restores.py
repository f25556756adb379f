#!/usr/bin/env python3
"""What was seen and is declared lost, or was erased and came back, is told, however it came about."""
import fcntl
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from bread import ROUND, database, later_round, mark_of, marks_of, said  # noqa: E402
from tapper import PROGRAM, Place, main, promise  # noqa: E402


def passed_over():
    """A reader whose mark is commit 3 of a chain that goes 1, 5: another one saw commit 4, put a backup back and declared that."""
    place = Place()
    elsewhere = {"XDG_STATE_HOME": str(place.path / "elsewhere")}
    place.run("init")
    place.run("create", "Which bread", "--id", "which-bread")
    place.run("create", "Steel", "--id", "steel")
    shutil.copy(database(place), place.path / "older.db")
    place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
    place.run("register", "which-bread", "-", stdin=later_round(1))
    place.run("register", "which-bread", "-", stdin=later_round(2), **elsewhere)
    shutil.copy(place.path / "older.db", database(place))
    assert "commits 2 to 4 are declared lost" in place.run("backup", "--restored", "which-bread", **elsewhere)[0]
    assert re.fullmatch("3 [0-9a-f]{64}\n", mark_of(place).read_text())
    return place, elsewhere


TOLD = "commit 3, seen here, was declared lost by the restore 5"


@promise("a mark in the gap of a restore is told by verify once, whichever command came before it, and not taken away before")
def _():
    for words in ([], ["show", "which-bread"], ["abandon", "which-bread", "Enough"], ["--read-only", "verify"]):
        place, _ = passed_over()
        with place:
            if words:
                place.run(*words)
            if words and words[0] != "--read-only":
                assert re.fullmatch("[56] [0-9a-f]{64} passed 3\n", mark_of(place).read_text()), words
                place.run("show", "which-bread")
            answer = place.json("--read-only", "verify")
            lost = {one["id"]: one.get("declared_lost") for one in answer["dialogues"]}
            assert lost == {"steel": None, "which-bread": [{"seen_rev": 3, "first_rev": 2, "last_rev": 4, "restore_rev": 5}]}, answer
            out = said(place.run("verify")[0])
            assert out.count(TOLD) == 1 and out.count("declared lost") == 1 and "2 good, 0 broken" in out, out
            assert re.fullmatch("[56] [0-9a-f]{64}\n", mark_of(place).read_text()), words
            assert "declared lost" not in place.run("verify")[0]


@promise("what verify could not say, because its output was full or its pipe was closed, is still to be told")
def _():
    place, _ = passed_over()
    with place:
        place.run("show", "which-bread")
        kept = mark_of(place).read_text()
        for words in (["verify"], ["verify", "which-bread"], ["verify", "--json"]):
            with open("/dev/full", "wb") as full:
                outcome = subprocess.run([PROGRAM, *words], cwd=place.path, env=place.environment, stdout=full, stderr=subprocess.PIPE)
            assert outcome.returncode == 1 and b"cannot be written" in outcome.stderr, outcome
            assert mark_of(place).read_text() == kept, words
            reading, writing = os.pipe()
            os.close(reading)
            outcome = subprocess.run([PROGRAM, *words], cwd=place.path, env=place.environment, stdout=writing, stderr=subprocess.PIPE)
            os.close(writing)
            assert outcome.returncode == 0, outcome
            assert mark_of(place).read_text() == kept, words
        assert TOLD in said(place.run("verify")[0])
        assert "passed" not in mark_of(place).read_text()


@promise("verify of another dialogue, or one that finds this one broken, tells nothing of it and forgets nothing")
def _():
    place, _ = passed_over()
    with place:
        place.run("show", "which-bread")
        kept = mark_of(place).read_text()
        assert "declared lost" not in place.run("verify", "steel")[0]
        whole = database(place).read_bytes()
        with sqlite3.connect(database(place)) as db:
            db.execute("UPDATE items SET stored = zeroblob(100) WHERE dialogue = 'which-bread' AND type = 'meta'")
        db.close()
        place.run("verify", code=13)
        assert mark_of(place).read_text() == kept
        database(place).write_bytes(whole)
        assert TOLD in said(place.run("verify", "which-bread")[0])
        assert "declared lost" not in place.run("verify")[0]


@promise("a second gap before the first was told is told, too; so is one that a restore of one's own passes over")
def _():
    place, elsewhere = passed_over()
    with place:
        place.run("show", "which-bread")
        shutil.copy(database(place), place.path / "older.db")
        place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))  # commit 6, seen here
        place.run("register", "which-bread", "-", stdin=later_round(1), **elsewhere)
        shutil.copy(place.path / "older.db", database(place))
        place.run("backup", "--restored", "which-bread", **elsewhere)
        place.run("show", "which-bread")
        assert re.fullmatch("8 [0-9a-f]{64} passed 3\n", mark_of(place).read_text())
        answer = place.json("--read-only", "verify", "which-bread")["dialogues"][0]["declared_lost"]
        assert answer == [{"seen_rev": 3, "first_rev": 2, "last_rev": 4, "restore_rev": 5}, {"first_rev": 6, "last_rev": 7, "restore_rev": 8}], answer
        out = said(place.run("verify")[0])
        assert TOLD in out and "commits 6 to 7 were declared lost by the restore 8 since" in out, out
        assert "declared lost" not in place.run("verify")[0]
    place, _ = passed_over()
    with place:
        place.run("backup", "copy.db")  # with an identity of its own, which a restore has to declare
        shutil.copy(place.path / "copy.db", database(place))
        assert "nothing was lost" in place.run("backup", "--restored", "which-bread")[0]
        assert re.fullmatch("6 [0-9a-f]{64} passed 3\n", mark_of(place).read_text())
        assert TOLD in said(place.run("verify")[0])


@promise("what a restore of one's own declares lost was said by that, and is not said again by verify")
def _():
    place, _ = passed_over()
    with place:
        place.run("verify")
        shutil.copy(database(place), place.path / "older.db")
        place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
        shutil.copy(place.path / "older.db", database(place))
        assert "commit 6 is declared lost" in place.run("backup", "--restored")[0]
        assert "declared lost" not in place.run("verify")[0]


@promise("a mark whose words are not in their order, or name a commit that is not below its own, is no mark")
def _():
    place, _ = passed_over()
    with place:
        place.run("verify")
        good = mark_of(place).read_text().rstrip("\n")
        for words in (" passed", " passed 0", " passed 5", " passed 6", " passed 03", " passed 3 lost", " passed 3 passed 3", " passed 12345678901", " erased 5", " erased 0",
                      " erased 3 erased", " lost erased", " erased  3", " erased 3 ", " passed x"):
            mark_of(place).write_text(good + words + "\n")
            place.run("show", "which-bread", code=3)
        for words in (" passed 3", " erased", " erased 3", " erased 3 passed 1", " lost", " erased lost", " erased 3 lost passed 4", ""):
            mark_of(place).write_text(good + words + "\n")
            place.run("show", "which-bread")


def every_file(place):
    """The content of every mark and of the database."""
    return {str(path): path.read_bytes() for path in [*marks_of(place).iterdir(), database(place)]}


@promise("a restore that is tried out says what it would declare and what is known of that here, of all or of one, and writes nothing; the restore then says the same")
def _():
    place, _ = passed_over()
    with place:
        place.run("show", "which-bread")  # its mark: 5, passed 3
        place.run("erase", "which-bread", "--confirm", "which-bread")
        place.run("create", "Rye", "--id", "rye")
        shutil.copy(place.path / "older.db", database(place))
        seen = mark_of(place).read_text().split()
        assert seen[0] == "6" and seen[2:] == ["erased", "passed", "3"], seen
        before = every_file(place)
        out = said(place.run("backup", "--restored", "--dry-run", code=13)[0])
        for words in (f"which-bread: commits 2 to 6 would be declared lost The store has it up to commit 1; commit 6 was seen here: {seen[1]} ",
                      "its erasure, at or before commit 6. Of that, commit 3 was declared lost before", "It could be read again", "rye: lost as a whole: the store has nothing of it",
                      "1 dialogue would be restored, 1 gone and not declared", "Nothing was written"):
            assert words in out, (words, out)
        assert "is erased no more" not in out and " is declared" not in out and "are declared" not in out
        tried = place.json("backup", "--restored", "-n", code=13)
        assert tried["dry_run"] is True and tried["lacking_dialogues"] == [{"dialogue_id": "rye", "seen_rev": 1}]
        assert tried["dialogues"] == [{"dialogue_id": "which-bread", "survived_rev": 1, "lost_rev": 6, "rev": 7, "unerased": True,
                                       "seen": {"rev": 6, "hash": seen[1], "erased_rev": 6, "passed_rev": 3}}], tried
        assert place.json("backup", "--restored", "which-bread", "--dry-run")["dialogues"] == tried["dialogues"]
        out = said(place.run("backup", "--restored", "rye", "--dry-run")[0])
        assert "rye: would be declared lost as a whole, after commit 1; its id would stay taken Nothing was written" in out, out
        assert every_file(place) == before
        assert place.json("backup", "--restored", code=13) == tried | {"dry_run": False}
        assert place.json("backup", "--restored", "--dry-run", code=13)["dialogues"] == []
        assert "--dry-run goes with --restored" in place.run("backup", "copy.db", "--dry-run", code=2)[1] and not (place.path / "copy.db").exists()
        for idle in (["--no-verify"], ["--public-key", "nobody"]):
            assert "goes without --restored" in place.run("backup", "--restored", *idle, code=2)[1]


@promise("a restore that is tried out takes no mark up, takes no word off one, and takes over nothing that belongs to another store")
def _():
    place, elsewhere = passed_over()
    with place:
        before = every_file(place)  # the mark is 3, in the gap; a load would make it 5 passed 3
        assert place.json("backup", "--restored", "--dry-run")["dialogues"] == []
        assert "reaches everything" in place.run("backup", "--restored", "--dry-run", "which-bread", code=3)[1]
        assert every_file(place) == before
        place.run("show", "which-bread")
        place.run("backup", "copy.db")
        shutil.copy(place.path / "copy.db", database(place))
        before = every_file(place)
        out = said(place.run("backup", "--restored", "--dry-run")[0])
        assert "which-bread: nothing was lost; it would belong to this store" in out and "2 dialogues would be restored" in out, out
        assert every_file(place) == before and mark_of(place).read_text().endswith(" passed 3\n")


@promise("what was put back is first to be mended by the newest backup, and then tried out before it is declared, as verify and every reader say")
def _():
    place, _ = passed_over()
    with place:
        shutil.copy(place.path / "older.db", database(place))
        for words in (["verify"], ["show", "which-bread"]):
            hint = json.loads(place.run(*words, "--json", code=13)[1])["hint"]
            order = [hint.index(part) for part in ("newest good backup in its place", "--restored --dry-run", "declare")]
            assert order == sorted(order), hint


def commits_of(out):
    """{rev: what the log says of that commit} of a log."""
    return {int(rev): said(rest) for rev, rest in re.findall(r"^([0-9]+) +(.*(?:\n .*)*)", out, re.M)}


@promise("the log names what each restore declared lost, with the hash that was seen of it, and of a copy that lost nothing that it belongs here")
def _():
    place, _ = passed_over()
    with place:
        hash_ = place.json("log", "which-bread")["commits"][1]["hash"]
        answer = place.json("log", "which-bread")
        assert answer["commits"][0]["lost"].pop("last_hash") not in (None, hash_)
        assert answer["commits"][0]["lost"] == {"first_rev": 2, "last_rev": 4} and "lost" not in answer["commits"][1] and "unerased_rev" not in answer, answer
        told = commits_of(place.run("log", "which-bread")[0])
        assert told.keys() == {1, 5} and told[5].endswith(" commits 2 to 4 are lost") and " restore by " in told[5] and "lost" not in told[1], told
        shutil.copy(database(place), place.path / "older.db")
        place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
        seen = mark_of(place).read_text().split()
        shutil.copy(place.path / "older.db", database(place))
        place.run("backup", "--restored")
        assert place.json("log", "which-bread")["commits"][0]["lost"] == {"first_rev": 6, "last_rev": 6, "last_hash": seen[1]}
        place.run("backup", "copy.db")
        shutil.copy(place.path / "copy.db", database(place))
        place.run("backup", "--restored")
        told = commits_of(place.run("log", "which-bread")[0])
        assert told[7].endswith(" commit 6 is lost") and told[8].endswith(" nothing is lost: it belongs to this store from here on"), told
        assert "lost" not in place.json("log", "which-bread")["commits"][0]


@promise("a gap of one commit is one commit, where verify tells of a second restore, too")
def _():
    place, elsewhere = passed_over()
    with place:
        place.run("show", "which-bread")
        shutil.copy(database(place), place.path / "older.db")
        place.run("register", "which-bread", "-", stdin=json.dumps(ROUND), **elsewhere)
        shutil.copy(place.path / "older.db", database(place))
        place.run("backup", "--restored", "which-bread", **elsewhere)
        out = said(place.run("verify", "which-bread")[0])
        assert "commit 6 was declared lost by the restore 7 since" in out and "6 to 6" not in out, out


NAMES = [f"bread-{number:02}" for number in range(12)]


def brought_back():
    """Twelve dialogues whose erasure was seen, and a backup from before put back."""
    place = Place()
    place.run("init")
    for name in NAMES:
        place.run("create", f"On {name}", "--id", name)
    shutil.copy(database(place), place.path / "older.db")
    for name in NAMES:
        place.run("erase", name, "--confirm", name)
    shutil.copy(place.path / "older.db", database(place))
    return place


def restored(place):
    return [name for name in NAMES if (marks_of(place) / name).read_text().startswith("3 ")]


def kill_after(place, process, enough):
    end = time.monotonic() + 60
    while process.poll() is None and not enough() and time.monotonic() < end:
        time.sleep(0.0005)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)


def begin_restore(place):
    return subprocess.Popen([PROGRAM, "backup", "--restored"], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def expect_all_told(place):
    place.run("backup", "--restored")
    for _ in range(2):  # as long as they can be read
        out = said(place.run("verify")[0])
        for name in NAMES:
            line = out.split(f"good {name} ")[1].split(" good ")[0]
            assert "its erasure, at or before commit 2, was seen here; a restore brought it back" in line, (name, out)
    answer = place.json("verify")
    assert [one["unerased_rev"] for one in answer["dialogues"]] == [2] * len(NAMES), answer
    assert "Its erasure, at or before commit 2, was seen here; a restore brought it back" in said(place.run("log", NAMES[1])[0])
    assert place.json("log", NAMES[1])["unerased_rev"] == 2
    place.run("erase", NAMES[0], "--confirm", NAMES[0])
    out = said(place.run("verify")[0])
    assert out.count("brought it back") == len(NAMES) - 1 and "1 erased" in out, out
    assert "brought it back" not in place.run("log", NAMES[0])[0]


@promise("a restore that is killed on its way loses no word of an erasure: verify names every dialogue that it brought back until that is erased anew")
def _():
    partly = 0
    for most in (1, 3, 7):
        with brought_back() as place:
            kill_after(place, begin_restore(place), lambda most=most, place=place: len(restored(place)) >= most)
            done = restored(place)
            partly += 0 < len(done) < len(NAMES)
            place.run("doctor", code=(0, 13))  # what was killed in the middle of a write is taken back by the next that may write
            verified = {one["id"]: one.get("declared_lost") for one in place.json("--read-only", "verify", code=(0, 13))["dialogues"]}
            for name in done[:len(done) if len(done) < len(NAMES) else 0]:  # what its answer would have said
                assert verified[name] == [{"seen_rev": 2, "first_rev": 2, "last_rev": 2, "restore_rev": 3}], (name, verified)
            expect_all_told(place)
    assert partly > 0


@promise("so it is with one that is killed between its commit and the mark of that")
def _():
    with brought_back() as place:
        lock = os.open(marks_of(place), os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = database(place).read_bytes()
        log = database(place).with_name("hansard.db-wal")
        kill_after(place, begin_restore(place), lambda: database(place).read_bytes() != before or (log.exists() and log.stat().st_size > 0))
        os.close(lock)
        assert restored(place) == []
        expect_all_told(place)


@promise("an answer of a restore that reaches nobody loses no word of an erasure, and the log has what was declared lost")
def _():
    with brought_back() as place:
        with open("/dev/full", "wb") as full:
            outcome = subprocess.run([PROGRAM, "backup", "--restored"], cwd=place.path, env=place.environment, stdout=full, stderr=subprocess.PIPE, check=False)
        assert outcome.returncode == 1 and restored(place) == NAMES, outcome
        assert all(re.search(r" erased 2 passed \d+\n$", (marks_of(place) / name).read_text()) for name in NAMES)
        assert place.run("verify")[0].count("declared lost") >= len(NAMES)
        assert place.json("log", NAMES[0])["commits"][0]["lost"]["first_rev"] == 2
        expect_all_told(place)


@promise("four restores of all at once end well, each, and every dialogue is declared once")
def _():
    for _ in range(3):
        with brought_back() as place:
            restores = [subprocess.Popen([PROGRAM, "backup", "--restored", "--json"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
            answers = []
            for restore in restores:
                out, err = restore.communicate(timeout=300)
                assert restore.returncode == 0, (restore.returncode, err)
                answers += [one["dialogue_id"] for one in json.loads(out)["dialogues"]]
            assert sorted(answers) == NAMES, answers
            expect_all_told(place)


@promise("a key file that cannot be read in the middle of a restore of all ends it, and leaves no dialogue out for a fault of its own; what was done is told")
def _():
    with brought_back() as place:
        lock = os.open(marks_of(place), os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        before = database(place).read_bytes()
        log = database(place).with_name("hansard.db-wal")
        process = subprocess.Popen([PROGRAM, "backup", "--restored", "--json"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        end = time.monotonic() + 60
        while process.poll() is None and database(place).read_bytes() == before and not (log.exists() and log.stat().st_size > 0) and time.monotonic() < end:
            time.sleep(0.001)
        key = place.path / "home/.config/hansard/keys/signing"
        key.rename(place.path / "signing")
        key.symlink_to("signing")  # which leads to itself
        os.close(lock)
        out, err = process.communicate(timeout=120)
        answer, error = json.loads(out), json.loads(err)
        assert process.returncode == 3 and error["kind"] == "invalid_key_file" and "/keys/" in error["message"], error
        assert "left_out" not in answer and 0 < len(answer["dialogues"]) < len(NAMES), answer
        key.unlink()
        (place.path / "signing").rename(key)
        expect_all_told(place)


@promise("a mark that cannot be read leaves its dialogue out, and restores the others: exit 1")
def _():
    with brought_back() as place:
        mark = marks_of(place) / NAMES[3]
        mark.rename(place.path / "away")
        mark.symlink_to("elsewhere")
        out, err = place.run("backup", "--restored", "--json", code=1)
        answer, error = json.loads(out), json.loads(err)
        assert [(one["dialogue_id"], one["code"], one["kind"]) for one in answer["left_out"]] == [(NAMES[3], 1, "mark_io")] and error["kind"] == "mark_io", (answer, error)
        assert len(answer["dialogues"]) == len(NAMES) - 1
        mark.unlink()
        (place.path / "away").rename(mark)
        expect_all_told(place)


def has_open(process, inode):
    """Whether a process has a file open; its descriptors come and go while they are looked at."""
    for entry in Path(f"/proc/{process.pid}/fd").glob("*"):
        try:
            if entry.stat().st_ino == inode:
                return True
        except FileNotFoundError:
            pass
    return False


def blocked(place, *words):
    """A process that waits for the lock of the marks, which the caller closes."""
    lock = os.open(marks_of(place), os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    process = subprocess.Popen([PROGRAM, *words, "--json"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    waiting = False
    while not waiting and process.poll() is None and time.monotonic() < end:
        waiting = has_open(process, os.fstat(lock).st_ino)
        time.sleep(0.001)
    assert waiting, process.communicate(timeout=60)
    return process, lock


def bring_back(place, name):
    """Its rows from newer.db, as when somebody puts the right database back."""
    with sqlite3.connect(database(place), timeout=30) as db:
        db.execute("ATTACH ? AS newer", (str(place.path / "newer.db"),))
        for table in ("heads", "items", "parts", "commits"):
            db.execute(f"INSERT INTO main.{table} SELECT * FROM newer.{table} WHERE dialogue = ?", (name,))
    db.close()


def lost_one():
    """A store without the dialogue of three commits that was seen here."""
    place = Place()
    place.run("init")
    place.run("create", "Steel", "--id", "steel")
    shutil.copy(database(place), place.path / "without.db")
    place.run("create", "Which bread", "--id", "which-bread")
    place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
    place.run("register", "which-bread", "-", stdin=later_round(1))
    shutil.copy(database(place), place.path / "newer.db")
    shutil.copy(place.path / "without.db", database(place))
    return place


@promise("a dialogue that comes back while it is declared lost is not lost: its mark says nothing of it, whoever saw it in between")
def _():
    for shown in (False, True):
        with lost_one() as place:
            kept = mark_of(place).read_bytes()
            process, lock = blocked(place, "backup", "--restored", "which-bread")
            bring_back(place, "which-bread")
            if shown:
                place.run("show", "which-bread")
            os.close(lock)
            out, err = process.communicate(timeout=120)
            assert process.returncode == 3 and json.loads(err)["kind"] == "nothing_lost" and not out, (out, err)
            assert mark_of(place).read_bytes() == kept
            assert "2 good, 0 broken" in place.run("verify")[0] and "lost" not in place.run("verify")[0]


@promise("a mark that moves while its dialogue is declared lost is looked at again: what is declared is what was seen last")
def _():
    with lost_one() as place:
        newest = mark_of(place).read_text()
        mark_of(place).write_text("2 " + "ab" * 32 + "\n")
        process, lock = blocked(place, "backup", "--restored", "which-bread")
        mark_of(place).write_text(newest)
        os.close(lock)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0 and json.loads(out)["dialogues"] == [{"dialogue_id": "which-bread", "survived_rev": 0, "lost_rev": 3}], (out, err)
        assert mark_of(place).read_text() == newest.rstrip("\n") + " lost\n"


@promise("an erasure of several commits is known by the first of them that was")
def _():
    with brought_back() as place:
        database(place).unlink()
        shutil.copy(place.path / "older.db", database(place))
        name = NAMES[0]
        place.run("backup", "--restored")
        place.run("erase", name, "--confirm", name, "--all")
        mark = marks_of(place) / name
        assert re.fullmatch("[0-9]+ [0-9a-f]{64} erased 2\n", mark.read_text()), mark.read_text()


if __name__ == "__main__":
    main()
