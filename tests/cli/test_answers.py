#!/usr/bin/env python3
"""What an answer must say: nothing that the help promises is left out, nothing that happened is passed over."""
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, ROOT, Place, main, promise  # noqa: E402


DIALOGUE = {
    "title": "Which bread", "question": "Which bread shall we bake on a Monday?", "max_rounds": 4, "participants": ["Ada", "Grace"],
    "background": {"subject": "The oven", "description": "It is small.", "constraints": "One hour of heat.", "situation": "Nobody bakes."},
    "links": [{"kind": "rfc", "reference": "RFC 7"}],
    "pool": {"domain": "baking", "members": [{"role": "Baker", "tier": "Core", "relevance": 0.9, "focus": "crust and crumb"},
                                             {"role": "Miller", "relevance": 0.5}]}}
ROUND = {
    "round": 0, "panel": [{"name": "Muffin", "role": "Baker", "tier": "core", "focus": "crust"}, {"name": "Scone", "role": "Miller"}],
    "perspectives": [{"id": "MUFFIN-P0001", "label": "Rye keeps", "body": "A week, in a cloth."}],
    "tensions": [{"id": "SCONE-T0001", "label": "Rye is dear", "body": "Twice the price."}],
    "recommendations": [{"id": "SCONE-R0001", "label": "Half and half", "parameters": [{"name": "rye", "value": "one half"}]}],
    "evidence": [{"label": "Last winter's ledger", "contributors": ["judge"]}],
    "claims": [{"id": "MUFFIN-C0001", "label": "Everybody eats rye"}],
    "moves": [{"expert": "muffin", "type": "converge"}]}


def bread():
    """A store with a dialogue of one round, which stands open."""
    place = Place()
    place.run("init")
    place.run("create", "--file", "-", stdin=json.dumps(DIALOGUE))
    place.run("register", "which", "-", stdin=json.dumps(ROUND))
    return place


def converged():
    place = bread()
    place.run("update", "which", "-", stdin=json.dumps({"updates": [{"id": "P0001", "status": "refined"}],
                                                        "moves": [{"expert": "scone", "type": "converge", "round": 0}]}))
    place.run("verdict", "which", "-", stdin=json.dumps({"type": "final", "recommendation": "Half and half.", "tensions_resolved": ["T0001"]}))
    return place


def plain(text):
    return re.sub(r"\s+", "", text).lower()


