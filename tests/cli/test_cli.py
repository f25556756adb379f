#!/usr/bin/env python3
"""The command line as a person and a script meet it: exit codes, messages, JSON, pipes, folders, bad input."""
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, PROGRAM, ROOT, Place, main, promise, store, with_example  # noqa: E402


def without_time(answer):
    """A list in text says as of when it holds; that is no part of the record."""
    return re.sub(r"^As of .*$", "", answer, flags=re.M)


def fails(place, *words, code, **more):
    """The error object of a command that fails: it says what to do."""
    _, err = place.run(*words, "--json", code=code, **more)
    error = json.loads(err.splitlines()[-1])
    assert list(error) == ["code", "kind", "message", "hint", "retryable"], error
    assert error["code"] == code and error["kind"] and error["message"] and error["hint"], error
    return error


@promise("without words it explains itself and exits 2; --help and --version exit 0")
def _():
    with Place() as place:
        out, err = place.run(code=2)
        assert out == "" and "hansard init" in err
        assert "Commands" in place.run("--help")[0]
        assert place.run("--version")[0].startswith("hansard ")


@promise("a wrong command, option or value gets the nearest right one")
def _():
    with Place() as place:
        assert "did you mean: hansard scoreboard" in place.run("scorebord", code=2)[1]
        assert "did you mean --dry-run" in place.run("import", "--dryrun", "x", code=2)[1]
        assert "open converging converged abandoned" in place.run("list", "--status", "opne", code=2)[1]
        assert fails(place, "shwo", code=2)["kind"] == "usage"


@promise("no store is exit 10 and names the remedy")
def _():
    with Place() as place:
        error = fails(place, "list", code=10)
        assert "hansard init" in error["hint"], error


@promise("init makes a private store once and leaves it alone the second time")
def _():
    with store() as place:
        assert (place.path / ".hansard").stat().st_mode & 0o777 == 0o700
        assert (place.path / ".hansard" / "hansard.db").stat().st_mode & 0o077 == 0
        before = (place.path / ".hansard" / "hansard.db").read_bytes()
        assert fails(place, "init", code=11)["kind"] == "store_exists"
        assert (place.path / ".hansard" / "hansard.db").read_bytes() == before


@promise("a store is found from a folder below, by --store and by HANSARD_STORE")
def _():
    with store() as place:
        below = place.path / "a" / "b"
        below.mkdir(parents=True)
        done = subprocess.run([PROGRAM, "list"], cwd=below, env=place.environment, capture_output=True)
        assert done.returncode == 0, done.stderr
        elsewhere = place.path / "home"
        for words, environment in ((["--store", str(place.path)], {}), ([], {"HANSARD_STORE": str(place.path / ".hansard")})):
            done = subprocess.run([PROGRAM, "list", *words], cwd=elsewhere, env=place.environment | environment, capture_output=True)
            assert done.returncode == 0, done.stderr


@promise("the example imports, and every reading command answers in text and JSON")
def _():
    place, name = with_example()
    with place:
        for words in (["list"], ["show", name], ["show", name, "--problems"], ["show", name, "--progress"], ["show", name, "--events"], ["show", name, "--moves"], ["show", name, "--references"],
                      ["scoreboard", name], ["tensions", name], ["tensions"], ["log", name], ["stats"], ["render", name], ["export", name],
                      ["context", name], ["verify"], ["doctor"], ["list", "--similar", name]):
            out, err = place.run(*words)
            assert out and err == "", (words, err)
            assert all(line == line.rstrip() for line in out.splitlines()) or words[0] in ("render", "export"), words
            answer = place.json(*words)
            if words[0] != "export":
                assert answer["schema_version"] == 1 and answer["kind"], words
            assert without_time(place.run(*words)[0]) == without_time(out), f"not the same bytes twice: {words}"


@promise("a dialogue is named by any unique prefix, an ambiguous one lists the candidates")
def _():
    with store() as place:
        place.run("create", "Bridges over the river")
        place.run("create", "Bridges of steel")
        place.run("show", "bridges-over")
        message = fails(place, "show", "bridges", code=2)
        assert "bridges-over-the-river" in message["message"] + message["hint"], message
        nearest = fails(place, "show", "brigdes-over-the-river", code=1)
        assert "bridges-over-the-river" in nearest["hint"] + nearest["message"], nearest


@promise("an id that is taken gets a number, one given with --id is refused")
def _():
    with store() as place:
        assert place.json("create", "The same title")["dialogue_id"] == "the-same-title"
        assert place.json("create", "The same title")["dialogue_id"] == "the-same-title-2"
        assert fails(place, "create", "Other", "--id", "the-same-title", code=11)["kind"] == "dialogue_exists"
        assert fails(place, "create", "Other", "--id", "No Slug", code=3)


@promise("a closed pipe ends the command quietly, a full device is an error")
def _():
    place, name = with_example()
    with place:
        done = subprocess.run(["bash", "-c", f'set -o pipefail; "{PROGRAM}" export {name} | head -c 10'], cwd=place.path, env=place.environment, capture_output=True)
        assert done.returncode == 0 and done.stderr == b"", done
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, "export", name], cwd=place.path, env=place.environment, stdout=full, stderr=subprocess.PIPE)
        assert done.returncode == 1 and b"cannot be written" in done.stderr, done


@promise("single entries are shown by id, by the id their author wrote, and by expert; what is not there is exit 1 and said")
def _():
    place, name = with_example()
    with place:
        out = place.run("show", name, "P0001", "t0001", "CROISSANT-P0101", "muffin")[0]
        assert "P0001" in out and "T0001" in out and "P0102" in out and "Public Librarian" in out, out
        out, err = place.run("show", name, "P0001", "P0999", "nonsense", code=1)
        assert "P0001" in out and "P0999" in out and "2 of 3 ids" in err, (out, err)
        assert "1 of 2 ids is not in" in place.run("show", name, "P0001", "P0999", code=1)[1]
        assert "1 of 1 id is not in" in place.run("show", name, "P0999", code=1)[1]
        answer, _ = place.run("show", name, "P0999", "--json", code=1)
        assert json.loads(answer)["kind"]


