#!/usr/bin/env python3
"""What must hold on the real dialogues: for the folder alone, the document alone, both, and in both orders."""
import filecmp
import json
import os
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import CORPUS, Place, main, need_corpus, promise, skip  # noqa: E402

RFC = "2026-02-06T1839Z-rfc-0058-supersession-hybrid-relational-dynamodb-architecture"
JIRA = "2026-03-11T1341Z-jira-cloud-integration-for-blue"
RFC_SCORES = [(45, 30, 25, 25, 125, 10, 20, 30, 0), (38, 28, 22, 22, 110, 7, 9, 16, 0), (32, 26, 25, 22, 105, 1, 3, 4, 83), (20, 20, 20, 15, 75, 0, 0, 0, 100)]
RFC_EXPERTS = {"croissant": 94, "strudel": 90, "muffin": 87, "cannoli": 86, "galette": 69, "tartlet": 66, "eclair": 44, "macaron": 40,
               "scone": 19, "brioche": 19, "cupcake": 17, "donut": 16}
RFC_RAISED = ["brioche", "cannoli", "croissant", "cupcake", "donut", "eclair", "macaron", "muffin", "scone", "strudel"]
RFC_RAISED_1 = ["croissant", "eclair", "galette", "macaron", "muffin", "strudel", "tartlet"]


def folder(name):
    return need_corpus() / "dialogues" / name


def document(name):
    return need_corpus() / "recorded" / f"{name}.dialogue.recorded.md"


def export(sources):
    """The JSON export of the one dialogue that these sources give."""
    with Place() as place:
        place.run("init")
        for source in sources:
            place.run("import", source)
        ids = place.run("list", "--ids")[0].split()
        assert len(ids) == 1, ids
        return json.loads(place.run("export", ids[0])[0]), place.run("render", ids[0])[0], place.run("show", ids[0])[0]


def check_rounds(dialogue, with_counts=True):
    rounds = dialogue["rounds"]
    assert len(rounds) == 4, len(rounds)
    for number, (w, c, t, r, score, tensions, perspectives, velocity, converge) in enumerate(RFC_SCORES):
        said = rounds[number]
        assert [said["wisdom"], said["consistency"], said["truth"], said["relationships"], said["score"]] == [w, c, t, r, score], said
        assert said["velocity"] == velocity, said
        assert said["converge_permille"] == converge * 10, said
        if with_counts:
            assert [said["open_tensions"], said["new_perspectives"]] == [tensions, perspectives], said
    assert sum(said["score"] for said in rounds) == 415
    assert [sum(said[k] for said in rounds) for k in ("wisdom", "consistency", "truth", "relationships")] == [135, 104, 92, 84]
    assert [len(said["panel"]) for said in rounds] == [10, 8, 6, 6], [len(said["panel"]) for said in rounds]


def check_rfc_folder(dialogue):
    check_rounds(dialogue)
    assert len(dialogue["experts"]) == 12
    for expert in dialogue["experts"]:
        total = sum(score["total"] for score in expert["scores"])
        assert total == RFC_EXPERTS[expert["slug"]], expert
    assert len(dialogue["perspectives"]) == 58
    assert [sum(p["id"].startswith(f"P0{n}") for p in dialogue["perspectives"]) for n in range(4)] == [20, 16, 12, 10]
    tensions = {t["id"]: t for t in dialogue["tensions"]}
    assert len(tensions) == 18, sorted(tensions)
    wanted = {f"T00{n:02d}": who for n, who in enumerate(RFC_RAISED, 1)} | {f"T01{n:02d}": who for n, who in enumerate(RFC_RAISED_1, 1)} | {"T0201": "strudel"}
    for name, who in wanted.items():
        assert tensions[name]["contributors"] == [who], (name, tensions[name]["contributors"])
        assert tensions[name]["status"] == "resolved", name
    signals = {m["expert"] for m in dialogue["moves"] if m["move_type"] == "converge" and m["round"] == 3}
    assert len(signals) == 6, signals
    members = dialogue["meta"]["pool"]["members"]
    assert [sum(m["tier"] == tier for m in members) for tier in ("core", "adjacent", "wildcard")] == [4, 6, 4]
    assert dialogue["meta"]["status"] == "converged"
    for name, tension in tensions.items():
        resolved = [e for e in tension["events"] if e["event_type"] == "resolved"]
        assert resolved, name
        if name != "T0201":
            assert resolved[-1].get("reason"), name


