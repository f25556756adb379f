#!/usr/bin/env python3
"""Bad input, bad places, bad moments, from outside: the exit code, an error that names place and remedy, the store as it was."""
import contextlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import resource
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, PROGRAM, ROOT, Place, main, promise, skip, traced  # noqa: E402

BATCH = {"round": 0, "panel": [{"expert": "muffin", "name": "Muffin", "role": "Baker", "tier": "core"}],
         "perspectives": [{"label": "Bread first", "body": "Bread. " * 2000, "contributors": ["muffin"]}],
         "tensions": [{"label": "Who pays", "contributors": ["muffin"]}],
         "responses": [{"expert": "muffin", "text": "[PERSPECTIVE P01: Bread first]\n" + "Bread. " * 2000}]}


def store():
    """A store that holds a little, so that there is something to lose."""
    place = Place()
    place.run("init")
    place.run("create", "Kept")
    place.run("register", "kept", "-", stdin=json.dumps(BATCH))
    return place


def record(place):
    """Every dialogue's export and chain of commits."""
    return {name: (place.run("export", name)[0], place.run("log", name)[0]) for name in place.run("list", "--ids")[0].split()}


@contextlib.contextmanager
def unchanged(place):
    """What happens inside changes nothing in the store, and leaves no file beside it."""
    before, files = record(place), sorted(p.name for p in (place.path / ".hansard").iterdir())
    yield
    assert record(place) == before
    assert sorted(p.name for p in (place.path / ".hansard").iterdir()) == files
    place.run("verify")


def refused(place, *words, code, names, kind=None, **more):
    """A command that fails with this code, names this place, and says what to do; the store stays as it is."""
    with unchanged(place):
        _, err = place.run(*words, "--json", code=code, **more)
    error = json.loads(err.splitlines()[-1])
    assert error["code"] == code and names in error["message"] and error["hint"], (names, error)
    assert kind is None or error["kind"] == kind, error
    assert error["retryable"] == (code in (11, 14)) or code == 11, error
    return error


def folder(place, files, name="2026-01-01T0000Z-odd"):
    """A dialogue's folder of these files beside one good response."""
    path = place.path / name
    good = {"round-0/muffin.md": "[PERSPECTIVE P01: Good]\nGood.\n"} | {f"round-0/{name}.prompt.md": "You are an expert." for name in ("muffin", "scone", "tart")}
    for file, content in (good | files).items():
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def kept_and_reported(place, files, name="odd", said=None):
    """The folder is imported, each file is reported by name and given back byte for byte."""
    place.run("import", folder(place, files))
    problems = place.json("show", name, "--problems")["problems"]
    for file, content in files.items():
        of_file = [p for p in problems if file in json.dumps(p)]
        assert of_file, (file, problems)
        assert said is None or any(re.search(said, json.dumps(p)) for p in of_file), (said, of_file)
    place.run("export", name, "--files", "back")
    for file, content in files.items():
        assert (place.path / "back" / file).read_bytes() == (content if isinstance(content, bytes) else content.encode()), file
    place.run("verify")


# ---- bytes ----

@promise("broken UTF-8 and NUL in a file of a folder: kept byte for byte and reported with file and line")
def _():
    with store() as place:
        kept_and_reported(place, {"round-0/latin.md": b"caf\xe9 [PERSPECTIVE P02: x]\n", "round-0/nul.md": b"a\0b\n", "expert-pool.json": b'{"experts": [{"name": "\xff"}]}',
                                  "scoreboard.md": b"| Round | W |\n| 0 | \xc3\x28 |\n"})


@promise("broken UTF-8 and NUL in what is handed in: refused with the place, nothing written")
def _():
    with store() as place:
        for content in (b'{"round": 1, "panel": [{"expert": "caf\xe9"}]}', b'{"round": 1}\0', b'{"round": 1, "perspectives": [{"label": "a\\u0000b"}]}', b"\xef\xbb\xbf{", b""):
            for verb in ("register", "update", "verdict"):
                with unchanged(place):
                    _, err = place.run(verb, "kept", "-", "--json", code=3, stdin=content)
                    assert json.loads(err.splitlines()[-1])["message"], (verb, content)
        (place.path / "one.dialogue.recorded.md").write_bytes(b"# Caf\xe9\n\0\n")
        place.run("import", "one.dialogue.recorded.md")
        assert "one.dialogue.recorded.md" in json.dumps(place.json("show", "one", "--problems"))
        (place.path / "broken.json").write_bytes(b'{"dialogue_id": "\xff"}')
        refused(place, "import", "broken.json", code=3, names="broken.json")


