#!/usr/bin/env python3
"""What must hold on the real dialogues: for the folder alone, the document alone, both, and in both orders."""
import functools
import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import Place, main, need_corpus, promise  # noqa: E402

RFC = "2026-02-06T1839Z-rfc-0058-supersession-hybrid-relational-dynamodb-architecture"
JIRA = "2026-03-11T1341Z-jira-cloud-integration-for-blue"
RFC_SCORES = [(45, 30, 25, 25, 125, 10, 20, 30, 0), (38, 28, 22, 22, 110, 7, 9, 16, 0), (32, 26, 25, 22, 105, 1, 3, 4, 83), (20, 20, 20, 15, 75, 0, 0, 0, 100)]
RFC_EXPERTS = {"croissant": 94, "strudel": 90, "muffin": 87, "cannoli": 86, "galette": 69, "tartlet": 66, "eclair": 44, "macaron": 40,
               "scone": 19, "brioche": 19, "cupcake": 17, "donut": 16}
RFC_RAISED = ["brioche", "cannoli", "croissant", "cupcake", "donut", "eclair", "macaron", "muffin", "scone", "strudel"]
RFC_RAISED_1 = ["croissant", "eclair", "galette", "macaron", "muffin", "strudel", "tartlet"]


RFC_SO_FAR = [(45, 30, 25, 25, 125), (83, 58, 47, 47, 235), (115, 84, 72, 69, 340), (135, 104, 92, 84, 415)]
RFC_DOCUMENT_SCORES = {"croissant": [25, 25, 24], "strudel": [24, 25, 21], "muffin": [23, 22, 22], "cannoli": [22, 21, 23], "galette": [24, 25], "tartlet": [24, 22],
                       "eclair": [22, 22], "macaron": [21, 19], "scone": [19], "brioche": [19], "cupcake": [17], "donut": [16]}
RAISED = {f"T00{n:02d}": (who, 0) for n, who in enumerate(RFC_RAISED, 1)} | {f"T01{n:02d}": (who, 1) for n, who in enumerate(RFC_RAISED_1, 1)}
JIRA_SCORES = [(12, 8, 9, 7, 36, 35, 0), (15, 12, 10, 10, 47, 16, 0), (6, 5, 4, 3, 18, 2, 100)]
FOLDER, DOCUMENT, BOTH, TURNED = ("folder",), ("document",), ("folder", "document"), ("document", "folder")


def folder(name):
    return need_corpus() / "dialogues" / name


def document(name):
    return need_corpus() / "recorded" / f"{name}.dialogue.recorded.md"


class Taken:
    """What the program says of the one dialogue that these sources give, in this order."""

    def __init__(self, name, sources):
        with Place() as place:
            place.run("init")
            for source in sources:
                place.run("import", folder(name) if source == "folder" else document(name))
            ids = place.run("list", "--ids")[0].split()
            assert len(ids) == 1, ids
            self.dialogue = json.loads(place.run("export", ids[0])[0])
            self.render = place.run("render", ids[0])[0]
            self.show = place.run("show", ids[0])[0]
            self.scoreboard = place.json("scoreboard", ids[0])
            self.report = place.json("show", ids[0], "--problems")
        self.page = self.render.split("\n## Record\n")[0]  # what people read: the record itself has everything
        assert len(self.page) < len(self.render)

    def part(self, heading):
        """The page between the heading that begins so and the next of its level or above."""
        lines = self.page.splitlines()
        level = len(heading.split(" ", 1)[0])
        begin = next(n for n, line in enumerate(lines) if line.startswith(heading))
        end = next((n for n in range(begin + 1, len(lines)) if lines[n].startswith("#") and len(lines[n].split(" ", 1)[0]) <= level), len(lines))
        return "\n".join(lines[begin:end])


@functools.lru_cache(None)
def taken(name, sources):
    return Taken(name, sources)


