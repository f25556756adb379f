#!/usr/bin/env python3
"""Signing keys that were retired: what they have signed, what of that is believed, and what takes a key out of use."""
import base64
import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from machines import fails, keys, rotated, secrets, store  # noqa: E402
from tapper import PROGRAM, main, promise  # noqa: E402


@promise("a head that a retired key alone has signed says so, and how it is signed anew; that mends it")
def _():
    with store() as place:
        older = place.path / "older keys"
        shutil.copytree(keys(place), older)
        rotated(place)
        place.run("abandon", "steel", "written where the old key still signs", HANSARD_KEYS=str(older))
        error = fails(place, "show", "steel", code=13)
        assert error["kind"] == "retired_key" and "keys rotate --signing --resume" in error["hint"] and "log steel --restored" in error["hint"], error
        error = fails(place, "abandon", "steel", "again", code=13)
        assert error["kind"] == "retired_key", error
        out, err = place.run("verify", code=13)
        assert "a key alone that is retired" in out and "keys rotate --signing --resume" in err and "show ID --restored" in err, (out, err)
        error = fails(place, "keys", "rotate", "--signing", code=13)
        assert error["kind"] == "retired_key" and "--resume" in error["hint"], error
        answer = place.json("keys", "rotate", "--signing", "--resume")
        assert answer["mended"] == 1 and not answer["made"], answer
        place.run("verify")
        assert "steel" in place.run("show", "steel", "--json")[0]
        # One of a key that nobody knows is still no head, and neither is one with a bad line of a key that is believed.
        with store() as other:
            stranger = keys(other) / "signing"
            shutil.copy(keys(place) / "umk", older / "umk")
            (older / "trusted").write_text(place.json("keys", "show")["signing"][0] + "\n")
            shutil.copy(stranger, older / "signing")
        place.run("keys", "rotate", "--dialogue", "bridges", HANSARD_KEYS=str(older))
        assert fails(place, "show", "bridges", code=13)["kind"] != "retired_key"
        fails(place, "keys", "rotate", "--signing", "--resume", code=13)


@promise("a backup from before the signing key was rotated is declared one by one with --retired, says who had signed it, and no retired key stays believed")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        old = place.json("keys", "show")["signing"][0]
        shutil.copy(database, place.path / "older.db")
        rotated(place)
        shutil.copy(place.path / "older.db", database)
        assert fails(place, "show", "steel", code=13)["kind"] == "retired_key"
        error = fails(place, "verify", code=13)
        assert error["kind"] == "retired_key" and "end before what was seen" in error["message"] and "backup --restored --retired ID" in error["hint"], error
        out, err = place.run("keys", "rotate", "--signing", "--resume", code=13)  # it was put back, which is to be declared first
        assert "old key" not in out and "backup --restored" in out + err, out
        # Over all, nobody has looked at any of them.
        out, err = place.run("backup", "--restored", "--json", code=13)
        left = json.loads(out)["left_out"]
        assert [row["kind"] for row in left] == ["retired_key"] * 2 and all(f"backup --restored --retired {row['dialogue_id']}" in row["hint"] for row in left), left
        assert json.loads(out)["dialogues"] == []
        # By its whole id, and by a word of its own, once it was looked at.
        assert fails(place, "backup", "--restored", "steel", code=13)["kind"] == "retired_key"
        for words in (["st"], []):
            assert fails(place, "backup", "--restored", "--retired", *words, code=2)["kind"] == "usage"
        fails(place, "backup", "--retired", "copy.db", code=2)
        marks = {file: file.read_bytes() for file in (place.path / "one" / "state" / "hansard" / "marks").rglob("*") if file.is_file()}
        assert [commit["rev"] for commit in place.json("log", "steel", "--restored")["commits"]] == [1] and place.json("show", "steel", "--restored")["meta"]["title"] == "Steel"
        looked = place.json("log", "steel", "--restored")["restored"]
        assert looked["standing"] == "rolled_back" and looked["seen_rev"] == 2 and old.split("+")[1] in looked["retired"], looked
        for words in (["log", "steel"], ["show", "steel"]):
            out = place.run(*words, "--restored")[0].replace("\n", " ")
            assert "it is not believed:" in out and "Commit 2 was seen here; it ends with commit 1." in out and "a key alone that is retired: " + old.split("+")[0] + "+" + old.split("+")[1] in out, out
            assert "restored" not in place.run(*words, code=13)[0]
        assert place.json("backup", "--restored", "--retired", "--dry-run", "steel")["dialogues"][0]["retired"]
        assert {file: file.read_bytes() for file in marks} == marks and fails(place, "show", "steel", code=13)
        answer = place.json("backup", "--restored", "--retired", "steel")
        assert old.split("+")[0] in answer["dialogues"][0]["retired"] and old.split("+")[1] in answer["dialogues"][0]["retired"], answer
        assert fails(place, "show", "bridges", code=13)["kind"] == "retired_key"
        out, _ = place.run("backup", "--restored", "--retired", "bridges-over-the-river")
        assert "signed by a retired key alone" in out, out
        place.run("verify")
        assert old not in place.json("keys", "show")["trusted"]