def rows_of(text):
    """The cells of every table row of a markdown document, emphasis removed."""
    return [[cell.strip().strip("*") for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.lstrip().startswith("|")]


def claimed(cell):
    """What the Judge said in a cell: without what the record says beside it."""
    return cell.split(" (record")[0]


def check_rfc_render(text, show):
    """The document carries every fact: scores by round, experts' totals, tensions with raiser, status and resolution, pool, convergence."""
    rows = rows_of(text)
    for number, (w, c, t, r, score, tensions, perspectives, velocity, converge) in enumerate(RFC_SCORES):
        wanted = [str(x) for x in (number, w, c, t, r, score, tensions, perspectives, velocity)] + [f"{converge}%"]
        assert any([claimed(cell) for cell in row] == wanted for row in rows), (wanted, rows)
    for slug, total in RFC_EXPERTS.items():
        assert any(row[0].endswith(slug.capitalize()) and str(total) in row for row in rows), slug
    raised = {f"T00{n:02d}": who for n, who in enumerate(RFC_RAISED, 1)} | {f"T01{n:02d}": who for n, who in enumerate(RFC_RAISED_1, 1)} | {"T0201": "strudel"}
    for name, who in raised.items():
        row = next((row for row in rows if row[0] == name), None)
        assert row and any(cell.lower().startswith(who) for cell in row) and any(cell.lower().split(" r")[0] == "resolved" for cell in row), (name, row)
        assert len(row[-1]) > 10, (name, row)
    for fact in ("17/17 (record: 18/18)", "415 (W:135 C:104 T:92 R:84)", "Encryption & Key Management Architect", "Data Compliance & Audit Officer"):
        assert fact in text, fact
    assert "17/17 (record: 18/18)" in show


def same(one, other, *but):
    strip = lambda d: {k: v for k, v in d.items() if k not in but}
    assert strip(one) == strip(other)


@promise("RFC 0058: the folder alone gives every fact")
def _():
    dialogue, text, show = export([folder(RFC)])
    check_rfc_folder(dialogue)
    check_rfc_render(text, show)
    lead = dialogue["verdicts"][0]["recommendation"]
    assert lead.startswith("NO.") and "should NOT be superseded" in lead, lead
    assert "NO." in show.splitlines()[0] or "NO." in "\n".join(show.splitlines()[:4]), show[:300]


@promise("RFC 0058: the document alone gives what it contains")
def _():
    dialogue, text, show = export([document(RFC)])
    rounds = dialogue["rounds"]
    for number, (w, c, t, r, score, _, _, velocity, converge) in enumerate(RFC_SCORES):
        said = rounds[number]
        assert [said["wisdom"], said["consistency"], said["truth"], said["relationships"], said["score"], said["velocity"]] == [w, c, t, r, score, velocity], said
        assert said["converge_permille"] == converge * 10, said
    assert [len(said.get("panel", [])) for said in rounds] == [10, 8, 6, 0], "the document names nobody in round 3"
    members = dialogue["meta"]["pool"]["members"]
    assert [sum(m["tier"] == tier for m in members) for tier in ("core", "adjacent", "wildcard")] == [4, 6, 4]
    assert dialogue["meta"]["tensions_claimed"] == "17/17"
    assert len(dialogue["experts"]) == 12, len(dialogue["experts"])
    assert len(dialogue["tensions"]) == 17, len(dialogue["tensions"])
    assert all(t["status"] == "resolved" for t in dialogue["tensions"])
    assert dialogue["meta"]["status"] == "converged"
    assert dialogue["verdicts"][0]["recommendation"].startswith("Do NOT supersede RFC 0058 with a hybrid architecture")


@promise("RFC 0058: folder and document together give every fact, and the document's verdict leads")
def _():
    dialogue, text, show = export([folder(RFC), document(RFC)])
    check_rfc_folder(dialogue)
    check_rfc_render(text, show)
    assert dialogue["verdicts"][0]["recommendation"].startswith("Do NOT supersede RFC 0058 with a hybrid architecture")
    assert "Do NOT supersede RFC 0058 with a hybrid architecture" in "\n".join(show.splitlines()[:5]), show[:400]


@promise("RFC 0058: the order of folder and document makes no difference")
def _():
    one, text_one, show_one = export([folder(RFC), document(RFC)])
    other, text_other, show_other = export([document(RFC), folder(RFC)])
    same(one, other)
    assert (text_one, show_one) == (text_other, show_other)


def check_jira(dialogue):
    assert len(dialogue["experts"]) == 12
    assert [r["score"] for r in dialogue["rounds"]] == [36, 47, 18]
    assert [r["velocity"] for r in dialogue["rounds"]] == [35, 16, 2]
    judged = [t for t in dialogue["tensions"] if t["status"] != "merged"]
    by_id = {t["id"]: t["status"] for t in judged}
    assert all(by_id[f"T00{n:02d}"] == "resolved" for n in range(1, 8)), by_id


@promise("Jira: the folder alone gives every fact")
def _():
    dialogue, _, _ = export([folder(JIRA)])
    check_jira(dialogue)
    by_id = {t["id"]: t["status"] for t in dialogue["tensions"] if t["status"] != "merged"}
    assert len(by_id) == 11 and all(by_id[f"T00{n:02d}"] == "deferred" for n in range(8, 12)), by_id
    signals = {m["expert"] for m in dialogue["moves"] if m["move_type"] == "converge" and m["round"] == 2}
    assert len(signals) == 12, signals


@promise("Jira: with its document the tensions stay deferred, and the document's word is reported")
def _():
    with Place() as place:
        place.run("init")
        place.run("import", folder(JIRA))
        place.run("import", document(JIRA))
        dialogue = json.loads(place.run("export", "jira")[0])
        check_jira(dialogue)
        by_id = {t["id"]: t["status"] for t in dialogue["tensions"] if t["status"] != "merged"}
        assert all(by_id[f"T00{n:02d}"] == "deferred" for n in range(8, 12)), by_id
        report = place.json("show", "jira", "--problems")
        told = json.dumps(report)
        for name in ("T08", "T09", "T10", "T11"):
            assert name in told or name.replace("T", "T00") in told, name


@promise("Jira: the document alone gives what it contains, and the order of the two makes no difference")
def _():
    alone, _, _ = export([document(JIRA)])
    check_jira(alone)
    assert [t["status"] for t in alone["tensions"]] == ["resolved"] * 7 + ["open"] * 4, [t["status"] for t in alone["tensions"]]
    one, text_one, show_one = export([folder(JIRA), document(JIRA)])
    other, text_other, show_other = export([document(JIRA), folder(JIRA)])
    same(one, other)
    assert (text_one, show_one) == (text_other, show_other)
    assert sum(r["score"] for r in one["rounds"]) == 101


@promise("every file of the corpus imports, and comes back byte for byte")
def _():
    corpus = need_corpus()
    with Place() as place:
        place.run("init")
        place.run("import", corpus)
        ids = place.run("list", "--ids")[0].split()
        assert len(ids) == 11, ids
        copy = place.path / "copy"
        for name in ids:
            place.run("export", name, "--files", copy / name)
        kept = {p.relative_to(copy / name): p.read_bytes() for name in ids for p in (copy / name).rglob("*") if p.is_file()}
        found = 0
        for path in sorted((corpus / "dialogues").glob("*/**/*")):
            if path.is_file():
                assert kept[path.relative_to(corpus / "dialogues" / path.relative_to(corpus / "dialogues").parts[0])] is not None
        for source in (corpus / "dialogues").iterdir():
            target = next(copy / name for name in ids if source.name.split("Z-", 1)[1].startswith(name[:40]) or name.startswith(source.name.split("Z-", 1)[1][:40]))
            for path in source.rglob("*"):
                if path.is_file():
                    assert (target / path.relative_to(source)).read_bytes() == path.read_bytes(), path
                    found += 1
        for path in (corpus / "recorded").iterdir():
            assert any((copy / name / path.name).exists() and (copy / name / path.name).read_bytes() == path.read_bytes() for name in ids), path
            found += 1
        assert found == len([p for part in ("dialogues", "recorded") for p in (corpus / part).rglob("*") if p.is_file()]), found


@promise("at least 98 % of all markers of the corpus are recognised")
def _():
    corpus = need_corpus()
    with Place() as place:
        place.run("init")
        report = place.json("import", "--dry-run", corpus)
        markers = sum(d["markers"] for d in report["dialogues"])
        recognised = sum(d["recognised"] for d in report["dialogues"])
        assert markers > 500, markers
        assert recognised >= 0.98 * markers, (recognised, markers)
        assert place.run("list", "--ids")[0] == ""


@promise("importing the corpus again changes nothing and says so")
def _():
    corpus = need_corpus()
    with Place() as place:
        place.run("init")
        place.run("import", corpus)
        before = place.run("stats")[0]
        again = place.json("import", corpus)
        assert {d["action"] for d in again["dialogues"]} == {"unchanged"}, [d["action"] for d in again["dialogues"]]
        assert place.run("stats")[0] == before
        place.run("verify")


@promise("an export imports into another store as the same dialogue, byte for byte")
def _():
    corpus = need_corpus()
    with Place() as place, Place() as other:
        place.run("init")
        place.run("import", corpus)
        other.run("init")
        for name in place.run("list", "--ids")[0].split():
            exported = place.run("export", name)[0]
            file = place.path / "export.json"
            file.write_text(exported)
            other.run("import", file)
            assert other.run("export", name)[0] == exported, name
            assert other.json("import", file)["dialogues"][0]["action"] == "unchanged"


@promise("the recorded document that is written imports again to the same facts")
def _():
    with Place() as place, Place() as other:
        place.run("init")
        other.run("init")
        place.run("import", folder(RFC))
        place.run("import", document(RFC))
        written = other.path / f"{RFC}.dialogue.recorded.md"
        written.write_text(place.run("render", "rfc-0058")[0])
        other.run("import", written)
        one = json.loads(place.run("export", "rfc-0058")[0])
        two = json.loads(other.run("export", "rfc-0058")[0])
        for key in ("wisdom", "consistency", "truth", "relationships", "score", "open_tensions", "new_perspectives", "velocity"):
            assert [r.get(key) for r in one["rounds"]] == [r.get(key) for r in two["rounds"]], key
        assert [len(r["panel"]) for r in one["rounds"]] == [len(r["panel"]) for r in two["rounds"]]
        assert {e["slug"]: sum(s["total"] for s in e["scores"]) for e in one["experts"]} == {e["slug"]: sum(s["total"] for s in e["scores"]) for e in two["experts"]}
        assert len(two["tensions"]) == 18 and all(t["status"] == "resolved" for t in two["tensions"])
        assert one["verdicts"][0]["recommendation"] == two["verdicts"][0]["recommendation"]
        assert one["meta"]["status"] == two["meta"]["status"]
        assert other.run("render", "rfc-0058")[0] == written.read_text()


@promise("a document carries statuses, references and reasons to another store, and beside its folder it counts nothing twice")
def _():
    with Place() as place, Place() as other:
        place.run("init")
        other.run("init")
        place.run("import", folder(JIRA))
        name = place.run("list", "--ids")[0].strip()
        change = place.path / "change.json"
        change.write_text(json.dumps({"updates": [{"id": "P0001", "status": "conceded", "round": 2, "reason": "[MOVE:RESOLVE on T0001] | **Status**: Open"}]}))
        before = json.loads(place.run("export", name)[0])
        place.run("update", name, change)
        written = other.path / f"{JIRA}.dialogue.recorded.md"
        written.write_text(place.run("render", name)[0])
        other.run("import", written)
        one = json.loads(place.run("export", name)[0])
        two = json.loads(other.run("export", name)[0])
        assert one["perspectives"][0]["status"] == "conceded" and before["perspectives"][0]["status"] == "open"
        for key in one:
            if key not in ("meta", "files"):
                assert one[key] == two[key], key
        same(one["meta"], two["meta"], "updated_at")
        assert other.run("render", name)[0] == written.read_text()
        other.run("import", folder(JIRA))
        both = json.loads(other.run("export", name)[0])
        for key in before:
            if key not in ("meta", "files"):
                assert before[key] == both[key], key


main()
