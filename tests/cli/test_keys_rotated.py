#!/usr/bin/env python3
"""Another key in the place of one: the UMK, the signing key and the key of one dialogue, beside writers and after kills."""
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from machines import SCRYPT, command, fails, keys, own, salts, secrets, started, store  # noqa: E402
from tapper import EXAMPLE, PROGRAM, Place, main, promise  # noqa: E402


@promise("of several rotations at once each waits for the one before it: no key is lost, every dialogue is readable, and no draft stays")
def _():
    for words in (["keys", "rotate"], ["keys", "rotate", "--signing"]):
        for _ in range(6):
            with store() as place:
                umk, signing = secrets(place), place.json("keys", "show")["signing"]
                codes = [run.wait(timeout=120) for run in [started(place, *words) for _ in range(3)]]
                assert codes == [0, 0, 0], codes
                place.run("verify")
                assert "steel" in place.run("list")[0]
                names = {file.name for file in keys(place).iterdir()}
                if words[-1] == "--signing":
                    shown = place.json("keys", "show")
                    assert names == {"umk", "signing", "signing.1"} and shown["signing"][1:] == signing and signing[0] != shown["signing"][0], (names, shown)
                else:
                    assert names == {"umk", "umk.1", "umk.2", "umk.3", "signing"} and umk <= secrets(place), names