def leaves(answer):
    """Every text of an answer, but for moments and words of closed lists."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list):
        return [leaf for part in answer for leaf in leaves(part)]
    return [answer] if isinstance(answer, str) and not re.match(r"\d{4}-\d\d-\d\dT", answer) else []


@promise("context says as text whatever its JSON says, in 80 columns, and is more than the progress")
def _():
    with bread() as place:
        text = place.run("context", "which")[0]
        answer = place.json("context", "which")
        del answer["kind"]
        for leaf in leaves(answer):
            assert plain(leaf) in plain(text) or leaf == "judge", (leaf, text)
        for words in ("Pool", "Panel of round 0", "Open tensions", "Statements of round 0", "Next ids", "P0101", "What blocks a final verdict",
                      "1 open tension", "1 new perspective", "Scone"):
            assert words in text, (words, text)
        assert max(len(line) for line in text.splitlines()) <= 80
        assert text != place.run("show", "which", "--progress")[0]
        assert max(len(line) for line in place.run("context", "which", "--width", "40")[0].splitlines()) <= 42


@promise("context answers before the first round")
def _():
    with Place() as place:
        place.run("init")
        place.run("create", "Empty")
        text = place.run("context", "empty")[0]
        assert "P0001" in text and "No round has been registered" in text, text


@promise("the numbers of a round stay as they stood at its end when a later round concedes or merges what it said")
def _():
    with bread() as place:
        before = place.json("scoreboard", "which")["rounds"][0]
        assert before["new_perspectives"]["record"] == 1
        place.run("register", "which", "-", stdin=json.dumps({
            "round": 1, "panel": [{"expert": "muffin"}], "updates": [{"id": "P0001", "status": "conceded", "actors": ["muffin"]}]}))
        after = place.json("scoreboard", "which")["rounds"]
        assert after[0]["new_perspectives"]["record"] == 1 and after[0]["velocity"]["record"] == before["velocity"]["record"], after[0]
        assert after[1]["new_perspectives"]["record"] == 0


@promise("an edit keeps the old words: show prints them with the history")
def _():
    with bread() as place:
        place.run("update", "which", "-", stdin=json.dumps({"edits": [{"id": "P0001", "label": "Rye lasts", "body": "Two weeks."}]}))
        shown = place.run("show", "which", "P0001")[0]
        assert "label was: Rye keeps" in shown and "body was: A week, in a cloth." in shown, shown
        event = place.json("show", "which", "P0001")["entities"][0]["events"][0]
        assert event["reference"] == "label was: Rye keeps\nbody was: A week, in a cloth." and event["result"] == "edited: label, body", event
        place.run("verify")


@promise("an update that opens a tension of a converged dialogue says that the verdict stands and what is open")
def _():
    with converged() as place:
        reopen = json.dumps({"updates": [{"id": "T0001", "status": "reopened", "reason": "the price rose"}]})
        out = place.run("update", "which", "-", "--dry-run", stdin=reopen)[0]
        assert "note:" in out and "T0001 is open now" in out and "converged" in out, out
        answer = json.loads(place.run("update", "which", "-", "--json", stdin=reopen)[0])
        assert [(w["error_code"], w["severity"], w["value"]) for w in answer["warnings"]] == [("velocity_not_zero", "warning", "T0001")], answer
        settle = json.dumps({"updates": [{"id": "T0001", "status": "resolved"}]})
        assert json.loads(place.run("update", "which", "-", "--json", stdin=settle)[0])["warnings"] == []


@promise("doctor says what it looked at, and that the content is another command's")
def _():
    with bread() as place:
        text = place.run("doctor")[0]
        assert re.search(r"^not checked +content +hansard verify proves it$", text, re.M), text
        assert re.search(r"^ok +integrity +good: the pages and indices of the file itself$", text, re.M), text
        findings = {row["subject"]: row for row in place.json("doctor")["findings"]}
        assert findings["content"] == {"good": True, "state": "not_checked", "subject": "content", "detail": "hansard verify proves it"}
        assert findings["integrity"]["state"] == "ok" and {row["state"] for row in findings.values()} == {"ok", "not_checked"}, findings


@promise("a folder in which nothing is of a dialogue is refused, says what was looked for, and is taken with --as")
def _():
    with Place() as place:
        place.run("init")
        folder = place.path / "notes"
        (folder / "deep").mkdir(parents=True)
        (folder / "main.c").write_text("int main(void) { return 0; }\n")
        (folder / "deep" / "read.md").write_text("# Nothing of ours\n")
        out, err = place.run("import", folder, "--json", code=3)
        error = json.loads(err)
        assert error["kind"] == "nothing_recognised" and str(folder) in error["message"] and "round-N" in error["message"], error
        assert "--as ID" in error["hint"], error
        assert place.run("list", "--ids")[0] == ""
        assert "2 files" in place.run("import", folder, "--as", "taken")[0]
        for name in ("expert-pool.json", "panel.json", "scoreboard.md", "tensions.md", "verdict.md", "round-0.summary.md", "x.dialogue.md",
                     "x.dialogue.recorded.md", "round-0/notes.txt"):
            known = place.path / ("of-" + re.sub("[^a-z]", "-", name.lower()))
            (known / name).parent.mkdir(parents=True)
            (known / name).write_text("" if not name.endswith(".json") else "{}")
            place.run("import", known)


@promise("a file that is named is a dialogue by what is in it: another is refused, nothing stored; a document that carries its record is read under any name")
def _():
    with converged() as place:
        document = place.run("render", "which")[0]
        before = place.run("list", "--ids")[0]
        (place.path / "summary.md").write_text("# What we did\n\n## Usage\n\n- words, and no dialogue\n")
        out, err = place.run("import", "summary.md", "--json", code=3)
        error = json.loads(err)
        assert error["kind"] == "nothing_recognised" and "summary.md is no recorded dialogue" in error["message"] and "--as ID" in error["hint"], error
        assert place.run("list", "--ids")[0] == before
        assert place.run("import", "summary.md", "--as", "usage")[0].startswith("created") and place.run("import", "summary.md", "--as", "usage")[0].startswith("unchanged")
        (place.path / "rounds.md").write_text("# Loaves\n\n## Round 0\n\n### Muffin\n\n[PERSPECTIVE P01: Rye]\nIt keeps.\n")
        assert "1 round" in place.run("import", "rounds.md")[0]
        wanted = json.loads(place.run("export", "which")[0])["verdicts"]
        assert wanted
        for name in ("x.md", "x.dialogue.recorded (1).txt", "round-1.md", "x.prompt.md", "deep/in/x.md"):
            path = place.path / "read" / name
            path.parent.mkdir(parents=True)
            path.write_text(document)
            answer, = place.json("import", "read")["dialogues"] if "deep" in name else place.json("import", path)["dialogues"]
            assert json.loads(place.run("export", answer["id"])[0])["verdicts"] == wanted, (name, answer)
            shutil.rmtree(place.path / "read")


@promise("importing again after a file was deleted says how many were read and how many are kept from before")
def _():
    with Place() as place:
        place.run("init")
        folder = place.path / EXAMPLE.name
        shutil.copytree(EXAMPLE, folder)
        out = place.run("import", folder)[0]
        count = int(re.search(r"from (\d+) files$", out, re.M)[1])
        next(folder.glob("round-0/*.md")).unlink()
        assert f"from {count} files: {count - 1} read, 1 kept from before" in place.run("import", folder)[0]
        assert place.json("import", folder)["dialogues"][0]["kept"] == 1


@promise("the recording that docs/recordings.md writes down imports without a problem, as that page says")
def _():
    page = (ROOT / "docs" / "recordings.md").read_text()
    files = re.findall(r"^`([^`]+)`:[^\n]*\n\n```\w+\n(.*?)^```$", page, re.M | re.S)
    assert len(files) == 7, [name for name, _ in files]
    with Place() as place:
        place.run("init")
        folder = place.path / "2026-05-04T0900Z-which-bread"
        for name, text in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        report = place.json("import", folder)["dialogues"][0]
        assert report["problems"] == [] and report["id"] == "which-bread" and report["recognised"] == report["markers"] == 9, report
        shown = place.json("show", "which")
        assert shown["verdict"]["recommendation"] == "Bake half rye, half wheat on Mondays.", shown["verdict"]
        assert [t["id"] + t["status"] for t in shown["tensions"]] == ["T0001resolved"] and len(shown["perspectives"]) == 2, shown
        assert shown["record"]["experts"] == 2 and shown["record"]["moves"] == 3 and shown["scores"]["alignment"]["record"] == 34
        assert shown["rounds"][0]["converge_signals"]["record"] == 2 and shown["meta"]["question"].startswith("Which bread")


@promise("a keyword or status word that is not known is reported with the nearest known one, and every known one is listed")
def _():
    page = (ROOT / "docs" / "recordings.md").read_text()
    for table, pattern in (("scan_keyword.c", r'^\t\{"([A-Z]+)", SCAN_STATEMENT'), ("derive_status.c", r'^\t\{"([a-z ]+)", STATUS_')):
        for word in re.findall(pattern, (ROOT / "src" / "text" / table).read_text(), re.M):
            assert re.search(rf"\b{word}\b", page), word
    with Place() as place:
        place.run("init")
        folder = place.path / "2026-05-04T0900Z-slips"
        (folder / "round-0").mkdir(parents=True)
        (folder / "round-0" / "muffin.md").write_text("[PERSPECTVE P01: Rye keeps]\n\n[MOVE:CHALENGE P01]\n\n[XYLOPHONES P01: x]\n")
        (folder / "tensions.md").write_text("| ID | Tension | Status |\n|--|--|--|\n| T01 | Rye is dear | resolvd |\n")
        found = {p["value"]: p["suggestion"] for p in place.json("import", folder)["dialogues"][0]["problems"]}
        assert found["PERSPECTVE"].startswith("did you mean PERSPECTIVE?") and found["MOVE:CHALENGE"].startswith("did you mean CHALLENGE?"), found
        assert found["resolvd"].startswith("did you mean resolved?"), found
        assert "did you mean" not in found["XYLOPHONES"] and "docs/recordings.md" in found["XYLOPHONES"], found


@promise("the answer of panel says of everyone why they sit")
def _():
    with Place() as place:
        place.run("init")
        pool = {"members": [{"role": "Baker", "tier": "core", "relevance": 0.9}, {"role": "Miller", "tier": "wildcard", "relevance": 0.3}]}
        place.run("create", "Which", "--file", "-", stdin=json.dumps({"pool": pool}))
        answer = place.json("panel", "which", "--seed", "7")
        assert answer["shares"] == {"core": 2, "adjacent": 0, "wildcard": 0}, answer
        assert answer["why"] == [{"expert": "muffin", "why": "share"}, {"expert": "cupcake", "why": "fills"}], answer
        assert place.run("panel", "which", "--seed", "7")[0].splitlines()[:4] == [
            "Muffin         core      Baker", "Cupcake        wildcard  Miller (fills a seat of another tier)",
            "seats by tier: core 1 of 2, adjacent 0 of 0, wildcard 1 of 0; a tier that has too few is filled from all others, by relevance", "seed 7"]
        assert place.run("panel", "which", "--size", "1", "--seed", "7")[0].splitlines()[:2] == ["Muffin         core      Baker", "seats by tier: core 1 of 1, adjacent 0 of 0, wildcard 0 of 0"]
        assert place.run("panel", "which", "--size", "1", "--keep", "Miller")[0].splitlines()[0] == "Muffin         wildcard  Miller (kept)"


def keys(answer, shallow=()):
    """Every member's name in an answer, those within members named in `shallow` left out."""
    if isinstance(answer, list):
        return {key for part in answer for key in keys(part, shallow)}
    if not isinstance(answer, dict):
        return set()
    return set(answer) | {key for name, part in answer.items() if name not in shallow for key in keys(part, shallow)}


