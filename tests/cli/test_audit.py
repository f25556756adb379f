#!/usr/bin/env python3
"""The audit log as a person meets it: where it is written and where not, what was planted in it, and how it goes on behind a break."""
import fcntl
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import PROGRAM, Place, main, promise, skip, terminal  # noqa: E402

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
                           ("audit", "x" * 81), *(("file.path", name) for name in ("trusted", "receipts", "umk", "umk.15", "signing", "Signing.1", "umk.new.7", "trusted.NEW.12"))):
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
        assert "bread" in place.run("list", "--ids", HANSARD_SQLITE_PATH=str(database), HANSARD_MARKS=str(place.path / "marks"))[0]
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


@promise("doctor names an audit log that cannot be written, exit 1, makes none, and names none where none is kept")
def _():
    with store() as place:
        def said(code=0, **environment):
            findings = json.loads(place.run("doctor", "--json", code=code, **environment)[0])["findings"]
            return [(one["state"], one["detail"]) for one in findings if one["subject"] == "audit"]

        path = log(place)
        assert said() == [("ok", str(path))] and said(HANSARD_AUDIT="off") == said(HANSARD_AUDIT="-") == []
        (place.path / "file").write_text("")
        elsewhere = place.path / "there.jsonl"
        assert said(HANSARD_AUDIT=str(elsewhere)) == [("ok", str(elsewhere))] and not elsewhere.exists()
        assert said(HANSARD_AUDIT="fresh")[0][0] == "ok" and not path.with_name("fresh.jsonl").exists()
        (place.path / "link").symlink_to("file")
        os.mkfifo(place.path / "pipe")
        (place.path / "folder").mkdir()
        for name in ("file/below", "link", "pipe", ".", "not yet/there.jsonl", "folder/", "none/"):
            given = f"{place.path}/{name}"
            (state, detail), = said(code=1, HANSARD_AUDIT=given)
            assert state == "bad" and f"the audit log {given} cannot be " in detail and "HANSARD_AUDIT" in detail, detail
            assert fails(place, "show", "steel", code=1, HANSARD_AUDIT=given)["kind"] == "audit_failed", name
        for given in ("a name", "./here"):
            assert said(code=3, HANSARD_AUDIT=given) == [] and fails(place, "show", "steel", code=3, HANSARD_AUDIT=given)["kind"] == "invalid_configuration"
        if os.geteuid() != 0:
            path.chmod(0o400)
            assert said(code=1)[0][0] == "bad"


@promise("each KEK that is derived has a line of its own, whichever command derives it, also one that the UMK is not at hand for")
def _():
    with store() as place:
        def since(*words, **more):
            path = log(place)
            before = len(path.read_text().splitlines()) if path.exists() else 0
            place.run(*words, **more)
            return [json.loads(line) for line in path.read_text().splitlines()[before:]]

        keks = [row["kek"] for row in place.json("keys", "show")["keks"]]
        assert len(keks) == 1
        for words in (["show", "steel"], ["create", "Bread"], ["keys", "show"], ["keys", "rotate", "--dialogue", "steel"]):
            lines = [line for line in since(*words) if line["operation"] == "derive"]
            assert {line["key_id"] for line in lines} == set(keks) and all(line["count"] == 1 and line["outcome"] == "success" for line in lines), (words, lines)
        lines = since("keys", "show", HANSARD_EPOCH="2", HANSARD_OLDER_EPOCHS="1")
        assert [(line["operation"], line["count"]) for line in lines] == [("derive", 1)] * 2 and lines[0]["key_id"] not in keks and lines[1]["key_id"] == keks[0], lines
        keys = place.path / "home" / ".config" / "hansard" / "keys"
        (keys / "umk").rename(place.path / "umk")
        place.run("init", place.path / "another", HANSARD_KEYS=str(place.path / "theirs"))
        (place.path / "theirs" / "umk").rename(keys / "umk")
        lines = since("show", "steel", code=12)
        derived = [line for line in lines if line["operation"] == "derive"]
        denied = [line for line in lines if line["outcome"] == "denied"]
        assert len(derived) == 1 and derived[0]["key_id"] not in keks and derived[0]["outcome"] == "success", lines
        assert len(denied) == 1 and denied[0]["operation"] == "unwrap" and denied[0]["key_id"] == keks[0], lines
        assert faults(place, code=0) == []