@promise("export --files gives the folder back and never overwrites")
def _():
    place, name = with_example()
    with place:
        place.run("export", name, "--files", "copy")
        same = {p.relative_to(EXAMPLE): p.read_bytes() for p in EXAMPLE.rglob("*") if p.is_file()}
        copy = place.path / "copy"
        assert {p.relative_to(copy): p.read_bytes() for p in copy.rglob("*") if p.is_file()} == same
        (copy / "verdict.md").write_text("mine")
        assert fails(place, "export", name, "--files", "copy", code=11)["kind"] == "file_exists"
        assert (copy / "verdict.md").read_text() == "mine"


@promise("a changed file is a conflict naming it, and --replace takes it")
def _():
    place, name = with_example()
    with place:
        copy = place.path / EXAMPLE.name
        shutil.copytree(EXAMPLE, copy)
        assert place.json("import", copy)["dialogues"][0]["action"] == "unchanged"
        with open(copy / "verdict.md", "a") as file:
            file.write("\nOne more sentence.\n")
        assert "verdict.md" in fails(place, "import", copy, code=11)["message"]
        place.run("import", "--replace", copy)
        assert place.json("import", copy)["dialogues"][0]["action"] == "unchanged"


@promise("of what an import finds unchanged one line is said; of a new one the command that says what was not understood has a line of its own")
def _():
    with store() as place:
        folder = place.path / "recordings"
        for number, marker in ((1, "[TENSION T01: A new thing]\nWhat it is.\n\n[PERSPECTIVE P01"), (2, "[PERSPECTIVE P01: A thought]\nIts words.\n")):
            dialogue = folder / f"2026-01-0{number}T0000Z-dialogue-{number}"
            (dialogue / "round-0").mkdir(parents=True)
            (dialogue / "expert-pool.json").write_text('{"experts": [{"name": "Muffin", "role": "Baker", "tier": "Core", "relevance": 0.9}]}')
            (dialogue / "round-0" / "muffin.md").write_text(marker)
        out = place.run("import", folder)[0].splitlines()
        assert any(re.match(r"  \d+ of \d+ markers understood, \d+ things? to look at:$", line) for line in out), out
        assert "  hansard show dialogue-1 --problems" in out, out
        assert place.run("import", folder)[0] == "unchanged  dialogue-1\nunchanged  dialogue-2\n"
        assert place.run("import", "--dry-run", folder / "2026-01-01T0000Z-dialogue-1")[0] == "unchanged  dialogue-1\n"


@promise("--dry-run reports and writes nothing")
def _():
    with store() as place:
        before = (place.path / ".hansard" / "hansard.db").read_bytes()
        assert place.json("import", "--dry-run", EXAMPLE)["dialogues"][0]["action"] == "would create"
        assert (place.path / ".hansard" / "hansard.db").read_bytes() == before


@promise("bad places are refused by name: nothing there, a link, a special file, a binary, a large file")
def _():
    with store() as place:
        base = place.path
        assert "nowhere" in fails(place, "import", "nowhere", code=1)["message"]
        (base / "link").symlink_to(EXAMPLE)
        fails(place, "import", "link", code=3)
        for kind in ("link", "fifo", "large"):
            folder = base / f"2026-01-01T0000Z-bad {kind}"
            shutil.copytree(EXAMPLE, folder)
            if kind == "link":
                (folder / "round-0" / "out.md").symlink_to("/etc/passwd")
            elif kind == "fifo":
                os.mkfifo(folder / "round-0" / "pipe.md")
            else:
                with open(folder / "round-0" / "large.md", "wb") as file:
                    file.truncate(100_000_000)
            error = fails(place, "import", folder, code=3)
            assert {"link": "out.md", "fifo": "pipe.md", "large": "large.md"}[kind] in error["message"], error
        assert place.run("list", "--ids")[0] == ""


@promise("of several dialogues that are imported the error names the one that was not")
def _():
    with store() as place:
        for name in ("one", "other"):
            shutil.copytree(EXAMPLE, place.path / "two" / f"2026-01-01T0000Z-{name}")
        place.run("import", "two")
        changed = next((place.path / "two/2026-01-01T0000Z-other").rglob("round-0/*.md"))
        changed.write_text(changed.read_text() + "More.\n")
        error = fails(place, "import", "two", code=11)
        assert error["message"].startswith('"other" is not imported: file ') and "--replace" in error["hint"], error