@promise("names that are not UTF-8: refused by name")
def _():
    with store() as place:
        path = folder(place, {})
        try:
            open(os.fsencode(path / "round-0") + b"/caf\xe9.md", "wb").close()
        except OSError:
            skip("this file system takes no names that are not UTF-8")
        refused(place, "import", path, code=3, names="odd", kind="invalid_name")
        with unchanged(place):
            done = subprocess.run([PROGRAM, "show", b"\xff\xfe", "--json"], cwd=place.path, env=place.environment, capture_output=True)
            assert done.returncode in (1, 2) and json.loads(done.stderr), done


@promise("a file of 100 MB: in a folder, alone, as an export, as a batch from a file and from a pipe, refused by name and size")
def _():
    with store() as place:
        path = folder(place, {})
        for name in ("large.dialogue.recorded.md", "large.json", path / "round-0" / "large.md"):
            with open(place.path / name, "wb") as file:
                file.truncate(100_000_000)
        refused(place, "import", "large.dialogue.recorded.md", code=3, names="large.dialogue.recorded.md", kind="file_too_large")
        refused(place, "import", "large.json", code=3, names="large.json:1:1")
        refused(place, "import", path, code=3, names="large.md", kind="file_too_large")
        refused(place, "register", "kept", "large.json", code=3, names="large.json")
        with unchanged(place), open(place.path / "large.json", "rb") as large:
            feeder = subprocess.Popen(["cat"], stdin=large, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            done = subprocess.run([PROGRAM, "register", "kept", "-"], cwd=place.path, env=place.environment, stdin=feeder.stdout, capture_output=True)
            feeder.stdout.close()
            feeder.wait()
            assert done.returncode == 3 and b"standard input" in done.stderr, done


# ---- markdown and JSON ----

@promise("brackets and fences that never close: kept, reported, and what stands around them is read")
def _():
    with store() as place:
        kept_and_reported(place, {"round-0/scone.md": "[TENSION T01: never closed\n\nwords\n", "round-0/tart.md": "[PERSPECTIVE P01: In front]\nWords.\n```\n[TENSION T09: within\n" + "[" * 20000 + "\n"}, said="never closed")
        assert "In front" in json.dumps(place.json("export", "odd"))


@promise("tables with missing cells and too many: read as far as they go, kept, reported")
def _():
    with store() as place:
        kept_and_reported(place, {"tensions.md": "| ID | Tension | Status |\n|---|---|---|\n| T01 |\n| T02 | Who pays | Open | more | cells |\n|\n", "scoreboard.md": "| Round | W | C | T | R | Total |\n|---|---|\n| 0 | 1 |\n|||||||||||||\n"}, said="cell")


@promise("ids given twice: reported where they are imported, refused where they are handed in")
def _():
    with store() as place:
        place.run("import", folder(place, {"round-0/muffin.md": "[TENSION T01: One]\na\n\n[TENSION T01: Quite another]\nb\n"}))
        assert re.search("muffin.md", json.dumps(place.json("show", "odd", "--problems")))
        twice = {"round": 1, "panel": BATCH["panel"], "perspectives": [{"id": "MUFFIN-P0101", "label": "a", "contributors": ["muffin"]}, {"id": "MUFFIN-P0101", "label": "b", "contributors": ["muffin"]}]}
        with unchanged(place):
            out, _ = place.run("register", "kept", "-", "--json", code=3, stdin=json.dumps(twice))
            assert any("perspectives" in p["path"] and "1" in p["path"] for p in json.loads(out)["problems"]), out
        export = json.loads(place.run("export", "kept")[0])
        export["perspectives"] *= 2
        (place.path / "twice.json").write_text(json.dumps(export))
        with unchanged(place):
            assert "perspectives" in place.run("import", "--as", "copy", "twice.json", code=3)[0]


@promise("circles of depend, long ones and of one: stored, named, and every command comes to an end")
def _():
    with store() as place:
        count = 60
        claims = [{"id": f"MUFFIN-C{i:04}", "label": f"claim {i}", "refs": [{"type": "depend", "target": f"MUFFIN-C{i % count + 1:04}"}]} for i in range(1, count + 1)]
        place.run("create", "Circle")
        place.run("register", "circle", "-", stdin=json.dumps({"round": 0, "panel": BATCH["panel"], "claims": claims}))
        assert [len(cycle) for cycle in place.json("show", "circle")["cycles"]] == [count]
        for words in (["show", "circle"], ["context", "circle"], ["render", "circle"], ["show", "circle", "--progress"], ["show", "circle", "C0001"], ["verify"]):
            place.run(*words)
        itself = {"round": 1, "panel": BATCH["panel"], "claims": [{"id": "MUFFIN-C0101", "label": "x", "refs": [{"type": "depend", "target": "MUFFIN-C0101"}]}]}
        place.run("register", "circle", "-", stdin=json.dumps(itself))
        assert sorted(len(cycle) for cycle in place.json("show", "circle")["cycles"]) == [1, count]


@promise("JSON nested 10,000 deep: refused with its place where it is handed in, kept and reported in a folder")
def _():
    for deep in ("[" * 10000 + "]" * 10000, '{"a":' * 10000 + "1" + "}" * 10000, '{"round":' + "[" * 10000):
        with store() as place:
            (place.path / "deep.json").write_text(deep)
            for words in (["register", "kept", "deep.json"], ["update", "kept", "deep.json"], ["verdict", "kept", "deep.json"], ["import", "deep.json"], ["create", "--file", "deep.json"]):
                with unchanged(place):
                    error = json.loads(place.run(*words, "--json", code=3)[1].splitlines()[-1])
                    assert "deep.json" in error["message"], (words, error)
            kept_and_reported(place, {"expert-pool.json": deep})


@promise("numbers out of range: refused with field, value and range where they are handed in, kept and reported in a folder")
def _():
    with store() as place:
        for number in ("99999999999999999999", "-1", "1e400", "1.5", "9223372036854775808", "1000"):
            with unchanged(place):
                out, err = place.run("register", "kept", "-", code=3, stdin=f'{{"round": {number}, "panel": [{{"expert": "muffin"}}]}}')
                assert "round" in out + err or "number" in out + err or "range" in out + err, (number, out, err)
        for words in (["list", "--limit", "0"], ["list", "--limit", "99999999999999999999"], ["list", "--limit", "-1"], ["panel", "kept", "--size", "1e3"], ["panel", "kept", "--size", ""], ["list", "--width", "1"], ["list", "--width", "99999999999"]):
            with unchanged(place):
                error = json.loads(place.run(*words, "--json", code=2)[1])
                assert words[-2] in error["message"] and words[-1] in error["message"], error
        with unchanged(place):
            place.run("panel", "kept", "--seed", "99999999999999999999999", code=2)
        pool = {"experts": [{"name": "Muffin", "role": "Baker", "tier": "core", "relevance": 7.5}]}
        kept_and_reported(place, {"expert-pool.json": json.dumps(pool), "scoreboard.md": "| Round | W | C | T | R | Total |\n|---|---|---|---|---|---|\n| 0 | 99999999999999999999 | -5 | 1 | 1 | 7 |\n"})


# ---- stores ----

@promise("a store of a newer version, a file that is no database, a folder, nothing: refused by name with the remedy, not one byte of it touched")
def _():
    def newer(path):
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version = 999")
        db.close()

    def other(path):
        path.unlink()
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE addresses (name)")
        db.commit()
        db.close()
    for damage, code in ((newer, 3), (other, 3), (lambda path: path.write_bytes(b"\0" * 65536), 3), (lambda path: path.write_text("words " * 9999), 3), (lambda path: path.unlink(), 10),
                         (lambda path: (path.unlink(), path.mkdir()), 1)):
        with store() as place:
            path = place.path / ".hansard" / "hansard.db"
            damage(path)
            before = path.read_bytes() if path.is_file() else None
            for words in (["list"], ["import", EXAMPLE], ["create", "New"], ["verify"], ["show", "kept", "--read-only"]):
                error = json.loads(place.run(*words, "--json", code=code)[1].splitlines()[-1])
                assert "hansard.db" in error["message"] and error["hint"], (words, error)
            assert (path.read_bytes() if path.is_file() else None) == before
            assert {p.name for p in path.parent.iterdir()} - {"hansard.db", "hansard.db-wal", "hansard.db-shm"} == {"config"}


@promise("a store that another process holds longer than one waits is exit 11, retryable, and nothing is written")
def _():
    with store() as place:
        held = sqlite3.connect(place.path / ".hansard" / "hansard.db", isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        for words, stdin in ((["create", "Other"], ""), (["import", EXAMPLE], ""), (["register", "kept", "-"], json.dumps(BATCH | {"round": 1}))):
            out, err = place.run(*words, "--json", code=11, stdin=stdin)
            error = json.loads(err.splitlines()[-1])
            assert error["retryable"] is True and error["kind"] == "store_busy" and "hansard.db" in error["message"] and error["hint"], error
        held.execute("ROLLBACK")
        held.close()
        assert place.run("list", "--ids")[0] == "kept\n"
        place.run("create", "Other")


@promise("a commit whose durability is not known is exit 14, retryable; run again it is there")
def _():
    syncs = "fsync,fdatasync"
    text = json.dumps(BATCH | {"round": 1})
    with store() as place:
        done, calls = traced(place, [f"-etrace={syncs}"], "register", "kept", "-", stdin=text)
        assert done.returncode == 0, done
        count = sum(1 for line in calls if re.search(r"f(data)?sync\(", line))
    codes = {}
    for at, on in [(at, on) for at in range(1, count + 1) for on in ("", "+")]:  # fails once; fails for good
        with store() as place:
            before = record(place)
            names = [re.search(r"(f\w*sync)\(", line).group(1) for line in calls if re.search(r"f(data)?sync\(", line)]
            number = names[:at].count(names[at - 1])
            done, _ = traced(place, [f"-einject={names[at - 1]}:error=EIO:when={number}{on}"], "register", "kept", "-", "--json", stdin=text)
            codes[at, on] = done.returncode
            if done.returncode == 14:
                error = json.loads(done.stderr.splitlines()[-1])
                assert error["retryable"] is True and error["code"] == 14 and error["message"] and error["hint"], error
            elif b"what was asked is done, but its mark" in done.stderr:
                assert done.returncode == 1 and json.loads(done.stdout)["rev"] == 3 and record(place) != before, done
            elif done.returncode != 0:
                assert done.returncode == 1 and b"hansard.db" in done.stderr, done
                assert record(place) == before
            place.run("register", "kept", "-", stdin=text)
            place.run("verify")
    assert 1 in codes.values(), codes
    # The last one of SQLite's makes the removal of the journal durable: until then a power cut takes the commit back, however it reads.
    removal = max(at for at in range(1, count + 1) if names[at - 1] == "fdatasync")
    assert codes[removal, "+"] == 14 and codes[removal, ""] in (0, 14), codes


@promise("an erasure of several commits that fails behind the first says that something was written, and where to look")
def _():
    place = store()
    with place:
        done, calls = traced(place, ["-etrace=fdatasync"], "erase", "kept", "--all", "--confirm", "kept")
        assert done.returncode == 0, done
        count = sum(1 for line in calls if "fdatasync(" in line)
    told = 0
    for at in range(2, count + 1):
        with store() as place:
            done, _ = traced(place, [f"-einject=fdatasync:error=EIO:when={at}+"], "erase", "kept", "--all", "--confirm", "kept", "--json")
            gone = "was erased" in place.run("show", "kept", code=(0, 1))[1]
            if done.returncode not in (0, 14) and gone:
                error = json.loads(done.stderr.splitlines()[-1])
                assert "written" in error["message"] + error["hint"] and "hansard log" in error["message"] + error["hint"], error
                told += 1
    assert told > 0, (count, told)


@promise("a mark that was moved up is durable: its folder is synced behind the new name")
def _():
    with store() as place:
        done, calls = traced(place, ["-y", "-etrace=rename,renameat,renameat2,fsync"], "register", "kept", "-", stdin=json.dumps(BATCH | {"round": 1}))
        assert done.returncode == 0, done
        calls = [line for line in calls if "/marks/" in line]
        at = next(i for i, line in enumerate(calls) if re.search(r'rename\w*\(.*kept\.new.*kept"', line))
        assert re.search(r"fsync\(\d+<[^>]*/kept\.new>\) += 0", calls[at - 1]) and re.search(r"fsync\(\d+<[^>]*/default>\) += 0", calls[at + 1]), calls


# ---- places ----

def isolated(place, script, **environment):
    """Runs a shell script in a mount namespace of its own, where it may mount; (exit code, output)."""
    unshare = shutil.which("unshare") or skip("there is no unshare to mount a disk of one's own")
    command = [unshare, "--mount"] if os.geteuid() == 0 else [unshare, "--map-root-user", "--mount"]
    if subprocess.run([*command, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True).returncode != 0:
        skip("nothing may be mounted here")
    done = subprocess.run([*command, "sh", "-euc", script], cwd=place.path, env=place.environment | {"hansard": PROGRAM, "example": str(EXAMPLE)} | environment, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def skip_with_log(place):
    """Where SQLite keeps a write-ahead log, it must write to read."""
    if "wal" in next(f["detail"] for f in place.json("doctor")["findings"] if f["subject"] == "journal").split(":")[0]:
        skip("a store with a write-ahead log cannot be read where nothing may be written (docs/status.md)")


@promise("a read-only disk: reading works as ever, each writing says which file and what to do, exit 1")
def _():
    with store() as place:
        skip_with_log(place)
        (place.path / "batch.json").write_text(json.dumps(BATCH | {"round": 1}))
        (place.path / "out").mkdir()
        with unchanged(place):
            code, out, err = isolated(place, '''
                mount --bind . . && mount -o remount,bind,ro . && cd "$PWD"
                "$hansard" show kept >/dev/null; "$hansard" list --ids; "$hansard" verify >/dev/null; "$hansard" show kept --read-only >/dev/null; "$hansard" doctor >/dev/null || true
                for words in "create New" "register kept batch.json" "abandon kept never" "export kept --files out/new" "export kept --files fresh" "init deep/er"; do
                    "$hansard" $words --json 2>&1 >/dev/null && echo "$words passed"
                    echo "$?"
                done
                "$hansard" import "$example" --json 2>&1 >/dev/null || echo "$?"
            ''')
        assert code == 0, (code, out, err)
        lines = out.splitlines()
        assert lines[0] == "kept" and "passed" not in out, out
        errors = [json.loads(line) for line in lines if line.startswith("{")]
        assert len(errors) == 7 and all(e["code"] == 1 and e["hint"] for e in errors), errors
        for error, name in zip(errors, ["hansard.db"] * 3 + ["out/new", "fresh", "deep/er", "hansard.db"]):
            assert name in error["message"], (name, error)


@promise("a file or folder that not even root may change: named, nothing lost")
def _():
    with store() as place:
        skip_with_log(place)
        base = place.path / ".hansard"
        if not shutil.which("chattr") or subprocess.run(["chattr", "+i", base / "hansard.db"], capture_output=True).returncode != 0:
            skip("chattr +i is not to be had here")
        try:
            place.run("show", "kept")
            for words in (["create", "New"], ["import", EXAMPLE]):
                error = json.loads(place.run(*words, "--json", code=1)[1].splitlines()[-1])
                assert "hansard.db" in error["message"] and error["hint"], error
            subprocess.run(["chattr", "-i", base / "hansard.db"], check=True)
            subprocess.run(["chattr", "+i", base], check=True)
            place.run("show", "kept", "--read-only")
            error = json.loads(place.run("create", "New", "--json", code=1)[1].splitlines()[-1])
            assert "hansard.db" in error["message"] and "folder" in error["hint"], error
        finally:
            subprocess.run(["chattr", "-i", base / "hansard.db", base], check=True)
        assert place.run("list", "--ids")[0] == "kept\n"
        place.run("verify")


@promise("a full disk: init, import, register and export of files end with exit 1 that names it, the store as it was, no half of anything left")
def _():
    with store() as place:
        (place.path / "disk").mkdir()
        (place.path / "batch.json").write_text(json.dumps(BATCH | {"round": 1}))
        code, out, err = isolated(place, '''
            mount -t tmpfs -o size=2m none disk
            cp -r .hansard disk/
            cd disk
            "$hansard" export kept > ../before; "$hansard" log kept > ../log-before
            dd if=/dev/zero of=fill bs=4k 2>/dev/null || true
            failed() { code=0; "$hansard" "$@" --json 2>../said >/dev/null || code=$?; [ "$code" = 1 ] || { echo "$* gave $code"; cat ../said; }; tail -c 2000 ../said | tr -d '\\n'; echo; }
            failed register kept ../batch.json
            failed create Other
            failed import "$example"
            failed export kept --files out/deep
            failed init new/er
            [ ! -e out ] || echo "out is left"; find . -name '*.new' -o -name '*-journal' -size +0
            rm fill
            "$hansard" export kept | cmp - ../before; "$hansard" log kept | cmp - ../log-before; "$hansard" verify >/dev/null
            "$hansard" register kept ../batch.json >/dev/null; "$hansard" init new/er > /dev/null; "$hansard" verify >/dev/null
            [ "$(ls -A new/er/.hansard | tr '\\n' ' ')" = 'config hansard.db ' ] || ls -A new/er/.hansard
            echo whole
        ''')
        assert code == 0 and out.splitlines()[-1] == "whole", (code, out, err)
        lines = out.splitlines()[:-1]
        assert len(lines) == 5, lines
        for line, name in zip(lines, ["hansard.db"] * 3 + ["", "new/er"]):
            error = json.loads(line)
            assert name in error["message"] and "space" in error["hint"], error


@promise("a full disk under a backup is said of the file that was to be made, not of the store, exit 1; nothing is left of it")
def _():
    with store() as place:
        (place.path / "disk").mkdir()
        for limits in ("mount -t tmpfs -o size=32k none disk", "ulimit -f 32"):
            code, out, err = isolated(place, f'''
                {limits}
                trap "" XFSZ
                "$hansard" backup disk/copy.db --json 2>&1 >/dev/null || echo "$?"; ls -A disk
                "$hansard" verify >/dev/null
            ''')
            lines = out.splitlines()
            assert code == 0 and len(lines) == 2 and lines[1] == "1", (code, out, err)
            error = json.loads(lines[0])
            assert "disk/copy.db" in error["message"] and "hansard/hansard.db" not in error["message"] and "space" in error["hint"], error


@promise("export --files that cannot be ended takes away exactly what it made")
def _():
    with store() as place:
        place.run("import", EXAMPLE, "--as", "example")
        for target, in_the_way in (("out", "out/round-1"), ("out", "out/verdict.md"), ("a/b/c", "a/b"), ("out", "out/round-0/muffin.md")):
            way = place.path / in_the_way
            way.parent.mkdir(parents=True, exist_ok=True)
            way.write_text("mine")
            (place.path / "out").mkdir(exist_ok=True)
            (place.path / "out" / "also mine").mkdir()
            before = sorted((str(p), p.is_dir()) for p in place.path.rglob("*") if place.path / "home" not in p.parents)
            with unchanged(place):
                place.run("export", "example", "--files", target, code=11 if way.name.endswith(".md") else 1)
            assert sorted((str(p), p.is_dir()) for p in place.path.rglob("*") if place.path / "home" not in p.parents) == before, in_the_way
            assert way.read_text() == "mine"
            shutil.rmtree(place.path / in_the_way.split("/")[0])
            shutil.rmtree(place.path / "out", ignore_errors=True)


@promise("blanks, quotes, line ends and other signs in paths: read, written, named as they are")
def _():
    with store() as place:
        for name in ("with blanks", "quo'te\"s", "line\nend", "percent%20s", "a;b&c", "-dash", "#[x]"):
            base = place.path / name
            path = base / EXAMPLE.name
            shutil.copytree(EXAMPLE, path)
            place.run("init", f"./{name}/st ore")
            place.run("import", "--store", f"./{name}/st ore", f"./{name}/{EXAMPLE.name}")
            place.run("export", "--store", f"./{name}/st ore", place.run("list", "--ids", "--store", f"./{name}/st ore")[0].strip(), "--files", f"./{name}/ba ck")
            assert {p.relative_to(path): p.read_bytes() for p in path.rglob("*") if p.is_file()} == {p.relative_to(base / "ba ck"): p.read_bytes() for p in (base / "ba ck").rglob("*") if p.is_file()}


@promise("links that lead out of the folder, of files and of folders, and as the target of an export: refused by name, nothing read or written through them")
def _():
    with store() as place:
        secret = place.path / "secret"
        secret.mkdir()
        (secret / "secret.md").write_text("secret")
        for name, target in (("round-0/out.md", secret / "secret.md"), ("round-1", secret), ("verdict.md", Path("../secret/secret.md")), ("loop", Path("."))):
            path = folder(place, {})
            (path / name).symlink_to(target)
            refused(place, "import", path, code=3, names=Path(name).name, kind="link_refused")
            shutil.rmtree(path)
        place.run("import", EXAMPLE, "--as", "example")
        (place.path / "out").mkdir()
        (place.path / "out" / "round-0").symlink_to(secret)
        with unchanged(place):
            place.run("export", "example", "--files", "out", code=1)
        assert [p.name for p in secret.iterdir()] == ["secret.md"] and [p.name for p in (place.path / "out").iterdir()] == ["round-0"]


@promise("an import and a registration that are killed at a write: all of a commit or nothing of it, and run again they end the same")
def _():
    text = json.dumps(BATCH | {"round": 1})
    for words, stdin in ((["register", "kept", "-"], text), (["import", str(EXAMPLE)], "")):
        with store() as calm:
            done, calls = traced(calm, ["-etrace=pwrite64,unlink,fdatasync"], *words, stdin=stdin)
            assert done.returncode == 0, done
            count = sum(1 for line in calls if "pwrite64(" in line)
        assert count > 4
        for at in range(1, count + 1, max(1, count // 8)):
            with store() as place:
                before = record(place)
                traced(place, [f"-einject=pwrite64:signal=SIGKILL:when={at}"], *words, stdin=stdin)
                place.run("verify")
                after = record(place)
                assert before["kept"] == after["kept"] or words[0] == "register"
                place.run(*words, stdin=stdin)
                place.run("verify")
                assert {p.name for p in (place.path / ".hansard").iterdir()} == {"config", "hansard.db"}


@promise("an import that a full disk ends says how much of it is written, and goes on from there once there is room")
def _():
    def cramped(extra):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (extra, extra))

    said = set()
    with Place() as place:
        place.run("init")
        size = (place.path / ".hansard" / "hansard.db").stat().st_size
        for extra in (20_000, 50_000, 80_000):
            outcome = subprocess.run([PROGRAM, "import", ROOT / "examples"], cwd=place.path, env={**place.environment, "HANSARD_AUDIT": "off"}, preexec_fn=lambda extra=extra: cramped(size + extra),
                                     capture_output=True, text=True, check=False)
            written = "is imported in part" in outcome.stdout
            assert outcome.returncode == 1 and "the disk is full" in outcome.stdout and written != ("Nothing was written" in outcome.stdout), outcome
            said.add(written)
            place.run("verify")
        assert True in said
        whole = place.run("import", ROOT / "examples")[0]
        assert "changed  lending" in whole, whole
        exported = place.run("export", "lending-tools-and-instruments")[0]
    with Place() as place:
        place.run("init")
        place.run("import", ROOT / "examples")
        assert place.run("export", "lending-tools-and-instruments")[0] == exported


main()
