#!/usr/bin/env python3
"""What is said where something is not there, not meant so, or begins: it names the place that was looked in, and the next step."""
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import PROGRAM, Place, main, promise, skip, store, with_example  # noqa: E402


def refused(place, *words, code, **more):
    """Message and hint of a command that fails."""
    error = json.loads(place.run(*words, "--json", code=code, **more)[1].splitlines()[-1])
    return error["message"], error["hint"]


def one_line(text):
    return " ".join(text.split())


@promise("where no store is the folder that was looked in is named, and another place is offered before a new store")
def _():
    with Place() as place:
        real = os.path.realpath(place.path)
        message, hint = refused(place, "list", code=10)
        assert f"no store in {real}, in a folder above it" in message, message
        assert hint.index("hansard -C DIR") < hint.index("HANSARD_STORE") < hint.index("hansard init"), hint
        message, hint = refused(place, "list", code=10, HANSARD_STORE="/nope")
        assert message == "there is no store in /nope, which HANSARD_STORE names" and "unset it" in hint, (message, hint)
        message, hint = refused(place, "list", "-C", "/nope", code=10)
        assert "HANSARD_STORE" not in message + hint and hint.startswith("name the store's folder") and "hansard init /nope" in hint, hint
    with store() as place:
        place.run("create", "Bread", "--id", "bread")
        place.run("backup", "copy.db")
        for words, environment, words_of in ((["-C", "copy.db"], {}, "copy.db is a file"), ([], {"HANSARD_STORE": "copy.db"}, "copy.db, which HANSARD_STORE names, is a file")):
            message, hint = refused(place, *words, "list", code=10, **environment)
            assert message.startswith(words_of) and "--read-only --set sqlite.path=/PATH/TO/BACKUP" in hint and "hansard help backup" in hint, (message, hint)
        assert place.run("--read-only", "--set", f"sqlite.path={place.path}/copy.db", "list", "--ids")[0] == "bread\n"


@promise("a database that is empty or none names the backup as the remedy")
def _():
    with store() as place:
        for content in (b"", b"no database at all, and longer than a header of one" * 40):
            (place.path / ".hansard/hansard.db").write_bytes(content)
            assert "newest backup in its place" in refused(place, "list", code=(3, 13))[1]
        # What the remedies of one and of the other name works.
        error = " ".join(refused(place, "list", code=(3, 13))[1].split())
        assert "hansard backup --put FILE" in error and "move the file and config away, then hansard init" in error, error
        for name in ("hansard.db", "config"):
            (place.path / ".hansard" / name).rename(place.path / f"kept {name}")
        place.run("init")
        place.run("list")


@promise("who commits is the user, by the system's list where the environment names nobody")
def _():
    with store() as place:
        for name in ("USER", "LOGNAME"):
            place.environment.pop(name, None)
        place.run("create", "Bread", "--id", "bread")
        name = pwd.getpwuid(os.geteuid()).pw_name
        assert place.json("log", "bread")["commits"][0]["actor"] == name
        assert next(row for row in place.json("doctor")["settings"] if row["key"] == "principal")["value"] == name
        assert next(row for row in place.json("doctor", LOGNAME="baker")["settings"] if row["key"] == "principal")["value"] == "baker"
        if os.geteuid() == 0:  # of a user whom no list has
            number = max(entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid < 1 << 20) + 7
            for folder, _, files in os.walk(place.path):
                for path in [folder, *(f"{folder}/{file}" for file in files)]:
                    os.chown(path, number, -1)
            try:
                done = subprocess.run([PROGRAM, "doctor"], cwd=place.path, env=place.environment, user=number, capture_output=True, text=True)
            except PermissionError as reason:
                skip(f"another user cannot run the program: {reason}")
            assert "(nobody is named: --actor, HANSARD_PRINCIPAL" in done.stdout, done


@promise("a misspelt setting is met with the one that was meant, in a file and on the command line")
def _():
    with store() as place:
        assert "did you mean [storage] sqlite.path?" in refused(place, "--set", "sqlit.path=x", "list", code=2)[1]
        assert "did you mean" not in refused(place, "--set", "weather=x", "list", code=2)[1]
        assert "did you mean [keys] tenant?" in refused(place, "--set", "keys.tenant=acme", "list", code=2)[1]
        assert "did you mean [storage] sqlite.path?" in refused(place, "--set", "storage.sqlite.path=x", "list", code=2)[1]
        with (place.path / ".hansard/config").open("a") as config:
            config.write("[storage]\npricipal = me\n")
        assert "[storage] pricipal: did you mean [keys] principal?" in refused(place, "list", code=3)[0]


