#!/usr/bin/env python3
"""Sets of keys of which a part is missing, is elsewhere or was left over: what is made of them, and what never is."""
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


main()