@promise("what a thief of a retired key puts into a store is not taken over by a restore of all, nor by name where nothing is lost or it was never seen")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        thief = place.path / "thief"
        shutil.copytree(keys(place), thief)
        rotated(place)
        (thief / "trusted").write_text(place.json("keys", "show")["signing"][0] + "\n")
        good = database.read_bytes()
        place.run("abandon", "steel", "forged", HANSARD_KEYS=str(thief), XDG_STATE_HOME=str(place.path / "away"))
        place.run("create", "Evil", HANSARD_KEYS=str(thief), XDG_STATE_HOME=str(place.path / "away"))
        for name in ("steel", "evil"):
            for more in ([], ["--retired"]):  # nothing of it is a restore's
                assert fails(place, "backup", "--restored", *more, name, code=13)["kind"] == "retired_key", name
        assert [commit["rev"] for commit in place.json("log", "steel", "--restored")["commits"]] == [3, 2, 1]
        out, _ = place.run("backup", "--restored", "--json", code=13)
        assert {row["dialogue_id"] for row in json.loads(out)["left_out"]} == {"steel", "evil"} and not json.loads(out)["dialogues"], out
        for name in ("steel", "evil"):
            assert fails(place, "show", name, code=13)["kind"] == "retired_key"
        database.write_bytes(good)
        place.run("verify")  # no mark moved


@promise("a backup from before the retirement is declared by name on a machine that has never seen it, where it comes from another store")
def _():
    with store() as place:
        place.run("backup", "older.db")  # which has an identity of its own
        rotated(place)
        place.environment["XDG_STATE_HOME"] = str(place.path / "new machine")
        shutil.copy(place.path / "older.db", place.path / ".hansard" / "hansard.db")
        place.run("backup", "--restored", code=13)
        for name in ("steel", "bridges-over-the-river"):
            assert "signed by a retired key alone" in place.run("backup", "--restored", "--retired", name)[0]
        place.run("verify")


@promise("what is put back keeps no signing key in use against --retire --resume")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        place.run("abandon", "steel", "newer")
        newer = database.read_bytes()
        database.write_bytes(older)
        place.run("keys", "rotate", "--signing", code=13)
        out, _ = place.run("keys", "rotate", "--signing", "--retire", code=13)
        assert "old key stays in use" in out and "--retire --resume" in out and "not broken" not in out, out
        out, err = place.run("keys", "rotate", "--signing", "--retire", "--resume", code=13)
        assert err.rstrip().endswith("hansard keys rotate --signing --resume"), err  # which makes no key
        assert "believed of receipts alone" in out and not (keys(place) / "signing.1").exists(), out
        assert fails(place, "show", "steel", code=13)["kind"] == "retired_key"
        place.run("backup", "--restored", "--retired", "steel")
        place.run("verify")
        database.write_bytes(newer)  # the history that was declared lost comes back: it is signed by the old key alone
        place.run("verify", code=13)


