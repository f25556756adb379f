#!/usr/bin/env python3
"""Keys on their way to another machine or back from a safe: words, files of all keys, and which of two is the newer one."""
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from machines import SCRYPT, command, fails, keys, own, rotated, secrets, store  # noqa: E402
from tapper import PROGRAM, main, promise  # noqa: E402


@promise("recovery words make the same keys again, a wrong one is named, and nothing is overwritten")
def _():
    with store() as place:
        words = place.run("keys", "words")[0]
        files = {name: (keys(place) / name).read_bytes() for name in ("umk", "signing")}
        lines = [line for line in words.splitlines() if not line.startswith("#")]
        assert [line.split(":")[0] for line in lines] == ["umk", "signing tester"] and all(len(line.split(":")[1].split()) == 17 for line in lines)
        own(place, "two")
        assert fails(place, "list", code=12)["kind"] == "no_trusted_key"
        wrong = words.replace(lines[0].split()[5], "qqqqq", 1)
        error = fails(place, "keys", "recover", code=3, stdin=wrong)
        assert error["kind"] == "wrong_word" and "word 5 of umk" in error["message"] and "qqqqq" not in json.dumps(error), error
        swapped = lines[0].split()
        swapped[3], swapped[4] = swapped[4], swapped[3]
        assert fails(place, "keys", "recover", code=3, stdin=" ".join(swapped))["kind"] == "wrong_words"
        error = fails(place, "keys", "recover", code=3, stdin="")
        assert error["kind"] == "wrong_words" and "hansard keys recover < FILE" in error["hint"], error
        assert "hansard keys recover < FILE" in fails(place, "keys", "recover", "words.txt", code=2)["hint"]
        assert not keys(place).exists()
        assert [key["made"] for key in place.json("keys", "recover", stdin="\n".join(line if line.startswith("#") else line.upper() for line in words.splitlines()))["keys"]] == [True, True]
        assert files == {name: (keys(place) / name).read_bytes() for name in files}
        assert "steel" in place.run("list")[0] and place.run("verify")[0]
        assert [key["made"] for key in place.json("keys", "recover", stdin=words)["keys"]] == [False, False]
    with store() as other:
        assert fails(other, "keys", "recover", code=11, stdin=words)["kind"] == "keys_exist"


@promise("words whose label has slipped name the line, and those of one half alone say that the other is missing, and how it is made or brought")
def _():
    with store() as place:
        words = place.run("keys", "words")[0]
        assert all(len(line) <= 80 for line in words.splitlines() if line.startswith("#"))
        own(place, "two")
        lines = words.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith("signing "))
        for label in ("signing:", "hansard signing:", "sining tester:"):
            slipped = [*lines[:at], label + lines[at].split(":")[1], *lines[at + 1:]]
            error = fails(place, "keys", "recover", code=3, stdin="\n".join(slipped))
            assert error["kind"] == "wrong_words" and error["message"].startswith(f"line {at + 1}: ") and "umk" not in error["message"] and "signing" in error["hint"], error
        out, _ = place.run("keys", "recover", stdin="\n".join(lines[:at]))
        assert "There is no `signing`: nothing can be written" in out and "hansard init in the store's folder" in out, out
        assert "no `signing`" not in place.run("keys", "recover", stdin=words)[0]
        own(place, "three")
        out, _ = place.run("keys", "recover", stdin="\n".join(lines[at:]))
        assert "There is no `umk`: nothing can be opened" in out and "hansard keys import FILE" in out and "no `signing`" not in out, out
        assert "no `umk`" not in place.run("keys", "recover", stdin=words)[0]


@promise("older keys that come beside keys behind no passphrase are behind none, which is said with what puts all behind one")
def _():
    with store() as place:
        place.run("keys", "export", "before.hansard", command("road"))
        place.run("keys", "rotate")
        rotated(place)
        (keys(place) / "umk.1").unlink()
        out, _ = place.run("keys", "import", "before.hansard", "--older", command("road"))
        assert "is behind no passphrase, as the keys that were there" in out and "hansard keys passphrase" in out, out
        assert "wrapping: none" in (keys(place) / "umk.1").read_text()
        assert "but for keys that only open" in place.run("help", "keys", "import")[0].replace("\n", " ")
        place.run("keys", "passphrase", command(SCRYPT))
        assert all("wrapping: scrypt" in (keys(place) / name).read_text() for name in ("umk", "umk.1", "signing"))


