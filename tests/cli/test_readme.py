#!/usr/bin/env python3
"""The README against the program: its session (`...` stands for lines that are left out), and what else it names."""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, PROGRAM, ROOT, Place, main, promise, skip, store, with_example  # noqa: E402


def session():
    """[(command, [expected lines])] of the README."""
    steps, inside = [], False
    for line in (ROOT / "README.md").read_text().splitlines():
        if line.startswith("    $ "):
            inside = True
            steps.append((shlex.split(line[6:]), []))
        elif inside and line.startswith("    "):
            steps[-1][1].append(line[4:])
        elif inside:
            break
    return steps


def matches(expected, actual):
    """Expected lines in order; a run between two `...` stands together."""
    at, free = 0, False
    for line in expected:
        if line == "...":
            free = True
            continue
        if free:
            while at < len(actual) and actual[at] != line:
                at += 1
        assert at < len(actual) and actual[at] == line, f"the README says {line!r}, the program {actual[at:at + 1]}"
        at, free = at + 1, False
    assert free or at == len(actual), f"the program goes on: {actual[at]!r}"


@promise("the session of the README is what the program prints")
def _():
    steps = session()
    assert len(steps) >= 4, steps
    with Place() as place:
        shutil.copytree(ROOT / "examples", place.path / "examples")
        for words, expected in steps:
            assert words[0] == "hansard"
            matches(expected, place.run(*words[1:])[0].splitlines())


README = (ROOT / "README.md").read_text()


def spoken():
    """The words behind `hansard` of every command line that the README shows."""
    lines = [line.strip().removeprefix("$ ") for line in README.splitlines() if re.match("    (\\$ )?hansard ", line)]
    lines += re.findall(r"`(hansard [^`]*)`", README)
    return [re.split(r"  +| > ", line)[0].split()[1:] for line in lines]


@promise("every command and option that the README names is one of the program's table")
def _():
    with Place() as place:
        table = place.json("help")
        commands = {c["name"]: {o["name"] for o in c["options"]} for c in table["commands"]}
        everywhere = {o["name"] for o in table["options"]}
        lines = [words for words in spoken() if words]
        assert len(lines) > 20, lines
        for words in lines:
            assert words[0] in commands, words
            for word in words[1:]:
                if word.startswith("--"):
                    assert word[2:] in commands[words[0]] | everywhere, words


def recipe(text):
    """The words behind `hansard` of the lines that stand below a sentence of the README."""
    return [line.strip().split("   ")[0].split()[1:] for line in README.split(text)[1].split("\n\n")[1].splitlines()]


@promise("what the README says to do with nothing but a backup and the words, on an empty machine, brings the store back; with configuration and marks, what was seen before, too")
def _():
    lines = recipe("From nothing but a backup and the words")
    assert len(lines) == 5 and lines[0][-2:] == ["<", "words.txt"] and lines[2][-1] == "/media/copy.db", lines
    place, name = with_example()
    with place, Place() as other:
        shown = place.run("show", name)[0]
        words = place.run("keys", "words")[0]
        place.run("backup", "copy.db")
        shutil.copy(place.path / "copy.db", other.path / "copy.db")
        for line in lines:
            if "<" in line:
                other.run(*line[:line.index("<")], stdin=words)
            else:
                other.run(*(word.replace("/media/copy.db", "copy.db") for word in line))
        assert other.run("show", name)[0] == shown
        other.run("create", "Bread")
    with with_example()[0] as place, Place() as other:
        words = place.run("keys", "words")[0]
        place.run("backup", "copy.db")
        place.run("create", "Bread")
        shutil.copy(place.path / "copy.db", other.path / "copy.db")
        other.run("keys", "recover", stdin=words)
        (other.path / ".hansard").mkdir()
        shutil.copy(place.path / ".hansard/config", other.path / ".hansard/config")
        shutil.copytree(place.path / "home/.local/state/hansard", other.path / "home/.local/state/hansard")
        assert "hansard backup --put FILE" in other.run("list", code=10)[1]
        other.run("backup", "--put", "copy.db")
        assert "bread: lost as a whole" in other.run("backup", "--restored", "--dry-run", code=13)[0]


@promise("what the README says that a Judge does can be typed, and the round is of the panel that its seed draws")
def _():
    lines = [line.strip().split("   ")[0].split()[1:] for line in README.split("## What a Judge does with it")[1].split("\n\n")[1].splitlines()]
    assert [line[0] for line in lines] == ["create", "panel", "register", "context", "verdict"], lines
    with store() as place:
        shutil.copytree(ROOT / "examples", place.path / "examples")
        for line in lines:
            place.run(*line)
        drawn = [seat["name"] for seat in place.json("panel", "archive", "--size", "6", "--seed", "7")["panel"]]
        assert drawn == [seat["name"] for seat in json.loads((ROOT / "examples/archive/round-0.json").read_text())["panel"]], drawn
        final = json.loads((ROOT / "examples/archive/verdict.json").read_text()) | {"type": "final"}
        assert "velocity_not_zero" in place.run("verdict", "archive", "-", stdin=json.dumps(final), code=3)[1]


