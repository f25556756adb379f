#!/usr/bin/env python3
"""Imports of several commits that do not reach their end: what is there says so, until an import has reached its end."""
import json
import re
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from bread import database, later_round, said  # noqa: E402
from tapper import EXAMPLE, PROGRAM, Place, main, promise, store, traced, with_example  # noqa: E402

NAME = "lending-tools-and-instruments"


def killed(at, *words, place=None):
    """A store in which this command is killed right behind its commit of this number, the mark of which is not moved up yet."""
    place = place or store()
    done = traced(place, [f"-einject=?rename,?renameat,?renameat2:signal=SIGKILL:when={at}"], *words)[0]
    assert done.returncode == -signal.SIGKILL, done
    return place


def revs(place):
    """Revs and operations of the dialogue, the oldest first; none where there is no dialogue."""
    if NAME not in place.run("list", "--ids")[0].split():
        return []
    return [(commit["rev"], commit["operation"]) for commit in reversed(place.json("log", NAME)["commits"])]


def says(place):
    """Who says in text that the dialogue is imported in part: names of commands."""
    texts = {command: said(place.run(*words)[0]) for command, words in
             {"show": ["show", NAME], "list": ["list"], "context": ["context", NAME], "verify": ["verify"], "verify one": ["verify", NAME], "doctor": ["doctor"]}.items()}
    for command, remedy in (("show", "Import the same again"), ("list", "import the same again"), ("context", "import the same again"), ("verify", "import the same again"), ("doctor", "import the same again")):
        assert (remedy in texts[command]) == (re.search("imported:? +in part", texts[command], re.I) is not None), (command, texts[command])
    return {command for command, text in texts.items() if re.search("imported:? +in part", text, re.I)}


def says_json(place):
    """Likewise in JSON, with the rev that each names, where it names one."""
    verify, findings = place.json("verify"), {row["subject"]: row for row in place.json("doctor")["findings"]}
    found = {"show": place.json("show", NAME).get("import_part_rev"), "list": place.json("list")["dialogues"][0].get("import_part_rev"),
             "context": place.json("context", NAME).get("import_part_rev"), "verify": verify["dialogues"][0].get("import_part_rev"),
             "verify one": place.json("verify", NAME)["dialogues"][0].get("import_part_rev")}
    part = findings["imports"]["state"] == "note"
    assert findings["imports"]["good"] and part == (NAME in findings["imports"]["detail"]) and findings["imports"]["state"] in ("note", "ok"), findings
    assert verify["imported_in_part"] == int(found["verify"] is not None) == int(part), verify
    return {command: rev for command, rev in found.items() if rev is not None} | ({"doctor": found["verify"]} if part else {})


EVERYBODY = {"show", "list", "context", "verify", "verify one", "doctor"}


def told(place, rev, by=frozenset(EVERYBODY)):
    assert says(place) == set(by), (says(place), by)
    assert says_json(place) == {command: rev for command in by}, (says_json(place), rev, by)
    assert place.json("stats")["imported_in_part"] == int("context" in by)


def not_told(place):
    told(place, None, by=())


def whole(count):
    return [(rev, "import-part") for rev in range(1, count)] + [(count, "import")]


@promise("an import that is killed behind any of its commits is told by show, list, context, verify and doctor until it is run again, which ends as one that was not killed")
def _():
    with with_example()[0] as calm:
        commits, exported = revs(calm), calm.run("export", NAME)[0]
        count = len(commits)
        assert count >= 4 and commits == whole(count), commits
        not_told(calm)
    for at in range(1, count + 1):
        with killed(at, "import", str(EXAMPLE)) as place:
            assert revs(place) == whole(count)[:at], (at, revs(place))
            if at == count:
                not_told(place)
                assert place.json("import", EXAMPLE)["dialogues"][0]["action"] == "unchanged"
            else:
                told(place, at)
                dry = place.json("import", "--dry-run", EXAMPLE)["dialogues"][0]
                assert dry["action"] == "would change" and revs(place) == whole(count)[:at], dry
                again = place.json("import", EXAMPLE)["dialogues"][0]
                assert again["action"] == "changed" and again["commits"] == count - at, again
            assert revs(place) == whole(count)
            not_told(place)
            assert place.run("export", NAME)[0] == exported
            assert place.json("import", EXAMPLE)["dialogues"][0]["action"] == "unchanged" and revs(place) == whole(count)


