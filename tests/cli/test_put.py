#!/usr/bin/env python3
"""A copy is put in a store's place, whatever is there, and nothing that was there is lost."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from bread import ROUND, database, later_round, mark_of, said  # noqa: E402
from tapper import PROGRAM, Place, main, promise, skip  # noqa: E402

LARGE = json.dumps({"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"id": f"MUFFIN-P{i:04}", "label": f"Rye {i}", "body": "Rye. " * 900} for i in range(1, 40)]})


def baked():
    """A store of two dialogues, and good.db, a copy of it."""
    place = Place()
    place.run("init")
    for name in ("rye", "which-bread"):
        place.run("create", name.title(), "--id", name)
    place.run("register", "which-bread", "-", stdin=json.dumps(ROUND))
    place.run("backup", "good.db")
    return place


def folder(place):
    return place.path / ".hansard"


def names(place):
    return sorted(path.name for path in folder(place).iterdir())


def traced(place, options, *words, stdin=""):
    tracer = shutil.which("strace") or skip("there is no strace to kill at a system call")
    if subprocess.run([tracer, "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        skip("strace may not trace here")
    log = place.path / "trace"
    done = subprocess.run([tracer, "-f", "-o", log, *options, PROGRAM, *words], cwd=place.path, env=place.environment | {"ASAN_OPTIONS": "detect_leaks=0"}, input=stdin.encode(), capture_output=True)
    lines = log.read_text(errors="replace").splitlines()
    log.unlink()
    return done, lines


def crashed():
    """The same store after a process was killed in a commit: its journal is hot, and the database half written."""
    place = baked()
    place.run("register", "rye", "-", stdin=LARGE)
    place.run("backup", "newer.db")
    traced(place, ["-einject=unlink:error=EIO:signal=KILL:when=1"], "erase", "rye", "--all", "--confirm", "rye")
    journal = folder(place) / "hansard.db-journal"
    assert journal.stat().st_size > 512 and journal.read_bytes()[:8] == bytes.fromhex("d9d505f920a163d7"), names(place)
    return place


def left(place, copy, store=None):
    """Names of what doctor says that a killed command left in a store's folder, where its database lies; it is no fault, whatever else is one."""
    findings = json.loads(place.run("doctor", "-C", store or copy, "--json", code=(0, 10, 13))[0])["findings"]
    told = [(one["state"], *one["detail"].split(": ", 1)) for one in findings if one["subject"] == "left"]
    assert all(state == "note" and "remove it" in what and Path(path).parent == copy for state, path, what in told), told
    return {Path(path).name for _, path, _ in told}


def leaves_told(place):
    """Doctor tells each draft and second name in a copy of the folder; without them it tells nothing, and as much is lost."""
    copy = place.path / "copy"
    shutil.copytree(folder(place), copy)
    there = {path.name for path in copy.iterdir()}
    kept = {name for name in there if name.endswith(".old")}
    told = left(place, copy)
    wanted = {name for name in there if re.search(r"^hansard\.db\.[0-9a-f]{16}\.(new|new-journal|old-journal)$", name) and name.removesuffix("-journal") not in kept}
    assert told == wanted and not told & {"config", "hansard.db", "hansard.db-journal"}, (told, there)
    for name in told:
        (copy / name).unlink()
    assert left(place, copy) == set()
    assert any((copy / name).exists() and rows(copy / name) for name in {"hansard.db", *kept})
    shutil.rmtree(copy)
    return told


def put_back(place, file="good.db", code=0):
    place.run("backup", "--put", file)
    place.run("backup", "--restored", "--dry-run")
    place.run("backup", "--restored", code=code)
    return said(place.run("verify")[0])


def aside(place):
    """{name of what was moved aside: its bytes}."""
    return {name: (folder(place) / name).read_bytes() for name in names(place) if ".old" in name}


def rows(path):
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return db.execute("SELECT dialogue, rev FROM heads ORDER BY dialogue").fetchall()
    finally:
        db.close()


@promise("the journal of a crash goes with its database: the copy that takes its place is whole, and what was there can still be taken back")
def _():
    with crashed() as place:
        hot = (database(place).read_bytes(), (folder(place) / "hansard.db-journal").read_bytes())
        copied = place.path / "copied"
        shutil.copytree(folder(place), copied / ".hansard")
        shutil.copy(place.path / "good.db", copied / ".hansard/hansard.db")
        place.run("verify", "--store", copied / ".hansard", code=(1, 3, 13))  # what cp does
        good = (place.path / "good.db").read_bytes()
        answer = place.json("backup", "--put", "good.db")
        assert answer["put"] is True and answer["database"].endswith("/.hansard/hansard.db") and answer["seen_before"] == 2 and answer["behind"] == 1, answer
        assert answer["verified"]["good"] == 2 and answer["verified"]["unseen"] == 0, answer
        kept = [Path(name) for name in answer["kept"]]
        assert [name.read_bytes() for name in kept] == list(hot) and kept[1].name == kept[0].name + "-journal", answer
        assert names(place) == sorted(["config", "hansard.db", kept[0].name, kept[1].name]), names(place)
        assert (place.path / "good.db").read_bytes() == good
        assert "commit 2 would be declared lost" in said(place.run("backup", "--restored", "--dry-run")[0])
        place.run("backup", "--restored")
        assert "2 good, 0 broken" in place.run("verify")[0]
        assert rows(kept[0]) == [("rye", 2), ("which-bread", 2)] and not kept[1].exists()  # played back into its own


