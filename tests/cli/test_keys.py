#!/usr/bin/env python3
"""Keys as their owner meets them: how they are made, shown, locked, asked for and believed, and what is said when one is missing."""
import fcntl
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
from machines import SCRYPT, command, fails, keys, own, secrets, store  # noqa: E402
from tapper import PROGRAM, Place, main, promise, terminal  # noqa: E402


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