@promise("exported keys lie in one private file behind a passphrase of their own, and are imported elsewhere")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        both = SCRYPT + "\nfor the road\n"
        place.run("keys", "export", "keys.hansard", "--password-fd", "0", stdin=both)
        file = place.path / "keys.hansard"
        assert file.stat().st_mode & 0o777 == 0o600 and file.read_text().count("wrapping: scrypt") == 1
        before = file.read_bytes()
        assert fails(place, "keys", "export", "keys.hansard", code=11)["kind"] == "file_exists" and file.read_bytes() == before
        own(place, "two")
        error = fails(place, "keys", "import", "keys.hansard", command(SCRYPT), code=12)
        assert error["kind"] == "wrong_passphrase" and "keys.hansard" in error["message"], error
        assert "that it was exported with" in error["hint"] and "export the keys again" in error["hint"] and "move the file away" not in error["hint"], error
        out, _ = place.run("keys", "import", "keys.hansard", command("for the road"))
        assert "behind the passphrase that they came behind" in out, out
        assert all("wrapping: scrypt" in (keys(place) / name).read_text() for name in ("umk", "signing"))
        assert "steel" in place.run("list", command("for the road"))[0]
        assert [key["made"] for key in place.json("keys", "import", "keys.hansard", command("for the road"))["keys"]] == [False, False]
        file.write_bytes(before[:-20])
        own(place, "three")
        error = fails(place, "keys", "import", "keys.hansard", command("for the road"), code=3)
        assert error["kind"] == "invalid_key_file" and "name the file that hansard keys export has written" in error["hint"] and "move it away" not in error["hint"], error
        (place.path / "notes").write_text("no keys at all\n")
        (place.path / "notes").chmod(0o600)
        error = fails(place, "keys", "import", "notes", code=3)
        assert "name the file that hansard keys export has written" in error["hint"], error
        assert not (keys(place) / "umk").exists()
    with store() as place:
        assert fails(place, "keys", "export", "never.hansard", code=2)["kind"] == "no_passphrase"
        assert not (place.path / "never.hansard").exists()


@promise("keys are imported from a pipe; one that nobody writes to, and what is neither file nor pipe, is refused with what to name")
def _():
    with store() as place:
        place.run("keys", "export", "keys.hansard", command("road"))
        before = secrets(place)
        bundle = (place.path / "keys.hansard").read_bytes()
        own(place, "two")
        place.run("keys", "import", "/dev/stdin", "--no-passphrase", command("road"), stdin=bundle)  # which is a pipe
        assert secrets(place) == before
        own(place, "three")
        out, into = os.pipe()  # as a shell makes of <(...)
        with subprocess.Popen([PROGRAM, "keys", "import", f"/dev/fd/{out}", "--no-passphrase", command("road")], pass_fds=[out], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL) as importing:
            os.close(out)
            with open(into, "wb", buffering=0) as pipe:
                pipe.write(bundle[:100])
                time.sleep(0.1)
                pipe.write(bundle[100:])
            assert importing.wait(timeout=60) == 0
        assert secrets(place) == before
        os.mkfifo(place.path / "pipe", 0o600)
        for name in ("/dev/stdin", "pipe"):
            error = fails(place, "keys", "import", name, code=1)
            assert "nothing came out of this pipe" in error["message"] and "keys export has written" in error["hint"], error
        for name in (place.path, "/dev/null"):
            error = fails(place, "keys", "import", name, code=1)
            assert "is neither a file nor a pipe" in error["message"] and "keys export has written" in error["hint"], error


