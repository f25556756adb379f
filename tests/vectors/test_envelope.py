#!/usr/bin/env python3
"""The independent program of the format against what the command line stores: the vectors are still those that it makes, and it
opens, from the database and the key files alone, everything that the program sealed."""
import base64
import json
import sqlite3
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
from tapper import EXAMPLE, Place, main, promise  # noqa: E402

import envelope  # noqa: E402
import envelope_keys  # noqa: E402
import two_keys  # noqa: E402


def key_file(place, name):
    """The fields of a key file that is not wrapped."""
    lines = (place.path / "home/.config/hansard/keys" / name).read_text().splitlines()
    fields = dict(line.split(": ", 1) for line in lines if not line.startswith("#") and ": " in line)
    assert fields["wrapping"] == "none", fields
    return fields | {"secret": base64.b64decode(fields["secret"])}


def trusted(place):
    signing = key_file(place, "signing")
    key = envelope.Ed25519PrivateKey.from_private_bytes(signing["secret"]).public_key()
    return [envelope.trusted_of(signing["name"], key.public_bytes(envelope.Encoding.Raw, envelope.PublicFormat.Raw))]


def stored_dialogues(place):
    """{(tenant, dialogue): what is stored of it}"""
    db = sqlite3.connect(place.path / ".hansard/hansard.db")
    found = {}
    for tenant, dialogue, note in db.execute("SELECT tenant, dialogue, note FROM heads"):
        where = "WHERE tenant = ? AND dialogue = ?", (tenant, dialogue)
        found[tenant, dialogue] = {
            "head": note.decode(),
            "commits": dict(db.execute(f"SELECT rev, stored FROM commits {where[0]}", where[1])),
            "items": {(t, s): stored for t, s, stored in db.execute(f"SELECT type, subkey, stored FROM items {where[0]}", where[1])},
            "parts": {("part", f"{t}#{s}#{n:04d}"): stored
                      for t, s, n, stored in db.execute(f"SELECT type, subkey, n, stored FROM parts {where[0]}", where[1])},
        }
    return found


def open_all(place):
    umk = key_file(place, "umk")["secret"]
    return {names: envelope.open_dialogue(*names, stored, [envelope.kek_of(umk, names[0], 1)], trusted(place))
            for names, stored in stored_dialogues(place).items()}


@promise("the programs still make the vectors that are kept")
def _():
    for program in (envelope, envelope_keys, two_keys):
        assert program.make() == Path(program.__file__).with_suffix(".json").read_text(), program.__name__


@promise("every item and file of an imported dialogue is opened, to the byte")
def _():
    with Place() as place:
        place.run("init")
        place.run("import", EXAMPLE)
        (names, items), = open_all(place).items()
        files = {fields["path"]: content for (type_, _), (_, fields, content) in items.items() if type_ == "file"}
        on_disk = {str(path.relative_to(EXAMPLE)): path.read_bytes() for path in EXAMPLE.rglob("*") if path.is_file()}
        assert files == on_disk, set(files) ^ set(on_disk)
        shown = place.json("show", names[1])
        assert json.dumps(items["meta", ""][1]["title"])[1:-1] in json.dumps(shown)


@promise("a dialogue that is created, registered and of large content is opened")
def _():
    with Place() as place:
        place.run("init")
        place.run("create", "Which bread", "--id", "which-bread")
        body = "rye and wheat " * 20000
        place.run("register", "which-bread", "-", stdin=json.dumps({
            "round": 0, "panel": [{"name": "Muffin"}],
            "perspectives": [{"id": "MUFFIN-P0001", "label": "Rye keeps", "body": body}]}))
        items = open_all(place)["default", "which-bread"]
        assert any(body.strip() in map(str.strip, map(str, fields.values())) for _, fields, _ in items.values())


def refused(names, stored, keks, known):
    """What the program was looking at when it found that something does not hold: (room, key of an item)."""
    try:
        envelope.open_dialogue(*names, stored, keks, known)
    except Exception as fault:  # whatever refuses it, in its own code
        frames, at = [], fault.__traceback__.tb_next
        while at is not None:
            frames.append(at.tb_frame)
            at = at.tb_next
        functions = [frame.f_code.co_name for frame in frames if frame.f_code.co_filename == envelope.__file__]
        assert functions[0] == "open_dialogue", functions
        if "read_head" in functions:
            return "head", None
        if "replay" in functions or "the head is not of these commits" in str(fault):
            return "commits", None
        return "items", next(frame.f_locals["key"] for frame in reversed(frames) if frame.f_code.co_name in ("open_dialogue", "open_deks"))
    return None, None


@promise("it finds what was changed: every byte of a wrap, of an item, of a commit and of a head")
def _():
    with Place() as place:
        place.run("init")
        place.run("create", "Which bread", "--id", "which-bread")
        (names, stored), = stored_dialogues(place).items()
        keks, known = [envelope.kek_of(key_file(place, "umk")["secret"], names[0], 1)], trusted(place)
        envelope.open_dialogue(*names, stored, keks, known)
        places = [("items", key) for key in stored["items"]] + [("commits", rev) for rev in stored["commits"]]
        for room, key in places + [("head", None)]:
            data = stored[room][key] if key else stored[room].encode()
            for at in range(len(data)):
                changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
                other = stored | ({room: stored[room] | {key: changed}} if key else {room: changed.decode(errors="surrogateescape")})
                assert refused(names, other, keks, known) == (room, key if room == "items" else None), f"byte {at} of {room} {key}"


if __name__ == "__main__":
    main()
