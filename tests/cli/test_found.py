#!/usr/bin/env python3
"""Which store is used: where it is looked for, whose it may be, how it is made and what a making that fails leaves."""
import json
import os
import pwd
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import PROGRAM, Place, main, promise, skip, store, traced  # noqa: E402


def fails(place, *words, code, **more):
    """The error object of a command that fails."""
    return json.loads(place.run(*words, "--json", code=code, **more)[1].splitlines()[-1])


def below(place, *words, code=0, **environment):
    """Runs the program in a folder below the store's; the error object where it fails."""
    folder = place.path / "a" / "b"
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([PROGRAM, *words, "--json"], cwd=folder, env=place.environment | environment, capture_output=True, text=True)
    assert done.returncode == code, done
    return json.loads(done.stderr) if code else None


@promise("a store of another user that is only found is not used: the message names the owner and how to say that it is meant, and named it is used")
def _():
    if os.geteuid() != 0:
        skip("only root gives files to another user")
    nobody = pwd.getpwnam("nobody")
    with store() as place:
        folder = place.path / ".hansard"
        real = os.path.realpath(folder)
        for given in (folder, folder / "config"):
            os.chown(given, nobody.pw_uid, -1)
            for words in (["list"], ["doctor"], ["create", "Whose store"], ["list", "--read-only"]):
                error = below(place, *words, code=10)
                assert error["kind"] == "store_of_others", error
                assert f"{real}{'/config' if given != folder else ''} belongs to nobody (uid {nobody.pw_uid})" in error["message"], error
                assert f"hansard -C {os.path.dirname(real)}" in error["hint"] and f"HANSARD_STORE={os.path.dirname(real)}" in error["hint"], error
            assert fails(place, "list", code=10)["kind"] == "store_of_others"
            below(place, "list", "-C", "../..")
            below(place, "list", HANSARD_STORE=str(place.path))
            os.chown(given, 0, -1)
        below(place, "list")
        away = place.path / "away"
        folder.rename(away)
        folder.symlink_to(away)
        below(place, "list")
        os.chown(folder, nobody.pw_uid, -1, follow_symlinks=False)
        assert below(place, "list", code=10)["kind"] == "store_of_others"


@promise("an init beside a store of another user that is there says how to mean that one, or to make one elsewhere, not to run what was just run")
def _():
    if os.geteuid() != 0:
        skip("only root gives files to another user")
    with store() as place:
        os.chown(place.path / ".hansard", pwd.getpwnam("nobody").pw_uid, -1)
        parent = os.path.dirname(os.path.realpath(place.path / ".hansard"))
        hint = fails(place, "init", code=10)["hint"]
        assert hint == "if it is meant, name it: hansard init .; a store of your own, in a folder of yours: hansard init DIR", hint
        assert fails(place, "init", ".", code=11)["kind"] == "store_exists"
        hint = fails(place, "list", code=10)["hint"]
        assert hint.endswith("; a store of your own, in a folder of yours: hansard init DIR") and f"-C {parent}" in hint, hint