@promise("what is looked at as a restore would take it says how it stands and whether it is believed, in front of every view and in its JSON")
def _():
    views = ([], ["--events"], ["--progress"], ["--moves"], ["--references"])

    def look(standing, seen_rev, *lines, retired=False):
        looked = []
        for words in (["log", "steel"], *(["show", "steel", *view] for view in views)):
            answer = place.json(*words, "--restored")
            assert list(answer)[-1] == "restored", answer.keys()
            restored = answer.pop("restored")
            assert restored["standing"] == standing and restored["seen_rev"] == seen_rev and ("retired" in restored) == retired, restored
            out = place.run(*words, "--restored")[0]
            front, _, rest = out.partition("\n\n")
            front = re.sub(r"\s+", " ", front)
            assert all(line in front for line in lines) and rest, (lines, out)
            looked.append((words, front, answer, rest))
        for words, front, answer, rest in looked:
            if front.startswith("As it is stored, it is believed:"):
                assert rest == place.run(*words)[0] and answer == place.json(*words)
            else:
                assert "it is not believed:" in front, front

    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        look("reached", 1, "As it is stored, it is believed: It is what was seen here last.")
        place.run("abandon", "steel", "seen here")
        newer = database.read_bytes()
        database.write_bytes(older)
        look("rolled_back", 2, "As a restore would take it; until one has, it is not believed:", "it ends with commit 1.")
        out, err = place.run("show", "steel", "--restored", "P9999", code=1)
        assert out.startswith("As a restore would take it;") and "1 of 1 id is not in this dialogue" in err, (out, err)
        place.run("abandon", "steel", "another", XDG_STATE_HOME=str(place.path / "away"))
        look("replaced", 2, "As it is stored, it is not believed:", "no restore declares that.")
        database.write_bytes(newer)
        look("reached", 2, "As it is stored, it is believed:")
        place.environment["XDG_STATE_HOME"] = str(place.path / "new machine")
        look("unseen", 0, "As it is stored, it is believed: Nothing was seen of it here.")
        place.run("verify")
        retired_elsewhere(place)
        look("reached", 2, "As it is stored, it is not believed:", "It is what was seen here last.", "signed by a key alone that is retired: tester+", retired=True)
        place.run("keys", "rotate", "--signing", "--resume")
        look("reached", 3, "As it is stored, it is believed:")


def retired_elsewhere(place):
    """The signing key rotates and retires in another store with the same keys."""
    other = place.path / "other"
    other.mkdir()
    for words in (["init"], ["keys", "rotate", "--signing"], ["keys", "rotate", "--signing", "--retire"]):
        subprocess.run([PROGRAM, *words], cwd=other, env=place.environment, check=True, stdout=subprocess.DEVNULL)


@promise("a commit that was seen, and that a history signed by a retired key alone declares lost, is told before and after that is signed anew")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        place.run("abandon", "steel", "seen here")
        away = {"XDG_STATE_HOME": str(place.path / "away")}
        place.run("verify", **away)
        database.write_bytes(older)
        place.run("backup", "--restored", "steel", **away)
        retired_elsewhere(place)
        out = place.run("verify", "steel", code=13)[0]
        assert "signed by a key alone that is retired" in out and "declares commits lost" in out, out
        assert [commit["rev"] for commit in place.json("log", "steel", "--restored")["commits"]] == [3, 1]
        place.run("keys", "rotate", "--signing", "--resume")
        (mark,) = (place.path / "one" / "state" / "hansard" / "marks").rglob("steel")
        assert re.fullmatch("4 [0-9a-f]{64} passed 2\n", mark.read_text()), mark.read_text()
        (row,) = place.json("--read-only", "verify", "steel")["dialogues"]
        assert row["declared_lost"] == [{"seen_rev": 2, "first_rev": 2, "last_rev": 2, "restore_rev": 3}], row
        assert "declared lost" in place.run("verify", "steel")[0]


@promise("a receipt is held against a history whose head a retired key alone has signed, before anybody takes that over")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        first = place.path / "first"
        first.write_text(place.run("receipt", "steel")[0])
        older = database.read_bytes()
        place.run("abandon", "steel", "second")
        second = place.path / "second"
        second.write_text(place.run("receipt", "steel")[0])
        retired_elsewhere(place)
        for receipt in (first, second):
            out, err = place.run("verify", "--receipt", receipt, code=13)
            assert "names a commit of what is stored, whose head is signed by a key alone that is retired" in out.replace("\n", " ") and "show ID --restored" in err, (out, err)
        assert place.json("verify", "--receipt", first, code=13)["standing"] == "retired_key"
        database.write_bytes(older)
        assert place.json("verify", "--receipt", first, code=13)["standing"] == "retired_key"
        assert place.json("verify", "--receipt", second, code=13)["standing"] == "rolled_back"
        place.run("abandon", "steel", "another", HANSARD_KEYS=str(place.path / "nowhere"), code=12)


