#!/usr/bin/env python3
"""Proof as a person meets it: receipts, an auditor with the public key, erasure, backups put back, and what a database gives away."""
import json
import re
import shutil
import sqlite3
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, Place, main, promise  # noqa: E402

BRIDGES = "bridges-over-the-river"


def store():
    """A store with two dialogues that were seen; keys and marks lie in its own folder."""
    place = Place()
    place.environment["XDG_CONFIG_HOME"] = str(place.path / "config")
    place.environment["XDG_STATE_HOME"] = str(place.path / "state")
    place.run("init")
    for title in ("Bridges over the river", "Steel"):
        place.run("create", title)
    place.run("verify")
    return place


def database(place):
    return place.path / ".hansard" / "hansard.db"


def fails(place, *words, code, **more):
    out, err = place.run(*words, "--json", code=code, **more)
    error = json.loads(err.splitlines()[-1])
    assert error["code"] == code and error["kind"] and error["message"], error
    return error, json.loads(out) if out else None


@promise("a receipt is the head verbatim; it is fine as long as the history goes through it")
def _():
    with store() as place:
        out = place.run("receipt", "bridges")[0]
        lines = out.splitlines()
        assert lines[:3] == ["hansard head v1", f"default/{BRIDGES}", "1"] and lines[4] == "" and lines[5].startswith("— tester "), lines
        answer = place.json("receipt", "bridges")
        assert answer["head"] == out and answer["rev"] == 1 and answer["dialogue_id"] == BRIDGES
        (place.path / "receipt").write_text(out)
        assert place.json("verify", "--receipt", "receipt")["standing"] == "fine"
        place.run("abandon", "bridges", "done")
        assert place.json("verify", "--receipt", "receipt")["standing"] == "fine"
        assert "is fine" in place.run("verify", "--receipt", "-", stdin=out)[0]
        assert fails(place, "verify", "steel", "--receipt", "receipt", code=2)[0]["kind"] == "usage"


@promise("a receipt that was altered, is of another signer, or of another tenant is told apart")
def _():
    with store() as place, store() as other:
        out = place.run("receipt", "bridges")[0]
        (place.path / "altered").write_text(out.replace("\n1\n", "\n2\n"))
        error, answer = fails(place, "verify", "--receipt", "altered", code=13)
        assert error["kind"] == answer["standing"] == "not_trusted", (error, answer)
        (place.path / "torn").write_text(out[:-2])
        (place.path / "words").write_text("no receipt\n")
        (place.path / "more").write_text(out + "\n[exit 0]\n")
        for name in ("torn", "words", "more"):  # no receipt at all: bad input, and no violation
            error = json.loads(place.run("verify", "--receipt", name, "--json", code=3)[1])
            assert error["kind"] == "invalid_receipt" and name in error["message"] and "hansard receipt" in error["hint"], error
        for content, remedy in ((out.replace("\n", "\r\n"), "tr -d '\\r'"), (out[:-1], "last line has no end"), (out + "\n", "blank lines stand behind it"), (out + "\n\n\n", "blank lines")):
            error = json.loads(place.run("verify", "--receipt", "-", "--json", stdin=content, code=3)[1])
            assert error["kind"] == "invalid_receipt" and remedy in error["hint"], error
        (place.path / "theirs").write_text(other.run("receipt", "bridges")[0])
        assert fails(place, "verify", "--receipt", "theirs", code=13)[1]["standing"] == "not_trusted"
        place.run("keys", "trust", other.json("keys", "show")["signing"][0])
        assert fails(place, "verify", "--receipt", "theirs", code=13)[1]["standing"] == "replaced"
        for name, hint in (("altered", "it was altered"), ("theirs", "two histories")):
            assert hint in fails(place, "verify", "--receipt", name, code=13)[0]["hint"], name
        (place.path / "tenant").write_text(out.replace("default/", "another/"))
        assert fails(place, "verify", "--receipt", "tenant", code=2)[0]["kind"] == "other_tenant"