@promise("without DIR a store is made where -C names it, else where HANSARD_STORE does, and the answer says which; of one that is there the folder itself may be named")
def _():
    with Place() as place:
        for name in ("one", "two", "three", "four"):
            (place.path / name).mkdir()
        out = place.run("init", HANSARD_STORE=str(place.path / "one"))[0]
        assert out.startswith(f"Made a store in {place.path}/one/.hansard, as HANSARD_STORE says\n"), out
        assert place.json("init", HANSARD_STORE=f"{place.path}/two/.hansard/")["store"] == f"{place.path}/two/.hansard"
        assert place.json("init", "-C", "three", HANSARD_STORE="one")["store"] == "three/.hansard"
        assert place.json("init", "four", "-C", "three", HANSARD_STORE="one")["store"] == "four/.hansard"
        assert not (place.path / ".hansard").exists()
        for name in ("one", "two/.hansard"):
            assert fails(place, "init", code=11, HANSARD_STORE=name)["kind"] == "store_exists"
            place.run("list", HANSARD_STORE=name)
        (place.path / "three/.hansard").rename(place.path / "bare")
        for name in ("bare", "bare/"):
            assert fails(place, "init", code=11, HANSARD_STORE=name)["kind"] == "store_exists"
        assert sorted(os.listdir(place.path / "bare")) == ["config", "hansard.db"]
        for words in (["init", "bare"], ["-C", "bare", "init"]):
            assert fails(place, *words, code=11)["kind"] == "store_exists"
        # Whatever of its files is gone or has another name, no store is made inside.
        (place.path / "bare/hansard.db").rename(place.path / "bare/other.db")
        assert "hansard backup --put FILE" in fails(place, "init", code=11, HANSARD_STORE="bare")["hint"]
        (place.path / "bare/config").write_text((place.path / "bare/config").read_text().replace("; sqlite.path = hansard.db", "sqlite.path = other.db"))
        for words, more in ((["init"], {"HANSARD_STORE": "bare"}), (["init", "-C", "bare"], {}), (["init", "bare"], {})):
            assert fails(place, *words, code=11, **more)["kind"] == "store_exists"
        place.run("list", "-C", "bare")
        (place.path / "bare/other.db").rename(place.path / "bare/hansard.db")
        (place.path / "bare/config").unlink()
        error = fails(place, "list", "-C", "bare", code=10)
        assert error["kind"] == "no_config" and error["hint"].endswith(": hansard init bare writes one with default settings and new marks"), error
        assert place.json("init", "bare")["store"] == "bare"
        place.run("list", "-C", "bare")
        assert sorted(os.listdir(place.path / "bare")) == ["config", "hansard.db"]
        # A folder that only has a file of that name.
        (place.path / "project").mkdir()
        (place.path / "project/config").write_text("[core]\n\tbare = false\n")
        error = fails(place, "init", "project", code=3)
        assert "project/config" in error["message"] and "hansard init project/.hansard" in error["hint"], error
        assert place.json("init", "project/.hansard")["store"] == "project/.hansard"
        for content in ("", "# notes of mine\n", "; nothing\n"):
            shutil.rmtree(place.path / "project")
            (place.path / "project").mkdir()
            (place.path / "project/config").write_text(content)
            assert place.json("init", "project")["store"] == "project/.hansard", content
        (place.path / "work").mkdir()
        (place.path / "work/config").write_text("[core]\n\tbare = false\n")
        subprocess.run([PROGRAM, "init"], cwd=place.path / "work", env=place.environment, check=True, capture_output=True)
        assert (place.path / "work/.hansard/config").exists()
        # In the folder of a store itself none is made, either: of another database, or of a table.
        (place.path / "bare/hansard.db").rename(place.path / "bare/other.db")
        for line in ("sqlite.path = other.db", "backend = dynamodb"):
            (place.path / "bare/config").write_text(f"[storage]\n{line}\n")
            done = subprocess.run([PROGRAM, "init", "--json"], cwd=place.path / "bare", env=place.environment, capture_output=True, text=True)
            assert done.returncode == 11 and json.loads(done.stderr)["kind"] == "store_exists" and not (place.path / "bare/.hansard").exists(), done
        (place.path / "two/.hansard/config").unlink()
        (place.path / "two/.hansard/config").symlink_to("nowhere")
        error = fails(place, "list", "-C", "two", code=10)
        assert error["kind"] == "no_config" and "it is a link" in error["hint"] and "hansard init" not in error["hint"], error
        place.run("list", "-C", "project")
        for words in (["init", ""], ["init", "-C", ""], ["list", "-C", ""], ["doctor", "-C", ""], ["keys", "show", "-C", ""], ["keys", "words", "--store="]):
            error = fails(place, *words, code=2)
            assert error["kind"] == "missing_folder" and error["hint"], error
        assert place.run("init", HANSARD_STORE="")[0].startswith("Made a store in ./.hansard\n")


@promise("a store that is found and goes away while it is looked at is not used, at whichever look, and the error says to run it again; one without a configuration then is as any")
def _():
    with store() as place:
        looks = "?stat,?lstat,?newfstatat,?statx"
        done, lines = traced(place, [f"-etrace={looks}"], "list")
        assert done.returncode == 0, done
        at = {name: [i for i, line in enumerate((line for line in lines if "stat" in line), 1) if f'/{name}"' in line] for name in (".hansard", ".hansard/config")}
        folder, config = at[".hansard"][:3], [i for i in at[".hansard/config"] if i > at[".hansard"][2]][:2]
        assert len(folder) == 3 and len(config) == 2 and config[0] == folder[2] + 1, lines
        for i in folder:
            done, _ = traced(place, [f"-einject={looks}:error=ENOENT:when={i}"], "list", "--json")
            error = json.loads(done.stderr)
            assert done.returncode == 10 and error["kind"] == "store_vanished" and "cannot be looked at" in error["message"] and error["hint"].startswith("run it again; "), error
        for i in config:
            assert traced(place, [f"-einject={looks}:error=ENOENT:when={i}"], "list")[0].returncode == 0
            done, _ = traced(place, [f"-einject={looks}:error=EACCES:when={i}"], "list", "--json")
            assert done.returncode == 10 and json.loads(done.stderr)["kind"] == "store_vanished", done


