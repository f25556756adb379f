#!/usr/bin/env python3
"""Edits: a person writes other words than an import read, and they stay."""
import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, Place, main, promise  # noqa: E402


def imported():
    """A store with the example, a folder of ours that can be changed, and the id."""
    place = Place()
    place.run("init")
    folder = place.path / "in" / EXAMPLE.name
    shutil.copytree(EXAMPLE, folder)
    place.run("import", folder)
    return place, folder, place.run("list", "--ids")[0].split()[0]


def update(place, name, *edits, code=0):
    return place.run("update", name, "-", "--json", code=code, stdin=json.dumps({"edits": list(edits)}))[0]


@promise("every kind of statement is edited by its id, answered field by field, and an edit made twice is made once")
def _():
    place, _, name = imported()
    with place:
        before = place.json("export", name)
        edits = [{"id": "P0001", "label": "p"}, {"id": "T0001", "label": "t", "body": "in full", "reason": "misread"},
                 {"id": "R0001", "parameters": [{"name": "days", "value": "7"}]}, {"id": "E0001", "contributors": ["Muffin"]},
                 {"id": "C0001", "body": "c"}]
        answer = json.loads(update(place, name, *edits))
        assert [(edit["id"], edit["fields"]) for edit in answer["edits"]] == [
            ("P0001", ["label"]), ("T0001", ["label", "body"]), ("R0001", ["parameters"]), ("E0001", ["contributors"]), ("C0001", ["body"])], answer
        assert answer["changes"] == [] and not answer["unchanged"]
        again = json.loads(update(place, name, *edits))
        assert again["unchanged"] and again["edits"] == [] and again["rev"] == answer["rev"], again
        shown = place.run("show", name, "--events")[0]
        assert "misread" in shown and "edited: label, body" in shown, shown
        after = place.json("export", name)
        assert len(json.dumps(after)) > len(json.dumps(before))
        assert "  T0002: label\n" in place.run("update", name, "-", stdin=json.dumps({"edits": [{"id": "T0002", "label": "x"}]}))[0]
        place.run("verify")


@promise("title, question, links, insights and pool of the dialogue are edited; its id stays")
def _():
    place, _, name = imported()
    with place:
        pool = {"domain": "libraries", "members": [{"role": f"Role {i}", "relevance": round(0.3 + i / 20, 2)} for i in range(12)]}
        update(place, name, {"id": "meta", "title": "Drills and drums", "question": "How?", "links": [{"kind": "rfc", "reference": "RFC 7"}],
                             "insights": ["Ask first"], "background": {"subject": "A shed"}, "pool": pool})
        text = place.run("render", name)[0]
        for word in ("Drills and drums", "RFC 7", "Ask first", "Role 11"):
            assert word in text, word
        assert place.run("list", "--ids")[0].split() == [name]
        assert "Role" in json.dumps(place.json("panel", name, "--seed", "7"))


@promise("what a person edited stays when the same files, or more of them, are imported again")
def _():
    place, folder, name = imported()
    with place:
        update(place, name, {"id": "T0001", "label": "Access, safely"}, {"id": "P0001", "label": "Said better", "body": "By hand."},
               {"id": "R0001", "label": "Three classes"}, {"id": "E0001", "body": "Counted again."}, {"id": "C0001", "label": "Claimed"},
               {"id": "meta", "title": "By hand", "pool": {"members": [{"role": "Me", "relevance": 1}]}})
        edited = place.run("export", name)[0]
        assert "unchanged" in place.run("import", folder)[0]
        assert place.run("export", name)[0] == edited
        (folder / "notes.md").write_text("# Notes\n\nNothing in particular.\n")
        place.run("import", folder)
        text = place.run("export", name)[0]
        for word in ("Access, safely", "Said better", "By hand.", "Three classes", "Counted again.", "Claimed", '"By hand"', '"Me"'):
            assert word in text, word
        assert "notes.md" in text
        place.run("verify")


@promise("an edit does not open the way for ids to change: another statement in its place is refused")
def _():
    place, folder, name = imported()
    with place:
        update(place, name, {"id": "P0001", "label": "Said better"})
        first = folder / "round-0" / "brioche.md"
        first.write_text("[PERSPECTIVE P09: A stranger]\nWho was not here.\n\n" + first.read_text())
        _, err = place.run("import", "--replace", folder, "--json", code=11)
        assert json.loads(err.splitlines()[-1])["kind"] == "ids_would_change", err
        assert "Said better" in place.run("export", name)[0]