@promise("doctor lists the settings where there is no store, too, as they are given")
def _():
    with Place() as place:
        assert "doctor lists them" in refused(place, "init", "--set", "weather=x", code=2)[1]
        rows = {row["key"]: row for row in place.json("doctor", "--set", "tenant=acme", code=10)["settings"]}
        assert (rows["tenant"]["value"], rows["tenant"]["from"], rows["epoch"]["value"]) == ("acme", "flag", "1"), rows
        assert re.search(r"^ +tenant +default", place.run("doctor", code=10)[0], re.M)


@promise("--width folds whatever is for people, also where it is piped")
def _():
    with store() as place:
        place.run("create", "Bread")
        for words in (["doctor"], ["audit", "show"], ["keys", "show"], ["stats"]):
            wide, narrow = place.run(*words)[0], place.run(*words, "--width", "50")[0]
            long = [line for line in narrow.splitlines() if len(line) > 50 and " " in line.strip()]
            assert not long or all("+" in line or "/" in line for line in long), (words, long)  # keys and paths stay whole
            assert max(map(len, wide.splitlines())) > 50 or words == ["stats"], wide
            assert one_line(wide.replace("─", "")) == one_line(narrow.replace("─", "")), (wide, narrow)


@promise("no two numbers of stats have the same name")
def _():
    with store() as place:
        names = [one_line(line).rsplit(" ", 1)[0] for line in place.run("stats")[0].splitlines() if line.strip()]
        assert len(names) == len(set(names)) and {"Dialogues open", "Tensions open"} <= set(names), names


@promise("doctor leaves out what is said of a table where the record is a file")
def _():
    with store() as place:
        assert "dynamodb" not in place.run("doctor")[0]
        assert "dynamodb.table" in place.run("doctor", "--set", "dynamodb.table=other")[0]
        assert any(row["key"] == "dynamodb.region" for row in place.json("doctor")["settings"])


@promise("create says what comes next: a panel from its pool, or its first round")
def _():
    with store() as place:
        assert place.run("create", "Bread", "--id", "bread")[0].endswith("\nNext:\n  hansard register bread FILE  read its first round (its form: docs/batch.md)\n")
        pool = {"title": "Cake", "pool": {"members": [{"role": "Baker", "tier": "core"}]}}
        assert place.run("create", "--file", "-", "--id", "cake", stdin=json.dumps(pool))[0].endswith("\nNext:\n  hansard panel cake  draw a panel from its pool\n")
        assert place.run("panel", "cake")[0].endswith("\nNext:\n  hansard register cake FILE  read a round of this panel (its form: docs/batch.md)\n")
        place.run("panel", "cake")
        for words in ([], ["--size", "6"]):
            out = one_line(place.run("panel", "bread", *words, code=3)[0])
            assert "has no pool to draw from" in out and "hansard create --file FILE" in out and "hansard update" in out and "seats, but" not in out, out


@promise("an import of what it does not read names the command that does, and a file that cannot be read is that first")
def _():
    with store() as place:
        (place.path / "begin.json").write_text('{"title": "Bread", "question": "Which?"}')
        assert "hansard create --file begin.json" in refused(place, "import", "begin.json", code=3)[1]
        (place.path / "other.json").write_text('{"format": "other", "title": "Bread"}')
        assert "export the dialogue again" in refused(place, "import", "other.json", code=3)[1]
        message, hint = refused(place, "import", "-", code=2)
        assert "not standard input" in message and "hansard create --file -" in hint, (message, hint)
        (place.path / "plain").write_text("plain")
        assert "(*.md)" in refused(place, "import", "plain", code=3)[0]
        (place.path / "plain").chmod(0)
        if os.geteuid() != 0:
            assert "cannot be read: Permission denied" in refused(place, "import", "plain", code=1)[0]
        else:
            nobody = pwd.getpwnam("nobody")
            place.path.chmod(0o755)
            os.chown(place.path / "home", nobody.pw_uid, -1)
            shutil.move(place.path / ".hansard", place.path / "home/.hansard")
            for path in (place.path / "home/.hansard", *(place.path / "home/.hansard").iterdir()):
                os.chown(path, nobody.pw_uid, -1)
            shutil.rmtree(place.path / "home/.config")
            try:
                done = subprocess.run([PROGRAM, "-C", "home", "import", "plain"], cwd=place.path, env=place.environment, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True, text=True)
            except PermissionError as reason:
                skip(f"another user cannot run the program: {reason}")
            assert "plain cannot be read: Permission denied" in done.stderr, done