@promise("init below a store names that one, which is not found any more from there, in text and JSON")
def _():
    with store() as place:
        for folder in ("a/b", "c"):
            (place.path / folder).mkdir(parents=True)
        upper = f"{place.path.resolve()}/.hansard"
        assert "above" not in place.json("init", HANSARD_STORE=str(place.path / "elsewhere"))
        told = " ".join(subprocess.run([PROGRAM, "init"], cwd=place.path / "a/b", env=place.environment, check=True, capture_output=True, text=True).stdout.split())
        assert f"There is a store above, in {upper}: from this folder on the new one is found in its place." in told, told
        assert place.json("init", "c")["above"] == upper
        # Of one above that would not be used nothing is said.
        (place.path / ".hansard/config").unlink()
        (place.path / "d").mkdir()
        told = subprocess.run([PROGRAM, "init"], cwd=place.path / "d", env=place.environment, check=True, capture_output=True, text=True).stdout
        assert "above" not in told, told


@promise("doctor names what of a store cannot be written by who runs it: database, folder, marks; where only reading is meant that is no fault")
def _():
    if os.geteuid() != 0:
        skip("only root becomes another user")
    nobody = pwd.getpwnam("nobody")

    def asked(place, *words):
        try:
            done = subprocess.run([PROGRAM, "doctor", *words, "--json"], cwd=place.path, env=place.environment, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True, text=True)
        except PermissionError as reason:
            skip(f"another user cannot run the program: {reason}")
        return done.returncode, {(row["state"], row["detail"]) for row in json.loads(done.stdout)["findings"] if row["subject"] == "writing"}, done.stderr

    with store() as place:
        place.run("create", "Bread")
        for folder, _, files in os.walk(place.path):
            for path in [folder, *(f"{folder}/{file}" for file in files)]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)
        assert asked(place)[:2] == (0, set()), asked(place)
        marks, = (place.path / "home/.local/state/hansard/marks").iterdir()
        marks = marks / "default"
        database, folder = place.path / ".hansard/hansard.db", place.path / ".hansard"
        for path, mode, named in ((database, 0o444, f"{database} "), (folder, 0o555, f"the folder of {database} "), (marks, 0o555, f"the folder of marks {marks} ")):
            before = path.stat().st_mode
            path.chmod(mode)
            code, found, err = asked(place)
            (state, detail), = found
            assert code == 1 and state == "bad" and detail.startswith(named + "cannot be written by who runs this: Permission denied; ") and named in err, (code, found, err)
            code, found, err = asked(place, "--read-only")
            assert code == 0 and {state for state, _ in found} == {"note"}, (code, found, err)
            path.chmod(before)
        assert asked(place)[:2] == (0, set())


@promise("root's store is used by all who may read it")
def _():
    if os.geteuid() != 0:
        skip("only root becomes another user")
    nobody = pwd.getpwnam("nobody")
    with store() as place:
        for path in (place.path, place.path / ".hansard"):
            path.chmod(0o755)
        for path in (".hansard/config", ".hansard/hansard.db"):
            (place.path / path).chmod(0o644)
        home = place.path / "other home"
        home.mkdir()
        os.chown(home, nobody.pw_uid, -1)
        try:
            done = subprocess.run([PROGRAM, "list"], cwd=place.path, env=place.environment | {"HOME": str(home)}, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
                                  capture_output=True, text=True)
        except PermissionError as reason:
            skip(f"another user cannot run the program: {reason}")
        assert done.returncode == 0 and "No dialogues" in done.stdout, done