@promise("a rotation of keys is nobody's edit: an import still moves ids behind it, as long as all else was imported")
def _():
    place, folder, name = imported()
    with place:
        for words in (("keys", "rotate"), ("keys", "rotate", "--dialogue", name), ("keys", "rotate", "--signing"), ("keys", "rotate", "--signing", "--retire")):
            place.run(*words)
        first = folder / "round-0" / "brioche.md"
        first.write_text("[PERSPECTIVE P09: A stranger]\nWho was not here.\n\n" + first.read_text())
        answer = place.json("import", "--replace", folder)
        assert answer["dialogues"][0]["action"] == "changed" and answer["dialogues"][0]["moved"], answer
        place.run("verify")


@promise("an import that replaces a file keeps its former text in the record, and names both; the same text is kept once, and of what is refused nothing")
def _():
    place, folder, name = imported()
    with place:
        verdict = folder / "verdict.md"
        imported_rev = place.json("log", name)["commits"][0]["rev"]
        first = verdict.read_bytes()
        verdict.write_bytes(first.replace(b"# ", b"# Other: ", 1) + b"\nWords of a second thought.\n")
        second = verdict.read_bytes()
        tried = place.json("import", "--replace", "--dry-run", folder)["dialogues"][0]
        answer = place.json("import", "--replace", folder)["dialogues"][0]
        (replaced,) = answer["replaced"]
        assert tried["action"] == "would change" and tried["replaced"] == [replaced] and answer["action"] == "changed", (tried, answer)
        assert replaced["path"] == "verdict.md" and replaced["kept_as"].startswith("verdict.md.") and replaced["kept_as"].endswith(".replaced"), answer
        kept, *_ = [commit for commit in reversed(place.json("log", name)["commits"]) if commit["rev"] > imported_rev]
        assert (kept["written"], kept["removed"], kept["summary"]) == (1, 0, "1 file"), "kept by itself, before anything takes its place"
        place.run("export", name, "--files", place.path / "out")
        assert (place.path / "out" / replaced["kept_as"]).read_bytes() == first
        assert (place.path / "out" / "verdict.md").read_bytes() == second
        assert len(place.json("export", name)["verdicts"]) == 1
        assert place.run("import", "--replace", folder)[0].startswith("unchanged"), "again"
        commits = len(place.json("log", name)["commits"])
        first_round = folder / "round-0" / "brioche.md"
        update(place, name, {"id": "P0001", "label": "Said better"})
        words = first_round.read_text()
        first_round.write_text("[PERSPECTIVE P09: A stranger]\nWho was not here.\n\n" + words)
        place.run("import", "--replace", folder, code=11)
        assert len(place.json("log", name)["commits"]) == commits + 1, "what is refused keeps nothing"
        first_round.write_text(words)
        verdict.write_bytes(first)
        out = place.run("import", "--replace", folder)[0]
        assert "verdict.md was replaced; its former text is kept:\n  verdict.md." in out, out
        verdict.write_bytes(second)
        assert place.json("import", "--replace", folder)["dialogues"][0]["replaced"] == [replaced]
        kept = [file["path"] for file in place.json("export", name)["files"] if file["path"].endswith(".replaced")]
        assert len(kept) == 2 and replaced["kept_as"] in kept, kept
        verify = place.run("verify")[0]
        assert "1 good" in verify, verify
        shutil.rmtree(place.path / "out")
        place.run("export", name, "--files", place.path / "out")
        again = place.json("import", place.path / "out", "--as", "again")["dialogues"][0]
        assert again["action"] == "created" and again["verdicts"] == 1, again


@promise("every fault of an update with edits is told at once, and nothing is written")
def _():
    place, _, name = imported()
    with place:
        answer = json.loads(update(place, name, {"id": "T0099", "label": "x"}, {"id": "T0001", "lable": "x"},
                                   {"id": "meta", "pool": {"members": [{"role": "x"}]}}, {"id": "P0001", "contributors": ["nobody"]}, code=3))
        found = {(problem["error_code"], problem["path"]) for problem in answer["problems"] if problem["severity"] == "error"}
        assert found == {("target_not_found", "edits[0].id"), ("unknown_field", "edits[1].lable"), ("missing_field", "edits[1]"),
                         ("missing_field", "edits[2].pool.members[0].tier"), ("unknown_expert", "edits[3].contributors[0]")}, found
        assert {commit["operation"] for commit in place.json("log", name)["commits"]} == {"import-part", "import"}


main()