def resolutions(path):
    """{(who raised it, in which round): how it was resolved} of the tables of a verdict or document, as they were written."""
    rows = re.findall(r"^[|│] *([A-Z]+)(?:-T01 \(R(\d)\)| R(\d)-T01) *[|│](.*)[|│] *$", path.read_text(), re.M)
    return {(who.lower(), int(one or other)): re.split("[|│]", rest)[-1].strip() for who, one, other, rest in rows}


def resolution(tension):
    """Why a tension is resolved: the reason of its last resolving event."""
    return [event for event in tension["events"] if event["event_type"] == "resolved"][-1].get("reason")


def tiers(members):
    return [sum(m["tier"] == tier for m in members) for tier in ("core", "adjacent", "wildcard")]


def signals(dialogue):
    """Who signalled convergence, by round."""
    return [{m["expert"] for m in dialogue["moves"] if m["move_type"] == "converge" and m["round"] == number} for number in range(len(dialogue["rounds"]))]


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
    assert sum(said["score"] for said in rounds) == 415 == dialogue["meta"]["total_alignment"]
    assert [sum(said[k] for said in rounds) for k in ("wisdom", "consistency", "truth", "relationships")] == [135, 104, 92, 84]
    assert [said["panel_size"] for said in rounds] == [10, 8, 6, 6], [said["panel_size"] for said in rounds]


def check_scoreboard(answer, parts):
    """The scoreboard has W, C, T, R and score of each round, and of all rounds up to it."""
    names = ("wisdom", "consistency", "truth", "relationships")
    assert [[r[name] for name in names] + [r["score"]["said"]] for r in answer["rounds"]] == [list(part[:5]) for part in parts]
    sums = [[sum(part[k] for part in parts[:number + 1]) for k in range(5)] for number in range(len(parts))]
    assert [[r["so_far"][name] for name in (*names, "score")] for r in answer["rounds"]] == sums, answer["rounds"]
    assert [answer["scores"][name] for name in names] + [answer["scores"]["alignment"]["said"]] == sums[-1]
    return sums


def check_rfc_folder(dialogue):
    check_rounds(dialogue)
    assert [len(said["panel"]) for said in dialogue["rounds"]] == [10, 8, 6, 6], [len(said["panel"]) for said in dialogue["rounds"]]
    assert len(dialogue["experts"]) == 12
    for expert in dialogue["experts"]:
        total = sum(score["total"] for score in expert["scores"])
        assert total == RFC_EXPERTS[expert["slug"]], expert
    assert len(dialogue["perspectives"]) == 58
    assert [sum(p["id"].startswith(f"P0{n}") for p in dialogue["perspectives"]) for n in range(4)] == [20, 16, 12, 10]
    tensions = {t["id"]: t for t in dialogue["tensions"]}
    assert set(tensions) == {*RAISED, "T0201"}, sorted(tensions)
    told = resolutions(folder(RFC) / "verdict.md")
    assert len(told) == 17, told
    for name, (who, number) in (RAISED | {"T0201": ("strudel", 2)}).items():
        assert tensions[name]["contributors"] == [who], (name, tensions[name]["contributors"])
        assert tensions[name]["status"] == "resolved", name
        assert resolution(tensions[name]) == told.get((who, number), resolution(tensions[name])), (name, tensions[name]["events"])
    assert [len(who) for who in signals(dialogue)] == [0, 0, 0, 6], signals(dialogue)
    assert signals(dialogue)[3] == {seat["expert"] for seat in dialogue["rounds"][3]["panel"]}
    assert tiers(dialogue["meta"]["pool"]["members"]) == [4, 6, 4]
    assert dialogue["meta"]["status"] == "converged"


