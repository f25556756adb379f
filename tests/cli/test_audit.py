#!/usr/bin/env python3
"""The audit log as a person meets it: where it is written and where not, what was planted in it, and how it goes on behind a break."""
import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import PROGRAM, Place, main, promise, skip  # noqa: E402

LAST_SEQ = 2**53 - 1


def store():
    place = Place()
    place.environment["XDG_STATE_HOME"] = str(place.path / "state")
    place.run("init")
    place.run("create", "Steel")
    return place


def config(place):
    return place.path / ".hansard" / "config"


def log(place):
    name = re.search(r"^marks = (\w+)$", config(place).read_text(), re.M)[1]
    return place.path / "state" / "hansard" / "audit" / f"{name}.jsonl"


def configure(place, *lines):
    """The store's file with these lines in [keys]; marks stay as they are unless they are among them."""
    if not hasattr(place, "marks"):
        place.marks = next(line for line in config(place).read_text().splitlines() if line.startswith("marks ="))
    marks = [] if any(line.startswith("marks") for line in lines) else [place.marks]
    config(place).write_text("\n".join(["[keys]", *marks, *lines]) + "\n")


def fails(place, *words, code, **more):
    out, err = place.run(*words, "--json", code=code, **more)
    error = json.loads(err.splitlines()[-1])
    assert error["code"] == code and error["kind"] and error["message"] and error["hint"], error
    return error


def faults(place, code=13):
    answer = json.loads(place.run("audit", "verify", "--json", code=code)[0])
    return [(line["line"], line["fault"]) for line in answer["lines"]]


@promise("the file of a store names no path, and no command writes or reads keys where it points; the error names file, line and remedy")
def _():
    with store() as place:
        victim = place.path / "bashrc"
        victim.write_text("# a shell reads this\n")
        before = victim.read_bytes()
        outside = place.path / "elsewhere"
        for key, value in (("audit", victim), ("marks", outside), ("file.path", outside), ("audit", "../../bashrc"), ("marks", "../../../elsewhere"), ("file.path", "../../elsewhere"),
                           ("audit", "."), ("audit", ".."), ("marks", ".."), ("file.path", ".."), ("marks", "a/b"), ("file.path", "a/b"), ("marks", ""), ("audit", "-x"), ("audit", "a b"),
                           ("audit", "x" * 81)):
            configure(place, f"{key} = {value}", "principal = x$(touch PWNED)x")
            line = config(place).read_text().splitlines().index(f"{key} = {value}") + 1
            for words in (["list"], ["show", "steel"], ["verify"], ["create", "New"], ["keys", "show"], ["keys", "rotate"], ["audit", "show"], ["--read-only", "show", "steel"]):
                error = fails(place, *words, code=3)
                assert error["kind"] == "invalid_configuration" and error["message"].startswith(f"{config(place)}:{line}: [keys] {key} "), error
                assert {"audit": "HANSARD_AUDIT", "marks": "HANSARD_MARKS", "file.path": "HANSARD_KEYS"}[key] in error["hint"], error
                assert "$XDG_CONFIG_HOME/hansard/config" in error["hint"], error
            place.run("doctor", code=3)
            assert victim.read_bytes() == before and not outside.exists()


@promise("the file of a store names no database outside its folder: what is done there is done to no other store")
def _():
    with store() as place:
        other = place.path / "other"
        place.run("init", other)
        place.run("-C", other, "create", "Bread")
        database = other / ".hansard" / "hansard.db"
        before = database.read_bytes()
        good = config(place).read_text()
        for value in (database, "../other/.hansard/hansard.db", "../../other/.hansard/hansard.db", "x/../../../other/.hansard/hansard.db", ".."):
            config(place).write_text(good + f"\n[storage]\nsqlite.path = {value}\n")
            for words in (["list"], ["abandon", "bread", "no"], ["backup", "copy"], ["--read-only", "verify"]):
                error = fails(place, *words, code=3)
                assert error["kind"] == "invalid_configuration" and "[storage] sqlite.path" in error["message"] and "HANSARD_SQLITE_PATH" in error["hint"], error
        assert database.read_bytes() == before
        assert "bread" in place.run("list", "--ids", HANSARD_SQLITE_PATH=str(database))[0]
        config(place).write_text(good + "\n[storage]\nsqlite.path = ./sub/../hansard..db\n")
        assert fails(place, "list", code=3)["kind"] == "invalid_configuration"
        (config(place).parent / "sub").mkdir()
        (config(place).parent / "hansard.db").rename(config(place).parent / "sub" / "hansard..db")
        config(place).write_text(good + "\n[storage]\nsqlite.path = ./sub/hansard..db\n")
        assert "steel" in place.run("list", "--ids")[0]


@promise("a path is taken from the environment and from the user's own file; a name lies below the user's folder")
def _():
    with store() as place:
        mine = place.path / "mine.jsonl"
        place.run("show", "steel", HANSARD_AUDIT=str(mine), HANSARD_MARKS=str(place.path / "marks"))
        assert json.loads(mine.read_text().splitlines()[0])["seq"] == 1 and (place.path / "marks" / "default" / "steel").exists()
        size = mine.stat().st_size
        own = place.path / "home" / ".config" / "hansard" / "config"
        keys = place.path / "home" / ".config" / "hansard" / "keys"
        own.write_text(f"[keys]\naudit = {mine}\nfile.path = {keys}\n")
        place.run("show", "steel")
        assert mine.stat().st_size > size
        own.unlink()
        configure(place, "audit = plain.log", "file.path = work")
        place.run("show", "steel", code=12)
        (keys / "work").mkdir(mode=0o700)
        for name in ("umk", "signing"):
            (keys / name).rename(keys / "work" / name)
        place.run("show", "steel")
        assert (place.path / "state" / "hansard" / "audit" / "plain.log.jsonl").exists()
        for value in ("a/b", "./x"):
            for name in ("HANSARD_AUDIT", "HANSARD_MARKS", "HANSARD_KEYS"):
                assert fails(place, "list", code=3, **{name: value})["kind"] == "invalid_configuration"
        configure(place, "audit = /nowhere", "file.path = work")
        place.run("list", HANSARD_AUDIT="off")


@promise("whatever a store's file says, --read-only writes nothing but a log of uses of keys in the user's own folder")
def _():
    with store() as place:
        def files():
            return {path: path.read_bytes() for path in place.path.rglob("*") if path.is_file()}

        for lines, name in (([], log(place).name), (["audit = theirs"], "theirs.jsonl"), (["audit = off"], None), (["audit = -"], None)):
            configure(place, *lines)
            before = files()
            for words in (["list"], ["show", "steel"], ["verify"], ["doctor"], ["audit", "verify"]):
                place.run("--read-only", *words, code=(0, 2) if words[0] == "audit" and name is None else 0)
            after = files()
            changed = [path for path in after if after[path] != before.get(path)]
            assert changed == ([] if name is None else [place.path / "state" / "hansard" / "audit" / name]), (lines, changed)


main()
