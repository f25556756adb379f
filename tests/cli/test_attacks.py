#!/usr/bin/env python3
"""What was made to mislead: hostile exports, configurations, databases and names. Nothing is taken on trust or shown raw."""
import base64
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import contextlib
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, PROGRAM, Place, main, promise  # noqa: E402

PANEL = {"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}]}


def store(*batches):
    """A store with one dialogue, "base", of these batches."""
    place = Place()
    place.run("init")
    place.run("create", "Base")
    for batch in batches:
        place.run("register", "base", "-", stdin=json.dumps(PANEL | batch))
    return place


def exported(place):
    """The export of the example, as a value."""
    place.run("import", EXAMPLE)
    name = [i for i in place.run("list", "--ids")[0].split() if i != "base"][0]
    return json.loads(place.run("export", name)[0])


def other(place):
    """A second store that an export can be read into."""
    place.run("init", "other")
    return place.path / "other"


def failure(place, *words, code, **more):
    """The error of a command that fails, as a value."""
    return json.loads(place.run(*words, "--json", code=code, **more)[1].splitlines()[-1])


def sql(place, statement, *values):
    with sqlite3.connect(place.path / ".hansard" / "hansard.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(statement, values)
    database.close()


# ---- answers ----

@promise("a refused value of any size is shown cut, in both forms, exit 3")
def _():
    with store() as place:
        for size in (100, 119, 120, 121, 4000, 4095, 4096, 200000):
            for value in ("x" * size, {"id": "é" * size, "body": "y" * 300}, [["z" * size] * 3] * 3):
                batch = json.dumps(PANEL | {"tensions": value} if not isinstance(value, list) else PANEL | {"title": value})
                (place.path / "b.json").write_text(batch)
                problems = json.loads(place.run("register", "base", "b.json", "--json", code=3)[0])["problems"]
                shown = [p["value"] for p in problems if "value" in p]
                assert shown and all(len(v.encode()) <= 160 for v in shown), problems
                for v in shown:
                    piece = v.rstrip("…")
                    assert json.dumps(value, ensure_ascii=False, separators=(",", ":")).startswith(piece), v
                out, _ = place.run("register", "base", "b.json", code=3)
                assert "\ufffd" not in out and "\0" not in out and "\x01" not in out


@promise("an export with a value that is too long to show is refused with its start, exit 3")
def _():
    with store() as place:
        export = exported(place)
        export["files"][0]["size"] = {"id": "x" * 20, "body": "y" * 300}
        (place.path / "m.json").write_text(json.dumps(export))
        out, _ = place.run("import", "m.json", "--store", other(place), "--json", code=3)
        value = json.loads(out)["problems"][0]["value"]
        assert value.startswith('{"id":"xxxxxxxxxxxxxxxxxxxx","body":"yyyy') and value.endswith("y…"), value


@promise("a rendered document that was edited is imported and reported in one: nothing is written without its answer")
def _():
    with store() as place:
        name = exported(place)["dialogue_id"]
        text = place.run("render", name)[0]
        at = text.index("## Record")
        text = text[:at] + re.sub('"status": ?"[a-z]+"', json.dumps("status") + ": " + json.dumps({"a": "b", "c": "y" * 300}), text[at:], count=1)
        (place.path / "edited.dialogue.recorded.md").write_text(text)
        answer = place.json("import", "edited.dialogue.recorded.md", "--store", other(place))
        assert any(p.get("value", "").startswith('{"a":"b","c":"yyy') for p in answer["dialogues"][0]["problems"]), answer
        again = place.json("show", "edited", "--problems", "--store", place.path / "other")
        assert again["problems"] == answer["dialogues"][0]["problems"]


@promise("an export whose file is not of its sha256 is refused by the file's name, and writes nothing")
def _():
    with store() as place:
        export = exported(place)
        there = other(place)
        for change in ({"sha256": "0" * 64}, {"text": "X" + export["files"][0]["text"][1:]}):
            files = [export["files"][0] | change, *export["files"][1:]]
            (place.path / "m.json").write_text(json.dumps(export | {"files": files}))
            for words in (("-n",), ()):
                error = failure(place, "import", "m.json", "--store", there, *words, code=3)
                assert error["kind"] == "content_differs" and export["files"][0]["path"] in error["message"] and error["hint"], error
        assert place.run("list", "--ids", "--store", there)[0] == ""
        (place.path / "m.json").write_text(json.dumps(export))
        place.run("import", "m.json", "--store", there)


HOSTILE = "a\x9b31mb\u202ec\u2066\u200b\ufeff\x7f"


@promise("words of the command line reach a terminal harmless, in both forms")
def _():
    with store() as place:
        for words in (["help", HOSTILE], ["--" + HOSTILE], [HOSTILE], ["list", "--status", HOSTILE], ["list", "--width", HOSTILE], ["completion", HOSTILE], ["show", HOSTILE],
                      ["import", HOSTILE], ["register", "base", HOSTILE], ["--store", HOSTILE, "list"], ["list", b"caf\xe9\x9b".decode(errors="surrogateescape")]):
            for form in ([], ["--json"]):
                outcome = subprocess.run([PROGRAM, *words, *form], cwd=place.path, env=place.environment, capture_output=True)
                shown = (outcome.stderr + outcome.stdout).decode()
                assert outcome.returncode and not set(shown) & set(HOSTILE[1:] + "\x9b") - set("31mbc"), (words, shown)
                if form:
                    json.loads(outcome.stderr)
        outcome = subprocess.run([PROGRAM, "list"], cwd=place.path, env=place.environment | {"HANSARD_OUTPUT": HOSTILE}, capture_output=True)
        assert outcome.returncode == 2 and "\x9b" not in outcome.stderr.decode()


@promise("no answer for programs holds a mark that turns the direction of writing, and an export with one comes back")
def _():
    with store({"tensions": [{"label": "who \u202e pays"}]}) as place:
        place.run("create", "left \u2067 right", "--id", "turned")
        for words in (["list"], ["show", "base"], ["context", "base"], ["tensions", "base"], ["tensions", "--open"], ["export", "base"]):
            out, _ = place.run(*words, *(["--json"] if words[0] != "export" else []))
            assert not set(out) & set("\u202e\u2067") and ("\\u202e" in out or "\\u2067" in out), (words, out)
        (place.path / "x.json").write_text(place.run("export", "base")[0])
        there = other(place)
        place.run("import", "x.json", "--store", there)
        assert place.run("export", "base", "--store", there)[0] == place.run("export", "base")[0]


@promise("an export with a round missing is refused, unless the files that were imported had no more")
def _():
    with store({}) as place:
        for number in (1, 2):
            place.run("register", "base", "-", stdin=json.dumps(PANEL | {"round": number}))
        export = json.loads(place.run("export", "base")[0])
        there = other(place)
        for left in (0, 1):
            rounds = [r for r in export["rounds"] if r["round"] != left]
            (place.path / "gap.json").write_text(json.dumps(export | {"rounds": rounds}))
            out, err = place.run("import", "gap.json", "--store", there, "--json", code=3)
            assert json.loads(out)["problems"][0]["message"] == f"round {left} is missing" and json.loads(err)["hint"], (out, err)
        write(place.path / "2026-01-01T0000Z-gap", {f"round-{n}/muffin.md": "[PERSPECTIVE P01: x]\n" for n in (0, 2)} | {f"round-{n}/muffin.prompt.md": "x" for n in (0, 2)})
        place.run("import", "2026-01-01T0000Z-gap")
        (place.path / "gap.json").write_text(place.run("export", "gap")[0])
        place.run("import", "gap.json", "--store", there)


# ---- folders ----

def write(path, files):
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())


@promise("a folder of folders: every file is imported, kept, or named as one of no dialogue")
def _():
    with store() as place:
        dialogues = {"2026-01-01T0000Z-a": {"round-0/muffin.md": "[PERSPECTIVE P01: x]\n", "round-0/muffin.prompt.md": "x"},
                     "2026-01-02T0000Z-b": {"discussion.md": "# Verdict\n\nYes.\n"},
                     "2026-01-03T0000Z-c": {"c.dialogue.recorded.md": "# T\n\n## Verdict\n\nNo.\n", "notes.md": "notes\n"}}
        loose = {"README.md": "read\n", "more/deep/\x1b[2Jlogo.png": b"\x89PNG"}
        for name, files in dialogues.items():
            write(place.path / "p" / name, files)
        write(place.path / "p", loose)
        for words in (("-n",), ()):
            answer = place.json("import", "p", *words)
            assert [d["id"] for d in answer["dialogues"]] == ["a", "b", "c"], answer
            assert answer["not_imported"] == sorted(f"p/{name}" for name in loose), answer["not_imported"]
        (place.path / "p" / os.fsdecode(b"caf\xe9")).write_text("x")
        assert place.json("import", "p")["not_imported"][1] == r"p/caf\xe9"
        (place.path / "p" / os.fsdecode(b"caf\xe9")).unlink()
        out, _ = place.run("import", "p")
        assert "2 files of no dialogue, not imported:\n  p/README.md\n  p/more/deep/?[2Jlogo.png\n" in out, out
        for name, files in dialogues.items():
            place.run("export", name[-1], "--files", f"out-{name[-1]}")
            for file, content in files.items():
                assert (place.path / f"out-{name[-1]}" / file).read_text() == content
        assert place.json("import", "p/2026-01-03T0000Z-c")["dialogues"][0]["action"] == "unchanged"


@promise("a dated folder of dated documents or folders is a folder of dialogues")
def _():
    with store() as place:
        write(place.path / "2026-01-01T0000Z-all", {"2026-01-02T0000Z-x.dialogue.recorded.md": "# X\n", "2026-01-03T0000Z-y/verdict.md": "Yes.\n"})
        assert [d["id"] for d in place.json("import", "2026-01-01T0000Z-all")["dialogues"]] == ["x", "y"]


# ---- the configuration ----

@promise("a line of the configuration is taken whole or refused with its number: no end of one is a setting")
def _():
    with store() as place:
        config = place.path / ".hansard" / "config"
        for text, line in (("[keys]\n;" + "c" * 197 + " tenant = other\n", 2), ("[keys]\n\n# " + "c" * 400 + "\ntenant = other\n", 3),
                           ("[keys]\nprincipal = " + "p" * 300, 2), ("[keys]\nprincipal = a\n  tenant = other\n", 3), ("[keys]\n\ttenant = other\n", 2),
                           ("[keys]\ntenant = a\n; x\ntenant = b\n", 4), ("[keys]\nnonsense\ncolour = blue\n", 2), ("[keys]\ncolour = blue\nnonsense\n" + "c" * 300, 2),
                           (";" + "c" * 198 + "\nnonsense\n", 2), (b"[keys]\n; caf\xe9\n", 2), (b"[keys]\n\n\0\n", 3)):
            config.write_bytes(text if isinstance(text, bytes) else text.encode())
            error = failure(place, "list", code=3)
            assert error["kind"] == "invalid_configuration" and f"config:{line}: " in error["message"] and error["hint"], (text, error)
        config.write_text("\ufeff[keys]\r\n  ; a comment\r\n;" + "c" * 190 + "\r\ntenant = other\r\nprincipal=me")
        assert place.run("list", "--ids")[0] == "" and "other" in place.run("doctor")[0]


@promise("a database that is the file of the settings, no file or a journal by its name is refused with exit 3, wherever it is named, and nothing is made")
def _():
    with store() as place:
        config = place.path / ".hansard" / "config"
        own = place.path / "home" / ".config" / "hansard" / "config"
        good = config.read_text()
        (place.path / ".hansard" / "sub").mkdir()
        os.symlink(".hansard", place.path / "link")

        def check(where, *words, line="", **environment):
            error = failure(place, *words, code=3, **environment)
            assert error["kind"] == "invalid_configuration" and "[storage] sqlite.path" in error["message"] and where + line in error["message"], error
            assert "HANSARD_SQLITE_PATH" in error["hint"], error

        for value in ("config", "./config", ".//config", "././config", "sub/../config", f"{place.path}/.hansard/config", f"{place.path}//.hansard/./config", f"{place.path}/link/config", "config/", "config/.", ".",
                      "..", "/", "sub/", "b-wal", "./b-journal", "config-shm", "-wal"):
            check("HANSARD_SQLITE_PATH", "list", HANSARD_SQLITE_PATH=value)
            check("flag", "list", "--set", f"sqlite.path={value}")
            own.write_text(f"\n[storage]\nsqlite.path = {value}\n")
            check(str(own), "list", line=":3")
            own.unlink()
            config.write_text(f"[storage]\nsqlite.path = {value}\n" + good.replace("[storage]\n", ""))
            check(str(config), "--read-only", "list", line=":2")
            config.write_text(good)
            if value.startswith(str(place.path)):  # of another store
                value = value.replace("/.hansard", "/new/.hansard").replace("/link", "/new/.hansard")
            check("HANSARD_SQLITE_PATH", "init", "new", HANSARD_SQLITE_PATH=value.replace("sub/..", "."))
            check("flag", "init", "new", "--set", f"sqlite.path={value}")
            assert not (place.path / "new").exists(), value
        check("flag", "list", "--set", "sqlite.path=")
        check("flag", "init", "new", "--set", "sqlite.path=")
        own.write_text("[storage]\nsqlite.path =\n")
        check(str(own), "list", line=":2")
        check(str(own), "init", "new", line=":2")
        own.unlink()
        assert not (place.path / "new").exists() and config.read_text() == good
        place.run("init", "new", "--set", "sqlite.path=./config.db")
        place.run("-C", "new", "create", "Bread")
        os.rename(place.path / ".hansard" / "hansard.db", place.path / ".hansard" / "sub" / "config")
        place.run("show", "base", HANSARD_SQLITE_PATH="sub//config")


# ---- the database ----

@promise("an address that is not UTF-8 is named in both forms of verify, escaped, exit 13")
def _():
    with store() as place:
        sql(place, "INSERT INTO items SELECT tenant, dialogue, 'move', cast(x'9b33316d9b324a1b' AS text), rev, status, updated_at, 0, stored FROM items WHERE type = 'meta'")
        out, _ = place.run("verify", code=13)
        assert r"\x9b31m\x9b2J?" in out, out
        faults = json.loads(place.run("verify", "--json", code=13)[0])["dialogues"][0]["faults"]
        assert any(r"\x9b31m\x9b2J?" in fault["address"] for fault in faults), faults
        place.run("show", "base", code=13)


@promise("index copies that differ from the record are found by verify, by the list that answers by them, and by doctor")
def _():
    for statement, lists in (("UPDATE items SET open_tension = 0", ()),
                             ("UPDATE items SET status = 'resolved' WHERE type = 'tension'", (["tensions", "--open"],)),
                             ("UPDATE items SET updated_at = cast(x'9b31' AS text) WHERE type = 'meta'", (["tensions", "--open"],)),
                             ("UPDATE items SET updated_at = '2026-01-01T00:00:00.000001Z' WHERE type = 'meta'", (["list"],)),
                             ("UPDATE items SET status = 'converged' WHERE type = 'meta'", (["list"], ["list", "--status", "converged"]))):
        with store({"tensions": [{"label": "Who pays"}]}) as place:
            assert place.json("verify")["stale"] == 0
            sql(place, statement)
            for words in (["verify"], ["verify", "base"], *lists):
                error = failure(place, *words, code=13)
                assert error["kind"] == "index_differs" or words == ["verify"], (statement, words, error)
                assert error["hint"], error
            answer = json.loads(place.run("verify", "--json", code=13)[0])
            assert answer["stale"] == 1 and answer["broken"] == 0 and answer["dialogues"][0]["stale_indexes"] == 1, answer
            assert answer["store"][0]["subject"] == "index copies", answer
            out, _ = place.run("verify", code=13)
            assert "good     base" in out and "index: lists answer by 1 copy that differs" in out, out
            place.run("doctor", code=13)
            place.run("show", "base")


@promise("a part that no revision of its item wrote is found by verify of the whole store and by doctor")
def _():
    with store() as place:
        place.run("import", EXAMPLE)
        place.run("verify")
        sql(place, "INSERT INTO parts SELECT tenant, dialogue, type, subkey, n + 50, 77, stored FROM parts LIMIT 1")
        out, _ = place.run("verify", code=13)
        assert "part of a revision that is not there" in " ".join(out.split()), out
        place.run("doctor", code=13)


@promise("a part under an older revision of its item is named by verify, by verify of its dialogue and by doctor")
def _():
    with store() as place:
        place.run("abandon", "base", "Enough")
        kept = (place.path / ".hansard/hansard.db").read_bytes()
        sql(place, "INSERT INTO parts SELECT tenant, dialogue, type, subkey, 1, 1, zeroblob(100000) FROM items WHERE type = 'meta' AND rev > 1")
        for words in (["verify"], ["verify", "base"]):
            out, _ = place.run(*words, code=13)
            assert "entity:part/meta##0001: is a part without an owner" in " ".join(out.split()), out
        out, _ = place.run("doctor", code=13)
        assert "part of another revision than its own" in " ".join(out.split()), out
        (place.path / ".hansard/hansard.db").write_bytes(kept)
        place.run("verify")
        place.run("doctor")


@promise("a dialogue that was taken out of the lists, or an erased one that was put into them, is found by verify")
def _():
    with store({"tensions": [{"label": "Who pays"}]}) as place:
        sql(place, "UPDATE heads SET listed = 0")
        sql(place, "UPDATE items SET status = NULL, updated_at = NULL, open_tension = 0 WHERE type IN ('meta', 'tension')")
        assert place.json("list")["dialogues"] == []
        for words in ([], ["base"]):
            out, _ = place.run("verify", *words, code=13)
            assert "good     base" in out and "index: lists answer by 1 copy that differs" in out, out
        place.run("update", "base", "-", stdin='{"updates": [{"id": "T0001", "status": "addressed"}]}')
        place.run("verify")
        assert [dialogue["dialogue_id"] for dialogue in place.json("list")["dialogues"]] == ["base"]
        place.run("erase", "base", "--confirm", "base")
        place.run("verify")
        sql(place, "UPDATE heads SET listed = 1")
        assert failure(place, "verify", code=13)["kind"] in ("index_differs", "unhealthy_store")


@promise("what stands in the free pages of the file is read by nobody: changed there, it is not found and changes nothing")
def _():
    with store({"tensions": [{"label": "Who pays"}]}) as place:
        place.run("import", EXAMPLE)
        name = next(line for line in place.run("list", "--ids")[0].split() if line != "base")
        place.run("erase", name, "--confirm", name, "--all")
        path = place.path / ".hansard/hansard.db"
        data = bytearray(path.read_bytes())
        size = int.from_bytes(data[16:18], "big")
        trunk = int.from_bytes(data[32:36], "big")
        free = []
        while trunk:
            at = (trunk - 1) * size
            count = int.from_bytes(data[at + 4:at + 8], "big")
            free += [int.from_bytes(data[at + 8 + 4 * i:at + 12 + 4 * i], "big") for i in range(count)]
            trunk = int.from_bytes(data[at:at + 4], "big")
        assert free
        said = [place.run(*words)[0] for words in (["verify"], ["export", "base"], ["log", name])]
        for page in free:
            data[(page - 1) * size:page * size] = bytes(byte ^ 0xff for byte in data[(page - 1) * size:page * size])
        path.write_bytes(data)
        assert [place.run(*words)[0] for words in (["verify"], ["export", "base"], ["log", name])] == said
        place.run("doctor")


@promise("rev and hash beside a head, and rev beside an item, decide nothing: reading and writing go by what is signed, and verify and doctor name them")
def _():
    for statement, subject, named in (("UPDATE heads SET hash = zeroblob(32)", "head copies", "default/base: the copies beside the head differ"),
                                      ("UPDATE heads SET rev = 1", "head copies", "default/base: the copies beside the head differ"),
                                      ("UPDATE heads SET rev = 99, hash = x''", "head copies", "default/base: the copies beside the head differ"),
                                      ("UPDATE items SET rev = 77 WHERE type = 'expert'", "index copies", "default/base: expert/muffin: is listed with another status, time or rev"),
                                      ("UPDATE items SET rev = 1 WHERE type = 'tension'", "index copies", "default/base: tension/00#01: is listed with another status, time or rev")):
        with store({"tensions": [{"label": "Who pays"}]}) as place:
            sql(place, statement)
            for words in (["verify"], ["doctor"]):
                out, err = place.run(*words, "--json", code=13)
                findings = json.loads(out)["store" if words == ["verify"] else "findings"]
                assert [f["detail"] for f in findings if f["subject"] == subject] == [named], (statement, findings)
                error = json.loads(err.splitlines()[-1])
                assert error["kind"] == "unhealthy_store", err
                assert words == ["doctor"] or (error["hint"].startswith("put the newest good backup in its place, which keeps what is there: hansard backup --put FILE;") and "history and receipts begin anew" in error["hint"]), err
            answer = json.loads(place.run("verify", "base", "--json")[0])
            assert answer["dialogues"][0]["good"] and answer["dialogues"][0]["rev"] == 2, answer
            for words in (["show", "base"], ["log", "base"], ["list"], ["tensions", "--open"]):
                place.run(*words)
            place.run("update", "base", "-", stdin=json.dumps({"updates": [{"id": "T0001", "status": "addressed", "round": 0, "reason": "Paid."}]}))
            place.run("verify", code=13 if "expert" in statement else 0)


@promise("tables, triggers and views that are not a store's own are named by verify, doctor and backup; it is read, and neither written nor copied")
def _():
    for statements, details in ((["CREATE TRIGGER thief AFTER INSERT ON items BEGIN DELETE FROM items; END"], ["trigger thief has no place in a store"]),
                                (["CREATE TABLE \"a\x1b[31mb\" (x UNIQUE)", "CREATE VIEW vv AS SELECT 1"],
                                 ["table a\x1b[31mb has no place in a store", "view vv has no place in a store"]),
                                (["DROP INDEX open_tensions"], ["index open_tensions is missing"]),
                                (["ALTER TABLE items ADD COLUMN more TEXT"], ["table items is not the one that a store has"])):
        with store({"tensions": [{"label": "Who pays"}]}) as place:
            for statement in statements:
                sql(place, statement)
            for words, member in ((["verify"], "store"), (["doctor"], "findings")):
                out, err = place.run(*words, code=13)
                assert "\x1b" not in out + err, (out, err)
                found = json.loads(place.run(*words, "--json", code=13)[0])[member]
                assert [f["detail"] for f in found if f["subject"] == "schema"] == details, found
            for words in (["show", "base"], ["log", "base"], ["list"], ["export", "base"], ["verify", "base"]):
                place.run(*words)
            moved = json.dumps({"updates": [{"id": "T0001", "status": "addressed", "round": 0, "reason": "Paid."}]})
            for words, stdin in ((["update", "base", "-"], moved), (["create", "Other"], None), (["erase", "base", "--confirm", "base"], None)):
                error = failure(place, *words, code=13, stdin=stdin)
                assert error["kind"] == "schema_altered" and error["hint"] and "\x1b" not in error["message"], error
            error = failure(place, "backup", "copy.db", code=13)
            assert error["kind"] == "schema_altered" and "no backup is made" in error["message"] and "hansard doctor" in error["hint"], error
            assert re.sub("[^ -~]+", "", details[0])[-20:] in error["message"] and not (place.path / "copy.db").exists(), error
            assert json.loads(place.run("verify", "base", "--json")[0])["dialogues"][0]["rev"] == 2


@promise("an index that lacks a row, or is damaged, is no good store to verify")
def _():
    with store({"tensions": [{"label": "Who pays"}]}) as place:
        path = place.path / ".hansard" / "hansard.db"
        for index in ("dialogues_by_time", "dialogues_by_status", "open_tensions", "parts_by_rev"):
            whole = path.read_bytes()
            with sqlite3.connect(path) as database:
                page, = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (index,)).fetchone()
                size, = database.execute("PRAGMA page_size").fetchone()
            database.close()
            emptied = bytearray(whole)
            emptied[(page - 1) * size:page * size] = bytes([10, 0, 0, 0, 0]) + (size % 65536).to_bytes(2, "big") + bytes(size - 7)
            damaged = bytearray(whole)
            damaged[(page - 1) * size:page * size] = b"\xff" * size
            for content in (damaged, emptied) if index != "parts_by_rev" else (damaged,):
                path.write_bytes(content)
                error = failure(place, "verify", code=13)
                assert error["kind"] in ("unhealthy_store", "database_corrupt", "integrity_violated") and error["hint"], (index, error)
            path.write_bytes(whole)
        place.run("verify")