def schema_fields():
    """The names of all fields of entities.def: what the page calls the fields of an entity."""
    text = (ROOT / "src" / "schema" / "entities.def").read_text()
    return set(re.findall(r"FIELD\(\s*\w+,\s*(\w+),", text))


def trusted_line(place):
    """The trusted line of another's signing key."""
    with Place() as other:
        other.run("init")
        return other.json("keys", "show")["signing"][0]


@promise("docs/json.md has a section for every kind of answer, and names every member of each")
def _():
    page = (ROOT / "docs" / "json.md").read_text()
    sections = {}
    for title, body in re.findall(r"^###? ([^\n]+)\n(.*?)(?=^##|\Z)", page, re.M | re.S):
        for kind in title.split(", "):
            sections[kind] = body
    fields = schema_fields()
    answers = []
    with converged() as place:
        place.run("import", EXAMPLE)
        place.run("create", "Other loaf")
        place.run("create", "Nothing yet")
        new = json.dumps({"round": 1, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"id": "MUFFIN-P0101", "label": "x"}]})
        edit = {"updates": [{"id": "T0001", "status": "reopened"}], "edits": [{"id": "P0001", "label": "y"}],
                "claims": [{"round": 0, "label": "z", "contributors": ["judge"]}]}
        first = json.dumps({**ROUND, "responses": [{"expert": "muffin", "text": "Rye."}]})
        for words, stdin, code in (
                (["init", "elsewhere"], None, 0), (["show", "lending"], None, 0), (["show", "lending", "muffin", "final", "P0001", "X9"], None, 1),
                (["show", "lending", "--events"], None, 0), (["show", "lending", "--moves"], None, 0), (["show", "lending", "--references"], None, 0),
                (["show", "which", "--progress"], None, 0), (["show", "lending", "--problems"], None, 0),
                (["scoreboard", "lending"], None, 0), (["tensions", "lending"], None, 0), (["tensions"], None, 0), (["log", "which"], None, 0),
                (["list", "--limit", "1"], None, 0), (["list", "--similar", "lending"], None, 0), (["stats"], None, 0), (["context", "lending"], None, 0),
                (["panel", "which", "--seed", "7"], None, 0), (["create", "Nothing yet"], None, 0), (["register", "other", "-"], first, 0),
                (["register", "other", "-"], new.replace("MUFFIN-P", "Muffin-Q"), 3), (["update", "which", "-"], json.dumps(edit), 0),
                (["verdict", "other", "-"], json.dumps({"type": "interim", "recommendation": "Wait."}), 0), (["abandon", "nothing-yet-2", "no time"], None, 0),
                (["import", EXAMPLE], None, 0), (["render", "which"], None, 0), (["export", "other", "--files", "out"], None, 0), (["verify"], None, 0),
                (["doctor"], None, 0), (["help"], None, 0), (["--version"], None, 0), (["receipt", "lending"], None, 0),
                (["leakage", "lending"], None, 0), (["audit", "show"], None, 0), (["keys", "show"], None, 0), (["keys", "words"], None, 0),
                (["keys", "rotate"], None, 0), (["keys", "rotate", "--dialogue", "lending"], None, 0), (["backup", "copy.db"], None, 0), (["backup", "--put", "copy.db"], None, 0),
                (["backup", "--restored"], None, 0), (["verify", "--receipt", "-"], place.run("receipt", "lending")[0], 0),
                (["keys", "trust", trusted_line(place)], None, 0),
                (["keys", "export", "keys.hansard", "--password-command", "echo a long passphrase"], None, 0), (["erase", "other-loaf", "--confirm", "other-loaf"], None, 0),
                (["keys", "passphrase", "--password-command", "echo a long passphrase"], None, 0)):
            out, err = place.run(*words, "--json", stdin=stdin, code=code)
            answers.append(json.loads(out))
            if code != 0:
                assert all(re.search(rf"\b{key}\b", sections["Errors"]) for key in json.loads(err)), err
    made = set()
    for answer in answers:
        kind = answer["kind"]
        made.add(kind)
        assert kind in sections, kind
        body = sections[kind]
        for also in re.findall(r"\*(\w+)\*", body):
            body += sections.get(also, "")
        shallow = ("commands", "options", "exit_codes", "words") if kind in ("help",) else ()
        for key in keys(answer, shallow) - {"schema_version", "kind", "said", "record"} - (fields if re.search("fields", body) else set()):
            assert kind == "stats" or re.search(rf"\b{key}\b", body), (kind, key)
    source = " ".join(path.read_text() for path in (ROOT / "src").glob("*/*.c"))
    kinds = set(re.findall(r'answer_begin\(&[^";]*?, "(\w+)"|begin_answer\(\w*request, "(\w+)"', source))
    kinds = {a or b for a, b in kinds} - {"cost", "table", "migrated"}  # test_dynamodb.py and test_migrate.py, which need an emulator
    assert kinds <= made, kinds - made