STEPS = "link,linkat,rename,renameat,renameat2,unlink,unlinkat,fsync,fdatasync"


@promise("killed at any of its steps the old database is whole, under its own name or aside with its journal, and so is the copy; run again it ends well")
def _():
    with crashed() as place:
        before = {name: (folder(place) / name).read_bytes() for name in names(place)}
        good = (place.path / "good.db").read_bytes()
        home = place.path / "home"
        shutil.copytree(home, place.path / "home kept")
        done, lines = traced(place, [f"-etrace={STEPS}"], "backup", "--put", "good.db", "--no-verify")
        assert done.returncode == 0, done
        calls = [match.group(1) for line in lines if (match := re.match(r"\d+ +(\w+)\(", line))]
        states, told = set(), set()
        assert calls.count("renameat2") >= 2 and calls.count("link") == 3 and calls.count("fsync") >= 4, lines
        for at, call in enumerate(calls):
            shutil.rmtree(folder(place))
            folder(place).mkdir()
            for name, content in before.items():
                (folder(place) / name).write_bytes(content)
            shutil.rmtree(home)
            shutil.copytree(place.path / "home kept", home)
            done, _ = traced(place, [f"-einject={call}:error=EIO:signal=KILL:when={calls[:at + 1].count(call)}"], "backup", "--put", "good.db", "--no-verify")
            assert done.returncode in (-9, 137), (at, done)
            there = {name: (folder(place) / name).read_bytes() for name in names(place)}
            whole = [name for name, content in there.items() if content == before["hansard.db"] and there.get(name + "-journal") == before["hansard.db-journal"]]
            assert whole and (place.path / "good.db").read_bytes() == good, (at, sorted(there))
            told |= {re.sub("[0-9a-f]{16}", "*", name) for name in leaves_told(place)}
            if "hansard.db" not in there:
                states.add("none")
                error = json.loads(place.run("list", "--json", code=10)[1])
                assert "hansard.db" in error["message"] and "hansard backup --put FILE" in error["hint"], error
                assert "hansard backup --put FILE" in json.loads(place.run("init", "--json", code=11)[1])["hint"]
            else:
                states.add("old" if there["hansard.db"] == before["hansard.db"] else "new")
                assert there["hansard.db"] == before["hansard.db"] or "hansard.db-journal" not in there, (at, sorted(there))
            assert "2 good, 0 broken" in put_back(place), at
            after = aside(place)
            assert any(content == before["hansard.db"] and after.get(name + "-journal") == before["hansard.db-journal"] for name, content in after.items()), (at, sorted(after))
        assert states == {"none", "old", "new"}, states
        assert {"hansard.db.*.new", "hansard.db.*.old-journal"} <= told, told


@promise("where the store has dialogues of other tenants alone verify and a copy that is put say whose; doctor says all")
def _():
    with baked() as place:
        for tenant, name in (("acme", "stone"), ("zeta", "wood")):
            place.run("create", name.title(), "--id", name, HANSARD_TENANT=tenant)
        found = [one["detail"] for one in place.json("doctor")["findings"] if one["subject"] == "tenants"]
        assert found == ["acme (1), default (2), zeta (1)"], found
        assert "tenant" not in place.run("verify")[0] and "tenants" not in place.json("verify")
        answer = place.json("verify", HANSARD_TENANT="other")
        assert answer["tenants"] == found[0] and answer["dialogues"] == []
        told = "Of tenant other nothing is here. The store has dialogues of acme (1), default (2), zeta (1): HANSARD_TENANT, or tenant in the configuration, names whose are looked at."
        assert told in said(place.run("verify", HANSARD_TENANT="other")[0])
        assert "The store has dialogues of default (2)" in said(place.run("backup", "--put", "good.db", HANSARD_TENANT="other")[0])
    with Place() as place:
        place.run("init")
        assert "tenants" not in place.json("verify") and "tenant" not in place.run("verify")[0]


@promise("what backup --put kept is named by doctor and by whatever is erased: it can still be read there")
def _():
    with baked() as place:
        kept, = (Path(name) for name in place.json("backup", "--put", "good.db")["kept"])
        place.run("backup", "--restored")
        findings = place.json("doctor")["findings"]
        assert [(one["state"], one["detail"].split(": ")[0]) for one in findings if one["subject"] == "kept"] == [("note", str(folder(place) / kept.name))], findings
        assert json.loads(place.run("erase", "", "--confirm", "rye", "--json", code=2)[1])["kind"] == "missing_dialogue"
        out = place.run("erase", "rye", "--confirm", "rye")[0]
        assert f"{kept.name}, which backup --put kept: remove it" in said(out), out
        assert [Path(name).name for name in place.json("erase", "which-bread", "--confirm", "which-bread")["kept"]] == [kept.name]
        assert "rye" in place.run("show", "rye", "--read-only", "--set", f"sqlite.path={kept.name}", HANSARD_MARKS="fresh")[0].lower()
        kept.unlink()
        assert not [one for one in place.json("doctor")["findings"] if one["subject"] == "kept"]
        assert "kept" not in place.json("erase", "rye", "--confirm", "rye", "--all")