@promise("imported keys keep the passphrase of their file, or take that of the keys beside them, a new one, or by name none")
def _():
    with store() as place:
        place.run("keys", "export", "keys.hansard", command("for the road"))
        words = place.run("keys", "words")[0]
        for machine, asked, lines, opens in (("two", [], "for the road\n", "for the road"), ("three", ["--wrap-keys"], "for the road\nnew\n", "new"), ("four", ["--no-passphrase"], "for the road\n", None)):
            own(place, machine)
            out, _ = place.run("keys", "import", "keys.hansard", *asked, "--password-fd", "0", stdin=lines)
            assert {"two": "that they came behind", "three": "the new passphrase", "four": "behind no passphrase"}[machine] in out, out
            assert all(("wrapping: none" in (keys(place) / name).read_text()) == (opens is None) for name in ("umk", "signing"))
            place.run("verify", *([command(opens)] if opens else []))
        assert "--no-passphrase" in fails(place, "keys", "import", "keys.hansard", "--wrap-keys", "--no-passphrase", command("for the road"), code=2)["hint"]
        fails(place, "keys", "export", "other", "--no-passphrase", code=2)
        # What comes beside a key that is behind a passphrase is opened by the same.
        own(place, "three")
        for bring, stdin in ((["import", "keys.hansard"], "for the road\nnew\n"), (["import", "keys.hansard", "--wrap-keys"], "for the road\nnew\n"), (["recover", command("new")], words)):
            for name in ("umk", "signing"):
                (keys(place) / name).unlink()
                out, _ = place.run("keys", *bring, *([] if bring[0] == "recover" else ["--password-fd", "0"]), stdin=stdin)
                assert "behind the passphrase of the keys that were there" in out, out
                place.run("verify", command("new"))
        (keys(place) / "umk").unlink()
        before = secrets(place)
        assert fails(place, "keys", "import", "keys.hansard", "--password-fd", "0", stdin="for the road\nwrong\n", code=12)["kind"] == "wrong_passphrase"
        assert fails(place, "keys", "recover", stdin=words, code=12)["kind"] == "passphrase_needed" and secrets(place) == before


@promise("rotated keys come to a machine that has the older ones with --newer, which ends as a rotation there would; without it nothing is changed")
def _():
    with store() as place:
        place.run("keys", "export", "before.hansard", command("one"))
        old = place.json("keys", "show")["signing"][0]
        shutil.copytree(keys(place), place.path / "two" / "config" / "hansard" / "keys")
        place.run("keys", "rotate")
        place.run("keys", "rotate", "--signing")
        new = place.json("keys", "show")["signing"][0]
        place.run("keys", "export", "after.hansard", command("one"))
        after = secrets(place)
        own(place, "two")
        before = secrets(place)
        place.run("verify", code=12)
        error = fails(place, "keys", "import", "after.hansard", command("one"), code=11)
        assert error["kind"] == "newer_keys" and "--newer" in error["hint"] and secrets(place) == before, error
        answer = place.json("keys", "import", "after.hansard", "--newer", "--no-passphrase", command("one"))
        assert [(key["kind"], key["made"], key["file"], key["takes_over"]) for key in answer["keys"]] == [("umk", True, "umk", True), ("umk", False, "umk.1", False), ("signing", True, "signing", True), ("signing", False, "signing.1", False)], answer
        assert {file.name for file in keys(place).iterdir()} == {"umk", "umk.1", "signing", "signing.1"} and secrets(place) == after
        shown = place.json("keys", "show")
        assert shown["rotating"] and shown["signing"] == [new, old], shown
        place.run("verify")
        place.run("create", "Written here")
        assert place.json("receipt", "written")["head"].count("— tester ") == 2
        out, _ = place.run("keys", "import", "after.hansard", "--newer", command("one"))
        assert out.count("was there already\n") == 2 and out.count("as an older one\n") == 2 and "behind" not in out and secrets(place) == after, out
        out, _ = place.run("keys", "import", "before.hansard", "--newer", command("one"))
        assert out.count("as an older one\n") == 2 and out.count("umk.1  ") == out.count("signing.1  ") == 1 and secrets(place) == after, out
        place.run("keys", "rotate", "--resume")
        place.run("keys", "rotate", "--signing", "--resume")
        place.run("keys", "rotate", "--signing", "--retire")
        assert {file.name for file in keys(place).iterdir()} == {"umk", "umk.1", "signing", "receipts"}
        error = fails(place, "keys", "import", "before.hansard", "--newer", command("one"), code=11)
        assert error["kind"] == "retired_key" and "receipts" in error["message"] and error["hint"], error
        own(place, "one")
        place.run("verify")
        place.run("keys", "rotate", "--signing", "--retire")
        place.run("keys", "export", "third.hansard", command("one"))
    with store() as place:  # while one key takes over from another a third has no room, and of two keys none is brought
        place.run("keys", "rotate", "--signing")
        before = secrets(place)
        with store() as other:
            other.run("keys", "export", place.path / "other.hansard", command("one"))
        error = fails(place, "keys", "import", "other.hansard", "--newer", command("one"), code=3)
        assert error["kind"] == "too_many_keys" and "--retire" in error["hint"] and secrets(place) == before, error