@promise("a store put back: verify, every reader and a receipt say so; declared as a restore it is good again, and the receipt is never fine")
def _():
    with store() as place:
        place.run("backup", "copy.db")
        place.run("abandon", "bridges", "done")
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        place.run("create", "Later")
        place.run("show", "later")
        (place.path / "gone").write_text(place.run("receipt", "later")[0])
        shutil.copy(place.path / "copy.db", database(place))
        error, answer = fails(place, "verify", code=13)
        broken = {dialogue["id"]: dialogue["faults"][0]["what"] for dialogue in answer["dialogues"] if not dialogue["good"]}
        assert set(broken) == {BRIDGES, "later"} and "put back" in broken[BRIDGES] and "is missing" in broken["later"], broken
        assert answer["broken"] == 2 and error["kind"] == "rolled_back" and error["hint"].count("backup --restored --dry-run") == 1, error
        error = fails(place, "show", "bridges", code=13)[0]
        assert error["kind"] == "rolled_back" and "backup --restored" in error["hint"], error
        assert fails(place, "verify", "--receipt", "receipt", code=13)[1]["standing"] == "rolled_back"
        error, answer = fails(place, "verify", "--receipt", "gone", code=13)
        assert answer["standing"] == "rolled_back" and "backup --restored" in error["hint"], error
        answer = place.json("backup", "--restored", code=13)
        for one in answer["dialogues"]:
            assert one.pop("seen")["rev"] == one["lost_rev"]
        assert sorted(answer["dialogues"], key=lambda restored: restored["rev"], reverse=True) == [
            {"dialogue_id": BRIDGES, "survived_rev": 1, "lost_rev": 2, "rev": 3, "unerased": False}, {"dialogue_id": "steel", "survived_rev": 1, "lost_rev": 1, "rev": 2, "unerased": False}] and answer["lacking"] == 1, answer
        assert answer["lacking_dialogues"] == [{"dialogue_id": "later", "seen_rev": 1}], answer
        assert place.json("backup", "--restored", code=13)["dialogues"] == []
        assert fails(place, "backup", "--restored", "bridges", code=3)[0]["kind"] == "nothing_lost"
        assert fails(place, "verify", "--receipt", "receipt", code=1)[1]["standing"] == "declared_lost"
        place.run("verify", "bridges")
        assert place.json("log", "bridges")["commits"][0]["operation"] == "restore"
        place.run("abandon", "bridges", "done again")
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        assert place.json("verify", "--receipt", "receipt")["standing"] == "fine"


@promise("a backup in place of its store is read, and takes writes only once it is declared, marks or none; what lost nothing loses nothing")
def _():
    with store() as place:
        place.run("abandon", "bridges", "done")
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        place.run("backup", "copy.db")
        shutil.copy(place.path / "copy.db", database(place))
        shutil.rmtree(place.path / "state")
        assert place.json("verify")["broken"] == 0
        for words in (["abandon", "steel", "x"], ["keys", "rotate", "--dialogue", "steel"]):
            error = fails(place, *words, code=3)[0]
            assert error["kind"] == "other_store" and "sqlite:" in error["message"] and "backup --restored" in error["hint"], error
        shutil.rmtree(place.path / "state")
        assert "nothing was lost" in place.run("backup", "--restored", "bridges")[0]
        answer = place.json("backup", "--restored")
        assert answer["dialogues"] == [{"dialogue_id": "steel", "survived_rev": 1, "lost_rev": 1, "rev": 2, "unerased": False}], answer
        place.run("abandon", "steel", "x")
        assert place.json("verify", "--receipt", "receipt")["standing"] == "fine"
        assert place.json("verify")["broken"] == 0
        assert fails(place, "backup", "--restored", "steel", code=3)[0]["kind"] == "nothing_lost"


