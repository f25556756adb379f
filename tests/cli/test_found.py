#!/usr/bin/env python3
"""Which store is used: where it is looked for, whose it may be, how it is made and what a making that fails leaves."""
import json
import os
import pwd
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import PROGRAM, Place, main, promise, skip, store  # noqa: E402


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


main()