@promise("no file that is asked for gets a name that SQLite would take for a journal of a file that is there, and remove")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        for end in ("-journal", "-wal", "-shm"):
            for words, stdin in ((("keys", "export", f"{database}{end}", "--password-fd", "0"), "secret\n"), (("erase", "base", "--confirm", "base", "--certificate", f"{database}{end}"), "")):
                error = failure(place, *words, code=2, stdin=stdin)
                assert error["kind"] == "reserved_name" and end in error["message"] and error["hint"], error
                assert not Path(f"{database}{end}").exists()
        place.run("keys", "export", "trading-journal", "--password-fd", "0", stdin="secret\n")
        place.run("show", "base")
        assert (place.path / "trading-journal").stat().st_mode & 0o777 == 0o600


@promise("what stands at the names of a database's files and is no file is refused at once, by name")
def _():
    with store() as place:
        for suffix in ("-journal", "-wal", "-shm"):
            path = place.path / ".hansard" / f"hansard.db{suffix}"
            for make, remove in ((os.mkfifo, os.unlink), (os.mkdir, os.rmdir)):
                make(path)
                for words in (["list"], ["verify"], ["create", "X"], ["list", "--read-only"], ["doctor"]):
                    outcome = subprocess.run([PROGRAM, *words, "--json"], cwd=place.path, env=place.environment, capture_output=True, timeout=20)
                    error = json.loads(outcome.stderr)
                    assert outcome.returncode == 1 and path.name in error["message"] and error["hint"], (words, outcome)
                remove(path)
        os.rename(place.path / ".hansard" / "hansard.db", place.path / "kept.db")
        os.mkfifo(place.path / ".hansard" / "hansard.db")
        outcome = subprocess.run([PROGRAM, "list"], cwd=place.path, env=place.environment, capture_output=True, timeout=20)
        assert outcome.returncode == 1 and b"is no regular file" in outcome.stderr, outcome
        (place.path / ".hansard" / "hansard.db").unlink()
        (place.path / ".hansard" / "hansard.db").symlink_to("../kept.db")
        place.run("create", "Through a link")
        os.mkfifo(place.path / "kept.db-journal")
        for words in (["list"], ["doctor"], ["list", "--read-only"]):
            outcome = subprocess.run([PROGRAM, *words], cwd=place.path, env=place.environment, capture_output=True, timeout=20)
            assert outcome.returncode == 1 and b"kept.db-journal is no regular file" in outcome.stderr, (words, outcome)