@promise("verify says of a copy that it is one, whose, and the remedy, and that is no fault; of what was taken over, erased or is broken it does not")
def _():
    with store() as place:
        assert place.json("verify")["copies"] == 0 and "another store" not in place.run("verify")[0]
        place.run("abandon", "bridges", "done")
        place.run("create", "Wood")
        place.run("erase", "wood", "--confirm", "wood")
        place.run("backup", "copy.db")
        owner = re.search("sqlite:[0-9a-f]{32}", json.dumps(place.json("leakage", "steel"))).group()
        shutil.copy(place.path / "copy.db", database(place))
        for words in ([], ["--read-only"]):
            answer = place.json("verify", *words)
            assert answer["copies"] == 2 and {one["id"]: one.get("belongs_to") for one in answer["dialogues"]} == {BRIDGES: owner, "steel": owner, "wood": None}, answer
            out = " ".join(place.run("verify", *words)[0].split())
            assert f"2 of 3 dialogues belong to another store, {owner}: this is a copy" in out and "hansard backup --restored." in out, out
        assert "1 of 1 dialogue belongs to another store" in " ".join(place.run("verify", "steel")[0].split())
        with sqlite3.connect(database(place)) as opened:
            opened.execute("UPDATE items SET stored = zeroblob(100) WHERE dialogue = 'steel' AND type = 'meta'")
        opened.close()
        assert fails(place, "verify", code=13)[1]["copies"] == 1
        shutil.copy(place.path / "copy.db", database(place))
        place.run("backup", "--restored", "bridges")
        assert [one["id"] for one in place.json("verify")["dialogues"] if "belongs_to" in one] == ["steel"]
        place.run("backup", "--restored")
        assert place.json("verify")["copies"] == 0 and "another store" not in place.run("verify")[0]


@promise("a backup is a new file; what stands there already is left alone")
def _():
    with store() as place:
        (place.path / "copy.db").write_text("precious")
        assert fails(place, "backup", "copy.db", code=11)[0]["kind"] == "file_exists"
        assert (place.path / "copy.db").read_text() == "precious"
        assert fails(place, "backup", code=2)[0]["kind"] == "usage"
        names = sorted(place.path.rglob("*"))
        for name in (".hansard/hansard.db-journal", ".hansard/hansard.db-wal", ".hansard/hansard.db-shm", "./.hansard/../.hansard/hansard.db-wal", "later.db-journal"):
            error = fails(place, "backup", name, code=2)[0]
            assert error["kind"] == "reserved_name" and name in error["message"] and sorted(place.path.rglob("*")) == names, error
        place.run("verify")
        assert place.json("backup", "new.db")["file"] == "new.db" and (place.path / "new.db").stat().st_mode & 0o077 == 0


@promise("an auditor with the public key alone proves a store, says what was not checked, and names what was taken away")
def _():
    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        for name in ("config", "state"):
            shutil.rmtree(place.path / name)
        assert fails(place, "verify", code=12)[0]["kind"] == "no_trusted_key"
        (place.path / "line").write_text(f"# whom I believe\n{line}\n")
        for value in (line, "line"):
            answer = place.json("verify", "--public-key", value)
            assert answer["broken"] == 0 and answer["tags_and_boxes_checked"] is False and not answer["dialogues"][0]["opened"], answer
            assert "Tags and boxes were not checked" in place.run("verify", "--public-key", value)[0]
        assert place.json("verify", "--public-key", line, "--receipt", "receipt")["standing"] == "fine"
        assert not (place.path / "config").exists() and not (place.path / "state").exists()
        assert fails(place, "verify", "--public-key", "nonsense", code=3)[0]["kind"] == "invalid_trusted_key"
        with sqlite3.connect(database(place)) as opened:
            opened.execute("DELETE FROM items WHERE type = 'dek' AND dialogue = ?", (BRIDGES,))
        error, answer = fails(place, "verify", "--public-key", line, code=13)
        faults = [fault for dialogue in answer["dialogues"] for fault in dialogue["faults"]]
        assert [fault["address"] for fault in faults] == [f"dialogue:{BRIDGES}/entity:dek/0001"] and "is missing" in faults[0]["what"], faults