@promise("keys behind no passphrase are imported from a file that nobody else can have read, and from no other")
def _():
    with store() as place:
        bundle = (keys(place) / "umk").read_bytes() + (keys(place) / "signing").read_bytes()
        file = place.path / "both"
        file.write_bytes(bundle)
        own(place, "two")
        for mode in (0o644, 0o640, 0o620, 0o604):
            file.chmod(mode)
            error = fails(place, "keys", "import", "both", code=3)
            assert error["kind"] == "key_file_open_to_others" and "both" in error["message"] and "chmod 600" in error["hint"], error
            assert not keys(place).exists()
        file.chmod(0o600)
        assert [key["made"] for key in place.json("keys", "import", "both")["keys"]] == [True, True]
        for content in (bundle * 40, b"", bundle[:-9]):
            file.write_bytes(content)
            assert fails(place, "keys", "import", "both", code=3)["kind"] == "invalid_key_file"
        os.mkfifo(place.path / "pipe")
        for name, code in (("pipe", 1), (".", 1), ("nothing", 1)):
            assert name in fails(place, "keys", "import", name, code=code)["message"]


@promise("words and exports hold every key and both lists: the newest alone open what was copied before a rotation, on a machine that has nothing")
def _():
    with store() as place:
        with store() as other:
            colleague = other.json("keys", "show")["signing"][0]
        place.run("keys", "trust", colleague)
        place.run("backup", "before.db")
        place.run("keys", "rotate")
        place.run("keys", "rotate")
        rotated(place)
        shown = place.json("keys", "show")
        assert len(shown["keks"]) == 3 and len(shown["receipts"]) == 1 and shown["trusted"] == [colleague]
        words = place.run("keys", "words")[0]
        as_json = place.json("keys", "words")
        assert [key["file"] for key in as_json["keys"]] == ["umk", "umk.1", "umk.2", "signing"] and as_json["receipts"] == shown["receipts"]
        assert [key["keks"] for key in as_json["keys"][:3]] == [[kek["kek"]] for kek in shown["keks"]]
        assert all(kek["kek"] in words for kek in shown["keks"]) and time.strftime("%Y-%m-%d", time.gmtime())[:7] in words
        exported = place.json("keys", "export", "keys.hansard", command("one"))
        assert (exported["umks"], exported["signing_keys"], exported["trusted"], exported["receipts"]) == (3, 1, 1, 1), exported
        held = secrets(place)
        shutil.copy(place.path / "before.db", place.path / ".hansard" / "hansard.db")
        typed = " ".join(line for line in words.splitlines() if not line.startswith("#")).replace("umk", "UMK")
        for machine, bring in (("two", dict(words=["recover"], stdin=words)), ("three", dict(words=["import", "keys.hansard", "--no-passphrase", command("one")], stdin=None)), ("four", dict(words=["recover"], stdin=typed))):
            own(place, machine)
            answer = place.json("keys", *bring["words"], stdin=bring["stdin"])
            assert [key["file"] for key in answer["keys"] if key["made"]] == ["umk", "umk.1", "umk.2", "signing"], answer
            assert (answer.get("exported_at") == exported["exported_at"]) == (machine == "three")
            assert answer["trusted"] == [colleague] and answer["receipts"] == shown["receipts"] and secrets(place) == held
            now = place.json("keys", "show")
            assert all(now[name] == shown[name] for name in ("keks", "signing", "trusted", "receipts")), now
            assert fails(place, "show", "steel", code=13)["kind"] == "retired_key"  # known for one's own, not for a stranger's
        for name in ("steel", "bridges-over-the-river"):
            place.run("backup", "--restored", "--retired", name)
        place.run("verify")
        assert place.run("keys", "recover", stdin=words)[0].count("was there already") == 4