@promise("a row larger than any that a store has is refused, and verify goes on with the others")
def _():
    with store() as place:
        place.run("create", "Sound")
        sql(place, "UPDATE items SET stored = zeroblob(100000000) WHERE dialogue = 'base' AND type = 'meta'")
        answer = json.loads(place.run("verify", "--json", code=13)[0])
        assert [d["good"] for d in sorted(answer["dialogues"], key=lambda d: d["id"])] == [False, True], answer
        for words in (["verify"], ["show", "base"], ["list"], ["doctor"]):
            outcome = subprocess.run([PROGRAM, *words], cwd=place.path, env=place.environment, capture_output=True)
            assert outcome.returncode == 13 and b"larger than any" in outcome.stdout + outcome.stderr, (words, outcome)
        place.run("show", "sound")


@promise("a store at a path that is not UTF-8 answers in JSON")
def _():
    with store() as place:
        folder = os.fsencode(place.path) + b"/caf\xe9"
        os.mkdir(folder)
        for verb in ("init", "doctor", "list"):
            outcome = subprocess.run([PROGRAM, verb, "--json"], cwd=folder, env=place.environment, capture_output=True)
            assert outcome.returncode == 0 and json.loads(outcome.stdout), (verb, outcome)


# ---- ways on ----

@promise("a store whose database or configuration is gone says which file, and how to go on")
def _():
    with store() as place:
        database, config = place.path / ".hansard" / "hansard.db", place.path / ".hansard" / "config"
        os.rename(database, place.path / "kept.db")
        error = failure(place, "list", code=10)
        assert "hansard.db" in error["message"] and "back" in error["hint"] and "hansard init" in error["hint"], error
        os.rename(place.path / "kept.db", database)
        for make, remove in ((os.mkdir, os.rmdir), (os.mkfifo, os.unlink)):
            os.unlink(config)
            make(config)
            error = failure(place, "list", code=3)
            assert "config is no regular file" in error["message"] and error["hint"], error
            assert "config" in failure(place, "init", code=3)["message"]
            remove(config)
            place.run("init")
        error = failure(place, "list", code=1, HANSARD_SQLITE_PATH="x/" * 3000 + "x.db")
        assert error["kind"] == "store_unopenable" and "HANSARD_SQLITE_PATH" in error["hint"], error