@promise("a name that is no id and near an expert's suggests the expert")
def _():
    place, name = with_example()
    with place:
        expert = place.json("show", name)["experts"][0]["expert"]
        out = place.run("show", name, expert[:-1] + "x", code=1)[0]
        assert f"did you mean {expert}?" in one_line(out), out
        assert "ids look like P0102" in one_line(place.run("show", name, "zzzzzzzzzzzz", code=1)[0])
        assert "did you mean" not in place.run("show", name, "P9901", code=1)[0]


@promise("a certificate for a folder that is not there says that the folder is missing, and nothing is erased")
def _():
    with store() as place:
        place.run("create", "Bread", "--id", "bread")
        message, hint = refused(place, "erase", "bread", "--confirm", "bread", "--certificate", "nowhere/certificate", code=1)
        assert "the folder that it is to be in is not there" in message and "make that folder" in hint, (message, hint)
        place.run("show", "bread")


@promise("a copy that is older than the store can be looked into where it lies, as help backup says, and that leaves the marks as they are")
def _():
    with store() as place:
        place.run("create", "Bread", "--id", "bread")
        place.run("backup", "copy.db")
        place.run("create", "Steel", "--id", "steel")
        words = ["--read-only", "--set", "sqlite.path=/PATH/TO/COPY", "--set", "marks=look"]
        assert "hansard " + " ".join(words) + " list" in one_line(place.run("help", "backup")[0])
        given = [word.replace("/PATH/TO/COPY", f"{place.path}/copy.db") for word in words]
        place.run(*given[:3], "list", code=13)
        assert place.run(*given, "list", "--ids")[0] == "bread\n"
        assert place.json(*given, "verify")["good"] == 1 and "Bread" in place.run(*given, "show", "bread")[0]
        state = place.path / "home/.local/state/hansard"
        assert not (state / "marks/look").exists() and (state / "audit/look.jsonl").exists()
        assert "2 good" in place.run("verify")[0]


@promise("a folder copied with cp and written to is thought of where its original lacks what was seen, and marks of its own part the two")
def _():
    with store() as place:
        place.run("create", "Bread", "--id", "bread")
        shutil.copytree(place.path / ".hansard", place.path / "copy/.hansard")
        place.run("-C", "copy", "create", "Cake", "--id", "cake")
        place.run("-C", "copy", "abandon", "bread", "eaten")
        for words in (["verify"], ["verify", "bread"]):
            assert "copied with cp" in refused(place, *words, code=13)[1]
        assert "A store's folder that was copied with cp shares its marks with the copy" in one_line(place.run("help", "backup")[0])
        config = place.path / ".hansard/config"
        config.write_text("\n".join("marks = another" if line.startswith("marks =") else line for line in config.read_text().splitlines()) + "\n")
        place.run("show", "bread")
        place.run("verify")
        place.run("-C", "copy", "verify")


@promise("a backend that a variable or a flag names is told from the one of the store's file: nobody is advised to remove that")
def _():
    with Place() as place:
        place.run("init", "--set", "backend=dynamodb", "--set", "dynamodb.table=decisions")
        for words, environment, by in (((), {"HANSARD_BACKEND": "sqlite"}, "HANSARD_BACKEND"), (("--set", "backend=sqlite"), {}, "a flag")):
            message, hint = refused(place, "list", *words, code=10, **environment)
            assert f"{by} names the backend sqlite, and the configuration, {place.path}/.hansard/config, dynamodb" in message, message
            assert hint.startswith("leave that away") and "remove" not in hint and "hansard migrate --to sqlite" in hint, hint
        message, hint = refused(place, "init", "--set", "dynamodb.table=others", code=11)
        assert "were not taken" in hint and ".hansard/config" in hint and "hansard migrate" in hint, hint
    with store() as place:
        (place.path / ".hansard/hansard.db").unlink()
        message, hint = refused(place, "list", code=10)
        assert "names the backend" not in message and "hansard backup --put FILE" in hint, (message, hint)
        assert refused(place, "init", code=11)[1].count("hansard backup --put FILE") == 1


main()