@promise("whatever a command is refused for, the error names the thing and says what to do next")
def _():
    place, name = with_example()
    with place:
        base = place.path
        (base / "two").mkdir()
        for part in ("a", "b"):
            shutil.copytree(EXAMPLE, base / "twice" / part / EXAMPLE.name)
        shutil.copytree(EXAMPLE, base / "two" / "2026-01-01T0000Z-one")
        shutil.copytree(EXAMPLE, base / "two" / "2026-01-01T0000Z-other")
        (base / "empty").mkdir()
        (base / "notes.txt").write_text("notes")
        deep = base / "2026-01-01T0000Z-deep" / "round-0"
        (deep / "/".join(["d"] * 20)).mkdir(parents=True)
        (deep / "muffin.md").write_text("said")
        large = base / "2026-01-01T0000Z-large" / "round-0"
        large.mkdir(parents=True)
        for number in range(33):
            with open(large / f"{number}.md", "wb") as file:
                file.truncate(2 << 20)
        exported = json.loads(place.run("export", name)[0])
        exported["meta"]["title"] = "Another title"
        (base / "other.json").write_text(json.dumps(exported))
        long = "x/" * 2048
        for words, code, place_named, remedy in (
            (["import", "nowhere"], 1, "nowhere", "name"),
            (["import", "nowhere.json"], 1, "nowhere.json", "name"),
            (["import", "notes.txt/inside"], 1, "notes.txt/inside", "name"),
            (["import", "notes.txt"], 3, "notes.txt", "folder"),
            (["import", "empty"], 3, "empty", "folder"),
            (["export", name, "--files", long], 3, "x/x/", "folder above"),
            (["import", "two", "--as", "mine"], 2, "2 dialogues", "own path"),
            (["import", EXAMPLE, "--as", "No Slug"], 3, "No Slug", "a-z"),
            (["import", "twice"], 3, EXAMPLE.name, "--as"),
            (["import", deep.parent], 3, "d/d/d", "move it out"),
            (["import", large.parent], 3, "more than 67108864 bytes", "move away"),
            (["import", "other.json"], 11, "meta", "--as"),
            (["list", "--limit", "none"], 2, "none", "hansard help list"),
            (["list", "--limit"], 2, "--limit", "hansard help list"),
            (["list", "--ids=yes"], 2, "--ids", "hansard help list"),
            (["list", "-x"], 2, "-x", "hansard help list"),
            (["list", "--width", "7"], 2, "7", "terminal"),
            (["list", "--limit", "1", "--limit", "2"], 2, "--limit", "hansard help list"),
            (["list", "--password-fd", "x"], 2, "--password-fd", "FILE"),
            (["show"], 2, "hansard show needs DIALOGUE [ID]...", "see: hansard help show"),
            (["erase"], 2, "hansard erase needs DIALOGUE --confirm ID", "see: hansard help erase"),
            (["keys"], 2, "hansard keys needs ACTION [FILE]", "it is one of: show words recover export import passphrase trust rotate; see: hansard help keys"),
            (["audit"], 2, "hansard audit needs ACTION", "it is one of: show verify; see: hansard help audit"),
            (["table", "sttus"], 2, 'hansard table has no action "sttus"', "did you mean: hansard table status"),
            (["table", "delete"], 2, 'hansard table has no action "delete"', "they are: create status"),
            (["audit", "verfy"], 2, 'hansard audit has no action "verfy"', "did you mean: hansard audit verify"),
            (["keys", "paint"], 2, 'hansard keys has no action "paint"', "they are: show words"),
            (["abandon"], 2, "hansard abandon needs DIALOGUE REASON", "see: hansard help abandon"),
            (["log", name, "x"], 2, 'hansard log takes no "x"', "it takes DIALOGUE; see: hansard help log"),
            (["list", "x"], 2, 'hansard list takes no "x"', "see: hansard help list"),
            (["show", "strangers"], 1, "strangers", "hansard"),
            (["show", name, b"\xff"], 2, "UTF-8", "P0102"),
            (["show", name, "P0999"], 1, "1 of 1", f"hansard show {name}"),
            (["export", name, "--files", ""], 2, "folder", "name"),
            (["export", name, "--files", f"{base}/notes.txt/x"], 1, "notes.txt", "stands there"),
            (["create"], 3, "title", "--file"),
            (["create", "x", "--file", "nowhere.json"], 1, "nowhere.json", "name"),
            (["create", "x", "--file", "two"], 1, "two", "a file in it"),
            (["create", "x", "--actor", b"\xff"], 3, "UTF-8", "--actor"),
            (["panel", name, "--seed", "x"], 2, "x", "earlier draw"),
            (["panel", name, "--size", "0"], 2, "--size", "hansard help panel"),
            (["panel", name, "--keep", "nobody"], 3, "1 problem", "mend"),
            (["register", name, "nowhere.json"], 1, "nowhere.json", "name"),
            (["register", "nowhere.json"], 2, "nowhere.json", "hansard register DIALOGUE"),
            (["update", name, "two"], 1, "two", "a file in it"),
            (["verdict", name, "nowhere.json"], 1, "nowhere.json", "name"),
            (["abandon", name], 2, "REASON", "hansard help abandon"),
            (["abandon", name, "late"], 3, name, ""),
            (["help", "qqqqqqqq"], 2, "qqqqqqqq", "hansard help"),
            (["completion", "bash"], 2, "JSON", "hansard help --json"),
            (["keys", "words", "x"], 2, "x", "hansard help keys")):
            error = fails(place, *words, code=code)
            assert place_named in error["message"] and remedy in error["hint"], (words, error)
        place.run("import", "other.json", "--as", "another")
        assert place.json("show", "another")["meta"]["title"] == "Another title"


@promise("of several dialogues each that cannot be imported is said with its remedy, and the others are")
def _():
    with store() as place:
        for part in ("one", "other", "third"):
            shutil.copytree(EXAMPLE, place.path / "all" / f"2026-01-01T0000Z-{part}")
        place.run("import", "all")
        for part in ("one", "third"):
            with open(place.path / "all" / f"2026-01-01T0000Z-{part}" / "verdict.md", "a") as file:
                file.write("\nOne more sentence.\n")
        out, err = place.run("import", "all", code=11)
        assert out.count("not imported") == 2 and out.count("--replace") == 2 and "--replace" in err, (out, err)
        answer = json.loads(place.run("import", "all", "--json", code=11)[0])["dialogues"]
        assert [(d["id"], d["action"]) for d in answer] == [("one", "failed"), ("other", "unchanged"), ("third", "failed")], answer
        for failed in (answer[0], answer[2]):
            assert list(failed) == ["id", "action", "error", "message", "hint"] and "--replace" in failed["hint"], failed