@promise("too many open files, and a file too large, name a path and a remedy")
def _():
    with store() as place:
        write(place.path / "2026-01-01T0000Z-x", {"round-0/muffin.md": "x"})
        for files in range(4, 10):
            outcome = subprocess.run(["prlimit", f"--nofile={files}:{files}", PROGRAM, "import", "-n", "2026-01-01T0000Z-x"], cwd=place.path, env=place.environment, capture_output=True)
            said = outcome.stderr.decode()
            assert "hansard:  " not in said and (outcome.returncode == 0 or "\n  " in said or "loading shared" in said), (files, said)
        with open(place.path / "2026-01-01T0000Z-x" / "round-0" / "large.md", "wb") as file:
            file.truncate(3_000_000)
        long = failure(place, "register", "base", "-", code=3, stdin=json.dumps(PANEL | {"title": "a" * 3_100_000}))
        assert long["kind"] == "commit_too_large" and long["hint"], long
        error = failure(place, "import", "2026-01-01T0000Z-x", code=3)
        assert "2026-01-01T0000Z-x/round-0/large.md" in error["message"], error


def planted(place, table, count, change):
    """Copies of one row of a table, each changed; the store's keys are not needed for that."""
    with contextlib.closing(sqlite3.connect(place.path / ".hansard" / "hansard.db")) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("PRAGMA ignore_check_constraints = ON")
        names = [row[1] for row in db.execute(f"PRAGMA table_xinfo({table})") if row[6] == 0]
        row = dict(zip(names, db.execute(f"SELECT {', '.join(names)} FROM {table} WHERE dialogue = 'bread'" + (" AND type = 'meta'" if table == "items" else "")).fetchone()))
        for number in range(count):
            values = row | change(number)
            db.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [values[name] for name in names])
        db.commit()


