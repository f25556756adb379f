#!/usr/bin/env python3
"""Keys as their owner meets them: passphrases, words, files for another machine, rotation, and what is said when one is missing."""
import base64
import fcntl
import hashlib
import json
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from machines import SCRYPT, command, fails, keys, own, rotated, salts, secrets, store  # noqa: E402
from tapper import EXAMPLE, PROGRAM, ROOT, Place, main, promise, terminal  # noqa: E402


class Terminal:
    """The program with a terminal of its own, typed at from here."""

    def __init__(self, place, *words):
        for end in terminal():  # says why where there is none
            os.close(end)
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(place.path)
            os.execve(PROGRAM, [PROGRAM, *words], place.environment)
        self.shown = ""

    def expect(self, text, seconds=60):
        until = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < until, f"no {text!r} in {self.shown!r}"
            if select.select([self.end], [], [], 1)[0]:
                try:
                    data = os.read(self.end, 4096)
                except OSError:
                    data = b""
                assert data, f"ended without {text!r}: {self.shown!r}"
                self.shown += data.decode(errors="replace")
        self.shown = self.shown[self.shown.index(text) + len(text):]

    def echo(self):
        return bool(termios.tcgetattr(self.end)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.end, text.encode())

    def wait(self):
        """(exit code or -signal, the rest of what is shown)."""
        while True:
            try:
                data = os.read(self.end, 4096)
            except OSError:
                data = b""
            if not data:
                break
            self.shown += data.decode(errors="replace")
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.end)
        return status, self.shown


@promise("a passphrase is asked for on the terminal, a new one twice, and never shown; two different ones are asked for again")
def _():
    with Place() as place:
        own(place, "one")
        run = Terminal(place, "init", "--wrap-keys")
        run.expect("New passphrase for ")
        run.type(SCRYPT + "\n")
        run.expect("Again: ")
        run.type("another\n")
        run.expect("two different ones")
        for prompt in ("New passphrase for ", "Again: "):
            run.expect(prompt)
            assert not run.echo()
            run.type(SCRYPT + "\n")
        code, shown = run.wait()
        assert code == 0 and "Made keys" in shown and SCRYPT not in shown, (code, shown)
        for name in ("umk", "signing"):
            file = keys(place) / name
            assert "wrapping: scrypt 17" in file.read_text() and file.stat().st_mode & 0o777 == 0o600
        run = Terminal(place, "keys", "show")
        run.expect("Passphrase of ")
        run.type(SCRYPT + "\n")
        code, shown = run.wait()
        assert code == 0 and "KEKs of tenant" in shown and SCRYPT not in shown, (code, shown)


