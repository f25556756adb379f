#!/usr/bin/env python3
"""One dialogue at fault, and the others: what goes over all of them goes on, names what it left, and says so with its exit code."""
import atexit
import json
import re
import shutil
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import Place, main, promise  # noqa: E402

ROUND = {"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"label": "Rye keeps", "body": "Rye " * 40}], "tensions": [{"label": "Who pays"}]}


class Four(Place):
    """A store with the dialogues alpha, bread, chess and steel of one open tension each, all of them seen: a copy of one that is made
    once, or one of its own with keys of its own."""
    made = None

    def __init__(self, own=False):
        super().__init__()
        self.file = self.path / ".hansard/hansard.db"
        self.environment |= {"XDG_CONFIG_HOME": str(self.path / "config"), "XDG_STATE_HOME": str(self.path / "state")}
        if not own and Four.made is None:
            Four.made = Four(own=True)
            atexit.register(Four.made.__exit__)
        if not own:
            shutil.copytree(Four.made.path, self.path, dirs_exist_ok=True)
            return
        self.run("init")
        for name in ("alpha", "bread", "chess", "steel"):
            self.run("create", name.title(), "--id", name)
            self.run("register", name, "-", stdin=json.dumps(ROUND))

    def sql(self, statement, *values):
        with sqlite3.connect(self.file) as database:
            database.execute(statement, values)
        database.close()

    def alter(self, table, where, at, column="stored", bit=1):
        """Turns one bit of one byte of a row."""
        with sqlite3.connect(self.file) as database:
            (kept,), = database.execute(f"SELECT {column} FROM {table} WHERE {where}")
            changed = bytearray(kept)
            changed[at] ^= bit
            database.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (bytes(changed),))
        database.close()

    def break_item(self, name):
        self.alter("items", f"dialogue = '{name}' AND type = 'tension'", -1)

    def mark(self, name):
        return next((self.path / "state/hansard/marks").glob(f"*/*/{name}"))

    def lock(self, name):
        """Wraps the keys of this one under another epoch, which is not at hand afterwards."""
        self.run("keys", "rotate", "--dialogue", name, HANSARD_EPOCH="2", HANSARD_OLDER_EPOCHS="1")

    def fails(self, *words, code, **more):
        """(error, answer) of a command that answers all the same."""
        out, err = self.run(*words, "--json", code=code, **more)
        error = json.loads(err.splitlines()[-1])
        assert error["code"] == code and error["hint"], error
        return error, json.loads(out)

    def verify(self, code, **more):
        """({dialogue: (good, kind, addresses)}, answer, error) in JSON; the text names the same."""
        error, answer = self.fails("verify", code=code, **more)
        found = {d["id"]: (d["good"], d.get("kind"), [fault["address"] for fault in d["faults"]]) for d in answer["dialogues"]}
        out, _ = self.run("verify", code=code, **more)
        for name, (good, _, addresses) in found.items():
            assert re.search(rf"^{'good' if good else '(BROKEN|UNPROVED)'} +{name}  ", out, re.M), (name, out)
            assert all(f"  {address}: " in out for address in addresses), (addresses, out)
        assert len(answer["dialogues"]) == len(found), answer
        return found, answer, error


GOOD = (True, None, [])


@promise("a head whose version byte was changed is one line of verify, 13, and an item changed elsewhere is named beside it")
def _():
    with Four() as place:
        place.alter("heads", "dialogue = 'alpha'", len("hansard head v"), "note", ord("1") ^ ord("2"))
        place.break_item("bread")
        found, answer, error = place.verify(13)
        assert found["alpha"] == (False, "integrity_violated", ["head"]) and found["chess"] == found["steel"] == GOOD, found
        assert found["bread"] == (False, "integrity_violated", ["dialogue:bread/entity:tension/00#01"]), found
        assert answer["broken"] == 2 and answer["unverified"] == 0 and "2 of 4" in error["message"], (answer, error)
        what = [fault["what"] for d in answer["dialogues"] if d["id"] == "alpha" for fault in d["faults"]]
        assert "version 2" in what[0], what
        for words in (["show", "alpha"], ["verify", "alpha"], ["export", "alpha"]):
            _, err = place.run(*words, "--json", code=13)
            assert json.loads(err)["kind"] == "integrity_violated", err