@promise("a history that replaced one that was seen is said to be that, by whomever it is signed")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        place.run("abandon", "steel", "seen here")
        database.write_bytes(older)
        place.run("abandon", "steel", "another", XDG_STATE_HOME=str(place.path / "away"))
        retired_elsewhere(place)
        error = fails(place, "verify", "steel", code=13)
        assert error["kind"] == "rolled_back" and "no restore declares that" in error["hint"], error


@promise("whom a person trusts stays trusted, retired or not, whatever is rotated")
def _():
    with store() as place:
        old = place.json("keys", "show")["signing"][0]
        rotated(place)
        assert "has retired here" in place.run("keys", "trust", old)[0] and place.json("keys", "trust", old)["retired"]
        place.run("keys", "rotate", "--signing", "--resume")
        assert old in place.json("keys", "show")["trusted"]


@promise("a retired key is told by its bytes when it is trusted again, by another name, too")
def _():
    with store() as place:
        old = place.json("keys", "show")["signing"][0].split("+", 2)
        rotated(place)
        key = base64.b64decode(old[2])
        other = f"somebody+{hashlib.sha256(b'somebody' + bytes([10]) + key).hexdigest()[:8]}+{old[2]}"
        for line, retired in (("+".join(old), True), (other, True)):
            assert place.json("keys", "trust", line)["retired"] is retired, line
        with store() as stranger:
            assert place.json("keys", "trust", stranger.json("keys", "show")["signing"][0])["retired"] is False


@promise("a signing key is retired by --retire --resume over broken dialogues, and over those that could not be signed, which --resume signs later")
def _():
    with store() as place:
        place.run("create", "Wood", "--id", "wood")
        database = place.path / ".hansard" / "hansard.db"
        with sqlite3.connect(database) as opened:
            before = opened.execute("SELECT stored FROM items WHERE dialogue = 'steel' AND type = 'meta'").fetchone()
            opened.execute("UPDATE items SET stored = zeroblob(90) WHERE dialogue = 'steel' AND type = 'meta'")
        out, _ = place.run("keys", "rotate", "--signing", "--retire", code=13)
        assert out.startswith("One key signs here: there is none to retire\n  A new one is made by hansard keys rotate --signing\n") and "Nothing" not in out, out
        mark, = (path for path in place.path.glob("**/marks/*/default/wood"))
        kept = mark.read_text()
        mark.write_text("nonsense")
        place.run("keys", "rotate", "--signing", code=13)
        out, _ = place.run("keys", "rotate", "--signing", "--retire", code=13)
        assert "1 of them is not broken" in out and "To retire it all the same: hansard keys rotate --signing --retire --resume" in out and (keys(place) / "signing.1").exists(), out
        out, _ = place.run("keys", "rotate", "--signing", "--retire", "--resume", code=13)
        assert "LEFT OUT  steel: " in out and "LEFT OUT  wood: " in out and "its head was believed by the old key alone" in out, out
        assert "believed of receipts alone" in out and not (keys(place) / "signing.1").exists(), out
        mark.write_text(kept)
        assert fails(place, "show", "wood", code=13)["kind"] == "retired_key"
        place.run("keys", "rotate", "--signing", "--resume", code=13)
        place.run("verify", "wood")
        place.run("verify", "bridges")
        with sqlite3.connect(database) as opened:
            opened.execute("UPDATE items SET stored = ? WHERE dialogue = 'steel' AND type = 'meta'", before)
        assert fails(place, "show", "steel", code=13)["kind"] == "retired_key"
        assert place.json("keys", "rotate", "--signing", "--resume")["mended"] == 1
        place.run("verify")


@promise("a rotated signing key: heads by both until it is retired, then the old one counts for receipts alone, erased dialogues too")
def _():
    with store() as place:
        place.run("erase", "steel", "--confirm", "steel")
        old = place.json("keys", "show")["signing"][0]
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        answer = place.json("keys", "rotate", "--signing")
        assert answer["made"] and answer["changed"] == 2 and "retired" not in answer, answer
        shown = place.json("keys", "show")
        assert shown["rotating"] and shown["signing"] == [answer["trust"], old] and shown["receipts"] == [], shown
        place.run("create", "Bread")
        assert place.json("receipt", "bread")["head"].count("— tester ") == 2
        answer = place.json("keys", "rotate", "--signing", "--retire")
        assert not answer["made"] and answer["changed"] == 0 and answer["retired"] == old and "trust" not in answer, answer
        shown = place.json("keys", "show")
        assert not shown["rotating"], shown
        assert shown["receipts"] == [old] and old not in shown["signing"] + shown["trusted"] and len(shown["signing"]) == 1
        assert place.json("receipt", "bridges")["head"].count("— tester ") == 2
        place.run("verify")
        assert place.json("verify", "--receipt", "receipt")["standing"] == "fine"
        place.run("abandon", "bridges", "done")
        assert place.json("receipt", "bridges")["head"].count("— tester ") == 1
        place.run("verify")


