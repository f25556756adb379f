#!/usr/bin/env python3
"""Passphrases from descriptors and commands, whatever these do, and what of them outlives the process."""
import fcntl
import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from machines import SCRYPT, command, fails, keys, own, salts, secrets  # noqa: E402
from tapper import PROGRAM, Place, main, promise, skip  # noqa: E402


def store(*words):
    """A store without dialogues; keys lie in its own folder. Each key behind a passphrase costs the time of scrypt whenever it is opened."""
    place = Place()
    own(place, "one")
    place.run("init", *words)
    return place


def traced(place, inject, *words, stdin):
    """One run in which a system call does what strace says."""
    tracer = shutil.which("strace") or skip("there is no strace to kill the program at a system call")
    if subprocess.run([tracer, "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        skip("strace may not trace here")
    done = subprocess.run([tracer, "-f", "-o", "/dev/null", inject, PROGRAM, *words], cwd=place.path, env=place.environment | {"ASAN_OPTIONS": "detect_leaks=0"}, input=stdin.encode(), capture_output=True)
    assert done.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL), done


@promise("a new passphrase is a line of its own: one that is missing, empty or too long is refused with the reason, and nothing is made")
def _():
    with store() as place:
        for lines, reason in (("first\n\n", "empty line"), ("\n", "empty line"), ("", "no"), ("x" * 1025 + "\nfirst\n", "at most 1024 bytes")):
            error = fails(place, "keys", "export", "keys.hansard", "--password-fd", "0", stdin=lines.removeprefix("first\n"), code=2)
            assert error["kind"] == "no_passphrase" and reason in error["message"], error
            assert not (place.path / "keys.hansard").exists()
        place.run("keys", "export", "keys.hansard", "--password-fd", "0", stdin="x" * 1024)
    with store("--wrap-keys", command(SCRYPT)) as place:
        for second, reason in (("", "there is none"), ("\nthird\n", "empty line"), ("x" * 5000, "at most 1024 bytes")):
            error = fails(place, "keys", "export", "keys.hansard", "--password-fd", "0", stdin=SCRYPT + "\n" + second, code=2)
            assert error["kind"] == "no_passphrase" and reason in error["message"], error
            assert not (place.path / "keys.hansard").exists()
        place.run("keys", "export", "keys.hansard", "--password-fd", "0", stdin=SCRYPT + "\nsecond")
        own(place, "two")
        assert fails(place, "keys", "import", "keys.hansard", "--password-fd", "0", stdin="\nsecond\n", code=12)["kind"] == "passphrase_needed"
        error = fails(place, "keys", "import", "keys.hansard", "--wrap-keys", "--password-fd", "0", stdin="second\n", code=2)
        assert error["kind"] == "no_passphrase" and not (keys(place) / "umk").exists(), error
        place.run("keys", "import", "keys.hansard", "--wrap-keys", "--password-fd", "0", stdin="second\nthird\n")
        place.run("list", command("third"))
        assert fails(place, "list", command("second"), code=12)["kind"] == "wrong_passphrase"
        # Behind the last line it is given again for what is there already: here for the export and for the keys.
        place.run("keys", "export", "again.hansard", "--password-fd", "0", stdin="third\nthird\n")
        answer = place.json("keys", "import", "again.hansard", "--password-fd", "0", stdin="third\n")
        assert [key["made"] for key in answer["keys"]] == [False, False], answer
        assert len(salts(place)) == 1


@promise("keys passphrase puts the keys that are there behind a passphrase, behind another and behind none, and asks first for the one of now")
def _():
    with store() as place:
        words = place.json("keys", "words")["keys"]
        seen = []
        for lines, options, behind in (("first\n", (), "first"), ("first\nsecond\n", (), "second"), ("second\n", ("--no-passphrase",), None), ("third\n", (), "third")):
            answer = place.json("keys", "passphrase", *options, "--password-fd", "0", stdin=lines)
            seen.append(salts(place))
            assert len(seen[-1]) == (1 if behind else 0) and seen[-1] not in (seen[:-1] if behind else []), seen
            assert answer["wrapped"] == (behind is not None) and answer["changed"] == ["umk", "signing"] and answer["kept"] == [], answer
            given = [command(behind)] if behind else []
            assert place.json("keys", "words", *given)["keys"] == words
            place.run("create", f"Behind {behind}", *given)
            assert sorted(file.name for file in keys(place).iterdir()) == ["signing", "umk"]
            assert {file.stat().st_mode & 0o777 for file in keys(place).iterdir()} == {0o600}
        before = {file.name: file.read_bytes() for file in keys(place).iterdir()}
        for lines, code, kind in (("wrong\nfourth\n", 12, "wrong_passphrase"), ("", 12, "passphrase_needed"), ("third\n", 2, "no_passphrase"), ("third\nthird\n", 2, "no_passphrase"), ("third\n\n", 2, "no_passphrase")):
            assert fails(place, "keys", "passphrase", "--password-fd", "0", stdin=lines, code=code)["kind"] == kind, (lines, kind)
        hint = fails(place, "keys", "passphrase", "--password-fd", "0", stdin="wrong\nfourth\n", code=12)["hint"]
        assert "was interrupted" in hint and hint.endswith("from its words: hansard keys recover"), hint
        assert fails(place, "keys", "passphrase", "--wrap-keys", code=2)["kind"] == fails(place, "keys", "show", "--no-passphrase", code=2)["kind"] == "usage"
        assert {file.name: file.read_bytes() for file in keys(place).iterdir()} == before
        own(place, "nothing")
        assert fails(place, "keys", "passphrase", "--password-fd", "0", stdin="a\n", code=12)["kind"] == "no_key"


@promise("a passphrase is not changed under a commit: exit 11, and a rotation behind it still waits for that commit")
def _():
    with store() as place:
        with open(keys(place) / "umk") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            before = secrets(place)
            assert fails(place, "keys", "passphrase", "--password-fd", "0", stdin="new\n", code=11)["kind"] == "commits_under_way"
            assert secrets(place) == before and sorted(file.name for file in keys(place).iterdir()) == ["signing", "umk"]
        place.run("keys", "passphrase", "--password-fd", "0", stdin="new\n")
        assert fails(place, "--read-only", "keys", "passphrase", "--password-fd", "0", stdin="new\nother\n", code=2)["kind"] == "usage"


@promise("nobody waits for a passphrase that is asked for, and keys that another changed meanwhile are left as they are: exit 11")
def _():
    with store() as place:
        (place.path / "locks.py").write_text("import fcntl, os, sys\nfcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)\nprint('new')\n")
        locks = f"{shlex.quote(sys.executable)} locks.py {shlex.quote(str(keys(place)))}"
        shutil.copy(keys(place) / "umk", place.path / "another")
        swaps = f"mv another {shlex.quote(str(keys(place)))}/umk; {locks}"
        before = {file.name: file.read_bytes() for file in keys(place).iterdir()}
        error = fails(place, "keys", "passphrase", f"--password-command={swaps}", code=11)
        assert error["kind"] == "keys_busy" and "while a passphrase was asked for" in error["message"], error
        assert {file.name: file.read_bytes() for file in keys(place).iterdir()} == before
        assert place.json("keys", "passphrase", f"--password-command={locks}")["changed"] == ["umk", "signing"]
        place.run("keys", "show", command("new"))


@promise("a change from no passphrase to one that is killed in between goes on with that one, given for both")
def _():
    with store() as place:
        words, plain = place.json("keys", "words")["keys"], {file.name: file.read_bytes() for file in keys(place).iterdir()}
        place.run("keys", "passphrase", "--password-fd", "0", stdin="new\n")
        assert "  passphrase  yes, and it was not given" in place.run("keys", "show")[0]
        for lines, options in (("new\nnew\n", ("--password-fd", "0")), ("", (command("new"),))):
            (keys(place) / "signing").write_bytes(plain["signing"])
            (keys(place) / "trusted").write_text("# none\n")
            out = place.run("keys", "show")[0]
            assert "  passphrase  of some: whoever can read the others has these, and it was not given" in out and out.count("behind a passphrase") == 1, out
            answer = place.json("keys", "passphrase", *options, stdin=lines)
            assert (answer["changed"], answer["kept"]) == (["signing"], ["umk"]), answer
            assert place.json("keys", "words", command("new"))["keys"] == words
        assert fails(place, "keys", "passphrase", "--password-fd", "0", stdin="new\nnew\n", code=2)["kind"] == "no_passphrase"


@promise("a change of the passphrase that is killed at any name of a file loses no key, says how to go on, and goes on with the same two passphrases")
def _():
    with store("--wrap-keys", command("old")) as place:
        words = place.json("keys", "words", command("old"))["keys"]
        behind = set()
        for at in (1, 2):
            traced(place, f"-einject=rename:signal=SIGKILL:when={at}", "keys", "passphrase", "--password-fd", "0", stdin="old\nnew\n")
            names = {file.name for file in keys(place).iterdir()}
            assert {"umk", "signing"} < names, names  # and drafts, which the next change takes away
            opens = {passphrase: place.run("list", command(passphrase), code=(0, 12))[1] for passphrase in ("old", "new")}
            behind.add(tuple(err == "" for err in opens.values()))
            if at == 2:
                assert all("hansard keys passphrase" in err for err in opens.values()), opens
            answer = place.json("keys", "passphrase", "--password-fd", "0", stdin="old\nnew\n")
            assert (answer["changed"], answer["kept"]) == ((["umk", "signing"], []) if at == 1 else (["signing"], ["umk"])), answer
            assert {file.name for file in keys(place).iterdir()} == {"umk", "signing"}
            assert place.json("keys", "words", command("new"))["keys"] == words
            place.json("keys", "passphrase", "--password-fd", "0", stdin="new\nold\n")
        assert behind == {(True, False), (False, False)}, behind
        # Half behind each: neither alone is the one that all are behind. Behind the last name all are behind the new one.
        traced(place, "-einject=rename:signal=SIGKILL:when=2", "keys", "passphrase", "--password-fd", "0", stdin="old\nnew\n")
        error = fails(place, "keys", "passphrase", "--password-fd", "0", stdin="old\nold\n", code=12)
        assert error["kind"] == "wrong_passphrase" and "different passphrases" in error["hint"], error
        traced(place, "-einject=fsync:signal=SIGKILL:when=2", "keys", "passphrase", "--password-fd", "0", stdin="old\nnew\n")
        error = fails(place, "keys", "passphrase", "--password-fd", "0", stdin="old\nnew\n", code=12)
        assert "may be in force already" in error["hint"], error
        place.run("list", command("new"))


@promise("an export that waits for its passphrase keeps nobody from changing keys, and holds them as they are when it is written")
def _():
    with store("--wrap-keys", command("old")) as place:
        waiting = subprocess.Popen([PROGRAM, "keys", "export", "keys.hansard", "--password-fd", "0"], cwd=place.path, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        time.sleep(0.3)
        place.run("keys", "rotate", command("old"))
        waiting.communicate("old\nroad\n")
        assert waiting.returncode == 0
        words = place.json("keys", "words", command("old"))["keys"]
        own(place, "two")
        place.run("keys", "import", "keys.hansard", "--no-passphrase", command("road"))
        assert place.json("keys", "words")["keys"] == words


@promise("init makes no signing key behind a passphrase that the UMK is not behind any more, and says which keys it made before it failed")
def _():
    for former in ("a", None):
        given = [f"{former}\n"] if former else [""]
        with store(*(("--wrap-keys", command(former)) if former else ())) as place:
            (keys(place) / "signing").unlink()
            shutil.copytree(keys(place), place.path / "changed")
            place.run("keys", "passphrase", "--password-fd", "0", stdin=given[0] + "b\n", HANSARD_KEYS=str(place.path / "changed"))
            tracer = shutil.which("strace") or skip("there is no strace to tell when the program waits for the lock of the keys")
            lock = os.open(keys(place), os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            late = subprocess.Popen([tracer, "-f", "-o", "trace", "-etrace=flock", PROGRAM, "init", "--password-fd", "0", "--json"], cwd=place.path, env=place.environment | {"ASAN_OPTIONS": "detect_leaks=0"}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            late.stdin.write(given[0])
            late.stdin.close()
            until = time.monotonic() + 60
            while "EAGAIN" not in ((place.path / "trace").read_text() if (place.path / "trace").exists() else ""):
                assert time.monotonic() < until and late.poll() is None, late.poll()
                time.sleep(0.01)
            os.replace(place.path / "changed" / "umk", keys(place) / "umk")
            os.close(lock)
            late.wait(60)
            error = json.loads(late.stderr.read())
            assert late.returncode == 11 and error["kind"] == "keys_busy" and not (keys(place) / "signing").exists(), error
    with store() as place:
        own(place, "two")
        shutil.rmtree(place.path / ".hansard")
        hints = []
        for at in range(1, 12):
            shutil.rmtree(keys(place), ignore_errors=True)
            done = subprocess.run([shutil.which("strace"), "-f", "-o", "/dev/null", f"-einject=fsync:error=EIO:when={at}", PROGRAM, "init", "--json"], cwd=place.path, env=place.environment | {"ASAN_OPTIONS": "detect_leaks=0"}, capture_output=True, text=True)
            if done.returncode == 0:
                shutil.rmtree(place.path / ".hansard")
                continue
            error = json.loads(done.stderr)
            made = (keys(place) / "umk").exists()
            assert made == ("keys were made all the same" in error["hint"]) and "regular files" not in error["hint"], (at, error)
            hints.append(made)
        assert True in hints, hints


@promise("the first line of --password-command is taken whatever the command does behind it; one that fails, writes nothing or does not end is named as that")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        (keys(place) / "signing").unlink()

        def timed(words, line, code):
            began = time.monotonic()
            out, err = place.run(*words, "--json", "--password-command", line, code=code)
            return time.monotonic() - began, json.loads(out if code == 0 else err)

        say = f"echo '{SCRYPT}'"
        for line in (f"yes '{SCRYPT}'", f"yes '{SCRYPT}' | cat", say + "; sleep 300 2>&- &", say + "; echo; echo more", f"printf %s '{SCRYPT}'", f"printf %s '{SCRYPT}'; sleep 300 2>&- &",
                     say + "; head -c 60000 /dev/zero", "trap '' PIPE; " + say + "; seq 100", "sleep 0.3; " + say, say + "; sleep 0.3"):
            seconds, shown = timed(["keys", "show"], line, 0)
            assert len(shown["keks"]) == 1 and seconds < 60, (line, seconds)
        for line, reason in (("cat /dev/zero", "at most 1024 bytes"), ("true", "wrote nothing"), ("sleep 300 2>&- &", "wrote nothing"), ("echo", "empty line"), (say + "; exit 3", "failed"),
                             ("exit 3", "failed"), (say + "; kill -9 $$", "failed"), ("no-such-command-here 2>&-", "failed"), (say + "; exec sleep 300", "does not end")):
            seconds, error = timed(["list"], line, 12)
            assert error["kind"] == "passphrase_needed" and reason in error["message"] and error["message"].count("\n") == 0, (line, error)
            assert seconds < 60, (line, seconds)
        ignored = subprocess.run(["sh", "-c", "trap '' CHLD; exec \"$@\"", "sh", PROGRAM, "keys", "show", "--json", "--password-command", say], cwd=place.path, env=place.environment, capture_output=True)
        assert ignored.returncode == 0 and len(json.loads(ignored.stdout)["keks"]) == 1, ignored


@promise("a signal ends a command that waits for its --password-command, also where it would hold the signal back")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        for words in (["list"], ["create", "New"], ["keys", "rotate"]):
            process = subprocess.Popen([PROGRAM, *words, "--password-command", "echo $$ >pid; exec sleep 300"], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            until = time.monotonic() + 20
            while not ((place.path / "pid").exists() and (place.path / "pid").read_text().endswith("\n")):
                assert time.monotonic() < until, words
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
            assert process.returncode in (-signal.SIGINT, 130, 12), (words, process.returncode)
            try:
                os.kill(int((place.path / "pid").read_text()), signal.SIGKILL)
            except ProcessLookupError:
                pass
            (place.path / "pid").unlink()


@promise("a process that is killed while it has a passphrase leaves no dump, whatever the limit was")
def _():
    with store("--wrap-keys", command(SCRYPT)) as place:
        def unlimited():
            hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
            resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))

        line = f"grep 'Max core' /proc/$PPID/limits >limits; kill -ABRT $PPID; echo '{SCRYPT}'"
        process = subprocess.Popen([PROGRAM, "list", "--password-command", line], cwd=place.path, env=place.environment, preexec_fn=unlimited, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status = os.waitpid(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGABRT and not os.WCOREDUMP(status), status
        assert (place.path / "limits").read_text().split()[4:6] == ["0", "0"]
        assert not list(place.path.rglob("core*"))


@promise("no other process of the user reads the memory of one that has keys; what it is handed by descriptor it still opens by name")
def _():
    if os.environ.get("HANSARD_SANITIZE", "none") != "none":
        skip("the checker of leaks has to trace the process")
    user = os.getuid() or 65534
    with Place() as place:
        place.path.chmod(0o755)
        place.environment["HOME"] = str(place.path / "home")
        try:
            process = subprocess.Popen([PROGRAM, "keys", "recover"], cwd=place.path, env=place.environment, user=user, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except PermissionError:
            skip("another user may not run the program")
        until = time.monotonic() + 20
        while os.stat(f"/proc/{process.pid}/mem").st_uid != 0:  # what may not be dumped is root's, not the user's
            assert time.monotonic() < until and process.poll() is None, process.poll()
            time.sleep(0.02)
        _, err = process.communicate(b"nothing\n", timeout=20)
        assert process.returncode == 3, err
        outcome = subprocess.run(["sh", "-c", "echo x | \"$0\" verify --receipt /dev/stdin; echo x | \"$0\" verify --receipt /proc/self/fd/0", PROGRAM], cwd=place.path, env=place.environment, user=user, capture_output=True)
        assert outcome.stderr.count(b"no store in ") == 2, outcome.stderr


@promise("init --wrap-keys beside keys that are behind no passphrase is refused before anything is made, half a set included, and names what puts them behind one")
def _():
    with store() as place:
        before = {file.name: file.read_bytes() for file in keys(place).iterdir()}
        for left in ({"umk", "signing"}, {"umk"}):
            for file in list(keys(place).iterdir()):
                if file.name not in left:
                    file.unlink()
            error = fails(place, "init", "other", "--wrap-keys", command(SCRYPT), code=11)
            assert error["kind"] == "keys_exist" and "behind no passphrase" in error["message"] and "hansard keys passphrase" in error["hint"], error
            assert not (place.path / "other").exists() and {file.name: file.read_bytes() for file in keys(place).iterdir()} == {name: before[name] for name in left}
        place.run("keys", "passphrase", command(SCRYPT))
        place.run("init", "other", command(SCRYPT))  # and the half set gets its signing key behind the same one
        assert all("wrapping: scrypt" in (keys(place) / name).read_text() for name in ("umk", "signing"))
        place.run("init", "third", "--wrap-keys", command(SCRYPT))  # they are behind one
    with Place() as place:
        own(place, "one")
        out, _ = place.run("init", "--wrap-keys", command(SCRYPT))
        assert "The copy opens with this passphrase alone" in out, out
        own(place, "two")
        assert "passphrase" not in place.run("init", "plain")[0]


main()
