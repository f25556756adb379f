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