@promise("keys from before are brought behind those that are there, open what they sealed, and take over from nothing")
def _():
    with store() as place:
        before = place.run("keys", "words")[0]
        place.run("keys", "export", "before.hansard", command("one"))
        place.run("backup", "before.db")
        place.run("keys", "rotate")
        rotated(place)
        after = place.run("keys", "words")[0].splitlines()
        newest = "\n".join(line for line in after if line.startswith(("umk: ", "signing ")))  # as if the older ones had been lost
        new = place.json("keys", "show")
        shutil.copy(place.path / "before.db", place.path / ".hansard" / "hansard.db")
        for bring, more in ((["recover"], dict(stdin=before)), (["import", "before.hansard", command("one")], {})):
            own(place, bring[0])
            place.run("keys", "recover", stdin=newest)
            error = fails(place, "show", "steel", code=13)
            assert error["kind"] == "untrusted_signer" and "--older" in error["hint"], error
            held = secrets(place)
            error = fails(place, "keys", *bring, code=11, **more)
            assert error["kind"] == "keys_exist" and "--older" in error["hint"] and "--newer" in error["hint"] and secrets(place) == held, error
            fails(place, "keys", *bring, "--older", "--newer", code=2, **more)
            answer = place.json("keys", *bring, "--older", *(["--no-passphrase"] if bring[0] == "import" else []), **more)
            assert [(key["kind"], key["made"], key["file"], key["takes_over"]) for key in answer["keys"]] == [("umk", True, "umk.1", False), ("signing", False, "receipts", False)], answer
            now = place.json("keys", "show")
            assert now["keks"] == new["keks"] and now["signing"] == new["signing"] and now["receipts"] == new["receipts"], now
            out, _ = place.run("keys", *bring, "--older", **more)
            assert "was there already, as an older one" in out and "it has retired" in out
            error = fails(place, "keys", *bring, "--newer", code=11, **more)  # what has retired does not come back
            assert error["kind"] == "retired_key" and "--older" in error["hint"], error
        for name in ("steel", "bridges-over-the-river"):
            place.run("backup", "--restored", "--retired", name)
        place.run("verify")
        own(place, "new")
        assert not keys(place).exists()
        assert fails(place, "keys", "recover", "--older", stdin=before, code=11)["kind"] == "no_newer_keys"


@promise("a key that is trusted here and has retired elsewhere is moved to receipts as it is told, and what was exported before brings no trust in it back")
def _():
    with store() as place:
        old = place.json("keys", "show")["signing"][0]
        rotated(place)
        place.run("keys", "export", "after.hansard", command("one"))
        words = "\n".join(line for line in place.run("keys", "words")[0].splitlines() if line.startswith(("umk: ", "signing ")))
        own(place, "two")
        place.run("keys", "recover", stdin=words)
        place.run("keys", "trust", old)
        place.run("keys", "export", "before.hansard", command("one"))
        assert [line["key"] if isinstance(line, dict) else line for line in place.json("keys", "import", "after.hansard", command("one"))["retired_there"]] == [old]
        out, _ = place.run("keys", "import", "after.hansard", command("one"))
        assert "hansard keys rotate --signing --retire, or move its line from trusted to receipts" in out, out
        (keys(place) / "trusted").rename(keys(place) / "receipts")
        answer = place.json("keys", "import", "before.hansard", command("one"))
        assert answer["retired_here"] == [old] and not answer["trusted"], answer
        shown = place.json("keys", "show")
        assert old not in shown["trusted"] and old in shown["receipts"], shown