@promise("a file that is not UTF-8 or holds a NUL is kept byte for byte and reported")
def _():
    with store() as place:
        folder = place.path / "2026-01-01T0000Z-odd bytes"
        shutil.copytree(EXAMPLE, folder)
        (folder / "round-0" / "latin.md").write_bytes(b"caf\xe9 [PERSPECTIVE P01: x]\n")
        (folder / "round-0" / "nul.md").write_bytes(b"a\0b\n")
        place.run("import", folder)
        report = json.dumps(place.json("show", "odd-bytes", "--problems"))
        assert "latin.md" in report and "nul.md" in report
        place.run("export", "odd-bytes", "--files", "out")
        assert (place.path / "out/round-0/latin.md").read_bytes() == b"caf\xe9 [PERSPECTIVE P01: x]\n"
        assert (place.path / "out/round-0/nul.md").read_bytes() == b"a\0b\n"


@promise("broken markdown imports without a crash: unclosed brackets and fences, missing cells")
def _():
    with store() as place:
        folder = place.path / "2026-01-01T0000Z-broken"
        (folder / "round-0").mkdir(parents=True)
        (folder / "round-0" / "muffin.md").write_text("[PERSPECTIVE P01: never closed\n```\n[TENSION T01: in a fence\n" + "[" * 5000 + "\n")
        (folder / "round-0" / "muffin.prompt.md").write_text("You are Muffin")
        (folder / "tensions.md").write_text("| ID | Tension | Status |\n|---|\n| T01 |\n| T01 | again | Resolved | more | cells |\n")
        place.run("import", folder)
        place.run("show", "broken")
        place.run("verify")


@promise("JSON of depth 10,000, duplicate keys and numbers out of range are refused with their place")
def _():
    with store() as place:
        place.run("create", "Deep")
        for text in ("[" * 10000 + "]" * 10000, '{"round": 0, "round": 1}', '{"round": 1e400}', "{", "\0", '{"round": 99999999999999999999}'):
            error = fails(place, "register", "deep", "-", code=3, stdin=text)
            assert error["message"], text
        assert place.json("log", "deep")["commits"][0]["rev"] == 1


@promise("a batch is refused with every problem, each with code, path and remedy, and nothing is written")
def _():
    with store() as place:
        place.run("create", "Batch")
        batch = {"round": 0, "panel": [{"expert": "muffin", "name": "Muffin", "role": "Baker", "tier": "core"}],
                 "tensions": [{"id": "MUFFIN-T0001", "contributors": ["muffin"]}, {"label": "b", "contributors": ["nobody"]}],
                 "refs": [{"source": "P0099", "type": "suport", "target": "T0001"}], "colour": "red"}
        out, err = place.run("register", "batch", "-", "--json", code=3, stdin=json.dumps(batch))
        problems = json.loads(out)["problems"]
        codes = {p["error_code"] for p in problems}
        assert {"missing_field", "unknown_field", "invalid_ref_type"} <= codes, codes
        assert all(p.get("path") is not None and p["message"] for p in problems)
        assert json.loads(err.splitlines()[-1])["code"] == 3
        assert place.json("log", "batch")["commits"][0]["rev"] == 1


@promise("a round registers once, again is nothing, other content is a conflict")
def _():
    with store() as place:
        place.run("create", "Rounds")
        batch = {"round": 0, "panel": [{"expert": "muffin", "name": "Muffin", "role": "Baker", "tier": "core"}],
                 "perspectives": [{"label": "Bread first", "body": "Bread.", "contributors": ["muffin"]}],
                 "responses": [{"expert": "muffin", "text": "[PERSPECTIVE P01: Bread first]\nBread.\n"}]}
        first = place.json("register", "rounds", "-", stdin=json.dumps(batch))
        assert first["assigned"][0]["id"] == "P0001" and not first["unchanged"]
        assert place.json("register", "rounds", "-", stdin=json.dumps(batch, indent=4))["unchanged"]
        batch["perspectives"][0]["label"] = "Cake first"
        assert fails(place, "register", "rounds", "-", code=11, stdin=json.dumps(batch))["kind"] == "round_exists"
        place.run("export", "rounds", "--files", "out")
        assert (place.path / "out/round-0/muffin.md").read_text().startswith("[PERSPECTIVE P01")


@promise("a database of a newer version, a file that is no database and a truncated one are refused with a remedy")
def _():
    import sqlite3
    for kind in ("newer", "text", "truncated", "empty"):
        place, _ = with_example()
        with place:
            path = place.path / ".hansard" / "hansard.db"
            if kind == "newer":
                db = sqlite3.connect(path)
                db.execute("PRAGMA user_version = 999")
                db.close()
            elif kind == "text":
                path.write_text("no database at all, but long enough to look at " * 100)
            elif kind == "truncated":
                path.write_bytes(path.read_bytes()[:5000])
            else:
                path.write_bytes(b"")
            error = fails(place, "list", code=13 if kind == "truncated" else 3) if kind != "truncated" else None
            if kind == "truncated":
                done = subprocess.run([PROGRAM, "verify", "--json"], cwd=place.path, env=place.environment, capture_output=True)
                assert done.returncode in (3, 13), done
                error = json.loads(done.stderr.splitlines()[-1])
            assert "hansard.db" in error["message"] and error["hint"], (kind, error)