@promise("whatever a name of who commits holds, its lines are JSON; one that is too long, or not UTF-8, or nothing, is refused as what it is")
def _():
    with store() as place:
        for name in ('x", "seq": 1', "\\\\\" \\", '"' * 512, "é" * 256):
            for words, more in ((["--actor", name, "show", "steel"], {}), (["show", "steel"], {"HANSARD_PRINCIPAL": name})):
                place.run(*words, **more)
                line = log(place).read_text().splitlines()[-1]
                assert json.loads(line)["principal"] == name and line.isprintable(), line
        assert faults(place, code=0) == []
        for words, more in ((["--actor", "a" * 513, "list"], {}), (["show", "steel"], {"HANSARD_PRINCIPAL": "a" * 5000}), (["create", "X", "--actor", "a" * 5000], {})):
            error = fails(place, *words, code=3, **more)
            assert error["kind"] == "invalid_actor" and "512" in error["message"] and "--actor" in error["hint"], error
        for words in (["create", "X"], ["show", "steel"], ["doctor"]):
            error = fails(place, *words, "--actor", "", code=2)
            assert error["kind"] == "missing_actor" and "--actor" in error["hint"], error
        assert place.run("list", "--ids", HANSARD_PRINCIPAL="")[0] == "steel\n"
        outcome = subprocess.run([PROGRAM, "list", "--actor", b"caf\xe9"], cwd=place.path, env=place.environment, capture_output=True)
        assert outcome.returncode == 3 and b"UTF-8" in outcome.stderr, outcome


@promise("a name of who commits that holds a line break, or what else controls how it is shown, is refused, and where it came from is said")
def _():
    with store() as place:
        for name in ("a\nb", "a\tb", "\x1b[31mred", "a\u2028b", "a\u202eb"):
            for words, more, origin in ((["--actor", name], {}, "flag"), ([], {"HANSARD_PRINCIPAL": name}, "HANSARD_PRINCIPAL"), ([], {"USER": name}, "the user's name")):
                error = json.loads(place.run(*words, "create", "Steel", "--json", code=3, **more)[1])
                assert error["kind"] == "invalid_actor" and f"(from {origin})" in error["message"] and "--actor" in error["hint"], error
        config = place.path / ".hansard" / "config"
        text = config.read_text()
        config.write_text(text + "\n[keys]\nprincipal = a\tb\n")
        error = json.loads(place.run("create", "Steel", "--json", code=3)[1])
        assert error["kind"] == "invalid_actor" and "config" in error["message"], error
        config.write_text(text)
        assert place.run("list", "--ids")[0] == "steel\n"
        place.run("create", "Iron", "--actor", "Zoë Ångström, 山田")
        assert "Zoë Ångström, 山田" in place.run("log", "iron")[0]


@promise("a planted line with a number out of bounds is no line of the log, named by its place; commands go on, and the gap shows for ever")
def _():
    with store() as place:
        good = log(place).read_text()
        count = len(good.splitlines())
        for seq in (2**63 - 1, 2**63, -2**63, LAST_SEQ + 1, LAST_SEQ, 0, -1, 1e30, "1"):
            planted = json.loads(good.splitlines()[-1]) | {"seq": seq}
            log(place).write_text(good + json.dumps(planted) + "\n")
            place.run("show", "steel")
            place.run("show", "steel")
            lines = [json.loads(line) for line in log(place).read_text().splitlines()]
            assert [line["seq"] for line in lines[count + 1:]] == list(range(1, len(lines) - count)), lines
            assert lines[count + 1]["previous"] == "0" * 64
            found = faults(place)
            if seq != LAST_SEQ:
                assert found[0] == (count + 1, "is no line of the log") and [line for line, _ in found] == [count + 1, count + 2], (seq, found)
            else:
                assert {line for line, _ in found} == {count + 1, count + 2}, found
            error = fails(place, "audit", "verify", code=13)
            assert log(place).name in error["hint"] and "move" in error["hint"], error
        planted = json.loads(good.splitlines()[-1]) | {"count": 2**63 - 1}
        log(place).write_text(good + json.dumps(planted) + "\n")
        assert faults(place)[0] == (count + 1, "is no line of the log")


@promise("escapes that were planted in a line reach no terminal, whichever member they stand in")
def _():
    with store() as place:
        good = log(place).read_text()
        last = json.loads(good.splitlines()[-1])
        for member in ("event_id", "time", "trace_id", "span_id", "operation", "key_id", "principal", "outcome"):
            planted = last | {"seq": last["seq"] + 1, member: "\x1b[2J\x1b]0;pwn\x07\x9b31m\u202e"}
            log(place).write_text(good + json.dumps(planted) + "\n")
            for words in (["audit", "show"], ["audit", "show", "--json"], ["audit", "verify"]):
                out, err = place.run(*words, code=13)
                assert not set(out + err) & set("\x1b\x07\x9b\u202e"), (member, words, out)


