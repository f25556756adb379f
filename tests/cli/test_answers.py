#!/usr/bin/env python3
"""What an answer must say: nothing that the help promises is left out, nothing that happened is passed over."""
import json
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import ROOT, Place, main, promise  # noqa: E402

EXAMPLE = next((ROOT / "examples").glob("*Z-*"))

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
        assert re.search(r"^ok +content +not checked here: hansard verify$", text, re.M), text
        assert re.search(r"^ok +integrity +good: the pages and indices of the file itself$", text, re.M), text
        findings = {row["subject"]: row["detail"] for row in place.json("doctor")["findings"]}
        assert findings["content"] == "not checked here: hansard verify"


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


main()