@promise("where a restore has lost something, commits or a dialogue as a whole, it names what backup --put kept")
def _():
    with baked() as place:
        place.run("create", "Later", "--id", "later")
        kept, = place.json("backup", "--put", "good.db")["kept"]
        out = place.run("backup", "--restored", "--dry-run", code=13)[0]
        assert "later: lost as a whole" in said(out) and "What is lost may still be in what backup --put kept: - " in said(out) and Path(kept).name in said(out), out
        answer = json.loads(place.run("backup", "--restored", "--json", code=13)[0])
        assert [Path(name).name for name in answer["kept"]] == [Path(kept).name] and answer["lacking"] == 1, answer
        assert Path(kept).name in said(place.run("backup", "--restored", "later")[0])
        answer = place.json("backup", "--restored")
        assert "kept" not in answer and answer["lacking"] == 0, answer


@promise("what a killed backup left beside the database is a whole copy: whatever is erased names it, for it can still be read there")
def _():
    with baked() as place:
        traced(place, ["-einject=renameat2:signal=KILL:when=1"], "backup", "--put", "good.db")
        draft, = (name for name in names(place) if name.endswith(".new"))
        out = place.run("erase", "rye", "--confirm", "rye")[0]
        assert f"{draft}, which a command that was killed left: unless one is running, remove it" in said(out), out
        answer = place.json("erase", "which-bread", "--confirm", "which-bread")
        assert [Path(name).name for name in answer["left"]] == [draft] and "kept" not in answer, answer
        assert "rye" in place.run("show", "rye", "--read-only", "--set", f"sqlite.path={draft}", HANSARD_MARKS="fresh")[0].lower()
        (folder(place) / draft).unlink()
        assert "left" not in place.json("erase", "rye", "--confirm", "rye", "--all")


@promise("a step that fails is said with where the old database is; before the first that counts all is as it was")
def _():
    with crashed() as place:
        before = {name: (folder(place) / name).read_bytes() for name in names(place)}
        done, lines = traced(place, ["-etrace=unlink"], "backup", "--put", "good.db", "--no-verify")
        unlinks = [line for line in lines if "unlink(" in line]
        unlinked = 1 + next(i for i, line in enumerate(unlinks) if "/hansard.db-journal\"" in line)
        for call, at in (("link", 1), ("renameat2", 1), ("unlink", unlinked), ("renameat2", 2)):
            shutil.rmtree(folder(place))
            folder(place).mkdir()
            for name, content in before.items():
                (folder(place) / name).write_bytes(content)
            done, _ = traced(place, [f"-einject={call}:error=EIO:when={at}"], "backup", "--put", "good.db", "--no-verify", "--json")
            error = json.loads(done.stderr)
            assert done.returncode == 1 and "hansard.db" in error["message"] and error["hint"], (call, done)
            there = {name: (folder(place) / name).read_bytes() for name in names(place)}
            if call == "link" or (call, at) == ("renameat2", 1):
                assert there == before and "nothing was" in error["message"], (call, error, sorted(there))
            else:
                old = re.search(r"kept whole as (\S.*\.old), and", error["hint"]).group(1)
                assert Path(old).read_bytes() == before["hansard.db"] and Path(old + "-journal").read_bytes() == before["hansard.db-journal"], error
            assert not [name for name in there if name.endswith(".new")], sorted(there)
            place.run("backup", "--put", "good.db")


@promise("a folder that cannot be synced is said at each step with what is there then: as it was, aside, or the copy, which is put and is said to be")
def _():
    with crashed() as place:
        before = {name: (folder(place) / name).read_bytes() for name in names(place)}
        _, lines = traced(place, ["-y", "-etrace=fsync"], "backup", "--put", "good.db", "--no-verify")
        syncs = [at for at, line in enumerate((line for line in lines if "fsync(" in line), 1) if re.search(r"fsync\(\d+<[^>]*/\.hansard>\)", line)]
        assert len(syncs) >= 4, lines
        for step, at in enumerate(syncs[-4:]):
            shutil.rmtree(folder(place))
            folder(place).mkdir()
            for name, content in before.items():
                (folder(place) / name).write_bytes(content)
            done, _ = traced(place, [f"-einject=fsync:error=EIO:when={at}"], "backup", "--put", "good.db", "--no-verify", "--json")
            error = json.loads(done.stderr)
            there = {name: (folder(place) / name).read_bytes() for name in names(place)}
            kept = aside(place)
            assert done.returncode == 1 and error["kind"] == "store_io" and error["hint"] and "hansard.db" in error["message"], error
            assert not [name for name in there if name.endswith(".new")], sorted(there)
            if step == 0:
                assert there == before and "nothing was" in error["message"], (error, sorted(there))
                continue
            old, = (name for name in kept if name.endswith(".old"))
            assert str(folder(place) / old) in error["hint"] and kept == {old: before["hansard.db"], old + "-journal": before["hansard.db-journal"]}, (error, sorted(there))
            if step < 3:
                assert "hansard.db" not in there and ("hansard.db-journal" in there) == (step == 1) and "folder cannot be synced" in error["message"] and "run it again" in error["hint"], (error, sorted(there))
                assert done.stdout == b"" or not json.loads(done.stdout)["put"], done
                continue
            answer = json.loads(done.stdout)
            assert answer["put"] is True and [Path(path).name for path in answer["kept"]] == [old, old + "-journal"], answer
            assert "is the store's database now" in error["hint"] and "run it again" not in error["hint"] and "nothing" not in error["message"], error
            assert rows(database(place)) == rows(place.path / "good.db")
        shutil.rmtree(folder(place))
        folder(place).mkdir()
        for name, content in before.items():
            (folder(place) / name).write_bytes(content)
        done, _ = traced(place, [f"-einject=fsync:error=EIO:when={at}"], "backup", "--put", "good.db", "--no-verify")
        assert done.returncode == 1 and b"The copy is the store's database now" in done.stdout and b"it was written" not in done.stderr, done