@promise("audit show has a heading, and is narrowed to the newest lines, a time, a use and a dialogue; all of it is verified all the same")
def _():
    with store() as place:
        place.run("create", "Bread")
        place.run("show", "steel")
        lines = [json.loads(line) for line in log(place).read_text().splitlines()]

        def shown(*words, code=0):
            return [line["seq"] for line in json.loads(place.run("audit", "show", "--json", *words, code=code)[0])["lines"]]

        out = place.run("audit", "show")[0].splitlines()
        heading = next(i for i, line in enumerate(out) if line.split() == ["line", "time", "use", "outcome", "times", "who", "key"])
        words = " ".join(out[:heading])
        assert all(f"{use}" in words for use in ("derive", "unwrap", "wrap", "seal", "open")), out
        assert [int(line.split()[0]) for line in out[heading + 1:-1]] == [line["seq"] for line in lines] == shown(), out
        assert out[heading].index("key") <= out[heading + 1].index(lines[0]["key_id"]) and out[-1] == f"{len(lines)} lines, 0 broken"
        assert shown("--limit", "3") == [line["seq"] for line in lines][-3:] and shown("--limit", "1000") == shown()
        out = place.run("audit", "show", "--limit", "2")[0]
        assert f"newest 2 of {len(lines)}" in out and out.endswith(f"{len(lines)} lines, 0 broken\n"), out
        for use in ("derive", "wrap", "unwrap", "seal", "open"):
            assert shown("--operation", use) == [line["seq"] for line in lines if line["operation"] == use], use
        of_bread = [line["seq"] for line in lines if line["key_id"].startswith("dialogue:bread/")]
        assert shown("--dialogue", "bread") == shown("--dialogue", "br") == of_bread != [] and shown("--dialogue", "dialogue:bread") == []
        assert shown("--dialogue", "br", "--limit", "1") == of_bread[-1:]
        middle = lines[len(lines) // 2]["time"]
        for since, then in ((middle, middle), (middle[:19], middle[:19]), (middle[:16], middle[:16]), (middle[:19] + "Z", middle[:19]), ("2026-01-01", "2026-01-01"), ("9999-12-31", "9999")):
            assert shown("--since", since) == [line["seq"] for line in lines if line["time"] >= then], since
        for wrong in ("", "yesterday", "2026", "2026-13-01", "2026-05-04T09", "2026-05-04 09:00", "2026-05-04T09:00:00.5Z", middle + "Z"):
            assert fails(place, "audit", "show", "--since", wrong, code=2)["kind"] == "invalid_time", wrong
        assert "as a whole" in fails(place, "audit", "verify", "--limit", "1", code=2)["message"]
        text = log(place).read_text().splitlines()
        log(place).write_text("\n".join([text[0].replace('"seal"', '"open"'), *text[1:]]) + "\n")
        answer = json.loads(place.run("audit", "show", "--json", "--limit", "1", code=13)[0])
        assert [line.get("seq", line.get("fault")) for line in answer["lines"]] == ["does not have the hash of what it says", len(lines)], answer
        assert answer["broken"] == 1 and answer["count"] == len(lines), answer


@promise("on a terminal audit show is the newest fifty lines, and says so; elsewhere it is all of them")
def _():
    with store() as place:
        for _ in range(20):
            place.run("show", "steel")
        master, slave = terminal()
        count = len(log(place).read_text().splitlines())
        process = subprocess.Popen([PROGRAM, "audit", "show"], cwd=place.path, env=place.environment, stdout=slave, stderr=slave)
        os.close(slave)
        out = b""
        while True:
            try:
                data = os.read(master, 65536)
            except OSError:  # Linux: the other side is closed
                break
            if not data:
                break
            out += data
        os.close(master)
        assert process.wait() == 0 and count > 50, (count, out)
        assert len(re.findall(rb"^ +\d+  \d{4}-", out, re.M)) == 50 and f"newest 50 of {count}".encode() in out, out
        assert len(re.findall(r"^ +\d+  \d{4}-", place.run("audit", "show")[0], re.M)) == count


@promise("half a line, left by a process that was killed, stands alone: the next line begins behind it")
def _():
    with store() as place:
        good = log(place).read_bytes()
        count = good.count(b"\n")
        for torn in (good[:-1], good[:-100], good[:-1] + b"\n{", good + b"x" * 100_000):
            log(place).write_bytes(torn)
            place.run("show", "steel")
            found = faults(place, code=(0, 13))
            if torn == good[:-1]:
                assert found == [], found
                continue
            at = torn.count(b"\n") + 1
            assert found[0] == (at, "is no line of the log") and [line for line, _ in found] == [at, at + 1], found


@promise("a line that does not fit on the disk is said with the reason, and no half of it stays")
def _():
    if os.geteuid() != 0:
        skip("a disk of a few pages is mounted by root alone")
    with store() as place:
        small = place.path / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", small], capture_output=True).returncode != 0:
            skip("no disk of its own can be mounted here")
        try:
            path = small / "log.jsonl"
            more = {"HANSARD_AUDIT": str(path)}
            for _ in range(100):
                out, err = place.run("show", "steel", "--json", code=(0, 1), **more)
                if err:
                    break
            error = json.loads(err)
            assert "No space left on device" in error["message"] and str(path) in error["message"] and "HANSARD_AUDIT" in error["hint"], error
            assert path.read_bytes().endswith(b"\n")
            place.run("audit", "verify", **more)
        finally:
            subprocess.run(["umount", small], check=True)


@promise("a log of any size is verified line by line, and lines of any length in it")
def _():
    with store() as place:
        good = log(place).read_text()
        count = len(good.splitlines())
        sizes = (4096, 4097, 65535, 65536, 65537, 131072, 200_000)
        with open(log(place), "w") as file:
            for size in sizes:
                file.write("x" * size + "\n")
            file.write(good)
        found = faults(place)
        assert [line for line, _ in found] == list(range(1, len(sizes) + 1)), found
        with open(log(place), "a") as file:
            file.truncate(300_000_000)
        answer = json.loads(place.run("audit", "verify", "--json", code=13)[0])
        assert answer["count"] == count + len(sizes) + 1 and answer["broken"] == len(sizes) + 1, answer
        with open(log(place), "wb") as file:
            file.write(good.encode())
            for _ in range(270):
                file.write(b"\n" * 10 + b"y" * (1 << 20))
        place.run("audit", "verify", code=13)


@promise("an audit log that another process keeps locked is waited for, and not for ever: exit 11, retryable, and nothing was done without a line")
def _():
    with store() as place:
        place.run("show", "steel")
        before = log(place).read_bytes()
        lock = os.open(log(place), os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        database = (place.path / ".hansard/hansard.db").read_bytes()
        begun = [subprocess.Popen([PROGRAM, *words, "--json"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                 for words in (["show", "steel"], ["abandon", "steel", "Enough"])]
        for process in begun:
            out, err = process.communicate(timeout=120)
            error = json.loads(err.decode().splitlines()[-1])
            assert process.returncode == 11 and out == b"", (process.returncode, out, err)
            assert error["kind"] == "audit_busy" and error["retryable"] and str(log(place)) in error["message"] and "run it again" in error["hint"], error
        assert log(place).read_bytes() == before and (place.path / ".hansard/hansard.db").read_bytes() == database
        waiting = subprocess.Popen([PROGRAM, "show", "steel"], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1)
        assert waiting.poll() is None, waiting.communicate()  # it waits
        os.close(lock)
        out, err = waiting.communicate(timeout=120)
        assert waiting.returncode == 0 and b"Steel" in out, (out, err)
        assert faults(place, code=0) == [] and len(log(place).read_bytes()) > len(before)


@promise("a line that somebody is in the middle of is waited for, and is no gap; one that comes meanwhile is not read")
def _():
    with store() as place:
        place.run("show", "steel")
        whole = log(place).read_bytes()
        start = whole.rstrip(b"\n").rfind(b"\n") + 1
        for words in (("verify",), ("show",), ("show", "--limit", "2")):
            with open(log(place), "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.truncate(start + 40)
                reading = subprocess.Popen([PROGRAM, "audit", *words], cwd=place.path, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                time.sleep(0.5)
                file.seek(0, os.SEEK_END)
                file.write(whole[start + 40:])
                file.flush()
            out, err = reading.communicate(timeout=120)
            assert reading.returncode == 0 and b" 0 broken" in out, (words, reading.returncode, out, err)
        lock = os.open(log(place), os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        place.run("audit", "verify", code=11)
        fcntl.flock(lock, fcntl.LOCK_SH)
        assert faults(place, code=0) == []
        os.close(lock)
        assert log(place).read_bytes() == whole


@promise("doctor names a log of which lines do not follow, and one that is locked as not checked")
def _():
    def audit(code=0):
        out, err = place.run("doctor", "--json", code=code)
        return [(row["state"], row["detail"]) for row in json.loads(out)["findings"] if row["subject"] == "audit"], err

    with store() as place:
        for _ in range(3):
            place.run("show", "steel")
        assert [state for state, _ in audit()[0]] == ["ok"], audit()
        lines = log(place).read_bytes().splitlines(keepends=True)
        log(place).write_bytes(b"".join(lines[:1] + lines[2:]))
        found, err = audit(code=1)
        assert len(found) == 2 and found[1] == ("bad", f"{log(place)}: 1 of {len(lines) - 1} lines does not follow from the one before: hansard audit verify") and str(log(place)) in err, (found, err)
        log(place).write_bytes(b"".join(lines))
        lock = os.open(log(place), os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert [state for state, _ in audit()[0]] == ["ok", "not_checked"], audit()
        os.close(lock)


main()