@promise("what the README says to type where there is no account of AWS moves a store to the emulator and back")
def _():
    lines = [re.split("   +", line.strip())[0] for line in README.split("Without an account it can be tried")[1].split("\n\n")[1].splitlines()]
    assert len(lines) == 8 and lines[0] == "tools/dynamodb-emulator fetch" and lines[-1] == "tools/dynamodb-emulator stop", lines
    with with_example()[0] as place:
        shown = place.run("list")[0].split("As of")[0]
        (place.path / "bin").mkdir()
        (place.path / "bin" / "hansard").symlink_to(PROGRAM)
        (place.path / "tools").symlink_to(ROOT / "tools")
        cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        own = f"--port-file {shlex.quote(str(place.path / 'running'))}"  # not that of an emulator that runs already
        script = "set -eu\n" + "\n".join(re.sub(r"(dynamodb-emulator (?:start|stop))", rf"\1 {own}", line) for line in lines)
        environment = place.environment | {"PATH": f"{place.path / 'bin'}:{place.environment['PATH']}", "XDG_CACHE_HOME": cache}
        done = subprocess.run(["sh", "-c", script], cwd=place.path, env=environment, capture_output=True, text=True)
        if done.returncode == 3:
            skip(done.stderr.strip())
        assert done.returncode == 0 and shown in done.stdout and "Table hansard_dialogues in local" in done.stdout, done
        assert place.run("list")[0].split("As of")[0] == shown
        place.run("verify")


@promise("every command but completion answers in JSON")
def _():
    assert "every command but `completion` answers with `--json` in JSON" in " ".join(README.split())
    batch = {"round": 0, "panel": [{"expert": "muffin", "role": "Baker", "tier": "core"}], "tensions": [{"label": "t", "contributors": ["muffin"]}]}
    change = {"updates": [{"id": "T0001", "status": "deferred", "reason": "later"}]}
    verdict = {"id": "half", "type": "interim", "recommendation": "Wait."}
    place, name = with_example()
    with place:
        calls = [("init", "new"), ("import", EXAMPLE), ("list",), ("show", name), ("scoreboard", name), ("tensions", name), ("log", name), ("stats",), ("render", name),
                 ("export", name), ("create", "Bread"), ("panel", name, "--seed", "1"), ("context", name), ("register", "bread", "-", batch), ("update", "bread", "-", change),
                 ("verdict", "bread", "-", verdict), ("abandon", "bread", "late"), ("verify",), ("receipt", name), ("leakage", name), ("keys", "show"),
                 ("erase", "bread", "--confirm", "bread"), ("backup", "copy.db"), ("audit", "show"), ("doctor",), ("version",), ("help",)]
        # `table` and `migrate` answer in test_dynamodb.py and test_migrate.py, which need an emulator.
        assert {call[0] for call in calls} == {c["name"] for c in place.json("help")["commands"]} - {"completion", "table", "migrate"}
        for call in calls:
            words = [word for word in call if not isinstance(word, dict)]
            answer = place.json(*words, stdin=json.dumps(call[-1]) if isinstance(call[-1], dict) else None)
            assert answer["kind" if call[0] != "export" else "format"], call
        assert "JSON" in json.loads(place.run("completion", "bash", "--json", code=2)[1])["message"]


@promise("the exit codes, the targets of make, the rooms and the files that the README names are those that are there")
def _():
    with Place() as place:
        codes = {str(e["code"]) for e in place.json("help")["exit_codes"]}
        section = README.split("## Exit codes\n")[1].split("\n## ")[0]
        assert set(re.findall(r"(?:^|, )\s*(\d+) ", section.replace("\n", " "))) == codes, section
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    named = set(re.findall(r"`(?:sudo )?make ([a-z]+)`", README))
    assert named <= targets and len(named) >= 8, named - targets
    rooms = {path.name for path in (ROOT / "src").iterdir() if path.is_dir()}
    assert set(re.findall(r"`src/([a-z]+)`", README.split("## A map of the code")[1])) == rooms, rooms
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


@promise("the prose of the README has at most 100 columns; what is folded is no command, table or link")
def _():
    wide = [line for line in README.splitlines() if len(line) > 100 and not line.startswith(("    ", "|"))]
    assert not wide, wide
    assert not re.search(r"`hansard[^`]*\n[^`]*`", README), "a command is parted"


@promise("tools/setup says which packages are missing, and how they are installed, before it installs them; nothing where none is missing")
def _():
    with Place() as place:
        programs = place.path / "bin"
        programs.mkdir()
        log = place.path / "log"
        for name, script in (("dpkg-query", 'case "$*" in *inih*|*meson*) exit 1 ;; esac; echo install ok installed'), ("apt-get", f'echo "apt-get $*" | tee -a "{log}" >&2'),
                             ("sudo", 'exec "$@"'), ("id", 'echo "${WHO:-0}"')):
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)
        path = f"{programs}:{place.environment['PATH']}"
        for who, by in (("0", ""), ("1000", "sudo ")):
            log.unlink(missing_ok=True)
            done = subprocess.run([ROOT / "tools" / "setup", "build"], env=place.environment | {"PATH": path, "WHO": who}, capture_output=True, text=True)
            lines = done.stdout.splitlines()
            assert done.returncode == 0 and len(lines) == 2 and lines[0].endswith("these are missing: meson libinih-dev"), done
            assert lines[1] == f"Installing them: {by}apt-get install --no-install-recommends meson libinih-dev" and "meson libinih-dev" in log.read_text(), done
        (programs / "dpkg-query").write_text("#!/bin/sh\necho install ok installed\n")
        done = subprocess.run([ROOT / "tools" / "setup", "build"], env=place.environment | {"PATH": path}, capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout == "", done


main()