def refusal(place, *words, code, **more):
    """What a refused command says on standard error, on one line; nothing on standard output."""
    out, err = place.run(*words, code=code, **more)
    assert out == "", (words, out)
    return " ".join(err.split())


@promise("what is handed in and is no JSON object says what is there and what to do")
def _():
    with bread() as place:
        (place.path / "r0.json").write_text("{}")
        assert "r0.json is the name of a file" in refusal(place, "register", "r0.json", code=2)
        assert "hansard verdict DIALOGUE r0.json" in refusal(place, "verdict", "r0.json", code=2)
        for stdin, words in ((" \n", "there is nothing to read"), (b"\xef\xbb\xbf{}", "byte order mark"), ("```json\n{}\n```", "code fence"),
                             ('{"round": 1,\n "round": 2}', 'standard input:2:2: "round": this key is there already')):
            for command in ("register", "update", "verdict"):
                assert words in refusal(place, command, "which", code=3, stdin=stdin), (command, words)


@promise("a refusal names its cause: the store looked in, the file that is missing, the option that forbids")
def _():
    with bread() as place:
        assert str(place.path / ".hansard") in refusal(place, "show", "chess", code=1)
        assert str(place.path / ".hansard") in refusal(place, "verify", "chess", code=1)
        assert "opened read-only" in refusal(place, "create", "Other", "--read-only", code=1)
        assert "is no dialogue id" in refusal(place, "create", "--id", "Chess", "--file", "-", stdin=json.dumps(DIALOGUE), code=3)
        assert "all 2 of the pool are excluded" in place.run("panel", "which", "--exclude", "Baker", "--exclude", "Miller", code=3)[0]
        assert "--json" in refusal(place, "completion", "bash", "--json", code=2)
        problems = json.loads(place.run("create", "--file", "-", "--json", stdin='{"title": "x", "question": ""}', code=3)[0])["problems"]
        assert [(p["path"], p["constraint"]) for p in problems] == [("question", "a text that is not empty")], problems
        database = place.path / ".hansard" / "hansard.db"
        kept = database.read_bytes()
        database.unlink()
        for words, code in ((["list"], 10), (["init"], 11)):
            said = refusal(place, *words, code=code)
            assert "hansard.db" in said and "hansard backup --put FILE" in said and "/config, then hansard init" in said, said
        (place.path / ".hansard" / "config").unlink()
        place.run("init")
        assert "No dialogues" in place.run("list")[0]
        database.write_bytes(kept)
        place.run("verify")