@promise("what is good and not proved is said, to an auditor and where nothing was seen before: whether contents open, and whether the store was put back; to nobody else, and not of a receipt that was kept")
def _():
    def said(*words, **more):
        out, answer = " ".join(place.run("verify", *words, **more)[0].split()), place.json("verify", *words, **more)
        unproved = {one["subject"]: one["detail"] for one in answer.get("not_proved", [])}
        assert all(detail in out for detail in unproved.values()) and ("Tags and boxes" in out) == ("contents" in unproved) and ("seen here before" in out) == ("freshness" in unproved), (out, answer)
        return unproved, answer

    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        shutil.copy(database(place), place.path / "older.db")
        place.run("abandon", "bridges", "done")
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        assert said()[0] == {} and said()[1]["unseen"] == 0
        unproved, answer = said("--public-key", line)
        assert set(unproved) == {"contents"} and "signing key alone" in unproved["contents"] and answer["unseen"] == 0, answer
        unproved, answer = said("--public-key", line, "--receipt", "receipt")
        assert set(unproved) == {"contents"} and answer["standing"] == "fine", answer
        shutil.copy(place.path / "older.db", database(place))
        elsewhere = {"XDG_STATE_HOME": str(place.path / "elsewhere")}
        for _ in range(2):  # an auditor remembers nothing
            unproved, answer = said("--public-key", line, **elsewhere)
            assert set(unproved) == {"contents", "freshness"} and "of these 2 dialogues" in unproved["freshness"] and "hansard receipt" in unproved["freshness"], unproved
            assert answer["unseen"] == 2 and {one["seen_before"] for one in answer["dialogues"]} == {False}, answer
        assert fails(place, "verify", "--public-key", line, "--receipt", "receipt", code=13, **elsewhere)[1]["standing"] == "rolled_back"
        unproved, answer = said("bridges", "--read-only", **elsewhere)
        assert set(unproved) == {"freshness"} and "of this dialogue" in unproved["freshness"], unproved
        assert "Nothing was seen here before" in " ".join(place.run("verify", "steel", **elsewhere)[0].split())
        unproved, answer = said("--read-only", **elsewhere)
        assert "of 1 of these 2 dialogues" in unproved["freshness"] and ["seen_before" in one for one in answer["dialogues"]] == [True, False], answer
        place.run("verify", **elsewhere)
        assert said(**elsewhere)[0] == {}  # it is seen now
        assert fails(place, "verify", code=13)[1]["unseen"] == 0