def rows_of(text):
    """The cells of every table row of a markdown document, emphasis removed."""
    return [[cell.strip().strip("*") for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.lstrip().startswith("|")]


def claimed(cell):
    """What the Judge said in a cell: without what the record says beside it."""
    return cell.split(" (record")[0]


def check_render_pool(it):
    pool = [row[0] for row in rows_of(it.part("## Expert Pool"))]
    assert [pool.count(tier) for tier in ("Core", "Adjacent", "Wildcard")] == [4, 6, 4], pool


def check_render_panels(it, sizes):
    """Each round has so many seats below its heading, which says how many sat."""
    for number, (seats, said) in enumerate(zip(sizes, (10, 8, 6, 6))):
        part = it.part("## Expert Panels by Round").split(f"### Round {number} (")[1].split("\n### ")[0]
        assert claimed(part.split(" experts)")[0]) == str(said), part
        assert sum(row[0] in {slug.capitalize() for slug in RFC_EXPERTS} for row in rows_of(part)) == seats, part


def check_render_tensions(it, told):
    rows = {row[0]: row for row in rows_of(it.part("## Tensions")) if row[0].startswith("T0")}
    assert len(rows) == len(it.dialogue["tensions"]), rows
    for name, (who, number) in RAISED.items():
        row = rows[name]
        assert row[2].split(" R")[0] == "Resolved" and row[3] == f"{who.capitalize()} R{number}", (name, row)
        assert row[4] == told[who, number], (name, row, told[who, number])


def check_render_experts(it, totals):
    rows = {row[0]: row for row in rows_of(it.part("## Expert Scores"))}
    for slug, total in totals.items():
        assert rows[slug.capitalize()][-1] == str(total), (slug, rows)


def check_rfc_page(it, told):
    """What the document says in any case: scores by round and in all, status, pool, the tensions with their resolutions, the verdict's sentence."""
    rows = rows_of(it.part("## ALIGNMENT Scoreboard"))
    for number, (w, c, t, r, score, _, _, velocity, converge) in enumerate(RFC_SCORES):
        row = next(row for row in rows if row[0] == str(number))
        assert [claimed(cell) for cell in row[:6] + row[8:]] == [str(x) for x in (number, w, c, t, r, score, velocity)] + [f"{converge}%"], row
    assert next(row for row in rows if row[0] == "All")[1:6] == ["135", "104", "92", "84", "415"], rows
    for fact in ("- **Status**: Converged\n", "- **ALIGNMENT Score**: 415 (W:135 C:104 T:92 R:84)\n", "Encryption & Key Management Architect", "Data Compliance & Audit Officer"):
        assert fact in it.page, fact
    for fact in ("  Status        Converged\n", "  ALIGNMENT     415 (W:135 C:104 T:92 R:84)\n", "  Experts       12\n"):
        assert fact in it.show, fact
    check_render_pool(it)
    check_render_tensions(it, told)


def check_rfc_render(it):
    """The document of a folder carries every fact."""
    check_rfc_page(it, resolutions(folder(RFC) / "verdict.md"))
    for number, parts in enumerate(RFC_SCORES):
        row = next(row for row in rows_of(it.part("## ALIGNMENT Scoreboard")) if row[0] == str(number))
        assert [claimed(cell) for cell in row[6:8]] == [str(parts[5]), str(parts[6])], row
    check_render_panels(it, (10, 8, 6, 6))
    check_render_experts(it, RFC_EXPERTS)
    stated = re.findall(r"^\[[A-Z]+-P0(\d)\d\d: ", it.page, re.M)
    assert [stated.count(str(number)) for number in range(4)] == [20, 16, 12, 10], stated
    moves = [row for row in rows_of(it.page) if len(row) > 2 and row[2].startswith("[MOVE:CONVERGE]") and row[1].isdigit()]
    assert len({row[0] for row in moves}) == len(moves) == 6 and {row[1] for row in moves} == {"3"}, moves
    assert "17/17 (record: 18/18)" in it.page and "17/17 (record: 18/18)" in it.show


def same(one, other, *but):
    strip = lambda d: {k: v for k, v in d.items() if k not in but}
    assert strip(one) == strip(other)


def leads(it, sentence):
    """The verdict's own words come first, in what is shown and in the document's verdict."""
    assert it.dialogue["verdicts"][0]["recommendation"].startswith(sentence), it.dialogue["verdicts"][0]
    assert it.dialogue["verdicts"][0]["verdict_type"] == "final"
    assert " ".join(it.show.split()).startswith(sentence), it.show[:300]
    assert sentence in it.part("## Verdict").replace("*", ""), it.part("## Verdict")[:300]


@promise("RFC 0058: the folder alone gives every fact")
def _():
    it = taken(RFC, FOLDER)
    check_rfc_folder(it.dialogue)
    check_rfc_render(it)
    assert [tuple(sums) for sums in check_scoreboard(it.scoreboard, RFC_SCORES)] == RFC_SO_FAR
    leads(it, "NO. RFC 0058 should NOT be superseded by a hybrid architecture. Instead, the implementation sequence should be amended")


@promise("RFC 0058: the document alone gives what it contains: rounds, scores, pool, panels, tensions, verdict")
def _():
    it = taken(RFC, DOCUMENT)
    dialogue = it.dialogue
    check_rounds(dialogue, with_counts=False)
    assert [len(said.get("panel", [])) for said in dialogue["rounds"]] == [10, 8, 6, 0], "the document names nobody in round 3"
    assert tiers(dialogue["meta"]["pool"]["members"]) == [4, 6, 4]
    assert dialogue["meta"]["tensions_claimed"] == "17/17"
    assert dialogue["meta"]["status"] == "converged"
    assert [tuple(sums) for sums in check_scoreboard(it.scoreboard, RFC_SCORES)] == RFC_SO_FAR
    leads(it, "Do NOT supersede RFC 0058 with a hybrid architecture")


@promise("RFC 0058: the document alone gives every expert with the scores of its panels")
def _():
    it = taken(RFC, DOCUMENT)
    assert {e["slug"]: [score["total"] for score in e["scores"]] for e in it.dialogue["experts"]} == RFC_DOCUMENT_SCORES
    for expert in it.dialogue["experts"]:
        sat = [number for number, said in enumerate(it.dialogue["rounds"]) if expert["slug"] in {seat["expert"] for seat in said.get("panel", [])}]
        assert [score["round"] for score in expert["scores"]] == sat, expert
    totals = {slug: sum(scores) for slug, scores in RFC_DOCUMENT_SCORES.items()}
    check_render_experts(it, totals)
    assert {e["expert"]: e["total"] for e in it.scoreboard["experts"]} == totals
    for slug, total in totals.items():
        assert re.search(rf"^  {slug.capitalize()} .* {total}$", it.show, re.M), slug


@promise("RFC 0058: the document alone gives each tension with who raised it and how it was resolved")
def _():
    it = taken(RFC, DOCUMENT)
    told = resolutions(document(RFC))
    assert set(told) == set(RAISED.values()), told
    tensions = {t["id"]: t for t in it.dialogue["tensions"]}
    assert set(tensions) == set(RAISED), sorted(tensions)
    shown = " ".join(it.show.split())
    for name, (who, number) in RAISED.items():
        tension = tensions[name]
        assert tension["contributors"] == [who] and tension["status"] == "resolved", tension
        assert resolution(tension) == told[who, number], tension
        words = told[who, number].removeprefix("Resolved: ")
        assert f"{name} {tension['label']} Raised by {who.capitalize()} in round {number}. Resolved: {words}" in shown, name


@promise("RFC 0058: the document alone is written and shown with what it contains")
def _():
    it = taken(RFC, DOCUMENT)
    check_rfc_page(it, resolutions(document(RFC)))
    check_render_panels(it, (10, 8, 6, 0))
    assert "- **Tensions Resolved**: 17/17\n" in it.page
    assert "17 tensions: 17 resolved, 0 settled otherwise, 0 open." in it.show and "17/17 resolved, 0 open" in it.show


@promise("RFC 0058: folder and document together give every fact, in both orders, and the document's verdict leads")
def _():
    for sources in (BOTH, TURNED):
        it = taken(RFC, sources)
        check_rfc_folder(it.dialogue)
        check_rfc_render(it)
        assert [tuple(sums) for sums in check_scoreboard(it.scoreboard, RFC_SCORES)] == RFC_SO_FAR
        leads(it, "Do NOT supersede RFC 0058 with a hybrid architecture")


@promise("the order of folder and document makes no difference: RFC 0058, Jira")
def _():
    for name in (RFC, JIRA):
        one, other = taken(name, BOTH), taken(name, TURNED)
        same(one.dialogue, other.dialogue)
        assert (one.render, one.show, one.scoreboard, one.report) == (other.render, other.show, other.scoreboard, other.report)


def check_jira(it, last_four):
    """What each source has: experts, panels, scores, velocity, 100 % in the last round, and the Judge's eleven tensions."""
    dialogue = it.dialogue
    assert len(dialogue["experts"]) == 12
    rounds = dialogue["rounds"]
    names = ("wisdom", "consistency", "truth", "relationships", "score", "velocity")
    assert [[r[name] for name in names] + [r["converge_permille"] // 10] for r in rounds] == [list(parts) for parts in JIRA_SCORES], rounds
    assert [len(r["panel"]) for r in rounds] == [r["panel_size"] for r in rounds] == [12, 12, 12]
    assert sum(r["score"] for r in rounds) == 101 == dialogue["meta"]["total_alignment"]
    assert dialogue["meta"]["status"] == "converged"
    check_scoreboard(it.scoreboard, JIRA_SCORES)
    by_id = {t["id"]: t["status"] for t in dialogue["tensions"] if t["status"] != "merged"}
    assert by_id == {f"T00{n:02d}": "resolved" if n < 8 else last_four for n in range(1, 12)}, by_id
    rows = {row[0]: row for row in rows_of(it.part("## Tensions")) if row[0] in by_id}
    assert {name: row[2].split(" R")[0].lower() for name, row in rows.items()} == by_id, rows
    scores = {row[0]: row for row in rows_of(it.part("## ALIGNMENT Scoreboard"))}
    for number, (w, c, t, r, score, velocity, converge) in enumerate(JIRA_SCORES):
        row = scores[str(number)]
        assert [claimed(cell) for cell in row[:6] + row[8:]] == [str(x) for x in (number, w, c, t, r, score, velocity)] + [f"{converge}%"], row


def check_jira_signals(it):
    """Twelve of twelve in the last round, however they wrote it: computed from the record, too."""
    assert [len(who) for who in signals(it.dialogue)] == [0, 0, 12], signals(it.dialogue)
    last = it.scoreboard["rounds"][2]
    assert last["converge_signals"]["record"] == 12 and last["converge_permille"] == {"said": 1000, "record": 1000}, last
    moves = [row for row in rows_of(it.page) if len(row) > 2 and row[2].startswith("[MOVE:CONVERGE]") and row[1].isdigit()]
    assert len({row[0] for row in moves}) == len(moves) == 12 and {row[1] for row in moves} == {"2"}, moves


@promise("Jira: the folder alone gives every fact")
def _():
    it = taken(JIRA, FOLDER)
    check_jira(it, "deferred")
    check_jira_signals(it)


@promise("Jira: the document alone gives what it contains, its last four tensions open")
def _():
    check_jira(taken(JIRA, DOCUMENT), "open")


@promise("Jira: folder and document together give every fact, in both orders; the tensions stay deferred, and the document's word is reported")
def _():
    for sources in (BOTH, TURNED):
        it = taken(JIRA, sources)
        check_jira(it, "deferred")
        check_jira_signals(it)
        lines = document(JIRA).read_text().splitlines()
        for n in range(8, 12):
            told = [p for p in it.report["problems"] if p["error_code"] == "contradiction" and f"status of T00{n:02d}" in p["message"]]
            assert len(told) == 1 and told[0]["file"] == document(JIRA).name and told[0]["value"] == "open", told
            assert lines[told[0]["line"] - 1].startswith(f"| T{n:02d} |"), told


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