@promise("a commit or item of another version is damage, 13: which version a store is of, the store says itself")
def _():
    with Four() as place:
        for table, where in (("commits", "dialogue = 'alpha' AND rev = 2"), ("items", "dialogue = 'bread' AND type = 'tension'")):
            place.alter(table, where, 1, bit=3)
        found, _, _ = place.verify(13)
        assert found["alpha"][2][0].startswith("commit ") and found["bread"][2] == ["dialogue:bread/entity:tension/00#01"], found


@promise("a mark that is junk is a line of verify, 3 at the end; with a changed item elsewhere it is 13, and both are named")
def _():
    with Four() as place:
        place.mark("alpha").write_text("junk")
        found, answer, error = place.verify(3)
        assert found["alpha"] == (False, "invalid_mark", ["mark"]) and found["bread"] == GOOD, found
        assert answer["broken"] == 0 and answer["unverified"] == 1 and error["kind"] == "invalid_mark" and "1 of 4" in error["message"], (answer, error)
        place.break_item("bread")
        found, answer, error = place.verify(13)
        assert found["alpha"][1] == "invalid_mark" and not found["bread"][0] and answer["broken"] == answer["unverified"] == 1, found
        assert error["kind"] == "integrity_violated" and "1 could not be verified" in error["message"], error


@promise("a mark that is no file is a line of verify, 1 at the end")
def _():
    with Four() as place:
        mark = place.mark("alpha")
        mark.unlink()
        mark.symlink_to(place.path / "elsewhere")
        found, _, error = place.verify(1)
        assert found["alpha"] == (False, "mark_io", ["mark"]) and found["bread"] == GOOD and error["kind"] == "mark_io", (found, error)


@promise("a key that is not at hand for one dialogue is a line of verify, 12 at the end, before 3 and behind 13")
def _():
    with Four() as place:
        place.lock("alpha")
        found, answer, error = place.verify(12)
        assert found["alpha"] == (False, "wrong_key", ["key"]) and found["bread"] == GOOD and answer["unverified"] == 1, (found, answer)
        assert error["kind"] == "wrong_key" and "at hand are" in error["message"], error
        place.mark("chess").write_text("junk")
        found, answer, error = place.verify(12)
        assert found["chess"][1] == "invalid_mark" and answer["unverified"] == 2 and error["kind"] == "wrong_key", (found, error)
        place.break_item("bread")
        found, answer, error = place.verify(13)
        assert found["alpha"][1] == "wrong_key" and found["bread"][2] == ["dialogue:bread/entity:tension/00#01"] and answer["broken"] == 1, found
        found, _, _ = place.verify(13, HANSARD_EPOCH="2", HANSARD_OLDER_EPOCHS="1")
        assert found["alpha"] == GOOD, found


@promise("what is locked is still held against its mark and its history")
def _():
    with Four() as place:
        place.lock("alpha")
        shutil.copy(place.file, place.path / "older")
        place.run("abandon", "alpha", "done", HANSARD_EPOCH="2", HANSARD_OLDER_EPOCHS="1")
        shutil.copy(place.path / "older", place.file)
        found, answer, _ = place.verify(13)
        assert found["alpha"] == (False, "rolled_back", ["head", "key"]) and answer["broken"] == 1 and answer["unverified"] == 0, (found, answer)


@promise("a receipt of what is locked stands as it stands, and 12 says that tags and boxes were not checked")
def _():
    with Four() as place:
        (place.path / "receipt").write_text(place.run("receipt", "alpha")[0])
        place.lock("alpha")
        error, answer = place.fails("verify", "--receipt", "receipt", code=12)
        assert answer["standing"] == "fine" and answer["opened"] is False and error["kind"] == "wrong_key", (error, answer)


@promise("without any trusted key, or any key that opens, nothing is said of single dialogues")
def _():
    with Four() as place:
        nowhere = str(place.path / "nowhere")
        for words in (["verify"], ["list"], ["stats"], ["tensions"]):
            out, err = place.run(*words, "--json", code=12, XDG_CONFIG_HOME=nowhere)
            assert not out and json.loads(err)["kind"] == "no_trusted_key", (words, out, err)