@promise("a copy that is put in the place of another user's database leaves it to the group that could read and write it, and says whose it is")
def _():
    if os.getuid() != 0:
        skip("only root can make another user's file")
    with baked() as place:
        owner, other, group = 65534, 65533, 65532
        for path in (folder(place), *folder(place).iterdir()):
            os.chown(path, owner, group)
            path.chmod(0o2775 if path.is_dir() else 0o664)
        os.chown(place.path, owner, group)
        place.path.chmod(0o2775)
        (place.path / "good.db").chmod(0o644)

        def run_as(user, *words):
            home = {name: str(place.path / "nobody's") for name in place.environment if name == "HOME" or name.startswith("XDG_")}
            try:
                return subprocess.run([PROGRAM, "-C", place.path, *words], cwd=place.path, env=place.environment | home, capture_output=True, text=True, user=user, group=group, extra_groups=[])
            except PermissionError:
                skip("other users cannot run the program where it lies")

        done = run_as(other, "backup", "--put", "good.db", "--no-verify")
        found = database(place).stat()
        assert done.returncode == 0 and "belonged to another user" in done.stdout, done
        assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (other, group, 0o664), found
        done = run_as(owner, "backup", "--put", "good.db", "--no-verify", "--json")
        answer = json.loads(done.stdout)
        assert answer["owner_kept"] is answer["access_kept"] is False and database(place).stat().st_mode & 0o777 == 0o660, done  # as if others had not been let in
        os.chown(database(place), owner, 65531)  # a group that the owner is not in
        done = run_as(owner, "backup", "--put", "good.db", "--no-verify")
        found = database(place).stat()
        assert done.returncode == 0 and "Others than its owner could use what was there, and cannot use the copy" in said(done.stdout), done
        assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (owner, group, 0o600), found
        os.chown(database(place), owner, 65531)  # nobody but its owner could use it
        assert json.loads(run_as(owner, "backup", "--put", "good.db", "--no-verify", "--json").stdout)["access_kept"] is True
        os.chown(database(place), 65533, 65533)  # of one who only writes in the folder, who may have put it there
        database(place).chmod(0o666)
        answer = place.json("-C", str(place.path), "backup", "--put", "good.db", "--no-verify")
        found = database(place).stat()
        assert answer["owner_kept"] is answer["access_kept"] is False and (found.st_uid, found.st_mode & 0o777) == (0, 0o600), found
        kept = database(place).rename(place.path / "elsewhere.db")
        database(place).symlink_to(kept)
        os.chown(database(place), 65533, 65533, follow_symlinks=False)
        error = json.loads(place.run("-C", str(place.path), "backup", "--put", "good.db", "--no-verify", "--json", code=1)[1])
        assert error["kind"] == "store_unopenable" and "look where it leads" in error["hint"] and kept.exists(), error
        database(place).unlink()
        kept.rename(database(place))
        os.chown(database(place), owner, 65531)
        database(place).chmod(0o606)  # all but that group
        done = run_as(owner, "backup", "--put", "good.db", "--no-verify", "--json")
        assert json.loads(done.stdout)["access_kept"] is True and database(place).stat().st_mode & 0o777 == 0o606, done
        os.chown(database(place), owner, group)
        assert json.loads(place.run("-C", str(place.path), "backup", "--put", "good.db", "--no-verify", "--json")[0])["owner_kept"] is True


@promise("a link of another's leads to no copy that he could not read, which he would be given, and to no database that is not his, which would be moved aside")
def _():
    if os.getuid() != 0:
        skip("only root can make another user's file")
    with baked() as place:
        his = place.path / "his"
        shutil.copytree(folder(place), his / ".hansard")
        for path in (his, his / ".hansard", *(his / ".hansard").iterdir()):
            os.chown(path, 65534, 65534)
        before = database(place).read_bytes(), (his / ".hansard/hansard.db").read_bytes()

        def link(path, to):
            path.symlink_to(to)
            os.chown(path, 65534, 65534, follow_symlinks=False)
            return path

        def refused(kind, code, *words):
            error = json.loads(place.run(*words, "--no-verify", "--json", code=code)[1])
            assert error["kind"] == kind and "look where it leads" in error["hint"], error
            assert (database(place).read_bytes(), (his / ".hansard/hansard.db").read_bytes()) == before and not aside(place), error
            assert not [path for path in place.path.rglob("*") if path.name.endswith((".new", ".old"))]

        for way in (link(his / "copy.db", database(place)), link(his / "backups", folder(place)) / "hansard.db", link(his / "twice", his / "copy.db")):
            refused("link_refused", 3, "-C", his, "backup", "--put", way)
        ours = place.path / "ours.db"
        ours.symlink_to(his / "copy.db")  # behind a link of one's own
        refused("link_refused", 3, "-C", his, "backup", "--put", ours)
        for name, to in (("linked.db", database(place)), ("made.db", place.path / "made.db")):
            link(his / ".hansard" / name, to)
            refused("store_unopenable", 1, "-C", his, "--set", f"sqlite.path={name}", "backup", "--put", "good.db")
        assert not (place.path / "made.db").exists()
        elsewhere = place.path / "elsewhere"
        elsewhere.mkdir()
        link(elsewhere / ".hansard", folder(place))
        refused("store_unopenable", 1, "-C", elsewhere, "backup", "--put", "good.db")
        shutil.copy(place.path / "good.db", his / "own.db")
        os.chown(his / "own.db", 65534, 65534)
        (his / "copy.db").unlink()
        link(his / "copy.db", his / "own.db")  # what he has himself
        assert place.json("-C", his, "backup", "--put", ours, "--no-verify")["owner_kept"] is True