def started(place, *words):
    return subprocess.Popen([PROGRAM, *words], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@promise("of several rotations at once each waits for the one before it: no key is lost, every dialogue is readable, and no draft stays")
def _():
    for words in (["keys", "rotate"], ["keys", "rotate", "--signing"]):
        for _ in range(6):
            with store() as place:
                umk, signing = secrets(place), place.json("keys", "show")["signing"]
                codes = [run.wait(timeout=120) for run in [started(place, *words) for _ in range(3)]]
                assert codes == [0, 0, 0], codes
                place.run("verify")
                assert "steel" in place.run("list")[0]
                names = {file.name for file in keys(place).iterdir()}
                if words[-1] == "--signing":
                    shown = place.json("keys", "show")
                    assert names == {"umk", "signing", "signing.1"} and shown["signing"][1:] == signing and signing[0] != shown["signing"][0], (names, shown)
                else:
                    assert names == {"umk", "umk.1", "umk.2", "umk.3", "signing"} and umk <= secrets(place), names


@promise("whatever changes keys waits for another that does, and says so when it waited for long: nothing is changed")
def _():
    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        words = place.run("keys", "words")[0]
        before = secrets(place)
        held = os.open(keys(place), os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(held, fcntl.LOCK_EX)
        asked = (["keys", "rotate"], ["keys", "rotate", "--signing", "--resume"], ["keys", "trust", line], ["keys", "recover"],
                 ["keys", "export", "out.hansard", command("for the road")])
        runs = [subprocess.Popen([PROGRAM, *one, "--json"], cwd=place.path, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True) for one in asked]
        for one, run in zip(asked, runs):
            err = run.communicate(words)[1]
            error = json.loads(err.splitlines()[-1])
            assert run.returncode == 11 and error["kind"] == "keys_busy" and "another process is changing the keys" in error["message"], (one, err)
            assert "run it again" in error["hint"], error
        place.run("create", "Nobody who writes waits for that")
        os.close(held)
        assert secrets(place) == before and not (keys(place) / "trusted").exists() and not (place.path / "out.hansard").exists()
        place.run("keys", "trust", line)


@promise("twelve lines are trusted at once, and none is lost; three stores made at once share one pair of keys")
def _():
    with Place() as place:
        own(place, "one")
        folders = [place.path / f"store{number}" for number in range(3)]
        for folder in folders:
            folder.mkdir()
        runs = [subprocess.Popen([PROGRAM, "init"], cwd=folder, env=place.environment, stdout=subprocess.DEVNULL) for folder in folders]
        assert [run.wait(timeout=60) for run in runs] == [0, 0, 0]
        assert {file.name for file in keys(place).iterdir()} == {"umk", "signing"}
        for folder in folders:
            subprocess.run([PROGRAM, "create", "One"], cwd=folder, env=place.environment, check=True, capture_output=True)
        lines = []
        for number in range(12):
            with store() as other:
                lines += other.json("keys", "show")["signing"]
        runs = [subprocess.Popen([PROGRAM, "keys", "trust", line], cwd=folders[0], env=place.environment, stdout=subprocess.DEVNULL) for line in lines]
        assert [run.wait(timeout=60) for run in runs] == [0] * 12
        assert set((keys(place) / "trusted").read_text().split()) == set(lines)


@promise("beside writers that began before and go on after, a rotation leaves every head signed by a key that is believed")
def _():
    for kind in (["--signing"], []):
        for turn in range(8):
            with store() as place:
                for number in range(4):
                    place.run("create", f"Dialogue {number}", "--id", f"d{number}")
                writers = [f"for i in 0 1 2 3; do '{PROGRAM}' keys rotate --dialogue d$i; done", f"'{PROGRAM}' create A{turn}; '{PROGRAM}' create B{turn}",
                           f"for i in 3 2 1 0; do '{PROGRAM}' abandon d$i done; done", f"for i in 1 2 3 4; do '{PROGRAM}' import '{EXAMPLE}' --as i$i; done"]
                runs = [subprocess.Popen(["sh", "-c", script], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                        for script in writers]
                place.run("keys", "rotate", *kind)
                for run in runs:
                    run.wait(timeout=120)
                place.run("verify")
                answer = place.json("keys", "rotate", *kind, "--resume")
                assert answer["changed"] == answer["mended"] == 0 and answer["dialogues"] == 12, answer


@promise("a rotation waits for a commit that was begun with the older key, makes no further key when it gives up, and goes on with --resume")
def _():
    for kind, name in (["--signing"], "signing"), ([], "umk"):
        with store() as place:
            held = os.open(keys(place) / name, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_SH)  # as a writer has it from before it looks at the keys until its commit is made
            error = fails(place, "keys", "rotate", *kind, code=11)
            assert error["kind"] == "commits_under_way" and "run it again" in error["hint"], error
            names = {file.name for file in keys(place).iterdir()}
            assert names == {"umk", "signing", f"{name}.1"}, names
            place.run("create", "Others write meanwhile")
            place.run("verify")
            os.close(held)
            answer = place.json("keys", "rotate", *kind, "--resume")
            assert not answer["made"] and answer["changed"] == 2, answer
            place.run("verify")


@promise("drafts that a killed process left are taken away by the next change of keys, and nothing else is")
def _():
    with store() as place:
        drafts = ["umk.new.5", "umk.1.new.123", "signing.new.4", "trusted.new.0", "receipts.new.99999"]
        kept = ["umk.new", "umk.1.new", "signing.new", "trusted.new.", "umk.new.mine", "umk.newer", "notes"]
        for name in drafts + kept:
            (keys(place) / name).write_text("half a key")
        place.run("verify")
        place.run("keys", "rotate", "--signing")
        names = {file.name for file in keys(place).iterdir()}
        assert names == {"umk", "signing", "signing.1", *kept}, names
        place.run("verify")


@promise("a head that a retired key alone has signed says so, and how it is signed anew; that mends it")
def _():
    with store() as place:
        older = place.path / "older keys"
        shutil.copytree(keys(place), older)
        rotated(place)
        place.run("abandon", "steel", "written where the old key still signs", HANSARD_KEYS=str(older))
        error = fails(place, "show", "steel", code=13)
        assert error["kind"] == "retired_key" and "keys rotate --signing --resume" in error["hint"] and "log steel --restored" in error["hint"], error
        error = fails(place, "abandon", "steel", "again", code=13)
        assert error["kind"] == "retired_key", error
        out, err = place.run("verify", code=13)
        assert "a key alone that is retired" in out and "keys rotate --signing --resume" in err and "show ID --restored" in err, (out, err)
        error = fails(place, "keys", "rotate", "--signing", code=13)
        assert error["kind"] == "retired_key" and "--resume" in error["hint"], error
        answer = place.json("keys", "rotate", "--signing", "--resume")
        assert answer["mended"] == 1 and not answer["made"], answer
        place.run("verify")
        assert "steel" in place.run("show", "steel", "--json")[0]
        # One of a key that nobody knows is still no head, and neither is one with a bad line of a key that is believed.
        with store() as other:
            stranger = keys(other) / "signing"
            shutil.copy(keys(place) / "umk", older / "umk")
            (older / "trusted").write_text(place.json("keys", "show")["signing"][0] + "\n")
            shutil.copy(stranger, older / "signing")
        place.run("keys", "rotate", "--dialogue", "bridges", HANSARD_KEYS=str(older))
        assert fails(place, "show", "bridges", code=13)["kind"] != "retired_key"
        fails(place, "keys", "rotate", "--signing", "--resume", code=13)


@promise("a signal at the prompt ends the command and gives the terminal its echo back")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        for words, number in ((["list"], signal.SIGINT), (["list"], signal.SIGTERM), (["init", "new", "--wrap-keys"], signal.SIGINT)):
            if words[0] == "init":  # held back while it writes
                own(place, "two")
            master, slave = terminal()
            process = subprocess.Popen([PROGRAM, *words], cwd=place.path, env=place.environment, stdin=slave, stdout=slave, stderr=slave,
                                       preexec_fn=lambda: (os.setsid(), __import__("fcntl").ioctl(0, termios.TIOCSCTTY, 0)))
            shown = b""
            while b"assphrase " not in shown:
                shown += os.read(master, 4096)
            deadline = time.monotonic() + 20
            while termios.tcgetattr(slave)[3] & termios.ECHO and time.monotonic() < deadline:
                time.sleep(0.01)
            assert not termios.tcgetattr(slave)[3] & termios.ECHO
            process.send_signal(number)
            assert process.wait(timeout=20) == -number
            assert termios.tcgetattr(slave)[3] & termios.ECHO
            os.close(master)
            os.close(slave)
        assert not (keys(place) / "umk").exists() and not (place.path / "new" / ".hansard" / "config").exists()


@promise("without a terminal a passphrase comes from a command or a descriptor, and from nothing else; a wrong one is 12")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        assert fails(place, "list", code=12)["kind"] == "passphrase_needed"
        hint = fails(place, "list", code=12)["hint"]
        assert "--password-command" in hint and "--password-fd" in hint
        assert fails(place, "list", code=12, HANSARD_PASSWORD=SCRYPT, HANSARD_PASSPHRASE=SCRYPT)["kind"] == "passphrase_needed"
        assert fails(place, "list", command("wrong"), code=12)["kind"] == "wrong_passphrase"
        assert "steel" in place.run("list", command(SCRYPT))[0]
        assert "steel" in place.run("list", "--password-fd", "0", stdin=SCRYPT + "\nnot read\n")[0]
        assert fails(place, "list", "--password-command", "exit 3", code=12)["kind"] == "passphrase_needed"
        assert fails(place, "list", "--password-fd", "77", code=2)["kind"] == "usage"
        assert fails(place, "list", "--password-fd", "0", command("x"), code=2)["kind"] == "usage"
        shown = place.json("keys", "show")
        assert shown["wrapped"] and shown["locked"] and shown["keks"] == [], shown


@promise("keys show says what there is and holds no secret")
def _():
    with store() as place:
        shown = place.json("keys", "show")
        assert shown["folder"] == str(keys(place)) and shown["provider"] == "file" and not shown["wrapped"], shown
        assert [file["name"] for file in shown["files"]] == ["umk", "signing"] and {file["mode"] for file in shown["files"]} == {"0600"}
        assert len(shown["keks"]) == 1 and re.fullmatch("[0-9a-f]{16}", shown["keks"][0]["kek"]) and shown["keks"][0]["wraps"]
        assert re.fullmatch(r"tester\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}", shown["signing"][0]), shown
        out = place.run("keys", "show")[0] + json.dumps(shown)
        for name in ("umk", "signing"):
            assert (keys(place) / name).read_text().splitlines()[-1].split(": ")[1] not in out
        shown = place.json("keys", "show", HANSARD_EPOCH="3", HANSARD_OLDER_EPOCHS="1 2")
        assert [kek["epoch"] for kek in shown["keks"]] == [3, 1, 2] and len({kek["kek"] for kek in shown["keks"]}) == 3, shown


@promise("whom others can write in is not believed: the folder of keys, trusted and receipts, with the remedy; keys trust adds to none of them")
def _():
    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        own(place, "two")
        place.run("keys", "trust", line)
        (keys(place) / "receipts").write_text(line + "\n")
        for path, mode, good in ((keys(place) / "trusted", 0o666, 0o644), (keys(place) / "receipts", 0o664, 0o600), (keys(place), 0o777, 0o700)):
            path.chmod(mode)
            for words in (["list"], ["verify"], ["keys", "show"], ["keys", "trust", line]):
                if path.name == "receipts" and words[1:2] == ["trust"]:
                    continue
                error = fails(place, *words, code=3)
                assert error["kind"] == "key_file_open_to_others" and str(path) in error["message"] and "chmod go-w" in error["hint"], error
            assert any(not finding["good"] and str(path) in finding["detail"] for finding in json.loads(place.run("doctor", "--json", code=(1, 3, 13))[0])["findings"])
            path.chmod(good)
        place.run("verify", code=(0, 12))


@promise("a --public-key that names none is refused, and one that is all of what keys show prints is told which line is wanted")
def _():
    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        (place.path / "empty").write_text("\n# none\n \n")
        for value, said in (("", "is empty"), ("empty", "no line of a key in empty"), ("nowhere", "no file, and no line")):
            error = fails(place, "verify", "--public-key", value, code=3 if value else 2)
            assert error["kind"] == ("invalid_trusted_key" if value else "usage") and said in error["message"] and "Signs heads" in error["hint"], error
        (place.path / "shown").write_text(place.run("keys", "show")[0])
        error = fails(place, "verify", "--public-key", "shown", code=3)
        assert error["kind"] == "invalid_trusted_key" and "line 1" in error["message"] and "Signs heads" in error["hint"], error
        (place.path / "key").write_text(f"# the archive\n  {line}\n")
        place.run("verify", "--public-key", "key")


@promise("keys show names a file that it cannot read, and what to do, and does not send to itself")
def _():
    with store() as place:
        good = (keys(place) / "umk").read_bytes()

        def broken(path, make, kind):
            kept = path.read_bytes() if path.exists() else None
            path.unlink(missing_ok=True)
            make(path)
            error = fails(place, "keys", "show", code=(1, 3))
            assert str(path) in error["message"] and error["hint"] and "hansard keys show" not in error["hint"], error
            assert kind in (None, error["kind"]), error
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
            if kept is not None:
                path.write_bytes(kept)
                path.chmod(0o600)

        def write(content):
            def make(path):
                path.write_bytes(content)
                path.chmod(0o600)
            return make

        for name in ("umk", "signing"):
            for content in (b"", good[:-9], b"nonsense\n", b"#" * 5000):
                broken(keys(place) / name, write(content), "invalid_key_file")
            broken(keys(place) / name, lambda path: path.symlink_to("elsewhere"), "invalid_key_file")
            broken(keys(place) / name, lambda path: path.mkdir(), "invalid_key_file")
        broken(keys(place) / "trusted", write(b"nonsense\n"), "invalid_trusted_key")
        broken(keys(place) / "trusted", lambda path: path.symlink_to("elsewhere"), "invalid_trusted_key")
        wrapped = re.sub(rb"wrapping: none", b"wrapping: scrypt 13 AAAAAAAAAAAAAAAAAAAAAA==", good)
        broken(keys(place) / "umk", write(wrapped), "invalid_key_file")
        place.run("keys", "show")


@promise("init gives a UMK beside which no key signs its signing key, behind the same passphrase; of another half it says what to do")
def _():
    for words in ([], ["--wrap-keys", command(SCRYPT)]):
        given = words[1:]
        with store(*words) as place:
            umk = (keys(place) / "umk").read_bytes()
            (keys(place) / "signing").unlink()
            if words:
                for wrong, code, kind in (([], 12, "passphrase_needed"), ([command("another")], 12, "wrong_passphrase")):
                    assert fails(place, "init", place.path / "new", *wrong, code=code)["kind"] == kind
                    assert [path.name for path in keys(place).iterdir()] == ["umk"]
            answer = place.json("init", place.path / "new", *given)
            assert answer["keys_made"] and "keys_missing" not in answer, answer
            assert (keys(place) / "umk").read_bytes() == umk and (b"scrypt" in (keys(place) / "signing").read_bytes()) == bool(words)
            place.run("-C", place.path / "new", "create", "Bread", *given)
            place.run("-C", place.path / "new", "verify", *given)
    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        (keys(place) / "signing").rename(place.path / "away")
        place.run("keys", "trust", line)
        out = place.run("init", place.path / "new")[0]
        assert "Made `signing`" in out and "beside the `umk` that is there" in out and "Made keys" not in out, out
        place.run("-C", place.path / "new", "create", "Bread")
    with store() as place:
        (keys(place) / "signing").rename(keys(place) / "signing.1")
        answer = place.json("init", place.path / "new")
        assert not answer["keys_made"] and answer["keys_missing"] == "signing" and not (keys(place) / "signing").exists(), answer
        out = place.run("init", place.path / "new too")[0]
        assert "takes over from `signing.1`" in out and "keys rotate --signing\n" in out, out
    with store() as place:
        (keys(place) / "umk").rename(place.path / "away")
        answer = place.json("init", place.path / "new")
        assert not answer["keys_made"] and answer["keys_missing"] == "umk" and not (keys(place) / "umk").exists(), answer
        out = place.run("init", place.path / "new too")[0]
        assert "keys import" in out and "keys recover" in out and "hansard keys rotate\n" in out, out
        out = place.run("-C", place.path / "new", "keys", "rotate")[0]
        assert "Made a new UMK" in out and "umk.1" not in out, out
        place.run("-C", place.path / "new", "create", "Bread")


@promise("another's signing key is believed once it is trusted, and only then")
def _():
    with store() as place:
        line = place.json("keys", "show")["signing"][0]
        umk = (keys(place) / "umk").read_bytes()
        own(place, "two")
        keys(place).mkdir(parents=True, mode=0o700)
        (keys(place) / "umk").write_bytes(umk)
        (keys(place) / "umk").chmod(0o600)
        assert fails(place, "list", code=12)["kind"] == "no_trusted_key"
        assert fails(place, "keys", "trust", line[:-4] + "AAAA", code=3)["kind"] == "invalid_trusted_key"
        assert place.json("keys", "trust", line)["added"] is True
        assert place.json("keys", "trust", line)["added"] is False
        assert "steel" in place.run("list")[0]
        assert place.json("keys", "show")["trusted"] == [line]


@promise("a rotated UMK wraps every dialogue anew, the old one still opens, and an unknown kek is named with those at hand")
def _():
    with store() as place:
        old = place.json("keys", "show")["keks"][0]["kek"]
        shutil.copy(place.path / ".hansard" / "hansard.db", place.path / "before.db")
        answer = place.json("keys", "rotate")
        assert answer["made"] and answer["dialogues"] == answer["changed"] == 2, answer
        shown = place.json("keys", "show")
        assert [kek["kek"] for kek in shown["keks"]][1] == old and shown["keks"][0]["kek"] != old
        new = shown["keks"][0]["kek"]
        assert {item["clear"]["kek"] for item in place.json("leakage", "steel")["items"] if "/entity:dek/" in item["address"]} == {new}
        again = place.json("keys", "rotate", "--resume")
        assert not again["made"] and again["changed"] == 0, again
        place.run("verify")
        (keys(place) / "umk").rename(keys(place) / "umk.away")
        error = fails(place, "show", "steel", code=12)
        assert error["kind"] == "wrong_key" and new in error["message"] and old in error["message"] and error["hint"], error
        assert fails(place, "verify", code=12)["kind"] == "wrong_key"
        own(place, "nowhere")
        place.environment["HANSARD_KEYS"] = str(place.path / "one" / "config" / "hansard" / "keys")
        shutil.copy(place.path / "before.db", place.path / ".hansard" / "hansard.db")
        place.run("verify")


@promise("a UMK is rotated again and again, and what was copied before the first rotation still opens; the seventeenth UMK says what to move away")
def _():
    with store() as place:
        shutil.copy(place.path / ".hansard" / "hansard.db", place.path / "before.db")
        for _ in range(15):
            place.run("keys", "rotate")
        shown = place.json("keys", "show", HANSARD_EPOCH="9", HANSARD_OLDER_EPOCHS="1 2 3 4 5 6 7")
        assert len({kek["kek"] for kek in shown["keks"]}) == 16 * 8 and (keys(place) / "umk.15").exists(), shown
        error = fails(place, "keys", "rotate", code=3)
        assert error["kind"] == "too_many_keys" and "umk.15" in error["message"] and "backup of the keys" in error["hint"], error
        place.run("verify")
        own(place, "nowhere")
        place.environment["HANSARD_KEYS"] = str(place.path / "one" / "config" / "hansard" / "keys")
        shutil.copy(place.path / "before.db", place.path / ".hansard" / "hansard.db")
        place.run("verify")


@promise("a rotation that was killed goes on when it is run again, simply or with --resume, and makes no third key")
def _():
    for signing in ([], ["--signing"]):
        for resume in ([], ["--resume"]):
            with store() as place:
                for number in range(14):
                    place.run("create", f"Dialogue {number}")
                process = subprocess.Popen([PROGRAM, "keys", "rotate", *signing], cwd=place.path, env=place.environment, stdout=subprocess.PIPE)
                name = "signing.1" if signing else "umk.1"
                while not (keys(place) / name).exists() and process.poll() is None:
                    time.sleep(0.001)
                time.sleep(0.05)
                process.kill()
                process.wait()
                place.run("verify")
                answer = place.json("keys", "rotate", *signing, *resume)
                place.run("verify")
                names = {file["name"] for file in place.json("keys", "show")["files"]}
                assert answer["dialogues"] == 16, answer
                if signing or resume or not answer["made"]:
                    assert names == ({"umk", "signing", "signing.1"} if signing else {"umk", "umk.1", "signing"}), names


@promise("a rotation that was killed before its key was made makes it when it is run again, with --resume, too")
def _():
    for kind, signing in (("umk", []), ("signing", ["--signing"])):
        for resume in ([], ["--resume"]):
            with store() as place:
                (keys(place) / kind).rename(keys(place) / f"{kind}.1")
                place.run("verify")
                answer = place.json("keys", "rotate", *signing, *resume)
                names = {file["name"] for file in place.json("keys", "show")["files"]}
                assert answer["made"] and answer["changed"] == 2 and names == ({"umk", "signing", "signing.1"} if signing else {"umk", "umk.1", "signing"}), (answer, names)
                place.run("verify")


@promise("a backup from before the signing key was rotated is declared one by one with --retired, says who had signed it, and no retired key stays believed")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        old = place.json("keys", "show")["signing"][0]
        shutil.copy(database, place.path / "older.db")
        rotated(place)
        shutil.copy(place.path / "older.db", database)
        assert fails(place, "show", "steel", code=13)["kind"] == "retired_key"
        error = fails(place, "verify", code=13)
        assert error["kind"] == "retired_key" and "end before what was seen" in error["message"] and "backup --restored --retired ID" in error["hint"], error
        out, err = place.run("keys", "rotate", "--signing", "--resume", code=13)  # it was put back, which is to be declared first
        assert "old key" not in out and "backup --restored" in out + err, out
        # Over all, nobody has looked at any of them.
        out, err = place.run("backup", "--restored", "--json", code=13)
        left = json.loads(out)["left_out"]
        assert [row["kind"] for row in left] == ["retired_key"] * 2 and all(f"backup --restored --retired {row['dialogue_id']}" in row["hint"] for row in left), left
        assert json.loads(out)["dialogues"] == []
        # By its whole id, and by a word of its own, once it was looked at.
        assert fails(place, "backup", "--restored", "steel", code=13)["kind"] == "retired_key"
        for words in (["st"], []):
            assert fails(place, "backup", "--restored", "--retired", *words, code=2)["kind"] == "usage"
        fails(place, "backup", "--retired", "copy.db", code=2)
        marks = {file: file.read_bytes() for file in (place.path / "one" / "state" / "hansard" / "marks").rglob("*") if file.is_file()}
        assert [commit["rev"] for commit in place.json("log", "steel", "--restored")["commits"]] == [1] and place.json("show", "steel", "--restored")["meta"]["title"] == "Steel"
        looked = place.json("log", "steel", "--restored")["restored"]
        assert looked["standing"] == "rolled_back" and looked["seen_rev"] == 2 and old.split("+")[1] in looked["retired"], looked
        for words in (["log", "steel"], ["show", "steel"]):
            out = place.run(*words, "--restored")[0].replace("\n", " ")
            assert "it is not believed:" in out and "Commit 2 was seen here; it ends with commit 1." in out and "a key alone that is retired: " + old.split("+")[0] + "+" + old.split("+")[1] in out, out
            assert "restored" not in place.run(*words, code=13)[0]
        assert place.json("backup", "--restored", "--retired", "--dry-run", "steel")["dialogues"][0]["retired"]
        assert {file: file.read_bytes() for file in marks} == marks and fails(place, "show", "steel", code=13)
        answer = place.json("backup", "--restored", "--retired", "steel")
        assert old.split("+")[0] in answer["dialogues"][0]["retired"] and old.split("+")[1] in answer["dialogues"][0]["retired"], answer
        assert fails(place, "show", "bridges", code=13)["kind"] == "retired_key"
        out, _ = place.run("backup", "--restored", "--retired", "bridges-over-the-river")
        assert "signed by a retired key alone" in out, out
        place.run("verify")
        assert old not in place.json("keys", "show")["trusted"]


@promise("what a thief of a retired key puts into a store is not taken over by a restore of all, nor by name where nothing is lost or it was never seen")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        thief = place.path / "thief"
        shutil.copytree(keys(place), thief)
        rotated(place)
        (thief / "trusted").write_text(place.json("keys", "show")["signing"][0] + "\n")
        good = database.read_bytes()
        place.run("abandon", "steel", "forged", HANSARD_KEYS=str(thief), XDG_STATE_HOME=str(place.path / "away"))
        place.run("create", "Evil", HANSARD_KEYS=str(thief), XDG_STATE_HOME=str(place.path / "away"))
        for name in ("steel", "evil"):
            for more in ([], ["--retired"]):  # nothing of it is a restore's
                assert fails(place, "backup", "--restored", *more, name, code=13)["kind"] == "retired_key", name
        assert [commit["rev"] for commit in place.json("log", "steel", "--restored")["commits"]] == [3, 2, 1]
        out, _ = place.run("backup", "--restored", "--json", code=13)
        assert {row["dialogue_id"] for row in json.loads(out)["left_out"]} == {"steel", "evil"} and not json.loads(out)["dialogues"], out
        for name in ("steel", "evil"):
            assert fails(place, "show", name, code=13)["kind"] == "retired_key"
        database.write_bytes(good)
        place.run("verify")  # no mark moved


@promise("a backup from before the retirement is declared by name on a machine that has never seen it, where it comes from another store")
def _():
    with store() as place:
        place.run("backup", "older.db")  # which has an identity of its own
        rotated(place)
        place.environment["XDG_STATE_HOME"] = str(place.path / "new machine")
        shutil.copy(place.path / "older.db", place.path / ".hansard" / "hansard.db")
        place.run("backup", "--restored", code=13)
        for name in ("steel", "bridges-over-the-river"):
            assert "signed by a retired key alone" in place.run("backup", "--restored", "--retired", name)[0]
        place.run("verify")


@promise("what is put back keeps no signing key in use against --retire --resume")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        place.run("abandon", "steel", "newer")
        newer = database.read_bytes()
        database.write_bytes(older)
        place.run("keys", "rotate", "--signing", code=13)
        out, _ = place.run("keys", "rotate", "--signing", "--retire", code=13)
        assert "old key stays in use" in out and "--retire --resume" in out and "not broken" not in out, out
        out, err = place.run("keys", "rotate", "--signing", "--retire", "--resume", code=13)
        assert err.rstrip().endswith("hansard keys rotate --signing --resume"), err  # which makes no key
        assert "believed of receipts alone" in out and not (keys(place) / "signing.1").exists(), out
        assert fails(place, "show", "steel", code=13)["kind"] == "retired_key"
        place.run("backup", "--restored", "--retired", "steel")
        place.run("verify")
        database.write_bytes(newer)  # the history that was declared lost comes back: it is signed by the old key alone
        place.run("verify", code=13)


@promise("what is looked at as a restore would take it says how it stands and whether it is believed, in front of every view and in its JSON")
def _():
    views = ([], ["--events"], ["--progress"], ["--moves"], ["--references"])

    def look(standing, seen_rev, *lines, retired=False):
        looked = []
        for words in (["log", "steel"], *(["show", "steel", *view] for view in views)):
            answer = place.json(*words, "--restored")
            assert list(answer)[-1] == "restored", answer.keys()
            restored = answer.pop("restored")
            assert restored["standing"] == standing and restored["seen_rev"] == seen_rev and ("retired" in restored) == retired, restored
            out = place.run(*words, "--restored")[0]
            front, _, rest = out.partition("\n\n")
            front = re.sub(r"\s+", " ", front)
            assert all(line in front for line in lines) and rest, (lines, out)
            looked.append((words, front, answer, rest))
        for words, front, answer, rest in looked:
            if front.startswith("As it is stored, it is believed:"):
                assert rest == place.run(*words)[0] and answer == place.json(*words)
            else:
                assert "it is not believed:" in front, front

    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        look("reached", 1, "As it is stored, it is believed: It is what was seen here last.")
        place.run("abandon", "steel", "seen here")
        newer = database.read_bytes()
        database.write_bytes(older)
        look("rolled_back", 2, "As a restore would take it; until one has, it is not believed:", "it ends with commit 1.")
        out, err = place.run("show", "steel", "--restored", "P9999", code=1)
        assert out.startswith("As a restore would take it;") and "1 of 1 id is not in this dialogue" in err, (out, err)
        place.run("abandon", "steel", "another", XDG_STATE_HOME=str(place.path / "away"))
        look("replaced", 2, "As it is stored, it is not believed:", "no restore declares that.")
        database.write_bytes(newer)
        look("reached", 2, "As it is stored, it is believed:")
        place.environment["XDG_STATE_HOME"] = str(place.path / "new machine")
        look("unseen", 0, "As it is stored, it is believed: Nothing was seen of it here.")
        place.run("verify")
        retired_elsewhere(place)
        look("reached", 2, "As it is stored, it is not believed:", "It is what was seen here last.", "signed by a key alone that is retired: tester+", retired=True)
        place.run("keys", "rotate", "--signing", "--resume")
        look("reached", 3, "As it is stored, it is believed:")


def retired_elsewhere(place):
    """The signing key rotates and retires in another store with the same keys."""
    other = place.path / "other"
    other.mkdir()
    for words in (["init"], ["keys", "rotate", "--signing"], ["keys", "rotate", "--signing", "--retire"]):
        subprocess.run([PROGRAM, *words], cwd=other, env=place.environment, check=True, stdout=subprocess.DEVNULL)


@promise("a commit that was seen, and that a history signed by a retired key alone declares lost, is told before and after that is signed anew")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        place.run("abandon", "steel", "seen here")
        away = {"XDG_STATE_HOME": str(place.path / "away")}
        place.run("verify", **away)
        database.write_bytes(older)
        place.run("backup", "--restored", "steel", **away)
        retired_elsewhere(place)
        out = place.run("verify", "steel", code=13)[0]
        assert "signed by a key alone that is retired" in out and "declares commits lost" in out, out
        assert [commit["rev"] for commit in place.json("log", "steel", "--restored")["commits"]] == [3, 1]
        place.run("keys", "rotate", "--signing", "--resume")
        (mark,) = (place.path / "one" / "state" / "hansard" / "marks").rglob("steel")
        assert re.fullmatch("4 [0-9a-f]{64} passed 2\n", mark.read_text()), mark.read_text()
        (row,) = place.json("--read-only", "verify", "steel")["dialogues"]
        assert row["declared_lost"] == [{"seen_rev": 2, "first_rev": 2, "last_rev": 2, "restore_rev": 3}], row
        assert "declared lost" in place.run("verify", "steel")[0]


@promise("a receipt is held against a history whose head a retired key alone has signed, before anybody takes that over")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        first = place.path / "first"
        first.write_text(place.run("receipt", "steel")[0])
        older = database.read_bytes()
        place.run("abandon", "steel", "second")
        second = place.path / "second"
        second.write_text(place.run("receipt", "steel")[0])
        retired_elsewhere(place)
        for receipt in (first, second):
            out, err = place.run("verify", "--receipt", receipt, code=13)
            assert "names a commit of what is stored, whose head is signed by a key alone that is retired" in out.replace("\n", " ") and "show ID --restored" in err, (out, err)
        assert place.json("verify", "--receipt", first, code=13)["standing"] == "retired_key"
        database.write_bytes(older)
        assert place.json("verify", "--receipt", first, code=13)["standing"] == "retired_key"
        assert place.json("verify", "--receipt", second, code=13)["standing"] == "rolled_back"
        place.run("abandon", "steel", "another", HANSARD_KEYS=str(place.path / "nowhere"), code=12)


@promise("a history that replaced one that was seen is said to be that, by whomever it is signed")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        older = database.read_bytes()
        place.run("abandon", "steel", "seen here")
        database.write_bytes(older)
        place.run("abandon", "steel", "another", XDG_STATE_HOME=str(place.path / "away"))
        retired_elsewhere(place)
        error = fails(place, "verify", "steel", code=13)
        assert error["kind"] == "rolled_back" and "no restore declares that" in error["hint"], error


@promise("rotations go on over a head under a name that no dialogue can have, and a key retires over it and over whoever goes on writing with it")
def _():
    with store() as place:
        database = place.path / ".hansard" / "hansard.db"
        thief = place.path / "thief"
        shutil.copytree(keys(place), thief)
        place.run("keys", "rotate", "--signing")
        with sqlite3.connect(database) as db:
            db.execute("INSERT INTO heads SELECT tenant, 'Bad Name', rev, hash, note, listed FROM heads WHERE dialogue = 'steel'")
        for words in (["rotate"], ["rotate", "--signing", "--resume"], ["rotate", "--signing", "--retire"]):
            error = fails(place, "keys", *words, code=13)
            assert "Bad Name" in error["message"], error
        assert (keys(place) / "signing.1").exists()
        away = {"HANSARD_KEYS": str(thief), "XDG_STATE_HOME": str(place.path / "away")}
        (thief / "trusted").write_text("".join(line + "\n" for line in place.json("keys", "show")["signing"]))
        writing = subprocess.Popen(["sh", "-c", f'n=0; while [ $n -lt 400 ] && [ ! -e stop ]; do n=$((n+1)); "{PROGRAM}" create "Made by a thief $n"; done'], cwd=place.path, env={**place.environment, **away}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            place.run("keys", "rotate", "--signing", "--retire", "--resume", code=13)
        finally:
            (place.path / "stop").touch()
            writing.wait(timeout=60)
        assert not (keys(place) / "signing.1").exists()


@promise("whom a person trusts stays trusted, retired or not, whatever is rotated")
def _():
    with store() as place:
        old = place.json("keys", "show")["signing"][0]
        rotated(place)
        assert "has retired here" in place.run("keys", "trust", old)[0] and place.json("keys", "trust", old)["retired"]
        place.run("keys", "rotate", "--signing", "--resume")
        assert old in place.json("keys", "show")["trusted"]


@promise("a retired key is told by its bytes when it is trusted again, by another name, too")
def _():
    with store() as place:
        old = place.json("keys", "show")["signing"][0].split("+", 2)
        rotated(place)
        key = base64.b64decode(old[2])
        other = f"somebody+{hashlib.sha256(b'somebody' + bytes([10]) + key).hexdigest()[:8]}+{old[2]}"
        for line, retired in (("+".join(old), True), (other, True)):
            assert place.json("keys", "trust", line)["retired"] is retired, line
        with store() as stranger:
            assert place.json("keys", "trust", stranger.json("keys", "show")["signing"][0])["retired"] is False



@promise("a rotation leaves what is broken as it is, names it, exits 13, and goes on once that is mended, without another key")
def _():
    for signing in ([], ["--signing"]):
        with store() as place:
            database = place.path / ".hansard" / "hansard.db"
            with sqlite3.connect(database) as opened:
                before = opened.execute("SELECT note FROM heads WHERE dialogue = 'steel'").fetchone()
                opened.execute("UPDATE heads SET note = ? WHERE dialogue = 'steel'", (before[0][:-5] + b"AAAA\n",))
            out, err = place.run("keys", "rotate", *signing, "--json", code=13)
            answer, error = json.loads(out), json.loads(err.splitlines()[-1])
            left, = answer["left_out"]
            assert answer["made"] and answer["dialogues"] == 2 and answer["changed"] == 1 and answer["waiting"] == 0 and "retired" not in answer, answer
            assert left["dialogue_id"] == "steel" and left["code"] == 13 and left["message"] and left["hint"], left
            assert error["code"] == 13 and "1 dialogue is left out: steel" in error["message"], error
            assert (keys(place) / ("signing.1" if signing else "umk.1")).exists() and not (keys(place) / "receipts").exists()
            place.run("abandon", "bridges", "Under the new key")
            place.run("verify", "bridges")
            words = ["keys", "rotate", *signing, "--retire" if signing else "--resume"]
            out, err = place.run(*words, code=13)
            assert err == f"hansard: 1 of 2 dialogues is left out\n  hansard verify steel says what mends it; then run hansard {' '.join(words)}\n", err
            assert out.count(left["message"]) == 1 and "mend them" not in out, out
            assert "LEFT OUT  steel: " in out and "Nothing more could be done" in out and ("old key stays in use" in out) == bool(signing), out
            with sqlite3.connect(database) as opened:
                opened.execute("UPDATE heads SET note = ? WHERE dialogue = 'steel'", before)
            answer = place.json("keys", "rotate", *signing, *(["--retire"] if signing else []))
            assert not answer["made"] and answer["changed"] == 1 and "left_out" not in answer, answer
            assert ("retired" in answer) == bool(signing)
            place.run("verify")


@promise("a signing key is retired by --retire --resume over broken dialogues, and over those that could not be signed, which --resume signs later")
def _():
    with store() as place:
        place.run("create", "Wood", "--id", "wood")
        database = place.path / ".hansard" / "hansard.db"
        with sqlite3.connect(database) as opened:
            before = opened.execute("SELECT stored FROM items WHERE dialogue = 'steel' AND type = 'meta'").fetchone()
            opened.execute("UPDATE items SET stored = zeroblob(90) WHERE dialogue = 'steel' AND type = 'meta'")
        out, _ = place.run("keys", "rotate", "--signing", "--retire", code=13)
        assert out.startswith("One key signs here: there is none to retire\n  A new one is made by hansard keys rotate --signing\n") and "Nothing" not in out, out
        mark, = (path for path in place.path.glob("**/marks/*/default/wood"))
        kept = mark.read_text()
        mark.write_text("nonsense")
        place.run("keys", "rotate", "--signing", code=13)
        out, _ = place.run("keys", "rotate", "--signing", "--retire", code=13)
        assert "1 of them is not broken" in out and "To retire it all the same: hansard keys rotate --signing --retire --resume" in out and (keys(place) / "signing.1").exists(), out
        out, _ = place.run("keys", "rotate", "--signing", "--retire", "--resume", code=13)
        assert "LEFT OUT  steel: " in out and "LEFT OUT  wood: " in out and "its head was believed by the old key alone" in out, out
        assert "believed of receipts alone" in out and not (keys(place) / "signing.1").exists(), out
        mark.write_text(kept)
        assert fails(place, "show", "wood", code=13)["kind"] == "retired_key"
        place.run("keys", "rotate", "--signing", "--resume", code=13)
        place.run("verify", "wood")
        place.run("verify", "bridges")
        with sqlite3.connect(database) as opened:
            opened.execute("UPDATE items SET stored = ? WHERE dialogue = 'steel' AND type = 'meta'", before)
        assert fails(place, "show", "steel", code=13)["kind"] == "retired_key"
        assert place.json("keys", "rotate", "--signing", "--resume")["mended"] == 1
        place.run("verify")


@promise("a rotation whose keys open no dialogue at all makes none")
def _():
    with store() as place:
        own(place, "two")
        with store() as other:
            keys(place).mkdir(parents=True, mode=0o700)
            for name in ("umk", "signing", "trusted"):
                if (keys(other) / name).exists():
                    shutil.copy(keys(other) / name, keys(place) / name)
        before = sorted(path.name for path in keys(place).iterdir())
        place.run("keys", "rotate", code=(12, 13))
        assert sorted(path.name for path in keys(place).iterdir()) == before


@promise("a new UMK under which nothing is wrapped yet is used by the next rotation, which makes none")
def _():
    with store() as place:
        with store() as other:
            words = "\n".join(line for line in other.run("keys", "words")[0].splitlines() if line.startswith("umk"))
        (keys(place) / "umk").rename(keys(place) / "umk.1")
        assert fails(place, "keys", "recover", code=11, stdin=words)["kind"] == "keys_exist"
        place.run("keys", "recover", "--newer", stdin=words)
        answer = place.json("keys", "rotate")
        assert not answer["made"] and answer["changed"] == 2 and not (keys(place) / "umk.2").exists(), answer
        (keys(place) / "umk.1").unlink()
        place.run("verify")


@promise("after a new epoch was configured a rotation wraps under that one, and makes no key")
def _():
    with store() as place:
        epochs = {"HANSARD_EPOCH": "2", "HANSARD_OLDER_EPOCHS": "1"}
        answer = place.json("keys", "rotate", **epochs)
        assert not answer["made"] and answer["changed"] == 2 and not (keys(place) / "umk.1").exists(), answer
        place.run("verify", HANSARD_EPOCH="2")
        error = fails(place, "verify", code=12)
        assert error["kind"] == "wrong_key" and "(epoch 1)" in error["message"], error


@promise("a rotation killed between making room and making the key is mended by the next")
def _():
    for signing, kind in (([], "umk"), (["--signing"], "signing")):
        with store() as place:
            (keys(place) / kind).rename(keys(place) / f"{kind}.1")
            assert place.json("keys", "rotate", *signing)["made"]
            place.run("verify")
            place.run("create", "After it")


@promise("a rotated signing key: heads by both until it is retired, then the old one counts for receipts alone, erased dialogues too")
def _():
    with store() as place:
        place.run("erase", "steel", "--confirm", "steel")
        old = place.json("keys", "show")["signing"][0]
        (place.path / "receipt").write_text(place.run("receipt", "bridges")[0])
        answer = place.json("keys", "rotate", "--signing")
        assert answer["made"] and answer["changed"] == 2 and "retired" not in answer, answer
        shown = place.json("keys", "show")
        assert shown["rotating"] and shown["signing"] == [answer["trust"], old] and shown["receipts"] == [], shown
        place.run("create", "Bread")
        assert place.json("receipt", "bread")["head"].count("— tester ") == 2
        answer = place.json("keys", "rotate", "--signing", "--retire")
        assert not answer["made"] and answer["changed"] == 0 and answer["retired"] == old and "trust" not in answer, answer
        shown = place.json("keys", "show")
        assert not shown["rotating"], shown
        assert shown["receipts"] == [old] and old not in shown["signing"] + shown["trusted"] and len(shown["signing"]) == 1
        assert place.json("receipt", "bridges")["head"].count("— tester ") == 2
        place.run("verify")
        assert place.json("verify", "--receipt", "receipt")["standing"] == "fine"
        place.run("abandon", "bridges", "done")
        assert place.json("receipt", "bridges")["head"].count("— tester ") == 1
        place.run("verify")


@promise("between the two steps of a rotation whoever believes either key alone reads all that is written; run again, the first makes no third key and says what it waits for")
def _():
    with store() as place:
        old = place.json("keys", "show")["signing"][0]
        assert "is under way" not in place.run("keys", "show")[0] + place.run("doctor")[0]
        out, _ = place.run("keys", "rotate", "--signing")
        new = place.json("keys", "show")["signing"][0]
        assert new != old and f"hansard keys trust {new}\n" in out and "hansard keys rotate --signing --retire" in out, out
        place.run("create", "Bread")
        for public in (old, new):
            place.run("verify", "--public-key", public)
        before = secrets(place)
        for resume in ([], ["--resume"]):
            out, _ = place.run("keys", "rotate", "--signing", *resume)
            assert "Nothing was left to be done; 3 of 3 dialogues are as they should be" in out and f"keys trust {new}\n" in out and "rotate --signing --retire" in out and secrets(place) == before, out
        for words in (["keys", "show"], ["doctor"]):
            out, _ = place.run(*words)
            assert "is under way" in out and "keys rotate --signing --retire" in out, out
        out, _ = place.run("keys", "rotate", "--signing", "--retire")
        assert "Retired the old signing key; all 3 dialogues are signed by the new one" in out and f"of receipts alone:\n  {old}\n" in out and "keys trust" not in out, out
        assert "is under way" not in place.run("keys", "show")[0] + place.run("doctor")[0]
        place.run("abandon", "bread", "done")
        place.run("verify", "--public-key", new)
        place.run("verify", "--public-key", old, code=13)
        out, _ = place.run("keys", "rotate", "--signing", "--retire")
        assert "there is none to retire" in out and place.json("keys", "show")["signing"] == [new], out


@promise("--retire signs by both what was written with the old key alone meanwhile, and retires nothing that nothing takes over from")
def _():
    with store() as place:
        older = place.path / "older keys"
        shutil.copytree(keys(place), older)
        place.run("keys", "rotate", "--signing")
        place.run("abandon", "steel", "on another machine", HANSARD_KEYS=str(older))
        place.run("verify")
        assert place.json("receipt", "steel")["head"].count("— tester ") == 1
        answer = place.json("keys", "rotate", "--signing", "--retire")
        assert answer["changed"] == 1 and answer["mended"] == 0 and "retired" in answer, answer
        place.run("verify")
        assert place.json("receipt", "steel")["head"].count("— tester ") == 2
    with store() as place:
        (keys(place) / "signing").rename(keys(place) / "signing.1")
        error = fails(place, "keys", "rotate", "--signing", "--retire", code=3)
        assert error["kind"] == "no_new_key" and error["hint"].endswith("hansard keys rotate --signing"), error
        out, _ = place.run("doctor", code=1)
        assert "signing.1: the key that takes over from it is missing" in out and "BAD" in out, out
        place.run("keys", "rotate", "--signing")
        place.run("keys", "rotate", "--signing", "--retire")
        assert "hansard help keys" in fails(place, "keys", "show", "--retire", code=2)["hint"]
        assert "--signing --retire" in fails(place, "keys", "rotate", "--retire", code=2)["message"]
        fails(place, "keys", "rotate", "--dialogue", "bridges", "--retire", code=2)


@promise("without the newest UMK what is sealed is read and nothing is sealed under one that was rotated away, until it is back or another is made")
def _():
    with store() as place:
        place.run("keys", "rotate")
        wraps = place.json("keys", "show")["keks"][0]["kek"]
        (keys(place) / "umk").rename(place.path / "kept")
        error = fails(place, "create", "Under the old one", code=12)
        assert error["kind"] == "no_newest_key" and "umk is missing" in error["message"], error
        assert "put it back" in error["hint"] and "only where it is lost" in error["hint"] and error["hint"].endswith("hansard keys rotate"), error
        out, _ = place.run("keys", "show")
        assert "new keys are wrapped" not in out and "`umk` is missing" in out and "put it back" in out, out
        assert not any(kek["wraps"] for kek in place.json("keys", "show")["keks"])
        out, _ = place.run("doctor", code=1)
        assert "umk.1: the key that takes over from it is missing" in out and "put it back" in out and "only where it is lost" in out, out
        (keys(place) / "umk.1").rename(keys(place) / "umk.2")  # whatever its number
        fails(place, "create", "Under the old one", code=12)
        out, _ = place.run("doctor", code=1)
        assert "umk.2: the key that takes over from it is missing" in out, out
        (keys(place) / "umk.2").rename(keys(place) / "umk.1")
        (place.path / "kept").rename(keys(place) / "umk")
        place.run("abandon", "steel", "yes")
        assert place.json("keys", "show")["keks"][0] == {"kek": wraps, "epoch": 1, "umk": 0, "wraps": True}
    with store() as place:  # a rotation that was killed between its two names
        (keys(place) / "umk").rename(keys(place) / "umk.1")
        assert "steel" in place.run("list")[0] and "2 good" in place.run("verify")[0]
        for words in (["create", "Too early"], ["abandon", "steel", "too early"], ["keys", "rotate", "--dialogue", "steel"]):
            assert fails(place, *words, code=12)["kind"] == "no_newest_key", words
        assert len(place.json("log", "steel")["commits"]) == 1
        for words in ([], ["--resume"]):
            place.run("keys", "rotate", *words)
            assert {file.name for file in keys(place).iterdir()} == {"umk", "umk.1", "signing"}
            place.run("create", f"Now {len(words)}")


@promise("where there are no keys at all a rotation makes none, so that nothing stands in the way of those that are brought")
def _():
    with store() as place:
        words = place.run("keys", "words")[0]
        shutil.rmtree(keys(place))
        for made in (False, True):
            for more in ([], ["--resume"], ["--signing"], ["--signing", "--retire"]):
                error = fails(place, "keys", "rotate", *more, code=12)
                assert error["kind"] == "no_key" and "there are no keys in" in error["message"] and "keys recover" in error["hint"], error
            assert not keys(place).exists() or not list(keys(place).iterdir())
            keys(place).mkdir(mode=0o700, exist_ok=True)
        place.run("keys", "recover", stdin=words)
        place.run("verify")


@promise("whoever has a new key is told to back it up and to write its words down: when it is made, when the rotation fails, and when it goes on")
def _():
    for more, name in (([], "umk"), (["--signing"], "signing")):
        advice = f"`{name}` and write its words down: hansard keys words"
        with store() as place:
            database = sqlite3.connect(place.path / ".hansard" / "hansard.db", isolation_level=None)
            database.execute("BEGIN IMMEDIATE")
            error = fails(place, "keys", "rotate", *more, code=(1, 11))
            database.execute("ROLLBACK")
            assert (keys(place) / f"{name}.1").exists(), error
            assert "0 of 2 dialogues are done; mend this, then run it again" in error["hint"] and f"a new key was made: back up {advice}" in error["hint"], error
            database.execute("BEGIN IMMEDIATE")
            error = fails(place, "keys", "rotate", *more, code=(1, 11))
            database.execute("ROLLBACK")
            database.close()
            assert f"unless that was done since it was made, back up {advice}" in error["hint"], error
            out, _ = place.run("keys", "rotate", *more)
            assert "Went on with the rotation that was begun; 2 of 2 dialogues were" in out and f"  Unless that was done since it was made, back up {advice}\n" in out, out
    with Place() as place:
        own(place, "one")
        place.run("init")
        place.run("create", "Only one", "--id", "one")
        out, _ = place.run("keys", "rotate", "--signing")
        assert "1 of 1 dialogue was signed anew" in out and "  Back up `signing` and write its words down" in out, out
        out, _ = place.run("keys", "rotate", "--signing", "--retire")
        assert "Words and exports from before are out of date" in " ".join(out.split()) and "hansard keys export FILE" in out and "back up `signing`" not in out, out


@promise("where the newest key of a kind is missing, words and exports name what mends that")
def _():
    for name, rotate in (("umk", "hansard keys rotate"), ("signing", "hansard keys rotate --signing")):
        with store() as place:
            (keys(place) / name).rename(keys(place) / f"{name}.1")
            for words in (["keys", "words"], ["keys", "export", "out.hansard", command("road")]):
                error = fails(place, *words, code=12)
                assert f"{name}.1 is there" in error["hint"] and error["hint"].endswith(rotate), error
            place.run(*rotate.split()[1:])
            place.run("keys", "words")


@promise("a signing key that was copied to the name of the one that retires signs once, and never retires itself")
def _():
    with store() as place:
        shutil.copy(keys(place) / "signing", keys(place) / "signing.1")
        for more in ([], ["--retire"], ["--retire", "--resume"]):
            error = fails(place, "keys", "rotate", "--signing", *more, code=11)
            assert error["kind"] == "keys_exist" and "signing.1" in error["message"] and "take that file away" in error["hint"], error
        assert not (keys(place) / "receipts").exists()
        place.run("abandon", "steel", "as before")
        assert place.json("receipt", "steel")["head"].count("— tester ") == 1
        (keys(place) / "signing.1").unlink()
        place.run("verify")


@promise("a rotation that was killed puts the new key behind the passphrase of the one that it takes over from, whatever the other kind is behind")
def _():
    for rotating, other, rotate in (("umk", "signing", ["rotate"]), ("signing", "umk", ["rotate", "--signing"])):
        with store() as place:
            plain = (keys(place) / other).read_bytes()
            place.run("keys", "passphrase", command(SCRYPT))
            (keys(place) / other).write_bytes(plain)
            (keys(place) / rotating).rename(keys(place) / f"{rotating}.1")
            fails(place, "keys", *rotate, code=12)
            assert not (keys(place) / rotating).exists()
            place.run("keys", *rotate, command(SCRYPT))
            assert "wrapping: scrypt" in (keys(place) / rotating).read_text() and (keys(place) / other).read_bytes() == plain
            place.run("verify", command(SCRYPT))


@promise("rotating wrapped keys wraps the new one with the same passphrase")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        fails(place, "keys", "rotate", command("wrong"), code=12)
        assert not (keys(place) / "umk.1").exists()
        place.run("keys", "rotate", command(SCRYPT))
        assert "wrapping: scrypt" in (keys(place) / "umk").read_text() and len(salts(place)) == 1
        place.run("verify", command(SCRYPT))


@promise("a new key of one dialogue: what is written from then on carries the next generation")
def _():
    with store() as place:
        assert place.json("keys", "rotate", "--dialogue", "bridges")["dialogue_id"] == "bridges-over-the-river"
        place.run("abandon", "bridges", "done")
        generations = {item["address"].split("entity:")[1].split("/")[0]: item["generation"] for item in place.json("leakage", "bridges")["items"]}
        assert generations["meta"] == 2 and generations["event"] == 2, generations
        assert {item["generation"] for item in place.json("leakage", "steel")["items"]} == {1}
        place.run("verify")
        assert fails(place, "keys", "rotate", "--dialogue", "bridges", "--signing", code=2)
        assert fails(place, "keys", "rotate", "--read-only", code=2) and not (keys(place) / "umk.1").exists()


@promise("keys refuses what is no action of it, and says what was meant")
def _():
    with store() as place:
        assert "keys rotate" in fails(place, "keys", "rotat", code=2)["hint"]
        assert "FILE" in fails(place, "keys", "export", code=2)["message"]
        fails(place, "keys", "show", "extra", code=2)
        fails(place, "keys", "words", "--signing", code=2)
        fails(place, "keys", "show", "--wrap-keys", code=2)


@promise("a key file that others may read is refused everywhere but in doctor, which says so")
def _():
    with store() as place:
        (keys(place) / "umk").chmod(0o644)
        assert fails(place, "list", code=3)["kind"] == "key_file_open_to_others"
        findings = place.json("doctor", code=1)["findings"]
        assert [finding["good"] for finding in findings if finding["subject"] == "keys"] == [False, True], findings


@promise("what needs no key asks for no passphrase: backup, audit, leakage and verify with a public key, an erasure that is not confirmed; the others say how one is given")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        line = place.json("keys", "show", command(SCRYPT))["signing"][0]
        noted = "--password-command=echo asked >asked; echo wrong"
        place.run("backup", "copy.db", "--no-verify", noted)
        place.run("audit", "show", noted)
        place.run("audit", "verify", noted)
        shown = place.run("leakage", "steel", "--public-key", line, noted)[0]
        place.run("verify", "--public-key", line, noted)
        for confirm in ([], ["--confirm", "ste"], ["--confirm", "bridges-over-the-river"]):
            error = fails(place, "erase", "ste", *confirm, noted, code=2)
            assert error["kind"] == "not_confirmed" and "--confirm steel" in error["hint"], error
        assert not (place.path / "asked").exists()
        assert shown == place.run("leakage", "steel", command(SCRYPT))[0]
        for words in (["leakage", "steel"], ["erase", "steel", "--confirm", "steel"], ["list"], ["keys", "rotate"]):
            error = fails(place, *words, noted, code=12)
            assert error["kind"] == "wrong_passphrase" and "keys recover" in error["hint"] and (place.path / "asked").exists(), error
            (place.path / "asked").unlink()
        with sqlite3.connect(place.path / "copy.db") as opened:
            assert opened.execute("SELECT count(*) FROM heads").fetchone() == (2,)
        place.run("erase", "ste", "--confirm", "steel", command(SCRYPT))
        (keys(place) / "signing").unlink()
        for words, kind, code in ((["init", "new", command("wrong")], "wrong_passphrase", 12), (["init", "new"], "passphrase_needed", 12)):
            error = fails(place, *words, code=code)
            assert error["kind"] == kind and error["hint"], error
        own(place, "two")
        error = fails(place, "init", "new", "--wrap-keys", code=2)
        assert error["kind"] == "no_passphrase" and "--password-fd" in error["hint"], error


@promise("doctor names key files and lists that are none, with what is wrong and what to do, and asks for no passphrase")
def _():
    for words in ([], ["--wrap-keys", command(SCRYPT)]):
        with store(*words) as place:
            umk, signing = ((keys(place) / name).read_bytes() for name in ("umk", "signing"))
            line = place.json("keys", "show", *words[1:])["signing"][0]
            wrong = {
                "umk": (b"", b"nonsense\n", umk[:-9], umk + b"more\n", b"#" * 5000, signing, umk.replace(b"secret: ", b"secret: AAAA"), umk.replace(b"kind: umk", b"kind: ump")),
                "umk.12": (b"nonsense\n", signing),
                "signing": (umk, b"\0" * 200, signing.replace(b"name: tester", b"name: Tester")),
                "signing.1": (umk,),
                "trusted": (b"nonsense\n", line[:-4].encode() + b"AAAA\n", (line + "\n").encode() * 300),
                "receipts": (b"# fine\n" + line.encode() + b" and more\n",),
            }
            for name, contents in wrong.items():
                path = keys(place) / name
                kept = path.read_bytes() if path.exists() else None
                for content in contents:
                    path.write_bytes(content)
                    path.chmod(0o600)
                    out, err = place.run("doctor", "--json", code=1)
                    bad = [finding["detail"] for finding in json.loads(out)["findings"] if not finding["good"]]
                    assert len(bad) == 1 and str(path) in bad[0] and "; " in bad[0] and not bad[0].endswith("; "), (name, content, bad)
                    assert json.loads(err.splitlines()[-1])["kind"] == "unhealthy_keys", err
                path.unlink()
                if kept is not None:
                    path.write_bytes(kept)
                    path.chmod(0o600)
                place.run("doctor")


@promise("doctor names a folder of keys that others may look into, where no key is made or brought")
def _():
    with store() as place:
        keys(place).chmod(0o755)
        place.run("list")
        assert "700" in fails(place, "keys", "rotate", code=3)["hint"]
        out, _ = place.run("doctor", code=1)
        assert f"{keys(place)}, mode 0755: others than its owner may look into it" in out and "chmod 700" in out, out
        keys(place).chmod(0o700)
        place.run("doctor")


@promise("the error of doctor says what is not as it should be whole, or cuts it behind a word and says so")
def _():
    with store() as place:
        for deep, whole in ((2, True), (5, False)):
            folder = place.path / "/".join("a folder of keys that is named at some length, by the word" for _ in range(deep)) / "keys"
            folder.mkdir(mode=0o700, parents=True)
            for name in ("umk", "signing"):
                shutil.copy(keys(place) / name, folder / name)
            (folder / "trusted").write_text("nonsense\n")
            out, err = place.run("doctor", "--json", code=1, HANSARD_KEYS=str(folder))
            bad, = (finding["detail"] for finding in json.loads(out)["findings"] if not finding["good"])
            message = json.loads(err.splitlines()[-1])["message"]
            shown = message.split("as they should be: ")[1]
            assert len(bad) > 200 and (shown == bad) == whole, (bad, message)
            assert whole or (shown.endswith(" …") and bad.startswith(shown[:-1]) and len(shown) > 300), (bad, message)


@promise("doctor finds keys and marks, and asks for no passphrase; that no marks are there is no fault, that no keys are is one")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        place.run("verify", command(SCRYPT))
        findings = place.json("doctor")["findings"]
        details = [finding["detail"] for finding in findings if finding["subject"] in ("keys", "marks")]
        assert len(details) == 3 and "behind a passphrase" in details[0] and "2 dialogues" in details[2], details
        own(place, "two")
        out, err = place.run("doctor", "--json", code=1)
        findings = [finding for finding in json.loads(out)["findings"] if finding["subject"] in ("keys", "marks")]
        assert [finding["good"] for finding in findings] == [True, False, False, True], findings
        none, umk, signing, marks = (finding["detail"] for finding in findings)
        assert "there are none" in none and "umk is missing" in umk and "signing is missing" in signing and "nothing was seen here yet" in marks, findings
        assert "keys import" in umk and "--public-key" in umk and json.loads(err.splitlines()[-1])["kind"] == "unhealthy_keys", err


main()