@promise("a flipped byte in the database is found and named by verify, exit 13")
def _():
    import sqlite3
    place, name = with_example()
    with place:
        db = sqlite3.connect(place.path / ".hansard" / "hansard.db")
        table = next(t for (t,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
                     if "stored" in [c[1] for c in db.execute(f"PRAGMA table_info({t})")] and "item" in t)
        stored = db.execute(f"SELECT stored FROM {table} WHERE type='tension' LIMIT 1").fetchone()[0]
        changed = bytes([*stored[:-8], stored[-8] ^ 1, *stored[-7:]])
        db.execute(f"UPDATE {table} SET stored=? WHERE stored=?", (changed, stored))
        db.commit()
        db.close()
        error = fails(place, "show", name, code=13)
        assert "entity:tension/" in error["message"], error
        out, _ = place.run("verify", code=13)
        assert "entity:tension/" in out


@promise("verify names a dialogue that lost its meta item or its head, and goes on with the others")
def _():
    import sqlite3
    for statement, word in (("DELETE FROM items WHERE dialogue='other' AND type='meta'", "entity:meta/"), ("UPDATE items SET updated_at=NULL WHERE dialogue='other'", "lists answer by 1 copy that differs"),
                            ("DELETE FROM heads WHERE dialogue='other'", "head"), ("UPDATE heads SET rev=7 WHERE dialogue='other'", "head")):
        with store() as place:
            place.run("create", "Other")
            place.run("create", "Sound")
            db = sqlite3.connect(place.path / ".hansard" / "hansard.db")
            db.execute(statement)
            db.commit()
            db.close()
            out, _ = place.run("verify", code=13)
            assert "other" in out and word in out and "good     sound" in out, out


@promise("verify names commits and parts outside the chain, and a head that lost its items")
def _():
    import sqlite3
    outside = "INSERT INTO commits SELECT tenant, dialogue, {}, attempt, stored FROM commits WHERE rev=1"
    for statements, words in (([outside.format(0)], ["commit 0"]), ([outside.format(99)], ["commit 99"]), ([outside.format(-1)], ["commit -1"]),
                              (["INSERT INTO parts SELECT tenant, dialogue, type, subkey, 77, 0, stored FROM parts LIMIT 1"], ["entity:part/file#"]),
                              (["INSERT INTO parts SELECT tenant, dialogue, type, subkey, 77, (SELECT rev + 1 FROM heads), stored FROM parts LIMIT 1"],
                               ["entity:part/file#"]),
                              (["DELETE FROM parts", "DELETE FROM items", "DELETE FROM commits"], ["head", "commit 1 to"])):
        place, name = with_example()
        with place:
            db = sqlite3.connect(place.path / ".hansard" / "hansard.db")
            for statement in statements:
                db.execute(statement)
            db.commit()
            db.close()
            out, _ = place.run("verify", name, code=13)
            assert all(word in out for word in words), (statements, out)


@promise("a read-only store is read and not written")
def _():
    if os.geteuid() == 0:
        place, name = with_example()
        with place:
            place.run("show", name, "--read-only")
            error = fails(place, "create", "New", "--read-only", code=1)
            assert error["message"]
        return
    place, name = with_example()
    with place:
        os.chmod(place.path / ".hansard", 0o500)
        os.chmod(place.path / ".hansard" / "hansard.db", 0o400)
        place.run("show", name)
        assert "hansard.db" in fails(place, "create", "New", code=1)["message"]


@promise("a file size limit ends an import with a clear error, and the store stays as it was or complete to a commit")
def _():
    with store() as place:
        room = (place.path / ".hansard" / "hansard.db").stat().st_size + 60_000

        def limit():
            import signal
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        done = subprocess.run([PROGRAM, "import", str(EXAMPLE), "--json"], cwd=place.path, env=place.environment, capture_output=True, preexec_fn=limit)
        assert done.returncode == 1, done
        assert b"hansard.db" in done.stderr, done.stderr
        place.run("verify")
        place.run("import", EXAMPLE)
        place.run("verify")


@promise("open tensions of every dialogue stand under its id with state and label, in text and JSON")
def _():
    with store() as place:
        assert place.run("tensions")[0] == "No open tension in any dialogue.\n"
        for name in ("one", "two"):
            place.run("create", name, stdin="")
            batch = {"round": 0, "panel": [{"expert": "muffin", "name": "Muffin"}],
                     "tensions": [{"id": "MUFFIN-T0001", "label": f"Who pays for {name}", "contributors": ["muffin"]}]}
            place.run("register", name, stdin=json.dumps(batch))
        text = place.run("tensions")[0]
        assert text == "".join(f"{gap}{name}\n    T0001   open       Who pays for {name}\n" for gap, name in (("", "one"), ("\n", "two"))), text
        told = [(t["dialogue_id"], t["id"], t["status"], t["label"]) for t in place.json("tensions")["tensions"]]
        assert told == [(name, "T0001", "open", f"Who pays for {name}") for name in ("one", "two")], told


@promise("a dialogue is not abandoned for a reason that is blank")
def _():
    with store() as place:
        place.run("create", "Bread", "--id", "bread")
        for reason in ("", " \t", "\n"):
            error = fails(place, "abandon", "bread", reason, code=3)
            assert error["kind"] == "invalid_value" and "the reason" in error["message"] and "stays in the record" in error["hint"], error
        assert place.run("list", "--status", "abandoned", "--ids")[0] == ""
        place.run("abandon", "bread", "late")


@promise("configuration: an unknown setting is refused with file and line, doctor says where values came from")
def _():
    with store() as place:
        config = place.path / ".hansard" / "config"
        kept = config.read_text()
        config.write_text(kept + "\n[keys]\ntenent = a\n")
        error = fails(place, "list", code=3)
        assert "config:" in error["message"] and "tenent" in error["message"], error
        config.write_text(kept)
        answer = place.json("doctor", HANSARD_TENANT="elsewhere")
        tenant = next(s for s in answer["settings"] if s["key"] == "tenant")
        assert tenant["value"] == "elsewhere" and tenant["from"] == "HANSARD_TENANT"


@promise("notes of one place are one line; what was settled without a word or by nobody who is named is a whole sentence; what is computed is said once")
def _():
    with store() as place:
        pool = {"title": "Which bread", "pool": {"domain": "bread", "question": "Which?", "members": [{"role": role, "tier": tier, "relevance": 0.8}
                                                                                                      for role, tier in (("Baker", "core"), ("Cook", "core"), ("Chef", "adjacent"))]}}
        (place.path / "pool.json").write_text(json.dumps(pool))
        created, drawn = place.run("create", "--file", "pool.json")[0], place.run("panel", "which", "--seed", "1")[0]
        for out in (created, drawn):
            assert out.count("pool.members") == 1 and all(words in out for words in ("3 to 8 Core experts, and this one 2; ", "Adjacent experts, and this one 1; ", "Wildcard experts, and this one 0\n")), out
        batch = {"round": 0, "panel": [{"expert": "muffin", "role": "Baker", "tier": "core"}], "tensions": [{"label": "Bread or cake", "contributors": ["muffin"]}],
                 "recommendations": [{"label": "Rye", "contributors": ["muffin"]}]}
        place.run("register", "which", "-", stdin=json.dumps(batch))
        place.run("update", "which", "-", stdin=json.dumps({"updates": [{"id": "R0001", "status": "adopted"}]}))
        for words in (["show", "which"], ["tensions", "which"]):
            assert "          Raised by Muffin in round 0. Open.\n" in place.run(*words)[0], words
        out = place.run("show", "which")[0]
        assert re.search(r"^ +Adopted in round 0( by [A-Z]\w+)?\.$", out, re.M) and "nobody" not in out and out.count("are computed from the record") == 1, out


@promise("help, man pages, completions and the JSON of the commands are made from one table")
def _():
    with Place() as place:
        table = place.json("help")
        names = [c["name"] for c in table["commands"]]
        assert len(names) == len(set(names)) and {"init", "import", "show"} <= set(names)
        first = place.run("help")[0]
        scripts = [place.run("completion", shell)[0] for shell in ("bash", "zsh", "fish")]
        for command in table["commands"]:
            page = place.run("help", command["name"], "--man")[0]
            text = place.run("help", command["name"])[0]
            assert page.count("\nOne of: ") == page.count("\n.br\nOne of: "), page
            assert command["summary"] in first
            for option in command["options"]:
                assert "--" + option["name"] in text
                assert option["name"].replace("-", "\\-") in page
            for script in scripts:
                assert command["name"] in script
        manual = place.run("help", "--man")[0]
        variables = re.findall(r'"(HANSARD_[A-Z_]+)"', (ROOT / "src/api/settings.c").read_text())
        assert len(variables) >= 10 and all(f".TP\n{name}\n" in manual for name in variables), variables
        if shutil.which("mandoc"):
            for name in ["", *names]:
                page = place.run("help", *([name] if name else []), "--man")[0]
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "error"], input=page.encode(), capture_output=True)
                assert done.returncode == 0, done.stdout
        assert subprocess.run(["bash", "-n"], input=scripts[0].encode()).returncode == 0