@promise("beside writers that began before and go on after, a rotation leaves every head signed by a key that is believed")
def _():
    for kind in (["--signing"], []):
        for turn in range(8):
            with store() as place:
                for number in range(4):
                    place.run("create", f"Dialogue {number}", "--id", f"d{number}")
                writers = [f"for i in 0 1 2 3; do '{PROGRAM}' keys rotate --dialogue d$i; done", f"'{PROGRAM}' create A{turn}; '{PROGRAM}' create B{turn}",
                           f"for i in 3 2 1 0; do '{PROGRAM}' abandon d$i done; done", f"for i in 1 2 3 4; do '{PROGRAM}' import '{EXAMPLE}' --as i$i; done"]
                runs = [subprocess.Popen(["sh", "-c", script], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                        for script in writers]
                place.run("keys", "rotate", *kind)
                for run in runs:
                    run.wait(timeout=120)
                place.run("verify")
                answer = place.json("keys", "rotate", *kind, "--resume")
                assert answer["changed"] == answer["mended"] == 0 and answer["dialogues"] == 12, answer


@promise("a rotation waits for a commit that was begun with the older key, makes no further key when it gives up, and goes on with --resume")
def _():
    for kind, name in (["--signing"], "signing"), ([], "umk"):
        with store() as place:
            held = os.open(keys(place) / name, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_SH)  # as a writer has it from before it looks at the keys until its commit is made
            error = fails(place, "keys", "rotate", *kind, code=11)
            assert error["kind"] == "commits_under_way" and "run it again" in error["hint"], error
            names = {file.name for file in keys(place).iterdir()}
            assert names == {"umk", "signing", f"{name}.1"}, names
            place.run("create", "Others write meanwhile")
            place.run("verify")
            os.close(held)
            answer = place.json("keys", "rotate", *kind, "--resume")
            assert not answer["made"] and answer["changed"] == 2, answer
            place.run("verify")


@promise("a rotated UMK wraps every dialogue anew, the old one still opens, and an unknown kek is named with those at hand")
def _():
    with store() as place:
        old = place.json("keys", "show")["keks"][0]["kek"]
        shutil.copy(place.path / ".hansard" / "hansard.db", place.path / "before.db")
        answer = place.json("keys", "rotate")
        assert answer["made"] and answer["dialogues"] == answer["changed"] == 2, answer
        shown = place.json("keys", "show")
        assert [kek["kek"] for kek in shown["keks"]][1] == old and shown["keks"][0]["kek"] != old
        new = shown["keks"][0]["kek"]
        assert {item["clear"]["kek"] for item in place.json("leakage", "steel")["items"] if "/entity:dek/" in item["address"]} == {new}
        again = place.json("keys", "rotate", "--resume")
        assert not again["made"] and again["changed"] == 0, again
        place.run("verify")
        (keys(place) / "umk").rename(keys(place) / "umk.away")
        error = fails(place, "show", "steel", code=12)
        assert error["kind"] == "wrong_key" and new in error["message"] and old in error["message"] and error["hint"], error
        assert fails(place, "verify", code=12)["kind"] == "wrong_key"
        own(place, "nowhere")
        place.environment["HANSARD_KEYS"] = str(place.path / "one" / "config" / "hansard" / "keys")
        shutil.copy(place.path / "before.db", place.path / ".hansard" / "hansard.db")
        place.run("verify")


@promise("a UMK is rotated again and again, and what was copied before the first rotation still opens; the seventeenth UMK says what to move away")
def _():
    with store() as place:
        shutil.copy(place.path / ".hansard" / "hansard.db", place.path / "before.db")
        for _ in range(15):
            place.run("keys", "rotate")
        shown = place.json("keys", "show", HANSARD_EPOCH="9", HANSARD_OLDER_EPOCHS="1 2 3 4 5 6 7")
        assert len({kek["kek"] for kek in shown["keks"]}) == 16 * 8 and (keys(place) / "umk.15").exists(), shown
        error = fails(place, "keys", "rotate", code=3)
        assert error["kind"] == "too_many_keys" and "umk.15" in error["message"] and "backup of the keys" in error["hint"], error
        place.run("verify")
        own(place, "nowhere")
        place.environment["HANSARD_KEYS"] = str(place.path / "one" / "config" / "hansard" / "keys")
        shutil.copy(place.path / "before.db", place.path / ".hansard" / "hansard.db")
        place.run("verify")


@promise("a rotation that was killed goes on when it is run again, simply or with --resume, and makes no third key")
def _():
    for signing in ([], ["--signing"]):
        for resume in ([], ["--resume"]):
            with store() as place:
                for number in range(14):
                    place.run("create", f"Dialogue {number}")
                process = subprocess.Popen([PROGRAM, "keys", "rotate", *signing], cwd=place.path, env=place.environment, stdout=subprocess.PIPE)
                name = "signing.1" if signing else "umk.1"
                while not (keys(place) / name).exists() and process.poll() is None:
                    time.sleep(0.001)
                time.sleep(0.05)
                process.kill()
                process.wait()
                place.run("verify")
                answer = place.json("keys", "rotate", *signing, *resume)
                place.run("verify")
                names = {file["name"] for file in place.json("keys", "show")["files"]}
                assert answer["dialogues"] == 16, answer
                if signing or resume or not answer["made"]:
                    assert names == ({"umk", "signing", "signing.1"} if signing else {"umk", "umk.1", "signing"}), names


@promise("a rotation that was killed before its key was made makes it when it is run again, with --resume, too")
def _():
    for kind, signing in (("umk", []), ("signing", ["--signing"])):
        for resume in ([], ["--resume"]):
            with store() as place:
                (keys(place) / kind).rename(keys(place) / f"{kind}.1")
                place.run("verify")
                answer = place.json("keys", "rotate", *signing, *resume)
                names = {file["name"] for file in place.json("keys", "show")["files"]}
                assert answer["made"] and answer["changed"] == 2 and names == ({"umk", "signing", "signing.1"} if signing else {"umk", "umk.1", "signing"}), (answer, names)
                place.run("verify")


@promise("rotations go on over a head under a name that no dialogue can have, and a key retires over it and over whoever goes on writing with it")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        thief = place.path / "thief"
        shutil.copytree(keys(place), thief)
        place.run("keys", "rotate", "--signing")
        with sqlite3.connect(database) as db:
            db.execute("INSERT INTO heads SELECT tenant, 'Bad Name', rev, hash, note, listed FROM heads WHERE dialogue = 'steel'")
        for words in (["rotate"], ["rotate", "--signing", "--resume"], ["rotate", "--signing", "--retire"]):
            error = fails(place, "keys", *words, code=13)
            assert "Bad Name" in error["message"], error
        assert (keys(place) / "signing.1").exists()
        away = {"HANSARD_KEYS": str(thief), "XDG_STATE_HOME": str(place.path / "away")}
        (thief / "trusted").write_text("".join(line + "\n" for line in place.json("keys", "show")["signing"]))
        writing = subprocess.Popen(["sh", "-c", f'n=0; while [ $n -lt 400 ] && [ ! -e stop ]; do n=$((n+1)); "{PROGRAM}" create "Made by a thief $n"; done'], cwd=place.path, env={**place.environment, **away}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            place.run("keys", "rotate", "--signing", "--retire", "--resume", code=13)
        finally:
            (place.path / "stop").touch()
            writing.wait(timeout=60)
        assert not (keys(place) / "signing.1").exists()


@promise("a rotation leaves what is broken as it is, names it, exits 13, and goes on once that is mended, without another key")
def _():
    for signing in ([], ["--signing"]):
        with store() as place:
            database = place.path / ".hansard" / "hansard.db"
            with sqlite3.connect(database) as opened:
                before = opened.execute("SELECT note FROM heads WHERE dialogue = 'steel'").fetchone()
                opened.execute("UPDATE heads SET note = ? WHERE dialogue = 'steel'", (before[0][:-5] + b"AAAA\n",))
            out, err = place.run("keys", "rotate", *signing, "--json", code=13)
            answer, error = json.loads(out), json.loads(err.splitlines()[-1])
            left, = answer["left_out"]
            assert answer["made"] and answer["dialogues"] == 2 and answer["changed"] == 1 and answer["waiting"] == 0 and "retired" not in answer, answer
            assert left["dialogue_id"] == "steel" and left["code"] == 13 and left["message"] and left["hint"], left
            assert error["code"] == 13 and "1 dialogue is left out: steel" in error["message"], error
            assert (keys(place) / ("signing.1" if signing else "umk.1")).exists() and not (keys(place) / "receipts").exists()
            place.run("abandon", "bridges", "Under the new key")
            place.run("verify", "bridges")
            words = ["keys", "rotate", *signing, "--retire" if signing else "--resume"]
            out, err = place.run(*words, code=13)
            assert err == f"hansard: 1 of 2 dialogues is left out\n  hansard verify steel says what mends it; then run hansard {' '.join(words)}\n", err
            assert out.count(left["message"]) == 1 and "mend them" not in out, out
            assert "LEFT OUT  steel: " in out and "Nothing more could be done" in out and ("old key stays in use" in out) == bool(signing), out
            with sqlite3.connect(database) as opened:
                opened.execute("UPDATE heads SET note = ? WHERE dialogue = 'steel'", before)
            answer = place.json("keys", "rotate", *signing, *(["--retire"] if signing else []))
            assert not answer["made"] and answer["changed"] == 1 and "left_out" not in answer, answer
            assert ("retired" in answer) == bool(signing)
            place.run("verify")


@promise("a rotation whose keys open no dialogue at all makes none")
def _():
    with store() as place:
        own(place, "two")
        with store() as other:
            keys(place).mkdir(parents=True, mode=0o700)
            for name in ("umk", "signing", "trusted"):
                if (keys(other) / name).exists():
                    shutil.copy(keys(other) / name, keys(place) / name)
        before = sorted(path.name for path in keys(place).iterdir())
        place.run("keys", "rotate", code=(12, 13))
        assert sorted(path.name for path in keys(place).iterdir()) == before


@promise("a new UMK under which nothing is wrapped yet is used by the next rotation, which makes none")
def _():
    with store() as place:
        with store() as other:
            words = "\n".join(line for line in other.run("keys", "words")[0].splitlines() if line.startswith("umk"))
        (keys(place) / "umk").rename(keys(place) / "umk.1")
        assert fails(place, "keys", "recover", code=11, stdin=words)["kind"] == "keys_exist"
        place.run("keys", "recover", "--newer", stdin=words)
        answer = place.json("keys", "rotate")
        assert not answer["made"] and answer["changed"] == 2 and not (keys(place) / "umk.2").exists(), answer
        (keys(place) / "umk.1").unlink()
        place.run("verify")


@promise("after a new epoch was configured a rotation wraps under that one, and makes no key")
def _():
    with store() as place:
        epochs = {"HANSARD_EPOCH": "2", "HANSARD_OLDER_EPOCHS": "1"}
        answer = place.json("keys", "rotate", **epochs)
        assert not answer["made"] and answer["changed"] == 2 and not (keys(place) / "umk.1").exists(), answer
        place.run("verify", HANSARD_EPOCH="2")
        error = fails(place, "verify", code=12)
        assert error["kind"] == "wrong_key" and "(epoch 1)" in error["message"], error


@promise("a rotation killed between making room and making the key is mended by the next")
def _():
    for signing, kind in (([], "umk"), (["--signing"], "signing")):
        with store() as place:
            (keys(place) / kind).rename(keys(place) / f"{kind}.1")
            assert place.json("keys", "rotate", *signing)["made"]
            place.run("verify")
            place.run("create", "After it")


@promise("without the newest UMK what is sealed is read and nothing is sealed under one that was rotated away, until it is back or another is made")
def _():
    with store() as place:
        place.run("keys", "rotate")
        wraps = place.json("keys", "show")["keks"][0]["kek"]
        (keys(place) / "umk").rename(place.path / "kept")
        error = fails(place, "create", "Under the old one", code=12)
        assert error["kind"] == "no_newest_key" and "umk is missing" in error["message"], error
        assert "put it back" in error["hint"] and "only where it is lost" in error["hint"] and error["hint"].endswith("hansard keys rotate"), error
        out, _ = place.run("keys", "show")
        assert "new keys are wrapped" not in out and "`umk` is missing" in out and "put it back" in out, out
        assert not any(kek["wraps"] for kek in place.json("keys", "show")["keks"])
        out, _ = place.run("doctor", code=1)
        assert "umk.1: the key that takes over from it is missing" in out and "put it back" in out and "only where it is lost" in out, out
        (keys(place) / "umk.1").rename(keys(place) / "umk.2")  # whatever its number
        fails(place, "create", "Under the old one", code=12)
        out, _ = place.run("doctor", code=1)
        assert "umk.2: the key that takes over from it is missing" in out, out
        (keys(place) / "umk.2").rename(keys(place) / "umk.1")
        (place.path / "kept").rename(keys(place) / "umk")
        place.run("abandon", "steel", "yes")
        assert place.json("keys", "show")["keks"][0] == {"kek": wraps, "epoch": 1, "umk": 0, "wraps": True}
    with store() as place:  # a rotation that was killed between its two names
        (keys(place) / "umk").rename(keys(place) / "umk.1")
        assert "steel" in place.run("list")[0] and "2 good" in place.run("verify")[0]
        for words in (["create", "Too early"], ["abandon", "steel", "too early"], ["keys", "rotate", "--dialogue", "steel"]):
            assert fails(place, *words, code=12)["kind"] == "no_newest_key", words
        assert len(place.json("log", "steel")["commits"]) == 1
        for words in ([], ["--resume"]):
            place.run("keys", "rotate", *words)
            assert {file.name for file in keys(place).iterdir()} == {"umk", "umk.1", "signing"}
            place.run("create", f"Now {len(words)}")


@promise("where there are no keys at all a rotation makes none, so that nothing stands in the way of those that are brought")
def _():
    with store() as place:
        words = place.run("keys", "words")[0]
        shutil.rmtree(keys(place))
        for made in (False, True):
            for more in ([], ["--resume"], ["--signing"], ["--signing", "--retire"]):
                error = fails(place, "keys", "rotate", *more, code=12)
                assert error["kind"] == "no_key" and "there are no keys in" in error["message"] and "keys recover" in error["hint"], error
            assert not keys(place).exists() or not list(keys(place).iterdir())
            keys(place).mkdir(mode=0o700, exist_ok=True)
        place.run("keys", "recover", stdin=words)
        place.run("verify")


@promise("whoever has a new key is told to back it up and to write its words down: when it is made, when the rotation fails, and when it goes on")
def _():
    for more, name in (([], "umk"), (["--signing"], "signing")):
        advice = f"`{name}` and write its words down: hansard keys words"
        with store() as place:
            database = sqlite3.connect(place.path / ".hansard" / "hansard.db", isolation_level=None)
            database.execute("BEGIN IMMEDIATE")
            error = fails(place, "keys", "rotate", *more, code=(1, 11))
            database.execute("ROLLBACK")
            assert (keys(place) / f"{name}.1").exists(), error
            assert "0 of 2 dialogues are done; mend this, then run it again" in error["hint"] and f"a new key was made: back up {advice}" in error["hint"], error
            database.execute("BEGIN IMMEDIATE")
            error = fails(place, "keys", "rotate", *more, code=(1, 11))
            database.execute("ROLLBACK")
            database.close()
            assert f"unless that was done since it was made, back up {advice}" in error["hint"], error
            out, _ = place.run("keys", "rotate", *more)
            assert "Went on with the rotation that was begun; 2 of 2 dialogues were" in out and f"  Unless that was done since it was made, back up {advice}\n" in out, out
    with Place() as place:
        own(place, "one")
        place.run("init")
        place.run("create", "Only one", "--id", "one")
        out, _ = place.run("keys", "rotate", "--signing")
        assert "1 of 1 dialogue was signed anew" in out and "  Back up `signing` and write its words down" in out, out
        out, _ = place.run("keys", "rotate", "--signing", "--retire")
        assert "Words and exports from before are out of date" in " ".join(out.split()) and "hansard keys export FILE" in out and "back up `signing`" not in out, out


@promise("a rotation that was killed puts the new key behind the passphrase of the one that it takes over from, whatever the other kind is behind")
def _():
    for rotating, other, rotate in (("umk", "signing", ["rotate"]), ("signing", "umk", ["rotate", "--signing"])):
        with store() as place:
            plain = (keys(place) / other).read_bytes()
            place.run("keys", "passphrase", command(SCRYPT))
            (keys(place) / other).write_bytes(plain)
            (keys(place) / rotating).rename(keys(place) / f"{rotating}.1")
            fails(place, "keys", *rotate, code=12)
            assert not (keys(place) / rotating).exists()
            place.run("keys", *rotate, command(SCRYPT))
            assert "wrapping: scrypt" in (keys(place) / rotating).read_text() and (keys(place) / other).read_bytes() == plain
            place.run("verify", command(SCRYPT))


@promise("rotating wrapped keys wraps the new one with the same passphrase")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        fails(place, "keys", "rotate", command("wrong"), code=12)
        assert not (keys(place) / "umk.1").exists()
        place.run("keys", "rotate", command(SCRYPT))
        assert "wrapping: scrypt" in (keys(place) / "umk").read_text() and len(salts(place)) == 1
        place.run("verify", command(SCRYPT))


@promise("a new key of one dialogue: what is written from then on carries the next generation")
def _():
    with store() as place:
        assert place.json("keys", "rotate", "--dialogue", "bridges")["dialogue_id"] == "bridges-over-the-river"
        place.run("abandon", "bridges", "done")
        generations = {item["address"].split("entity:")[1].split("/")[0]: item["generation"] for item in place.json("leakage", "bridges")["items"]}
        assert generations["meta"] == 2 and generations["event"] == 2, generations
        assert {item["generation"] for item in place.json("leakage", "steel")["items"]} == {1}
        place.run("verify")
        assert fails(place, "keys", "rotate", "--dialogue", "bridges", "--signing", code=2)
        assert fails(place, "keys", "rotate", "--read-only", code=2) and not (keys(place) / "umk.1").exists()


main()