@promise("where folders cannot be locked a copy is put all the same, and where a file cannot be renamed in one step it never keeps two names")
def _():
    with baked() as place:
        done, _ = traced(place, ["-etrace=flock", "-einject=flock:error=ENOLCK"], "backup", "--put", "good.db", "--no-verify")
        assert done.returncode == 0, done
        before = rows(database(place))
        for at in (3, 4):
            done, _ = traced(place, ["-etrace=renameat2,unlink,link", "-einject=renameat2:error=EINVAL", f"-einject=unlink:error=EIO:when={at}"], "backup", "--put", "good.db", "--no-verify")
            linked = [path for path in folder(place).iterdir() if path.is_file() and path.stat().st_nlink > 1]
            assert not linked, (at, linked, done)
            if not database(place).exists():
                assert done.returncode == 1 and "run it again" in json.dumps(done.stderr.decode()), done
                place.run("backup", "--put", "good.db", "--no-verify")
        assert rows(database(place)) == before
    with crashed() as place:
        words = ("backup", "--put", "good.db", "--no-verify")
        calls = "renameat2,rename,link,unlink"
        copy = place.path / "copy"
        shutil.copytree(folder(place), copy)
        lines = traced(place, [f"-etrace={calls}", "-einject=renameat2:error=EINVAL"], *words)[1]
        steps = [line.split("(")[0].split()[-1] for line in lines if "(" in line]
        for at, call in enumerate(steps, 1):
            if call == "renameat2":
                continue
            shutil.rmtree(folder(place))
            shutil.copytree(copy, folder(place))
            traced(place, [f"-etrace={calls}", "-einject=renameat2:error=EINVAL", f"-einject={call}:signal=KILL:when={steps[:at].count(call)}"], *words)
            both = [path for path in folder(place).iterdir() if path.name.endswith(".old") and path.stat().st_nlink > 1]
            assert not both, (at, call, names(place))


@promise("a copy in write-ahead mode is put back, and nothing is left beside it, nor beside a store in that mode that is read with --read-only")
def _():
    with baked() as place:
        (place.path / "odd %41?#name").mkdir()
        copy = place.path / "odd %41?#name/good%.db"
        shutil.move(place.path / "good.db", copy)
        for path in (copy, database(place)):
            db = sqlite3.connect(path)
            assert db.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
            db.close()
        for given in (copy, f"./{copy.parent.name}/{copy.name}", f"/{copy}"):
            before = copy.read_bytes()
            db = database(place).read_bytes()
            for words in (["list"], ["show", "which-bread"], ["verify"], ["doctor"]):
                place.run(*words, "--read-only")
                assert names(place) == ["config", "hansard.db"] and database(place).read_bytes() == db, (words, names(place))
            assert json.loads(place.run("create", "Rolls", "--read-only", "--json", code=1)[1])["kind"] == "store_read_only"
            place.run("backup", "--put", given)
            assert os.listdir(copy.parent) == [copy.name] and copy.read_bytes() == before, os.listdir(copy.parent)
            assert "2 good" in place.run("verify")[0]
            for path in folder(place).glob("*.old"):
                path.rename(database(place))


@promise("a store in write-ahead mode is not read where nothing can be made beside it, and the error says so, not to open it read-only, which it is")
def _():
    if os.getuid() != 0:
        skip("only root can become a user who cannot write there")
    with baked() as place:
        db = sqlite3.connect(database(place))
        assert db.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
        db.close()
        place.path.chmod(0o755)
        folder(place).chmod(0o555)
        database(place).chmod(0o666)
        (folder(place) / "config").chmod(0o644)
        home = {name: str(place.path / "nobody's") for name in place.environment if name == "HOME" or name.startswith("XDG_")}
        try:
            done = subprocess.run([PROGRAM, "-C", place.path, "verify", "--public-key", place.json("keys", "show")["signing"][0], "--read-only", "--json"],
                                  cwd=place.path, env=place.environment | home, capture_output=True, text=True, user=65534, group=65534, extra_groups=[])
        except PermissionError:
            skip("other users cannot run the program where it lies")
        error = json.loads(done.stderr)
        assert done.returncode == 1 and "write-ahead log" in error["message"] and "make the folder writable" in error["hint"] and "read-only" not in error["hint"], error


@promise("where the database is missing, garbage, empty or another store's, the copy takes its place and what was there is kept")
def _():
    def other(path):
        path.unlink()
        with Place() as elsewhere:
            elsewhere.run("init")
            shutil.copy(database(elsewhere), path)
    for damage in (lambda path: path.unlink(), lambda path: path.write_bytes(os.urandom(70000)), lambda path: path.write_bytes(b""), lambda path: path.write_text("words"), other):
        with baked() as place:
            damage(database(place))
            was = database(place).read_bytes() if database(place).exists() else None
            out = said(place.run("backup", "--put", "good.db")[0])
            assert list(aside(place).values()) == ([was] if was is not None else []), names(place)
            assert ("No database was there." in out) == (was is None), out
            place.run("backup", "--restored")
            assert "2 good, 0 broken" in place.run("verify")[0]
            place.run("register", "which-bread", "-", stdin=later_round(1))
    with baked() as place:  # what is left beside one that is gone is no journal of the copy
        database(place).unlink()
        (folder(place) / "hansard.db-journal").write_bytes(b"\0" * 600)
        (folder(place) / "hansard.db-wal").write_bytes(b"log")
        place.run("backup", "--put", "good.db")
        assert sorted(aside(place).values()) == [b"\0" * 600, b"log"] and len(names(place)) == 4, names(place)