@promise("what every command takes and what words mean is said in one place, which each help names; the actions of keys stand under headings, and one alone")
def _():
    with Place() as place:
        table = place.json("help")
        options, words = place.run("help", "options")[0], place.run("help", "words")[0]
        assert all(f"--{option['name']}" in options for option in table["options"]) and all(f"\n  {e['code']} " in options for e in table["exit_codes"]), options
        explained = {entry["word"] for entry in table["words"]}
        assert {"KEK", "epoch", "mark", "wrapped", "box", "receipt", "UMK"} <= explained and all(f"\n  {word} " in words for word in explained), words
        manual = place.run("help", "--man")[0]
        assert all(f".TP\n{word}\n" in manual for word in explained) and all(option["name"].replace("-", "\\-") in manual for option in table["options"])
        for command in table["commands"]:
            text, page = place.run("help", command["name"])[0], place.run("help", command["name"], "--man")[0]
            assert "--password-fd N" not in text and text.count("hansard help options") >= 1 and "password\\-fd\\fR" not in page, text
            said = [command["description"], *(o["what"] for o in command["options"]), *(a["description"] for a in command["actions"])]
            for word in ("KEK", "epoch", "mark", "receipt", "box"):
                used = any(re.search(rf"(?<![\w-]){word}(s|es)?(?![\w-])", text) for text in said)
                line = re.search(r"^hansard help words says what these words mean: ((?:.|\n)+?)(?=\nWhat docs/|\n\n|\Z)", text, re.M)
                assert used == (line is not None and word in " ".join(line[1].split()).split(", ")), (command["name"], word, text)
        assert place.run("help", "help")[0].count("what these words mean") == 0
        keys, = (command for command in table["commands"] if command["name"] == "keys")
        whole = place.run("help", "keys")[0]
        for action in keys["actions"]:
            heading = f"hansard keys {action['name']}" + (f" {action['argument']}" if "argument" in action else "")
            alone = place.run("help", "keys", action["name"])[0]
            assert f"\n\n{heading}\n  " in whole and alone.startswith(f"{heading}\n\n") and alone == place.run("keys", action["name"], "--help")[0], (whole, alone)
            shown = set(re.findall(r"^ +--([a-z-]+)", alone, re.M))
            assert shown == set(action.get("options", "").split()) <= {option["name"] for option in keys["options"]}, alone
            assert f".SS {heading}\n" in place.run("help", "keys", "--man")[0]
            place.run("keys", action["name"], "--retire", *(["--store", "nowhere"]), code=2 if "retire" not in shown else (2, 3, 10, 12))
        assert [action["name"] for action in keys["actions"]] == re.search("words=.(show .*)' ;;", place.run("completion", "bash")[0])[1].split()
        rotate = place.run("help", "keys", "rotate")[0]
        assert re.findall(r"^(\d)\. ", rotate, re.M) == ["1", "2", "3", "4", "1", "2", "3", "4", "5", "6"] and "read from standard input" not in rotate, rotate
        assert "its actions are: show words" in fails(place, "help", "keys", "rotat", code=2)["hint"]
        fails(place, "help", "list", "show", code=2)
        assert place.run("version") == place.run("--version") and place.json("version")["kind"] == "version"
        place.run("version", "x", code=2)