@promise("between the two steps of a rotation whoever believes either key alone reads all that is written; run again, the first makes no third key and says what it waits for")
def _():
    with store() as place:
        old = place.json("keys", "show")["signing"][0]
        assert "is under way" not in place.run("keys", "show")[0] + place.run("doctor")[0]
        out, _ = place.run("keys", "rotate", "--signing")
        new = place.json("keys", "show")["signing"][0]
        assert new != old and f"hansard keys trust {new}\n" in out and "hansard keys rotate --signing --retire" in out, out
        place.run("create", "Bread")
        for public in (old, new):
            place.run("verify", "--public-key", public)
        before = secrets(place)
        for resume in ([], ["--resume"]):
            out, _ = place.run("keys", "rotate", "--signing", *resume)
            assert "Nothing was left to be done; 3 of 3 dialogues are as they should be" in out and f"keys trust {new}\n" in out and "rotate --signing --retire" in out and secrets(place) == before, out
        for words in (["keys", "show"], ["doctor"]):
            out, _ = place.run(*words)
            assert "is under way" in out and "keys rotate --signing --retire" in out, out
        out, _ = place.run("keys", "rotate", "--signing", "--retire")
        assert "Retired the old signing key; all 3 dialogues are signed by the new one" in out and f"of receipts alone:\n  {old}\n" in out and "keys trust" not in out, out
        assert "is under way" not in place.run("keys", "show")[0] + place.run("doctor")[0]
        place.run("abandon", "bread", "done")
        place.run("verify", "--public-key", new)
        place.run("verify", "--public-key", old, code=13)
        out, _ = place.run("keys", "rotate", "--signing", "--retire")
        assert "there is none to retire" in out and place.json("keys", "show")["signing"] == [new], out


@promise("--retire signs by both what was written with the old key alone meanwhile, and retires nothing that nothing takes over from")
def _():
    with store() as place:
        older = place.path / "older keys"
        shutil.copytree(keys(place), older)
        place.run("keys", "rotate", "--signing")
        place.run("abandon", "steel", "on another machine", HANSARD_KEYS=str(older))
        place.run("verify")
        assert place.json("receipt", "steel")["head"].count("— tester ") == 1
        answer = place.json("keys", "rotate", "--signing", "--retire")
        assert answer["changed"] == 1 and answer["mended"] == 0 and "retired" in answer, answer
        place.run("verify")
        assert place.json("receipt", "steel")["head"].count("— tester ") == 2
    with store() as place:
        (keys(place) / "signing").rename(keys(place) / "signing.1")
        error = fails(place, "keys", "rotate", "--signing", "--retire", code=3)
        assert error["kind"] == "no_new_key" and error["hint"].endswith("hansard keys rotate --signing"), error
        out, _ = place.run("doctor", code=1)
        assert "signing.1: the key that takes over from it is missing" in out and "BAD" in out, out
        place.run("keys", "rotate", "--signing")
        place.run("keys", "rotate", "--signing", "--retire")
        assert "hansard help keys" in fails(place, "keys", "show", "--retire", code=2)["hint"]
        assert "--signing --retire" in fails(place, "keys", "rotate", "--retire", code=2)["message"]
        fails(place, "keys", "rotate", "--dialogue", "bridges", "--retire", code=2)


@promise("a signing key that was copied to the name of the one that retires signs once, and never retires itself")
def _():
    with store() as place:
        shutil.copy(keys(place) / "signing", keys(place) / "signing.1")
        for more in ([], ["--retire"], ["--retire", "--resume"]):
            error = fails(place, "keys", "rotate", "--signing", *more, code=11)
            assert error["kind"] == "keys_exist" and "signing.1" in error["message"] and "take that file away" in error["hint"], error
        assert not (keys(place) / "receipts").exists()
        place.run("abandon", "steel", "as before")
        assert place.json("receipt", "steel")["head"].count("— tester ") == 1
        (keys(place) / "signing.1").unlink()
        place.run("verify")


main()