@promise("rows that somebody plants in an index or among the heads silence nothing: what is broken is named, exit 13, however many they are and however they are called")
def _():
    late = "2999-01-01T00:00:00.000000Z"
    rows = (("items", 501, lambda n: {"dialogue": f"evil-{n}", "updated_at": late + "x"}), ("items", 501, lambda n: {"dialogue": f"a/{n:04}", "updated_at": late}),
            ("heads", 501, lambda n: {"dialogue": f"b{n:04}" + "x" * 1100}), ("heads", 1, lambda n: {"dialogue": "\U0010ffff"}), ("heads", 600, lambda n: {"dialogue": f"bread\0{n:04}"}))
    for table, count, change in rows:
        with Place() as place:
            place.run("init")
            for name in ("bread", "steel"):
                place.run("create", name, "--id", name)
            planted(place, table, count, change)
            with contextlib.closing(sqlite3.connect(place.path / ".hansard" / "hansard.db")) as db:
                db.execute("UPDATE items SET stored = zeroblob(200) WHERE dialogue = 'steel'")
                db.commit()
            out = place.run("verify", code=13)[0]
            assert re.search("^BROKEN +steel", out, re.M) and re.search("^good +bread  rev 1", out, re.M), (table, out[:2000])
            if table == "heads":
                assert out.count("BROKEN") == count + 1, (table, count, out.count("BROKEN"))
            for words in (["list"], ["stats"], ["list", "--status", "open", "--limit", "1"], ["backup", "copy.db"]):
                place.run(*words, code=13)