@promise("an export whose files could not be written back, or that holds unknown entities, is refused with every problem")
def _():
    place, name = with_example()
    with place, store() as other:
        export = json.loads(place.run("export", name)[0])
        for change, code in (({"path": "../../evil"}, "invalid_value"), ({"path": "/evil"}, "invalid_value"), ({"path": ".hansard/config"}, "invalid_value"),
                             ({"path": export["files"][1]["path"]}, "invalid_value"), ({"path": export["files"][1]["path"] + "/below"}, "invalid_value")):
            hostile = json.loads(json.dumps(export))
            hostile["files"][0] |= change
            (other.path / "hostile.json").write_text(json.dumps(hostile))
            out, _ = other.run("import", "hostile.json", code=3)
            assert code in out, (change, out)
        (other.path / "hostile.json").write_text(json.dumps(export | {"perspectivez": []}))
        assert "invalid_entity_type" in other.run("import", "hostile.json", code=3)[0]
        assert other.run("list", "--ids")[0] == ""


@promise("what people wrote and what is typed cannot drive a terminal")
def _():
    with store() as place:
        folder = place.path / "2026-01-01T0000Z-escapes"
        (folder / "round-0").mkdir(parents=True)
        (folder / "expert-pool.json").write_text(json.dumps({"experts": [{"name": "M", "role": "x\u001b]0;pwn\u0007\u202e", "tier": "core", "relevance": 0.9}]}))
        (folder / "round-0" / "m.md").write_text("[TENSION T01: a\u001b[2Jb]\nbody \u001b[31m\n")
        (folder / "round-0" / "m.prompt.md").write_text("You are M")
        place.run("import", folder)
        batch = {"round": 1, "panel": [{"expert": "m", "role": "r", "tier": "core"}], "perspectives": [{"label": "new\nline\u001b[2J", "contributors": ["m"]}]}
        shown = [place.run(*words)[0] for words in (["panel", "escapes"], ["show", "escapes"], ["tensions", "escapes"], ["list"], ["doctor"], ["show", "escapes", "--problems"])]
        shown.append(place.run("register", "escapes", "-", stdin=json.dumps(batch))[0])
        shown += [place.run("\x1b[2J", code=2)[1], place.run("show", "--\x1b[2J", code=2)[1], place.run("import", "\x1b]0;x\x07", code=1)[1]]
        for text in shown:
            assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text, repr(text)


@promise("unknown words from outside are refused: an output form, a setting given twice, one round for a dialogue, a link among dialogues")
def _():
    with store() as place:
        assert "json or text" in place.run("list", code=2, HANSARD_OUTPUT="xml")[1]
        config = place.path / ".hansard" / "config"
        kept = config.read_text()
        config.write_text(kept + "\n[keys]\ntenant = a\ntenant = b\n")
        assert "already" in fails(place, "list", code=3)["message"]
        config.write_bytes(b"\0" + kept.encode())
        assert "UTF-8" in fails(place, "list", code=3)["message"]
        config.write_text(kept)
        assert "one round" in fails(place, "import", EXAMPLE / "round-0", code=3)["message"]
        many = place.path / "many"
        shutil.copytree(EXAMPLE, many / EXAMPLE.name)
        (many / "linked").symlink_to(EXAMPLE)
        assert "linked" in fails(place, "import", many, code=3)["message"]


@promise("a store whose config is gone or a link that leads nowhere ends the search for one, and is named; a store in a folder above is not taken for it")
def _():
    with Place() as place:
        below = place.path / "below"
        (below / "deep").mkdir(parents=True)
        place.run("init")
        place.run("init", below)
        place.run("create", "Which bread", "--id", "which-bread", "--store", below)
        config = below / ".hansard/config"
        kept = config.read_text()
        moved = place.path / "moved"
        below_is = (("--store", below), ("--store", below / ".hansard"))
        config.rename(moved)
        config.symlink_to(place.path / "nowhere")
        for _ in range(2):  # a link, and then nothing
            for words, folder in ((("list",), below / "deep"), (("create", "Other"), below), *((("list", *words), place.path) for words in below_is)):
                outcome = subprocess.run([PROGRAM, *map(str, words), "--json"], cwd=folder, env=place.environment, capture_output=True, text=True)
                error = json.loads(outcome.stderr)
                assert outcome.returncode == 10 and error["kind"] == "no_config" and f"{below}/.hansard" in error["message"] and "config" in error["hint"], (words, outcome)
            config.unlink(missing_ok=True)
        data = place.path / "data/hansard"
        data.mkdir(parents=True)
        shutil.copy(below / ".hansard/hansard.db", data)
        outcome = subprocess.run([PROGRAM, "list", "--json"], cwd="/", env=place.environment | {"XDG_DATA_HOME": str(place.path / "data")}, capture_output=True, text=True)
        assert outcome.returncode == 10 and json.loads(outcome.stderr)["kind"] == "no_config", outcome
        place.run("list")
        # A folder without a database is no store: what is above it is found.
        (below / ".hansard/hansard.db").rename(place.path / "kept.db")
        subprocess.run([PROGRAM, "list"], cwd=below, env=place.environment, capture_output=True, check=True)
        (place.path / "kept.db").rename(below / ".hansard/hansard.db")
        config.write_text(kept)
        assert "which-bread" in place.run("list", "--ids", "--store", below)[0]