@promise("a verdict is shown by its id like a statement")
def _():
    with converged() as place:
        shown = place.run("show", "which", "Final")[0]
        assert shown.startswith("Half and half.\n  Final verdict of round 0 by the Judge"), shown
        answer = place.json("show", "which", "final")["entities"][0]
        assert answer["id"] == "final" and answer["found"] and answer["type"] == "verdict" and answer["recommendation"] == "Half and half.", answer


@promise("a list says how many more there are, in words that a command takes, and as of when it holds")
def _():
    with bread() as place:
        for title in ("One", "Two", "Three"):
            place.run("create", title)
        out = place.run("list", "--limit", "1")[0]
        assert "\n3 more: --limit\n" in out and re.search(r"^As of \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?Z\.$", out, re.M), out
        assert place.json("list", "--limit", "1")["more"] == 3 and "more" not in place.json("list")
        assert "more:" not in place.run("list", "--limit", "4")[0]


@promise("help folds at the width it is given")
def _():
    with Place() as place:
        for words in (["help"], ["help", "import"], ["panel", "--help"], ["list", "--help"]):
            text = place.run(*words, "--width", "50")[0].split("Examples")[0]
            assert max(len(line) for line in text.splitlines() if not line.startswith("  hansard init &&")) <= 50, text
            assert max(len(line) for line in place.run(*words)[0].splitlines()) <= 80, words