@promise("an import of an export that is killed behind any of its commits is told, and goes on from there")
def _():
    with with_example()[0] as calm:
        exported = calm.run("export", NAME)[0]
        (calm.path / "whole.json").write_text(exported)
        with store() as other:
            other.run("import", calm.path / "whole.json")
            count = len(revs(other))
            assert count >= 4 and revs(other) == whole(count)
        for at in range(1, count + 1):
            with killed(at, "import", str(calm.path / "whole.json")) as place:
                assert revs(place) == whole(count)[:at]
                told(place, at) if at < count else not_told(place)
                place.run("import", calm.path / "whole.json")
                not_told(place)
                assert place.run("export", NAME)[0] == exported


@promise("an import into a dialogue that was whole is told while it has not reached its end")
def _():
    with store() as place, store() as calm:
        first = calm.path / EXAMPLE.name
        for path in EXAMPLE.rglob("*"):
            if path.is_file() and "round-2" not in str(path.relative_to(EXAMPLE)) and path.name not in ("verdict.md", "scoreboard.md", "tensions.md"):
                (first / path.relative_to(EXAMPLE)).parent.mkdir(parents=True, exist_ok=True)
                (first / path.relative_to(EXAMPLE)).write_bytes(path.read_bytes())
        for one in (place, calm):
            one.run("import", first)
        before = revs(calm)
        calm.run("import", EXAMPLE)
        commits = revs(calm)
        assert len(commits) >= len(before) + 2 and commits[len(before):] == [(rev, "import-part") for rev in range(len(before) + 1, len(commits))] + [(len(commits), "import")], commits
        not_told(place)
        killed(1, "import", str(EXAMPLE), place=place)
        assert revs(place) == commits[:len(before) + 1], revs(place)
        told(place, len(before) + 1)
        place.run("import", EXAMPLE)
        assert revs(place) == commits
        not_told(place)
        assert place.run("export", NAME)[0] == calm.run("export", NAME)[0]


@promise("an import that a full disk ends is told, and no more once there was room")
def _():
    def cramped(size):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    seen = set()
    with with_example()[0] as calm:
        exported, count = calm.run("export", NAME)[0], len(revs(calm))
    for extra in range(40_000, 240_000, 20_000):
        with store() as place:
            size = database(place).stat().st_size + extra
            outcome = subprocess.run([PROGRAM, "import", EXAMPLE], cwd=place.path, env={**place.environment, "HANSARD_AUDIT": "off"}, preexec_fn=lambda size=size: cramped(size),
                                     capture_output=True, text=True, check=False)
            there = len(revs(place))
            seen.add(there)
            if there > 0:
                assert ("is imported in part" in said(outcome.stdout)) == (there < count), outcome
                told(place, there) if there < count else not_told(place)
            place.run("import", EXAMPLE)
            not_told(place)
            assert place.run("export", NAME)[0] == exported
    assert len(seen & set(range(1, count))) > 1, seen


@promise("an import whose earlier commit could not be marked ends well once its last one is; where that of one dialogue could not, it is said, also when another was marked behind it")
def _():
    with store() as place:
        for name in ("2026-05-01T0900Z-first", "2026-05-02T0900Z-second"):
            shutil.copytree(EXAMPLE, place.path / "both" / name)

        def failing(at):
            with store() as calm:
                done = traced(calm, [f"-einject=?rename,?renameat,?renameat2:error=EIO:when={at}"], "import", place.path / "both", "--json")[0]
                commits = [each["commits"] for each in json.loads(done.stdout)["dialogues"]]
                told = json.loads(done.stderr.decode().splitlines()[-1])["kind"] if done.stderr.strip() and done.returncode else None
                return done.returncode, told, commits
        outcomes = [failing(at) for at in range(1, 2 + sum(failing(99)[2]))]
        first, second = outcomes[-1][2]
        assert first > 1 and second > 1, outcomes
        wanted = [(1, "unmarked") if at in (first, first + second) else (0, None) for at in range(1, 2 + first + second)]
        assert [(code, kind) for code, kind, _ in outcomes] == wanted, outcomes