@promise("a dry run says so and writes nothing: register, update, verdict")
def _():
    with store() as place:
        place.run("create", "Dry")
        batch = {"round": 0, "panel": [{"expert": "muffin", "role": "Baker", "tier": "core"}], "tensions": [{"label": "t", "contributors": ["muffin"]}]}
        assert "Would register" in place.run("register", "dry", "-", "--dry-run", stdin=json.dumps(batch))[0]
        place.run("register", "dry", "-", stdin=json.dumps(batch))
        assert "Would" in place.run("update", "dry", "-", "--dry-run", stdin=json.dumps({"updates": [{"id": "T0001", "status": "deferred", "reason": "later"}]}))[0]
        assert "Would" in place.run("verdict", "dry", "-", "--dry-run", stdin=json.dumps({"id": "half", "type": "interim", "recommendation": "Wait."}))[0]
        assert len(place.json("log", "dry")["commits"]) == 2


@promise("an expert's dissent cannot open the gate of the final verdict")
def _():
    with store() as place:
        place.run("create", "Gate")
        batch = {"round": 0, "panel": [{"expert": "muffin", "role": "Baker", "tier": "core"}, {"expert": "scone", "role": "Cook", "tier": "core"}],
                 "tensions": [{"label": "t", "contributors": ["muffin"]}],
                 "moves": [{"expert": e, "type": "converge"} for e in ("muffin", "scone")]}
        place.run("register", "gate", "-", stdin=json.dumps(batch))
        final = json.dumps({"type": "final", "recommendation": "Bake."})
        refused = " ".join(place.run("verdict", "gate", "-", code=3, stdin=final)[0].split())
        assert "velocity_not_zero" in refused and "1 open tension and 0 new perspectives" in refused, refused
        dissent = {"type": "dissent", "author": "scone", "recommendation": "Cook.", "tensions_accepted": ["T0001"]}
        assert "tensions_accepted" in place.run("verdict", "gate", "-", code=3, stdin=json.dumps(dissent))[0]
        del dissent["tensions_accepted"]
        place.run("verdict", "gate", "-", stdin=json.dumps(dissent))
        assert "velocity_not_zero" in place.run("verdict", "gate", "-", code=3, stdin=final)[0]
        place.run("verdict", "gate", "-", stdin=json.dumps({"type": "final", "recommendation": "Bake.", "tensions_accepted": ["T0001"]}))
        assert place.json("list")["dialogues"][0]["status"] == "converged"


@promise("what a verdict rests on is shown with the path that reaches it, and a circle of dependencies is named")
def _():
    with store() as place:
        place.run("create", "Paths")
        batch = {"round": 0, "panel": [{"expert": "muffin", "role": "Baker", "tier": "core"}],
                 "recommendations": [{"id": "MUFFIN-R0001", "label": "bake", "refs": [{"type": "depend", "target": "MUFFIN-C0001"}]}],
                 "claims": [{"id": "MUFFIN-C0001", "label": "one", "refs": [{"type": "depend", "target": "MUFFIN-C0002"}]},
                            {"id": "MUFFIN-C0002", "label": "two", "refs": [{"type": "depend", "target": "MUFFIN-C0001"}]}],
                 "evidence": [{"id": "MUFFIN-E0001", "label": "seen", "refs": [{"type": "support", "target": "MUFFIN-C0002"}]}]}
        place.run("register", "paths", "-", stdin=json.dumps(batch))
        place.run("verdict", "paths", "-", stdin=json.dumps({"id": "now", "type": "interim", "recommendation": "Bake.", "recommendations_adopted": ["R0001"]}))
        text = place.run("show", "paths")[0]
        assert "R0001 -depend-> C0001 -depend-> C0002 <-support- E0001" in text, text
        assert "C0001 -> C0002 -> C0001" in text, text
        answer = place.json("show", "paths")
        assert answer["cycles"] == [["C0001", "C0002"]], answer.get("cycles")
        path = next(p for p in answer["verdict_context"]["paths"] if p["id"] == "E0001")
        assert path["nodes"] == ["R0001", "C0001", "C0002", "E0001"] and path["types"] == ["depend", "depend", "support"], path


@promise("two processes that write at once: all of both, nothing by halves")
def _():
    with store() as place:
        running = [subprocess.Popen([PROGRAM, "create", f"Dialogue {n}"], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL) for n in range(8)]
        for n, process in enumerate(running):
            code = process.wait()
            while code == 11:  # a slow disk: the others took longer than one waits; nothing was written
                code = subprocess.run([PROGRAM, "create", f"Dialogue {n}"], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL).returncode
            assert code == 0, code
        assert len(place.run("list", "--ids")[0].split()) == 8
        place.run("verify")


@promise("an import that is killed leaves whole commits, and runs to the same end afterwards")
def _():
    with store() as place, store() as calm:
        calm.run("import", EXAMPLE)
        wanted = calm.run("list", "--ids")[0].split()[0]
        end = json.loads(calm.run("export", wanted)[0])
        for delay in range(1, 24, 2):
            process = subprocess.Popen([PROGRAM, "import", str(EXAMPLE)], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL)
            try:
                process.wait(timeout=delay / 1000)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            place.run("verify")
        place.run("import", EXAMPLE)
        place.run("verify")
        got = json.loads(place.run("export", wanted)[0])
        for key in ("perspectives", "tensions", "moves", "verdicts"):
            assert [(e.get("id"), e.get("label"), e.get("status")) for e in got[key]] == [(e.get("id"), e.get("label"), e.get("status")) for e in end[key]], key


main()