@promise("a store that may not be looked into is not said not to be there, nor passed over for another, named or found; a folder on the way that may not be looked into is no store")
def _():
    if os.geteuid() != 0:
        skip("only root becomes another user")
    nobody = pwd.getpwnam("nobody")

    def asked(place, *words, at, **environment):
        try:
            done = subprocess.run([PROGRAM, *words, "--json"], cwd=at, env=place.environment | {"HOME": str(home)} | environment, user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[],
                                  capture_output=True, text=True)
        except PermissionError as reason:
            skip(f"another user cannot run the program: {reason}")
        return done.returncode, json.loads(done.stderr)

    with store() as place:
        home, below = place.path / "other home", place.path / "work" / "below"
        for folder in (home, below):
            folder.mkdir(parents=True)
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        place.path.chmod(0o755)
        (place.path / ".hansard").chmod(0o700)
        for words, at, environment in ((["list"], place.path, {}), (["list"], below, {}), (["doctor"], below, {}), (["list", "-C", place.path], home, {}), (["list", "-C", place.path / ".hansard"], home, {}),
                                       (["list"], home, {"HANSARD_STORE": str(place.path)}), (["init"], place.path, {})):
            code, error = asked(place, *words, at=at, **environment)
            assert code == 10 and error["kind"] == "no_access" and f"{'.' if words == ['init'] else place.path}/.hansard cannot be looked into: Permission denied" == error["message"] and "HANSARD_STORE" in error["hint"], (words, error)
        (place.path / "private").mkdir(0o700)
        (place.path / "private" / "far").mkdir(0o755)
        shutil.rmtree(place.path / ".hansard")
        code, error = asked(place, "list", "-C", place.path / "private" / "far", at=home)
        assert code == 10 and error["kind"] == "no_access" and "private/far cannot be looked into" in error["message"], error
        code, error = asked(place, "list", at=below)
        assert code == 10 and error["kind"] == "no_store", error


@promise("a store that is only found and that others can write is not used; a mode that nobody can reach through a private folder does no harm")
def _():
    with store() as place:
        folder, config = place.path / ".hansard", place.path / ".hansard/config"
        config.chmod(0o666)
        below(place, "list")
        for path, mode, folder_mode in ((folder, 0o720, 0o720), (folder, 0o702, 0o702), (config, 0o664, 0o750), (config, 0o646, 0o701)):
            folder.chmod(folder_mode)
            path.chmod(mode)
            error = below(place, "list", code=10)
            assert error["kind"] == "store_of_others" and f"(mode {mode:04o})" in error["message"] and "chmod go-w" in error["hint"], error
            below(place, "list", "-C", "../..")
            path.chmod(0o700)
            below(place, "list")


def keys(place):
    return place.path / "home/.config/hansard/keys"


@promise("an init that fails for want of a passphrase or of a place for keys leaves no store, and run again makes one as it was asked for")
def _():
    with Place() as place:
        for words, stdin, code in ((["--password-fd", "0"], "", 2), (["--password-fd", "0"], "\n", 2), (["--password-command", "false"], "", 2)):
            error = fails(place, "init", "--wrap-keys", *words, code=code, stdin=stdin)
            assert error["kind"] == "no_passphrase" and "--password-command" in error["hint"] and "config" not in error["message"] + error["hint"], error
            assert not (place.path / ".hansard").exists() and not keys(place).exists()
            assert fails(place, "list", code=10)["kind"] == "no_store"
        (place.path / "file").write_text("")
        error = fails(place, "init", code=1, HANSARD_KEYS=str(place.path / "file/keys"))
        assert "file/keys" in error["message"] and error["hint"], error
        assert not (place.path / ".hansard").exists()
        place.run("init", "deep/er", code=1, HANSARD_KEYS=str(place.path / "file/keys"))
        assert not (place.path / "deep").exists()
        # Another makes keys behind no passphrase while one is typed.
        meanwhile = f"{shlex.quote(str(PROGRAM))} init another >/dev/null && echo secret"
        error = fails(place, "init", "--wrap-keys", "--password-command", meanwhile, code=11)
        assert error["kind"] == "keys_exist" and "keys passphrase" in error["hint"] and not (place.path / ".hansard").exists(), error
        shutil.rmtree(keys(place))
        place.run("init", "--wrap-keys", "--password-fd", "0", stdin="secret\n")
        assert b"scrypt" in (keys(place) / "umk").read_bytes()


@promise("an init whose store cannot be made says that keys were made, once they were; what was there stays")
def _():
    with Place() as place:
        (place.path / ".hansard").mkdir(mode=0o700)
        (place.path / ".hansard/hansard.db-journal").write_text("not SQLite's")
        error = fails(place, "init", code=11)
        assert "hansard.db-journal: the file exists" in error["message"] and str(keys(place)) in error["hint"] and "back that folder up" in error["hint"], error
        assert os.listdir(place.path / ".hansard") == ["hansard.db-journal"]
        (place.path / ".hansard/hansard.db-journal").unlink()
        assert "Its keys are those in" in place.run("init")[0]