@promise("commits that change nothing hide it from no list; behind others show, verify and doctor tell it; the next import ends it")
def _():
    with killed(2, "import", str(EXAMPLE)) as place:
        place.run("keys", "rotate")
        assert revs(place)[-1] == (3, "rewrap")
        told(place, 2, by=EVERYBODY - {"context"})
        place.run("keys", "rotate", "--dialogue", NAME)
        assert revs(place)[-1] == (4, "generation")
        told(place, 2, by=EVERYBODY - {"context"})
        place.run("update", NAME, "-", stdin=edit("lending"))
        assert revs(place)[-1] == (5, "update")
        told(place, 2, by={"show", "verify", "verify one", "doctor"})
        assert said(place.run("verify", "--public-key", trusted(place))[0]).count("imported in part: the import that made commit 2 ") == 1
        place.run("import", EXAMPLE)
        assert revs(place)[-1][1] == "import"
        not_told(place)
        place.run("update", NAME, "-", stdin=edit("other"))
        not_told(place)


def edit(domain):
    return json.dumps({"edits": [{"id": "meta", "domain_id": domain}]})


def trusted(place):
    return place.json("keys", "show")["signing"][0]


@promise("where an import finds nothing left to write, a commit of no changes ends the one that did not reach its end, once")
def _():
    with killed(3, "import", str(EXAMPLE)) as place:
        (place.path / "half.json").write_text(place.run("export", NAME)[0])
        before = place.run("export", NAME)[0]
        dry = place.json("import", "--dry-run", "half.json")["dialogues"][0]
        assert dry["action"] == "would change" and len(revs(place)) == 3, dry
        told(place, 3)
        done = place.json("import", "half.json")["dialogues"][0]
        assert done["action"] == "changed" and done["commits"] == 1, done
        newest = place.json("log", NAME)["commits"][0]
        assert (newest["operation"], newest["written"], newest["removed"]) == ("import", 0, 0), newest
        not_told(place)
        assert place.run("export", NAME)[0] == before
        assert place.json("import", "half.json")["dialogues"][0]["action"] == "unchanged" and len(revs(place)) == 4


@promise("a backup of it says so, and so does what was restored from one; what is erased does not; leakage and log name the operation")
def _():
    with killed(2, "import", str(EXAMPLE)) as place:
        answer = place.json("backup", "copy.db")
        assert answer["verified"]["imported_in_part"] == 1 and answer["verified"]["dialogues"] == [], answer
        assert [commit["operation"] for commit in place.json("leakage", NAME)["commits"]] == ["import-part"] * 2
        assert "import-part" in place.run("log", NAME)[0] and "import-part" in place.run("leakage", NAME)[0]
        place.run("import", EXAMPLE)
        not_told(place)
        database(place).write_bytes((place.path / "copy.db").read_bytes())
        assert place.json("show", NAME, "--restored")["import_part_rev"] == 2
        place.run("backup", "--restored")
        assert revs(place)[-1][1] == "restore"
        verify = place.json("verify")
        assert verify["dialogues"][0]["import_part_rev"] == 2 and place.json("list")["dialogues"][0]["import_part_rev"] == 2, verify
        assert "Imported in part" in place.run("show", NAME)[0] and "IMPORTED IN PART" in place.run("list")[0]
        place.run("erase", NAME, "--confirm", NAME)
        assert place.json("verify")["imported_in_part"] == 0 and "imported in part" not in place.run("verify")[0]
        assert "1 good (1 erased)," in place.run("verify")[0]
        assert {row["subject"]: row["state"] for row in place.json("doctor")["findings"]}["imports"] == "ok"


@promise("of several dialogues those alone are told that are imported in part, with their number")
def _():
    with killed(1, "import", str(EXAMPLE)) as place:
        place.run("create", "Which bread")
        place.run("register", "which-bread", "-", stdin=later_round(0).replace("retained", "pool"))
        place.run("create", "Gone")
        place.run("erase", "gone", "--confirm", "gone")
        verify = place.json("verify")
        assert {one["id"]: one.get("import_part_rev") for one in verify["dialogues"]} == {NAME: 1, "which-bread": None, "gone": None}, verify
        assert "3 dialogues: 3 good (1 erased, 1 imported in part), 0 broken" in said(place.run("verify")[0])
        assert {one["dialogue_id"]: one.get("import_part_rev") for one in place.json("list")["dialogues"]} == {NAME: 1, "which-bread": None}
        assert place.run("list")[0].count("IMPORTED IN PART") == 1
        assert f"1 dialogue, as {NAME}, is imported in part" in place.run("doctor")[0]


main()
