"""One store and the machines of its owner, each with keys and marks of its own."""
import json
import subprocess
from pathlib import Path

from tapper import PROGRAM, Place

SCRYPT = "hush, this is a passphrase"


def store(*words, **more):
    """A store with two dialogues; keys and marks lie in its own folder."""
    place = Place()
    own(place, "one")
    place.run("init", *words, **more)
    for title in ("Bridges over the river", "Steel"):
        place.run("create", title, *words[1:])
    return place


def own(place, machine):
    """Goes to another machine: keys and marks of its own, the store stays."""
    place.environment["XDG_CONFIG_HOME"] = str(place.path / machine / "config")
    place.environment["XDG_STATE_HOME"] = str(place.path / machine / "state")


def keys(place):
    return Path(place.environment["XDG_CONFIG_HOME"]) / "hansard" / "keys"


def started(place, *words):
    """The program in the background, whose output nobody reads."""
    return subprocess.Popen([PROGRAM, *words], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fails(place, *words, code, **more):
    out, err = place.run(*words, "--json", code=code, **more)
    error = json.loads(err.splitlines()[-1])
    assert error["code"] in (code if isinstance(code, tuple) else (code,)) and error["kind"] and error["message"], error
    return error


def command(passphrase):
    return f"--password-command=echo '{passphrase}'"


def rotated(place):
    """Both steps of a rotation of the signing key."""
    place.run("keys", "rotate", "--signing")
    place.run("keys", "rotate", "--signing", "--retire")


def salts(place):
    """Of the key files that are behind a passphrase: each costs the time of scrypt once."""
    return {line for file in keys(place).iterdir() for line in file.read_text().splitlines() if line.startswith("wrapping: scrypt ")}


def secrets(place):
    """What the key files hold, by the line of the secret."""
    return {file.read_text().splitlines()[-1] for file in keys(place).iterdir() if file.name.split(".")[0] in ("umk", "signing")}