@promise("without umk or signing verify checks what it can and ends with 12, doctor names what is missing and ends with 1; --public-key asks for no more; what is broken comes first")
def _():
    with store() as place:
        folder = place.path / "config" / "hansard" / "keys"
        line = place.json("keys", "show")["signing"][0]
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        place.run("doctor")
        (folder / "umk").rename(place.path / "umk")
        for words in ([], ["bridges"]):
            out, _ = place.run("verify", *words, code=12)
            assert "good" in out and f"Tags and boxes were not checked: there is no umk in {folder}" in " ".join(out.split()), out
            error = fails(place, "verify", *words, code=12)[0]
            assert error["kind"] == "no_key" and str(folder) in error["message"] and "--public-key" in error["hint"] and "keys recover" in error["hint"], error
            answer = json.loads(place.run("verify", *words, "--json", code=12)[0])
            assert answer["tags_and_boxes_checked"] is False and answer["broken"] == answer["unverified"] == 0 and all(one["good"] for one in answer["dialogues"]), answer
            assert place.json("verify", *words, "--public-key", line)["tags_and_boxes_checked"] is False
        assert fails(place, "verify", "--receipt", "receipt", code=12)[0]["kind"] == "no_key"
        error, answer = fails(place, "backup", "unopened.db", code=12)
        assert error["kind"] == "no_key" and "the copy is made" in error["message"] and answer["verified"]["tags_and_boxes_checked"] is False, (error, answer)
        assert "there is no umk in" in " ".join(place.run("backup", "again.db", code=12)[0].split())
        place.run("backup", "proved.db", "--public-key", line)
        place.run("verify", "--receipt", "receipt", "--public-key", line)
        bad, = (finding for finding in json.loads(place.run("doctor", "--json", code=1)[0])["findings"] if not finding["good"])
        assert f"{folder}/umk is missing" in bad["detail"], bad
        whole = database(place).read_bytes()
        with sqlite3.connect(database(place)) as opened:
            opened.execute("UPDATE items SET stored = zeroblob(100) WHERE dialogue = 'bridges-over-the-river' AND type = 'meta'")
        opened.close()
        assert fails(place, "verify", code=13)[0]["kind"] == "integrity_violated"
        database(place).write_bytes(whole)
        mark, = (place.path / "state").glob("hansard/marks/*/default/" + BRIDGES)
        kept = mark.read_text()
        mark.write_text("none")
        assert fails(place, "verify", code=12)[0]["kind"] == "no_key"  # before 3
        mark.write_text(kept)
        (place.path / "umk").rename(folder / "umk")
        place.run("verify")
        (folder / "signing").rename(place.path / "signing")
        assert fails(place, "verify", code=12)[0]["kind"] == "no_trusted_key"
        bad, = (finding for finding in json.loads(place.run("doctor", "--json", code=1)[0])["findings"] if not finding["good"])
        assert f"{folder}/signing is missing" in bad["detail"] and "keys import" in bad["detail"], bad
        place.run("keys", "trust", line)  # as a reader
        place.run("verify")
        assert "signing is missing: nothing can be written here, as is right for a reader" in " ".join(place.run("doctor")[0].split())


@promise("what is erased has no tags or boxes that a missing umk could check: verify of it alone is good")
def _():
    with store() as place:
        place.run("erase", "bridges", "--confirm", BRIDGES)
        (place.path / "config" / "hansard" / "keys" / "umk").unlink()
        place.run("verify", "bridges")
        place.run("verify", code=12)


@promise("no key file is read with --public-key, and verify with keys says that it checked everything")
def _():
    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        files = [place.path / "config" / "hansard" / "keys" / name for name in ("umk", "signing")]
        before = [file.read_bytes() for file in files]
        for file in files:
            file.write_text("no key")
        assert fails(place, "verify", code=3)[0]["kind"] == "invalid_key_file"
        assert place.json("verify", "--public-key", line)["broken"] == 0
        for file, content in zip(files, before):
            file.write_bytes(content)
        answer = place.json("verify")
        assert answer["tags_and_boxes_checked"] is True and all(dialogue["opened"] for dialogue in answer["dialogues"])


@promise("erasing needs the whole id once more; the certificate is the head and says what it covers and what it cannot")
def _():
    with store() as place:
        for more in ([], ["--confirm", "bridges"], ["--confirm", "steel"]):
            error = fails(place, "erase", "bridges", *more, code=2)[0]
            assert error["kind"] == "not_confirmed" and BRIDGES in error["hint"], error
        place.run("show", "bridges")
        answer = place.json("erase", "bridges", "--confirm", BRIDGES)
        assert answer["certificate"] == place.run("receipt", "bridges")[0] and len(answer["covers"]) == 1 and not answer["all"], answer
        cannot = " ".join(answer["cannot_cover"])
        for words in ("wraps in backups, journals, point-in-time copies", "stores that the chain names as source", "slugs in older commits"):
            assert words in cannot, cannot
        assert BRIDGES not in place.run("list")[0] and "steel" in place.run("list")[0]
        for words in (["show", "bridges"], ["export", "bridges"], ["render", "bridges"], ["abandon", "bridges", "x"]):
            error = fails(place, *words, code=1)[0]
            assert error["kind"] == "erased" and f"hansard receipt {BRIDGES} > FILE" in error["hint"], (words, error)
        assert fails(place, "create", "Other", "--id", BRIDGES, code=11)[0]["kind"] == "dialogue_exists"
        assert [commit["operation"] for commit in place.json("log", "bridges")["commits"]] == ["erase", "create"]
        assert place.json("verify")["broken"] == 0
        for words in (["stats"], ["tensions"], ["list", "--similar", "steel"], ["leakage", "bridges"], ["doctor"]):
            place.run(*words)
        (place.path / "receipt").write_text(answer["certificate"])
        assert place.json("verify", "--receipt", "receipt")["standing"] == "fine"