@promise("a database that is a link stays one: the copy lies where it leads, and what was there beside it; one that leads nowhere and a folder are refused")
def _():
    with baked() as place:
        (place.path / "disk").mkdir()
        database(place).rename(place.path / "disk/real.db")
        database(place).symlink_to("../disk/real.db")
        (place.path / "disk/real.db-journal").write_bytes(b"left")
        was = (place.path / "disk/real.db").read_bytes()
        kept = place.json("backup", "--put", "good.db")["kept"]
        assert [Path(name).parent.name for name in kept] == ["disk"] * 2 and Path(kept[0]).read_bytes() == was and Path(kept[1]).read_bytes() == b"left"
        assert database(place).is_symlink() and names(place) == ["config", "hansard.db"]
        place.run("backup", "--restored")
        (place.path / "disk/real.db.0123456789abcdef.new").write_bytes(b"")
        assert left(place, place.path / "disk", folder(place)) == {"real.db.0123456789abcdef.new"}
        for name in (place.path / "disk").glob("*.new"):
            name.unlink()
        # A put that was killed between moving it aside and giving the copy its name: it is run again.
        (place.path / "disk/real.db").rename(place.path / "disk/real.db.0123456789abcdef.old")
        (place.path / "disk/real.db.0123456789abcdef.new").write_bytes(b"")
        assert left(place, place.path / "disk", folder(place)) == {"real.db.0123456789abcdef.new"}
        assert "hansard backup --put FILE" in json.loads(place.run("list", "--json", code=10)[1])["hint"]
        place.run("backup", "--put", "good.db")
        assert database(place).is_symlink() and rows(database(place)) == rows(place.path / "good.db")
        (place.path / "disk").rename(place.path / "unmounted")
        error = json.loads(place.run("backup", "--put", "good.db", "--json", code=1)[1])
        assert error["kind"] == "store_unopenable" and "leads nowhere" in error["message"], error
        database(place).unlink()
        database(place).mkdir()
        assert "no regular file" in json.loads(place.run("backup", "--put", "good.db", "--json", code=1)[1])["message"]


@promise("the database that sqlite.path names is the one, wherever it lies")
def _():
    with baked() as place:
        (place.path / "elsewhere").mkdir()
        database(place).rename(place.path / "elsewhere/store.db")
        place.environment["HANSARD_SQLITE_PATH"] = str(place.path / "elsewhere/store.db")
        kept = place.json("backup", "--put", "good.db")["kept"]
        assert len(kept) == 1 and "/elsewhere/store.db." in kept[0] and names(place) == ["config"], kept
        assert "2 good" in place.run("verify")[0]


@promise("what is no copy, or is the database itself, or lies beside a journal, is refused by name, and so is what makes no sense; nothing is moved")
def _():
    with baked() as place:
        before = {name: (folder(place) / name).read_bytes() for name in names(place)}
        (place.path / "words.txt").write_text("words " * 999)
        os.link(database(place), place.path / "hard.db")
        (place.path / "soft.db").symlink_to(".hansard/hansard.db")
        shutil.copy(place.path / "good.db", place.path / "hot.db")
        (place.path / "hot.db-journal").write_bytes(b"")
        (place.path / "to-hot.db").symlink_to("hot.db")
        shutil.copy(place.path / "good.db", place.path / "log.db")
        (place.path / "log.db-wal").write_bytes(b"x")
        (place.path / "a folder").mkdir()
        os.mkfifo(place.path / "pipe.db")
        other = sqlite3.connect(place.path / "other.db")
        other.execute("CREATE TABLE addresses (name)")
        other.commit()
        other.close()
        shutil.copy(place.path / "good.db", place.path / "planted.db")
        planted = sqlite3.connect(place.path / "planted.db")
        planted.execute("CREATE TRIGGER t AFTER INSERT ON heads BEGIN SELECT 1; END")
        planted.commit()
        planted.close()
        for file, code, kind in (("nothing.db", 1, "no_such_file"), ("words.txt", 3, "not_a_store"), ("other.db", 3, "not_a_store"), (".hansard/hansard.db", 2, "same_file"), ("hard.db", 2, "same_file"),
                                 ("soft.db", 2, "same_file"), ("hot.db", 3, "journal_beside"), ("to-hot.db", 3, "journal_beside"), ("log.db", 3, "journal_beside"), ("a folder", 1, "store_unopenable"),
                                 ("pipe.db", 1, "store_unopenable"), ("planted.db", 13, "schema_altered"), (".hansard/config", 3, "not_a_store")):
            for more in ((), ("--no-verify",)):
                error = json.loads(place.run("backup", "--put", file, *more, "--json", code=code)[1])
                assert error["kind"] == kind and file in error["message"] and error["hint"], (file, error)
                assert (kind == "not_a_store") == (error["hint"] == "nothing was moved: name a file that hansard backup has made"), (file, error)
        for words in (["--put"], ["--put", "good.db", "--dry-run"], ["--put", "good.db", "--retired"], ["--put", "--restored"], ["--put", "good.db", "--restored"]):
            error = json.loads(place.run("backup", *words, "--json", code=2)[1])
            assert error["kind"] == "usage" and "hansard backup" in error["hint"], (words, error)
        assert json.loads(place.run("backup", "--put", "good.db", "--read-only", "--json", code=1)[1])["kind"] == "store_read_only"
        place.run("backup", "--put", "good.db", "--store", "nowhere", code=10)
        assert {name: (folder(place) / name).read_bytes() for name in names(place)} == before
    with Place() as place:
        place.run("init", "--set", "backend=dynamodb", "--set", "dynamodb.table=decisions")
        error = json.loads(place.run("backup", "--put", "good.db", "--json", code=2)[1])
        assert error["kind"] == "unsupported" and "DynamoDB" in error["message"], error