@promise("an init that was killed at any time goes on when it is run again, and until then says so")
def _():
    with store() as place:
        (place.path / ".hansard/config").unlink()
        (keys(place) / "signing").unlink()
        for words in (["list"], ["doctor"], ["create", "Bread"]):
            error = fails(place, *words, code=10)
            assert error["kind"] == "no_config" and error["hint"].startswith("where hansard init was stopped there, run it again"), error
        assert place.json("init")["made"] is True
        place.run("create", "Bread")
        (place.path / "empty/.hansard").mkdir(parents=True, mode=0o700)
        assert place.json("init", "empty")["made"] is True


@promise("two who write to one store: the second brings the umk alone, init in the store's folder makes his signing key, and every message before it names that way")
def _():
    with store() as place:
        place.run("create", "Bread", "--id", "bread")
        first = place.json("keys", "show")["signing"][0]
        words = "\n".join(line for line in place.run("keys", "words")[0].splitlines() if not line.startswith("signing"))
        second = {"HOME": str(place.path / "other"), "USER": "second"}
        place.run("keys", "recover", stdin=words, **second)
        way = "hansard init in the store's folder"
        assert way in fails(place, "list", code=12, **second)["hint"]
        assert way in fails(place, "create", "Cake", code=12, **second)["hint"]
        findings = place.json("doctor", code=1, **second)["findings"]
        assert any(way in finding["detail"] for finding in findings), findings
        before = {path: path.read_bytes() for path in (place.path / ".hansard").iterdir()}
        out = place.run("init", **second)[0]
        assert f"There is a store in ./.hansard already; it was left as it is.\nMade `signing` in {place.path}/other/.config/hansard/keys, beside the `umk`" in out, out
        assert before == {path: path.read_bytes() for path in (place.path / ".hansard").iterdir()}
        assert fails(place, "init", code=11, **second)["kind"] == "store_exists"
        place.run("keys", "trust", place.json("keys", "show", **second)["signing"][0])
        place.run("keys", "trust", first, **second)
        place.run("create", "Cake", "--id", "cake", **second)
        for who in ({}, second):
            assert set(place.run("list", "--ids", **who)[0].split()) == {"bread", "cake"}
        assert f"hansard init in the store's folder makes his signing key" in " ".join(place.run("help", "keys", "trust")[0].split())
        (place.path / "other/.config/hansard/keys/signing").unlink()
        assert way in fails(place, "create", "Rolls", code=12, **second)["hint"]
        assert "If you have a signing key already, take `signing` away" in place.run("init", **second)[0]
        place.run("create", "Rolls", **second)
    with store() as place:
        (keys(place) / "signing").unlink()
        answer = place.json("init")
        assert answer["made"] is False and answer["keys_made"] is True and "identity" not in answer and answer["backend"] == "sqlite", answer
        (keys(place) / "signing").unlink()
        (keys(place) / "umk").unlink()
        assert fails(place, "init", code=11)["kind"] == "store_exists" and not list(keys(place).iterdir())  # the store's keys are elsewhere


@promise("an init that is killed at any step leaves no store with other settings than those that were asked for: run again, it makes that")
def _():
    with Place() as place:
        words = ("init", "--set", "tenant=acme", "--set", "sqlite.path=own.db")

        def settings():
            return [line for line in (place.path / ".hansard/config").read_text().splitlines() if not line.startswith("marks = ")]

        place.run(*words)  # the keys are there from then on
        wanted = settings()
        shutil.rmtree(place.path / ".hansard")
        calls = [line.split(None, 1)[1].split("(")[0] for line in traced(place, [], *words)[1]]
        steps = [(call, calls[:i + 1].count(call)) for i, call in enumerate(calls) if call in ("openat", "write", "fsync", "close", "rename", "renameat2", "link", "unlink")]
        found = set()
        for call, at in steps[-20:]:
            shutil.rmtree(place.path / ".hansard")
            done = traced(place, [f"-einject={call}:signal=KILL:when={at}"], *words)[0]
            assert done.returncode == -9, (call, at, done)
            made = (place.path / ".hansard/config").exists()
            place.run(*words, code=11 if made else 0)
            assert settings() == wanted, (call, at, settings())
            found.add(made)
        assert found == {True, False}, (found, steps)


main()