@promise("an older file on a machine that has the newest turns no rotation round: what it holds is there already, with --newer, too")
def _():
    with store() as place:
        place.run("keys", "export", "before.hansard", command("one"))
        place.run("keys", "rotate")
        place.run("keys", "rotate", "--signing")
        place.run("keys", "export", "after.hansard", command("one"))
        own(place, "two")
        place.run("keys", "import", "after.hansard", "--no-passphrase", command("one"))
        held, shown = secrets(place), place.json("keys", "show")
        for more in ([], ["--newer"], ["--older"]):
            answer = place.json("keys", "import", "before.hansard", *more, command("one"))
            assert [(key["made"], key["file"]) for key in answer["keys"]] == [(False, "umk.1"), (False, "signing.1")], answer
            assert secrets(place) == held and place.json("keys", "show") == shown


@promise("words that are not all there, out of order, or of older keys alone are refused with what to hand in; lines of lists are checked")
def _():
    with store() as place:
        place.run("keys", "rotate")
        rotated(place)
        lines = [line for line in place.run("keys", "words")[0].splitlines() if not line.startswith("#")]
        umk, older, signing, receipts = lines
        own(place, "two")
        for words, kind, hint in (([older, signing], "wrong_words", "--older"), ([older, umk, signing], "wrong_words", "umk.1"), ([umk, umk, signing], "wrong_words", "umk.1"),
                                  ([umk, signing, signing], "invalid_key_file", None), ([umk, older.replace("umk.1", "umk.99"), signing], "wrong_words", None),
                                  ([umk, signing, receipts[:-3]], "invalid_trusted_key", None), ([umk, signing, "receipts:"], "invalid_trusted_key", None), ([umk, older.split(":")[0] + ":", signing], "wrong_words", None)):
            error = fails(place, "keys", "recover", code=3, stdin="\n".join(words))
            assert error["kind"] == kind and (hint is None or hint in error["hint"]) and not (keys(place) / "umk").exists(), (words, error)
        place.run("keys", "recover", stdin="\n".join(lines))


@promise("an import or recovery that is killed anywhere is finished by the same again, and no key is ever lost")
def _():
    with store() as place:
        place.run("keys", "rotate")
        rotated(place)
        words = place.run("keys", "words")[0]
        held = secrets(place)
        killed = 0
        for attempt in range(24):
            own(place, f"machine {attempt}")
            process = subprocess.Popen([PROGRAM, "keys", "recover"], cwd=place.path, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            process.stdin.write(words.encode())
            process.stdin.close()
            time.sleep(attempt * 0.0004)
            process.kill()
            process.wait()
            killed += process.returncode < 0
            place.run("keys", "recover", stdin=words)
            assert secrets(place) == held and {file.name for file in keys(place).iterdir()} == {"umk", "umk.1", "signing", "receipts"}
        assert killed


@promise("keys show numbers an older UMK by its file, where the one before it was moved away")
def _():
    with store() as place:
        place.run("keys", "rotate")
        place.run("keys", "rotate")
        before = place.json("keys", "show")["keks"]
        (keys(place) / "umk.1").rename(place.path / "kept")
        after = place.json("keys", "show")["keks"]
        assert after == [before[0], before[2]] and [kek["umk"] for kek in after] == [0, 2], after
        assert "umk.2" in place.run("keys", "show")[0]
        # The next export closes the gap in no way that loses one.
        assert [key["file"] for key in place.json("keys", "words")["keys"]] == ["umk", "umk.2", "signing"]
        (place.path / "kept").rename(keys(place) / "umk.1")
        assert place.json("keys", "show")["keks"] == before


main()