@promise("a dialogue without a head is one line and is counted once, marked or not")
def _():
    for marked in (True, False):
        with Four() as place:
            if not marked:
                place.mark("alpha").unlink()
            place.sql("DELETE FROM heads WHERE dialogue = 'alpha'")
            found, answer, error = place.verify(13)
            assert found["alpha"] == (False, "integrity_violated", ["head"]) and answer["broken"] == 1 and "1 of 4" in error["message"], (found, error)


@promise("the newest commit gone is one line that says that no item can be held against it, and no intact thing is named")
def _():
    with Four() as place:
        place.sql("DELETE FROM commits WHERE dialogue = 'alpha' AND rev = 2")
        found, answer, _ = place.verify(13)
        assert found["alpha"][2] == ["commit 2"], found
        assert "cannot be held against" in next(d for d in answer["dialogues"] if d["id"] == "alpha")["faults"][0]["what"]


@promise("a restore whose ground is gone or altered is named, and the commits below are not")
def _():
    for altered in (False, True):
        with Four() as place:
            place.run("backup", "copy.db")
            place.run("abandon", "alpha", "done")
            shutil.copy(place.path / "copy.db", place.file)
            place.run("backup", "--restored")
            if altered:
                place.alter("commits", "dialogue = 'alpha' AND rev = 2", 40)
            else:
                place.sql("DELETE FROM commits WHERE dialogue = 'alpha' AND rev = 2")
            found, answer, _ = place.verify(13)
            assert found["alpha"][2] == ["commit before 4"] and answer["broken"] == 1, found


@promise("a commit planted in the gap of a restore is named alike by verify, log and a receipt from before")
def _():
    for planted in ("(SELECT stored FROM commits WHERE dialogue = 'bread' AND rev = 1)", "(SELECT stored FROM commits WHERE dialogue = 'alpha' AND rev = 2)"):
        with Four() as place:
            (place.path / "old").write_text(place.run("receipt", "alpha")[0])
            place.run("backup", "copy.db")
            place.run("abandon", "alpha", "done")
            shutil.copy(place.path / "copy.db", place.file)
            place.run("backup", "--restored", "alpha")
            place.run("verify", "--receipt", "old")
            place.sql(f"INSERT INTO commits VALUES ('default', 'alpha', 3, randomblob(16), {planted})")
            assert place.verify(13)[0]["alpha"] == (False, "integrity_violated", ["commit 3"])
            for words in (("log", "alpha"), ("leakage", "alpha")):
                error = json.loads(place.run(*words, "--json", code=13)[1])
                assert error["message"].startswith("commit 3 stands outside the chain"), error
            assert place.fails("verify", "--receipt", "old", code=13)[1]["standing"] == "broken"


@promise("a head of a signer that nobody here knows names him, and says both that a line may be missing and that it may be an attack")
def _():
    with Four() as place, Four(own=True) as other:
        line = other.json("keys", "show")["signing"][0]
        signer = "+".join(line.split("+")[:2])
        shutil.copy(other.file, place.file)
        shutil.rmtree(place.path / "state")
        out, err = place.run("show", "alpha", "--json", code=13)
        error = json.loads(err)
        assert error["kind"] == "untrusted_signer" and signer in error["message"], error
        assert "hansard keys trust LINE" in error["hint"] and "head of his own" in error["hint"] and "ask them" in error["hint"], error
        found, answer, error = place.verify(13)
        assert found["alpha"] == (False, "untrusted_signer", ["head"]) and error["kind"] == "untrusted_signer", (found, error)
        assert "keys trust" in error["hint"] and "receipt or a backup" in error["hint"] and answer["dialogues"][0]["rev"] == 2, (error, answer)
        assert all(signer in d["faults"][0]["what"] for d in answer["dialogues"]), answer
        # What such a head names is checked all the same, and is then no question of whom one believes.
        place.break_item("bread")
        found, _, error = place.verify(13)
        assert found["bread"][:2] == (False, "integrity_violated") and len(found["bread"][2]) == 2 and error["kind"] == "integrity_violated", (found, error)
        shutil.copy(other.file, place.file)
        place.run("keys", "trust", line)
        found, _, _ = place.verify(12)
        assert found["alpha"] == (False, "wrong_key", ["key"]), found