@promise("a copy of which something is not good is put nowhere unless one says so: 13; without keys 12, and with a public key by that")
def _():
    with baked() as place:
        line = next(line.strip() for line in place.run("keys", "show")[0].splitlines() if line.strip().startswith("tester+"))
        shutil.copy(place.path / "good.db", place.path / "bad.db")
        with sqlite3.connect(place.path / "bad.db") as db:
            db.execute("UPDATE items SET stored = zeroblob(100) WHERE dialogue = 'rye' AND type = 'meta'")
        db.close()
        before = {name: (folder(place) / name).read_bytes() for name in names(place)}
        out, err = place.run("backup", "--put", "bad.db", code=13)
        assert "BROKEN rye" in said(out) and "was not put in the store's place" in said(err) and "nothing was moved" in said(err) and "--no-verify" in err, (out, err)
        out, err = place.run("backup", "--put", "bad.db", "--json", code=13)
        assert json.loads(out)["put"] is False and json.loads(out)["verified"]["broken"] == 1 and "kept" not in json.loads(out), out
        keys = place.path / "home/.config/hansard/keys"
        keys.rename(place.path / "away")
        error = json.loads(place.run("backup", "--put", "good.db", "--json", code=12)[1])
        assert "keys recover" in error["hint"], error
        assert {name: (folder(place) / name).read_bytes() for name in names(place)} == before
        assert "Tags and boxes were not checked" in said(place.run("backup", "--put", "good.db", "--public-key", line)[0])
        assert said(place.run("backup", "--put", "bad.db", "--no-verify")[0]).startswith("The copy was not verified: --no-verify The copy is the store's database now")
        (place.path / "away").rename(keys)
        assert "BROKEN rye" in said(place.run("verify", code=13)[0])
        assert "2 good" in put_back(place)


@promise("a copy that contradicts what was seen here is not good; one of another store is taken, and said to be unknown here")
def _():
    with baked() as place:
        shutil.copytree(place.path / ".hansard", place.path / "fork/.hansard")
        place.run("register", "which-bread", "-", stdin=later_round(1))
        mark = mark_of(place).read_bytes()
        mark_of(place).unlink()
        place.run("abandon", "which-bread", "otherwise", "--store", "fork/.hansard")
        place.run("backup", "forked.db", "--store", "fork/.hansard")
        mark_of(place).write_bytes(mark)
        assert "BROKEN which-bread" in said(place.run("backup", "--put", "forked.db", code=13)[0])
        with baked() as other:
            shutil.copytree(other.path / "home/.config/hansard/keys", place.path / "keys")
            shutil.copy(other.path / "good.db", place.path / "other.db")
        shutil.rmtree(place.path / "home")
        (place.path / "home/.config/hansard").mkdir(parents=True)
        (place.path / "keys").rename(place.path / "home/.config/hansard/keys")
        (place.path / "home/.config/hansard/keys").chmod(0o700)
        out = said(place.run("backup", "--put", "other.db")[0])
        assert "Nothing of it was seen here before: it may be a copy of another store." in out, out
        place.run("backup", "--restored")
        assert "2 good" in place.run("verify")[0]


@promise("a copy that the keys here do not sign or open is refused with the keys as the remedy, and is put once they are there")
def _():
    with baked() as place, Place() as other:
        copy, words = place.path / "good.db", place.run("keys", "words")[0]
        place.run("keys", "rotate")
        place.run("backup", "newer.db")
        other.run("init")
        error = json.loads(other.run("backup", "--put", copy, "--json", code=13)[1])
        assert error["kind"] == "untrusted_signer" and error["hint"].startswith("nothing was moved. Bring the key") and "another backup" not in error["hint"], error
        shutil.rmtree(other.path / "home/.config")
        other.run("keys", "recover", stdin=words)
        error = json.loads(other.run("backup", "--put", place.path / "newer.db", "--json", code=12)[1])
        assert error["kind"] == "wrong_key" and "--newer" in error["hint"], error
        error = json.loads(other.run("verify", "--set", f"sqlite.path={place.path}/newer.db", "--json", code=12)[1])
        assert "--newer" in error["hint"] and "--older" in error["hint"], error
        other.run("backup", "--put", copy)
        other.run("keys", "recover", "--newer", stdin=place.run("keys", "words")[0])
        other.run("backup", "--put", place.path / "newer.db")