@promise("the update that a refusal suggests is not folded within its words")
def _():
    with bread() as place:
        more = [{"label": f"Tension number {i}", "round": 0, "contributors": ["judge"]} for i in range(6)]
        place.run("update", "which", "-", stdin=json.dumps({"tensions": more}))
        out = place.run("verdict", "which", "-", stdin=json.dumps({"type": "final", "recommendation": "x"}), code=3)[0]
        for text in re.findall(r"Suggestion +(.*?)\n(?=\n|\S)", out, re.S):
            found = re.search(r"\{\s*\"(updates|moves)\".*\}", text, re.S)
            whole = re.sub(r"\n *", "", found[0])
            assert json.loads(whole) and all(re.search(r"[,\s]$", line) or "}" in line for line in found[0].splitlines()), found[0]


@promise("what is installed below a system prefix by root is made known to the loader, and nothing else is")
def _():
    with Place() as place:
        tools = place.path / "tools"
        tools.mkdir()
        for name, text in (("id", "echo ${FAKE_ID:-0}"), ("ldconfig", f"echo told > '{place.path}/told'")):
            (tools / name).write_text(f"#!/bin/sh\n{text}\n")
            (tools / name).chmod(0o755)
        for change, told in (({"MESON_INSTALL_PREFIX": "/usr/local"}, True), ({"MESON_INSTALL_PREFIX": "/usr/local", "DESTDIR": "/x"}, False),
                             ({"MESON_INSTALL_PREFIX": "/home/ada"}, False), ({"MESON_INSTALL_PREFIX": "/usr", "FAKE_ID": "1000"}, False)):
            environment = {"PATH": f"{tools}:{os.environ['PATH']}", **change}
            subprocess.run([ROOT / "tools" / "after-install"], env=environment, check=True)
            assert (place.path / "told").exists() == told, change
            (place.path / "told").unlink(missing_ok=True)


main()