@promise("erase --all leaves nothing but the history; running either again changes nothing and prints the certificate again")
def _():
    place = store()
    with place:
        place.run("import", EXAMPLE)
        name = next(line for line in place.run("list", "--ids")[0].split() if line not in (BRIDGES, "steel"))
        first = place.json("erase", name, "--confirm", name)
        assert place.json("erase", name, "--confirm", name)["certificate"] == first["certificate"]
        answer = place.json("erase", name, "--confirm", name, "--all")
        assert answer["all"] and len(answer["covers"]) == 2, answer
        assert place.json("erase", name, "--confirm", name, "--all")["certificate"] == answer["certificate"]
        assert place.json("leakage", name)["items"] == []
        verified = place.json("verify", name)
        assert verified["broken"] == 0 and verified["dialogues"][0]["items"] == 0


@promise("what an erasure prints ends with its certificate, whole; one that was erased before is said to have been, and since when, exit 0")
def _():
    with store() as place:
        out = place.run("erase", "bridges", "--confirm", BRIDGES)[0]
        words, certificate = out.split("\n\n", 1)
        assert certificate == place.run("receipt", "bridges")[0] and words.startswith(f"Erased {BRIDGES}.") and f"hansard receipt {BRIDGES} > FILE" in words, out
        (place.path / "printed").write_text(out)
        error = fails(place, "verify", "--receipt", "printed", code=3)[0]
        assert "words in front" in error["hint"] and "hansard head" in error["hint"], error
        time = place.json("log", "bridges")["commits"][0]["time"]
        out = place.run("erase", "bridges", "--confirm", BRIDGES)[0]
        assert "Erased" not in out and f"{BRIDGES} was erased at {time[:10]} {time[11:19]}Z, by commit 2: nothing was written." in " ".join(out.split()), out
        assert out.endswith("\n\n" + certificate)
        answer = place.json("erase", "bridges", "--confirm", BRIDGES)
        assert answer["unchanged"] and answer["erased_rev"] == 2 and answer["erased_at"] == time and answer["rev"] == 2, answer
        out = " ".join(place.run("erase", "bridges", "--confirm", BRIDGES, "--all")[0].split())
        assert "by commit 2; now every other item of it is removed, too." in out and "every other item of it in this store" in out, out
        answer = place.json("erase", "bridges", "--confirm", BRIDGES, "--all")
        assert answer["unchanged"] and answer["erased_rev"] == 2 and answer["rev"] == 3, answer
        answer = place.json("erase", "steel", "--confirm", "steel")
        assert not answer["unchanged"] and answer["erased_rev"] == 2 and "file" not in answer, answer