@promise("while another process holds the store nothing is moved: exit 11, retryable; with a write-ahead log while it is open at all")
def _():
    with baked() as place:
        for begin in ("BEGIN IMMEDIATE", "PRAGMA journal_mode = WAL"):
            held = sqlite3.connect(database(place), isolation_level=None)
            held.execute(begin).fetchall()
            held.execute("SELECT count(*) FROM heads").fetchall()  # to open the file here, and close it, would give up the locks
            error = json.loads(place.run("backup", "--put", "good.db", "--json", code=11)[1])
            assert error["retryable"] is True and error["kind"] == "store_busy" and "hansard.db" in error["message"], error
            assert not [name for name in names(place) if name.endswith(".new") or ".old" in name] and held.execute("SELECT count(*) FROM heads").fetchone() == (2,), names(place)
            held.close()
        assert "2 good" in put_back(place)


def isolated(place, script):
    unshare = shutil.which("unshare") or skip("there is no unshare to mount a disk of one's own")
    command = [unshare, "--mount"] if os.geteuid() == 0 else [unshare, "--map-root-user", "--mount"]
    if subprocess.run([*command, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True).returncode != 0:
        skip("nothing may be mounted here")
    return subprocess.run([*command, "sh", "-euc", script], cwd=place.path, env=place.environment | {"hansard": PROGRAM}, capture_output=True, text=True)


@promise("on a disk that is read-only or full nothing is moved, and the error names the database: exit 1")
def _():
    with baked() as place:
        before = {name: (folder(place) / name).read_bytes() for name in names(place)}
        done = isolated(place, '''
            mount --bind . . && mount -o remount,bind,ro . && cd "$PWD"
            "$hansard" backup --put good.db --json || echo "$?"''')
        error = json.loads(done.stderr)
        assert done.stdout == "1\n" and "hansard.db" in error["message"] and "Read-only" in error["message"] and error["hint"], done
        assert {name: (folder(place) / name).read_bytes() for name in names(place)} == before
        (place.path / "disk").mkdir()
        done = isolated(place, '''
            mount -t tmpfs -o size=200k none disk; cp -r .hansard disk; cp good.db "$HOME/good.db"; cd disk
            "$hansard" backup --put "$HOME/good.db" --json || echo "$?"; ls -A .hansard; cmp .hansard/hansard.db ../.hansard/hansard.db''')
        assert done.returncode == 0 and done.stdout.split() == ["1", "config", "hansard.db"] and "space" in json.loads(done.stderr)["hint"], done


@promise("backup says how its copy is put back, and the error of whatever is found says the command that does it")
def _():
    with baked() as place:
        assert "To put it in the store's place: hansard backup --put second.db" in said(place.run("backup", "second.db")[0])
        place.run("register", "which-bread", "-", stdin=later_round(1))
        shutil.copy(place.path / "good.db", database(place))
        for words in (["show", "which-bread"], ["verify"], ["log", "which-bread"]):
            assert "hansard backup --put FILE" in json.loads(place.run(*words, "--json", code=13)[1])["hint"], words
        shutil.copy(place.path / "good.db", database(place))
        with sqlite3.connect(database(place)) as db:
            db.execute("DELETE FROM heads WHERE dialogue = 'which-bread'")
        db.close()
        assert "hansard backup --put FILE" in json.loads(place.run("show", "which-bread", "--json", code=13)[1])["hint"]
        content = bytearray(database(place).read_bytes())
        content[20000:] = os.urandom(len(content) - 20000)
        database(place).write_bytes(content)
        assert "hansard backup --put FILE" in json.loads(place.run("show", "which-bread", "--json", code=13)[1])["hint"]


@promise("a dry run over what is left out as a whole says that nothing would be declared; what can be read again is named with the command that erases it")
def _():
    with baked() as place:
        place.run("erase", "rye", "--confirm", "rye")
        place.run("backup", "--put", "good.db")
        out = place.run("backup", "--restored", "rye")[0]
        assert "    hansard erase rye --confirm rye\n" in out, out
        place.run(*re.search("hansard (erase rye --confirm rye)", out).group(1).split())
        place.run("backup", "--restored")
        with sqlite3.connect(database(place)) as db:
            db.execute("UPDATE heads SET note = x'00'")
        db.close()
        out = said(place.run("backup", "--restored", "--dry-run", code=13)[0])
        assert "2 left out" in out and out.endswith("Nothing was written, and nothing would be declared."), out


@promise("opened read-only beside the journal of a crash the error says what takes that back, and no more to open it read-only")
def _():
    with crashed() as place:
        error = json.loads(place.run("list", "--read-only", "--json", code=1)[1])
        assert error["kind"] == "journal_left" and "hansard.db-journal" in error["hint"] and "without --read-only" in error["hint"], error
        hot = {path: path.read_bytes() for path in (database(place), folder(place) / "hansard.db-journal")}
        for words in (["backup", "--restored"], ["migrate", "--to", "dynamodb"], ["migrate", "--to", "dynamodb", "--release"]):
            for path, content in hot.items():
                path.write_bytes(content)
            refused = place.run(*words, "--dry-run", "--read-only", code=1)[1]
            assert "without --read-only" in refused and database(place).read_bytes() == hot[database(place)], refused
            # A dry run takes it back as any command does; that there is no table is another matter.
            assert "--read-only" not in place.run(*words, "--dry-run", code=(0, 2, 3, 10))[1], words
            assert not (folder(place) / "hansard.db-journal").exists(), words
        place.run("list")
        place.run("list", "--read-only")


if __name__ == "__main__":
    main()
