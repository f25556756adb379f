#!/usr/bin/env python3
"""What a recording does not say of its time is told as nobody's statement, wherever it is asked for."""
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import Place, main, promise, store  # noqa: E402

DATE = "**Date**: 2026-05-04 09:30Z\n"
UNDATED = "no date is stated: the moment of the import stands in its place"


def recording(place, name, date=""):
    """A folder of a recording that has converged, with a date in its scoreboard or none."""
    folder = place.path / "recordings" / name
    (folder / "round-0").mkdir(parents=True)
    (folder / "round-0" / "panel.json").write_text('["Bo", "Dee"]')
    (folder / "round-0" / "bo.md").write_text("[TENSION T01: Wind]\n\n[CLAIM C01: It flies]\n")
    (folder / "scoreboard.md").write_text(f"# Scoreboard: Of {name}\n\n{date}**Status**: Converged\n")
    return folder


def undated(place, name):
    return any(p["message"] == UNDATED for p in place.json("show", name, "--problems")["problems"])


@promise("a recording without a date is imported with a warning, and again without a change")
def _():
    with store() as place:
        folder = recording(place, "kites")
        one = place.json("import", folder)["dialogues"][0]
        assert [p["suggestion"] for p in one["problems"] if p["message"] == UNDATED] == ["import a file that states it, such as: **Date**: 2026-02-06 18:39Z"], one
        before = place.run("export", "kites")[0]
        assert place.json("import", folder)["dialogues"][0]["action"] == "unchanged"
        assert place.run("export", "kites")[0] == before
        assert undated(place, "kites")


@promise("nothing that is read states a moment of such a one as its date")
def _():
    with store() as place:
        place.run("import", recording(place, "kites"))
        moment = json.loads(place.run("export", "kites")[0])["meta"]["created_at"]
        day = moment[:10]
        shown = place.run("show", "kites")[0]
        assert re.search(rf"^  Began         date not recorded \(imported {day} {moment[11:16]}(:{moment[17:19]})?Z\)$", shown, re.M), shown
        assert "\n  Converged " not in shown, shown
        assert f"    Converged, date not recorded (imported {day}); 1 round\n" in place.run("list")[0]
        assert "\n- **Status**: Converged\n" in place.run("render", "kites")[0]
        assert "**Date**" not in place.run("render", "kites")[0]
        events = place.run("show", "kites", "--events")[0]
        assert day not in events and "    undated  meta commented\n" in events, events
        assert place.json("show", "kites")["imported_at"] == moment
        assert place.json("context", "kites")["imported_at"] == moment
        context = place.run("context", "kites")[0]
        assert "Imported at" in context and "Created at" not in context, context
        assert "          Open tension by Bo, undated\n" in context and context.count(day) == 2, context
        (entry,) = place.json("list")["dialogues"]
        assert entry["imported_at"] == moment and not {"created_at", "converged_at"} & entry.keys(), entry


@promise("dialogues without a date are listed last, and first left to a limit")
def _():
    with store() as place:
        place.run("import", recording(place, "dated", DATE))
        place.run("import", recording(place, "kites"))
        place.run("import", recording(place, "2026-05-03T0900Z-named"))
        place.run("import", recording(place, "masts"))
        assert place.run("list", "--ids")[0].split() == ["dated", "named", "masts", "kites"]
        for limit, ids, more in ((1, ["dated"], 3), (2, ["dated", "named"], 2), (3, ["dated", "named", "masts"], 1), (4, ["dated", "named", "masts", "kites"], 0)):
            answer = place.json("list", "--limit", limit)
            assert [d["dialogue_id"] for d in answer["dialogues"]] == ids, answer
            assert answer.get("more", 0) == more, answer
        assert "1 more: --limit\n" in place.run("list", "--limit", "3")[0]


@promise("a date that a file states later is the dialogue's, and one that no file states any more is not")
def _():
    with store() as place:
        folder = recording(place, "kites")
        place.run("import", folder)
        imported = json.loads(place.run("export", "kites")[0])["meta"]["created_at"]
        (folder / "when.md").write_text(DATE)
        place.run("import", folder)
        assert "  Began         2026-05-04 09:30Z\n  Converged     2026-05-04 09:30Z\n" in place.run("show", "kites")[0]
        assert not undated(place, "kites") and "imported_at" not in place.json("show", "kites")
        assert UNDATED not in place.run("export", "kites")[0]
        (folder / "when.md").write_text("It was in May.\n")
        place.run("import", "--replace", folder)
        assert undated(place, "kites")
        assert place.json("show", "kites")["imported_at"] > imported
        assert place.json("import", folder)["dialogues"][0]["action"] == "unchanged"


@promise("exported or rendered, and taken in elsewhere, it is without a date there, too")
def _():
    with store() as place, store() as other, store() as third:
        place.run("import", recording(place, "kites"))
        written = other.path / "kites.dialogue.recorded.md"
        written.write_text(place.run("render", "kites")[0])
        other.run("import", written)
        assert other.run("render", "kites")[0] == written.read_text()
        assert other.json("import", written)["dialogues"][0]["action"] == "unchanged"
        (third.path / "kites.json").write_text(place.run("export", "kites")[0])
        third.run("import", third.path / "kites.json")
        assert third.run("export", "kites")[0] == place.run("export", "kites")[0]
        for one in (other, third):
            assert one.json("show", "kites")["imported_at"] == place.json("show", "kites")["imported_at"]


@promise("a dialogue that was begun here has its date, whatever is imported into it")
def _():
    with store() as place:
        place.run("create", "Kites", "--id", "kites")
        began = place.json("show", "kites")["meta"]["created_at"]
        place.run("import", recording(place, "kites"))
        assert place.json("show", "kites")["meta"]["created_at"] == began
        assert "imported_at" not in place.json("show", "kites") and not undated(place, "kites")
        (entry,) = place.json("list")["dialogues"]
        assert entry["created_at"] == began


@promise("of a round that was registered without any claim the list says nothing that the Judge stated")
def _():
    with store() as place:
        place.run("create", "Kites", "--id", "kites")
        place.run("register", "kites", "-", stdin=json.dumps({"round": 0, "panel": [{"name": "Muffin", "role": "Baker", "tier": "core", "relevance": 0.9}]}))
        day = place.json("show", "kites")["meta"]["created_at"][:10]
        assert f"    Open, began {day}; 1 round\n" in place.run("list")[0]


@promise("what a person edits in a dialogue without a date gives it none")
def _():
    with store() as place:
        folder = recording(place, "kites")
        place.run("import", folder)
        place.run("update", "kites", "-", stdin=json.dumps({"edits": [{"id": "meta", "title": "About kites"}]}))
        (folder / "when.md").write_text(DATE)
        place.run("import", folder)
        assert place.json("show", "kites")["meta"]["title"] == "About kites"
        assert "date not recorded" in place.run("show", "kites")[0]


main()
