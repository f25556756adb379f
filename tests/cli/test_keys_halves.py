#!/usr/bin/env python3
"""Sets of keys of which a part is missing, is elsewhere or was left over: what is made of them, and what never is."""
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from machines import fails, keys, own, secrets, store  # noqa: E402
from tapper import main, promise  # noqa: E402


def brought(place, *without):
    """Goes to a second writer, who has recovered what the words say but for the lines that begin with one of these."""
    words = place.run("keys", "words")[0]
    own(place, "two")
    lines = [line for line in words.splitlines() if not line.startswith(without)]
    place.run("keys", "recover", stdin="\n".join(lines))
    assert not (keys(place) / "signing").exists()


@promise("init beside a store makes the signing key of whoever has its UMK and none that signs: older UMKs and lists of keys are no hindrance")
def _():
    with store() as place:
        place.run("keys", "rotate")
        line = place.json("keys", "show")["signing"][0]
        brought(place, "signing")
        assert (keys(place) / "umk.1").exists()
        place.run("keys", "trust", line)
        (keys(place) / "receipts").write_text("# none\n")
        place.run("verify")
        before = secrets(place)
        assert "hansard init" in fails(place, "create", "Bread", code=12)["hint"]
        assert "hansard init" in place.run("doctor")[0]
        out = place.run("init")[0]
        assert "it was left as it is" in out and "Made `signing`" in out and "beside the `umk` that is there" in out, out
        assert before < secrets(place) and len(secrets(place)) == len(before) + 1
        place.run("create", "Bread")
        assert fails(place, "init", code=11)["kind"] == "store_exists"


@promise("init beside a store makes no key where there is no UMK, nor in the place of a signing key that takes over from another")
def _():
    for without in ("umk", "signing"):
        with store() as place:
            (keys(place) / without).rename(keys(place) / f"{without}.1")
            if without == "umk":
                (keys(place) / "signing").unlink()
            before = secrets(place)
            assert fails(place, "init", code=11)["kind"] == "store_exists"
            assert secrets(place) == before


@promise("a rotation goes on without umk only where it ended on the way to it: with umk elsewhere it makes none in its place")
def _():
    with store() as place:
        words = place.run("keys", "words")[0]
        place.run("keys", "rotate")
        (keys(place) / "umk").rename(place.path / "kept")
        for older in (True, False):
            if not older:
                (keys(place) / "umk.1").unlink()
            before = secrets(place)
            error = fails(place, "keys", "rotate", "--resume", code=12)
            assert error["kind"] == "no_newest_key" and "put it back" in error["hint"] and "nothing was made" in error["hint"], error
            assert secrets(place) == before and not (keys(place) / "umk").exists()
        (place.path / "kept").rename(keys(place) / "umk")
        assert "Nothing was left to be done" in place.run("keys", "rotate", "--resume")[0]
        place.run("keys", "recover", "--older", stdin=words)
        own(place, "two")
        place.run("keys", "recover", stdin=words)
        place.run("create", "Bread")  # as if a rotation had been killed on its walk: under the older key
        own(place, "one")
        (keys(place) / "umk").rename(place.path / "kept")
        assert place.run("show", "bread") and fails(place, "keys", "rotate", "--resume", code=12)["kind"] == "no_newest_key"
    with store() as place:  # killed between the two names
        (keys(place) / "umk").rename(keys(place) / "umk.1")
        assert place.json("keys", "rotate", "--resume")["made"]
        place.run("verify")


@promise("no signing key is made where no key of the store is at hand, and none without the UMK that seals; a broken dialogue hinders none")
def _():
    with store() as place:
        place.run("keys", "rotate")
        (keys(place) / "umk").rename(place.path / "kept")
        for kind in ("no_newest_key", "no_key"):
            before = secrets(place)
            error = fails(place, "keys", "rotate", "--signing", code=12)
            assert error["kind"] == kind and "keys recover" in error["hint"] and secrets(place) == before, error
            if kind == "no_newest_key":
                (keys(place) / "umk.1").unlink()
        with store() as other:
            (keys(other) / "umk").rename(keys(place) / "umk")
        error = fails(place, "keys", "rotate", "--signing", code=12)
        assert error["kind"] == "wrong_key" and not (keys(place) / "signing.1").exists(), error
        (place.path / "kept").rename(keys(place) / "umk")
        database = place.path / ".hansard" / "hansard.db"
        before = database.read_bytes()
        for name in ("steel", "bridges"):
            place.run("abandon", name, "seen here")
        database.write_bytes(before)
        place.run("keys", "rotate", "--signing", code=13)  # all are broken: keys that leaked are rotated all the same
        assert (keys(place) / "signing.1").exists()
    with store() as place, store() as other:  # one without keys says nothing of keys
        place.run("erase", "bridges", "--confirm", "bridges-over-the-river")
        (keys(place) / "umk").rename(place.path / "kept")
        shutil.copy(keys(other) / "umk", keys(place) / "umk")
        for words, older in ((["--signing"], "signing.1"), ([], "umk.1")):
            error = fails(place, "keys", "rotate", *words, code=12)
            assert error["kind"] == "wrong_key" and not (keys(place) / older).exists(), (words, error)


@promise("keys show and doctor name drafts that a killed change left, which are no fault, until the next change has taken them away")
def _():
    with store() as place:
        assert place.json("keys", "show")["drafts"] == [] and "draft" not in place.run("keys", "show")[0] + place.run("doctor")[0]
        line = place.json("keys", "show")["signing"][0]
        for name in ("umk.new.12", "signing.new.12", "umk.new", "notes"):
            (keys(place) / name).write_text("half")
        assert place.json("keys", "show")["drafts"] == ["signing.new.12", "umk.new.12"]
        out = place.run("keys", "show")[0]
        assert "  umk.new.12  a draft\n" in out and "takes them away" in out and "umk.new " not in out, out
        (finding,) = [finding for finding in place.json("doctor")["findings"] if "draft" in finding["detail"]]
        assert finding["state"] == "note" and finding["good"] and "signing.new.12, one of several" in finding["detail"], finding
        place.run("keys", "trust", line)
        assert place.json("keys", "show")["drafts"] == [] and (keys(place) / "umk.new").exists()
        for number in range(25):
            (keys(place) / f"umk.new.{number}").write_text("half")
        assert len(place.json("keys", "show")["drafts"]) == 20 and "of which there are more" in place.run("keys", "show")[0]


main()