@promise("the file of a certificate is made before anything is erased, and none is overwritten; it proves the erasure with the public key alone, an earlier receipt does not")
def _():
    with store() as place:
        (place.path / "before").write_text(place.run("receipt", "bridges")[0])
        (place.path / "there").write_text("kept")
        line = next(line.strip() for line in place.run("keys", "show")[0].splitlines() if line.strip().startswith("tester+"))
        for file, code, kind in (("there", 11, "file_exists"), ("no/folder", 1, "no_such_file"), (".", 11, "file_exists")):
            assert fails(place, "erase", "bridges", "--confirm", BRIDGES, "--certificate", file, code=code)[0]["kind"] == kind, file
        assert (place.path / "there").read_text() == "kept"
        place.run("show", "bridges")
        place.run("erase", "bridges", "--certificate", "not", code=2)
        assert not (place.path / "not").exists()
        out = " ".join(place.run("erase", "bridges", "--confirm", BRIDGES, "--certificate", "certificate")[0].split())
        assert "The certificate is in certificate." in out and "hansard head" not in out, out
        assert (place.path / "certificate").read_text() == place.run("receipt", "bridges")[0]
        time = place.json("log", "bridges")["commits"][0]["time"]
        for more in ([], ["--public-key", line]):
            out = " ".join(place.run("verify", "--receipt", "certificate", *more)[0].split())
            assert f"goes through it, and that commit erased it, {time[:10]} {time[11:19]}Z. It is the certificate of its erasure." in out, out
            answer = place.json("verify", "--receipt", "certificate", *more)
            assert answer["standing"] == "fine" and answer["erased_rev"] == 2 and answer["erased_at"] == time, answer
        assert "erased" not in place.run("verify", "--receipt", "before")[0] and "erased_rev" not in place.json("verify", "--receipt", "before")
        answer = place.json("erase", "bridges", "--confirm", BRIDGES, "--all", "--certificate", "whole")
        assert answer["file"] == "whole" and (place.path / "whole").read_text() == answer["certificate"], answer
        out = " ".join(place.run("verify", "--receipt", "whole")[0].split())
        assert "before that commit it was erased, by commit 2" in out and "the certificate of its erasure" in out, out
        place.run("erase", "steel", "--confirm", "steel", "--read-only", "--certificate", "none", code=1)
        assert not (place.path / "none").exists()


@promise("leakage prints what stands in clear and nothing that is sealed")
def _():
    with store() as place:
        place.run("import", EXAMPLE)
        name = next(line for line in place.run("list", "--ids")[0].split() if line not in (BRIDGES, "steel"))
        answer = place.json("leakage", name)
        exported = place.json("export", name)
        assert answer["tenant"] == "default" and answer["dialogue_id"] == name
        assert {row["type"]: row["items"] for row in answer["types"]}["expert"] == len(exported["experts"])
        assert sum(row["items"] for row in answer["types"]) == len(answer["items"]) == place.json("verify", name)["dialogues"][0]["items"]
        meta = next(item for item in answer["items"] if item["address"].endswith("entity:meta/"))
        assert meta["clear"]["status"] == exported["meta"]["status"] and "title" not in meta["clear"]
        assert [commit["rev"] for commit in answer["commits"]] == list(range(1, answer["rev"] + 1)) and answer["commits"][0]["actor"] == "tester"
        out = place.run("leakage", name)[0] + json.dumps(answer)
        for sealed in (exported["meta"]["title"], exported["meta"]["question"], exported["perspectives"][0]["label"], exported["tensions"][0]["label"]):
            assert sealed not in out, sealed
        assert "domain and ethos ids" in out and "freshness for a reader without memory" in out
        lines = place.run("leakage", name)[0].splitlines()
        order = [lines.index(title) for title in ("Hidden of every dialogue", "Not hidden of any dialogue", "Not promised", "The head", "By address, with what stands in clear")]
        assert order == sorted(order) and order[3] < 40, order  # the summary stands on the first screen
        assert answer["hidden"] and all(not re.search(r"\b1 items\b", line) for line in lines), lines
        shutil.rmtree(place.path / "config")
        assert fails(place, "leakage", name, code=12)[0]["kind"] == "no_trusted_key"


@promise("a store of stored format 0 is refused and says how to go on")
def _():
    with store() as place:
        with sqlite3.connect(database(place)) as opened:
            opened.execute("UPDATE store_meta SET stored_format = 0")
        before = database(place).read_bytes()
        error = fails(place, "list", code=3)[0]
        assert error["kind"] == "store_format" and "hansard export" in error["hint"] and "hansard init" in error["hint"], error
        assert "hansard export" in json.dumps(fails(place, "doctor", code=3)[1])
        assert database(place).read_bytes() == before


main()