@promise("a bad signature in the name of who is believed is no stranger's")
def _():
    with Four() as place:
        place.alter("heads", "dialogue = 'alpha'", -8, "note", 2)
        found, answer, error = place.verify(13)
        assert found["alpha"] == (False, "integrity_violated", ["head"]) and "keys trust" not in error["hint"], (found, error)


def left(answer):
    return {one["dialogue_id"]: one["kind"] for one in answer.get("left_out", [])}


def lists(place, code, gone):
    """Every command over all dialogues shows those that are not among `gone`, {id: kind}, and names these."""
    whole = {"alpha", "bread", "chess", "steel"} - set(gone)
    error, answer = place.fails("list", code=code)
    assert {d["dialogue_id"] for d in answer["dialogues"]} == whole and left(answer) == gone and all(one["message"] for one in answer["left_out"]), answer
    assert error["kind"] in gone.values() and all(name in error["message"] for name in gone), error
    out, err = place.run("list", code=code)
    assert all(re.search(rf"^{name}$", out, re.M) for name in whole) and all(re.search(rf"^LEFT OUT  {name}: ", out, re.M) for name in gone), out
    out, err = place.run("list", "--ids", code=code)
    assert set(out.split()) == whole and all(name in err for name in gone), (out, err)
    error, answer = place.fails("stats", code=code)
    assert answer["dialogues"] == answer["tensions"] == len(whole) and left(answer) == gone, answer
    out, _ = place.run("stats", code=code)
    assert all(re.search(rf"^LEFT OUT  {name}: ", out, re.M) for name in gone), out
    error, answer = place.fails("tensions", "--open", code=code)
    assert {tension["dialogue_id"] for tension in answer["tensions"]} == whole and left(answer) == gone, answer
    out, _ = place.run("tensions", "--open", code=code)
    assert all(name in out for name in whole) and all(re.search(rf"^LEFT OUT  {name}: ", out, re.M) for name in gone), out
    error, answer = place.fails("list", "--similar", "steel", code=code)
    assert {d["id"] for d in answer["dialogues"]} <= whole - {"steel"} and left(answer) == gone, answer
    assert all(name in place.run("list", "--similar", "steel", code=code)[0] for name in gone)


@promise("lists, numbers, open tensions and likeness go on over what they cannot answer for, and name it: 13 before 12 before 3")
def _():
    with Four() as place:
        place.mark("chess").write_text("junk")
        lists(place, 3, {"chess": "invalid_mark"})
        place.lock("alpha")
        lists(place, 12, {"alpha": "wrong_key", "chess": "invalid_mark"})
        place.break_item("bread")
        lists(place, 13, {"alpha": "wrong_key", "bread": "integrity_violated", "chess": "invalid_mark"})


@promise("where every dialogue is left out no list says that there is none")
def _():
    with Four() as place:
        for name in ("alpha", "bread", "chess", "steel"):
            place.alter("heads", f"dialogue = '{name}'", 0, "note")
        for words, nothing in ((["list"], "No dialogues"), (["tensions", "--open"], "No open tension")):
            out, err = place.run(*words, code=13)
            assert nothing not in out and out.count("LEFT OUT") == 4 and "4 dialogues" in err, (out, err)
        assert place.run("list", "--ids", code=13)[0] == ""


@promise("many that are left out are named as far as there is room, and counted")
def _():
    with Place() as place:
        place.run("init")
        names = [f"{number}-" + "long" * 15 for number in range(8)]
        for name in names:
            place.run("create", "X", "--id", name)
        with sqlite3.connect(place.path / ".hansard/hansard.db") as database:
            database.execute("UPDATE heads SET note = x'00'")
        database.close()
        out, err = place.run("list", "--ids", "--json", code=13)
        assert len(json.loads(out)["left_out"]) == 8
        message = json.loads(err)["message"]
        assert message.startswith("8 dialogues") and any(name in message for name in names) and re.search(r" and \d more", message), message


main()