@promise("where the list of heads cannot be read on, verify looks at every dialogue that was seen here, once, and does not call all of them good")
def _():
    with Place() as place:
        place.run("init")
        for name in ("bread", "oats", "steel"):
            place.run("create", name, "--id", name)
        planted(place, "heads", 1, lambda n: {"dialogue": "c" * 2_000_000})  # longer than any row that is read
        out, err = place.run("verify", code=13)
        assert sorted(re.findall("^good +([a-z]+)", out, re.M)) == ["bread", "oats", "steel"] and "BAD      lists: " in out, out
        assert "not every dialogue could be found" in err and "every dialogue is good" not in err, err
        with contextlib.closing(sqlite3.connect(place.path / ".hansard" / "hansard.db")) as db:
            db.execute("UPDATE items SET stored = zeroblob(200) WHERE dialogue = 'steel'")
            db.commit()
        out, err = place.run("verify", code=13)
        assert re.search("^BROKEN +steel", out, re.M) and re.search("^good +oats", out, re.M) and "1 of 3 dialogues" in err, out + err


@promise("doctor sees that a dialogue that was declared lost as a whole is there again, older than what was seen")
def _():
    with Place() as place:
        place.run("init")
        place.run("create", "bread", "--id", "bread")
        place.run("abandon", "bread", "two")
        (mark,) = (file for file in place.path.rglob("bread") if "marks" in str(file))
        mark.write_text(f"{int(mark.read_text().split()[0]) + 4} {'0' * 64} lost\n")
        place.run("verify", code=13)
        findings = place.json("doctor", code=13)["findings"]
        assert [finding["state"] for finding in findings if finding["subject"] == "freshness"] == ["bad"], findings


main()
