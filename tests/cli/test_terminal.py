#!/usr/bin/env python3
"""What surrounds the answers: a terminal or none, pipes, signals, the environment, the shells' completion."""
import contextlib
import fcntl
import json
import os
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import termios
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dynamodb import KEY, REGION, SECRET, Emulator  # noqa: E402
from tapper import EXAMPLE, PROGRAM, Place, main, promise, skip, store, terminal, with_example  # noqa: E402


def on_terminal(place, *words, **environment):
    """(exit code, what a terminal shows of standard output and error, the same from standard error alone)."""
    master, slave = terminal()
    errors, error_slave = terminal()
    process = subprocess.Popen([PROGRAM, *words], cwd=place.path, env=place.environment | environment, stdin=slave, stdout=slave, stderr=error_slave)
    os.close(slave)
    os.close(error_slave)
    shown, open_ends = {master: b"", errors: b""}, {master, errors}
    while open_ends:
        for end in select.select(list(open_ends), [], [])[0]:
            try:
                data = os.read(end, 65536)
            except OSError:  # Linux: the other side is closed
                data = b""
            shown[end] += data
            if not data:
                open_ends.discard(end)
    os.close(master)
    os.close(errors)
    return process.wait(), shown[master].decode(), shown[errors].decode()


def large_folder(place, rounds=40, statements=60):
    """A dialogue whose import takes many commits."""
    folder = place.path / "2026-01-01T0000Z-large"
    folder.mkdir()
    (folder / "expert-pool.json").write_text(json.dumps({"experts": [{"name": "Muffin", "role": "Baker", "tier": "core", "relevance": 0.9}]}))
    for number in range(rounds):
        (folder / f"round-{number}").mkdir()
        text = "".join(f"[PERSPECTIVE P{i:02}: Thought {number}-{i}]\n{'Words of it. ' * 30}\n\n" for i in range(1, statements))
        (folder / f"round-{number}" / "muffin.md").write_text(text)
    return folder


# Progress needs work of over a second. A clock that runs faster makes it so on every machine: this library stands in front of libc's.
CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *now)
{
	static long calls;
	int (*real)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int result = real(id, now);
	if (id == CLOCK_MONOTONIC)
	{
		const long later = now->tv_nsec / 1000000 + calls++ * MILLISECONDS;
		now->tv_sec += later / 1000;
		now->tv_nsec = later % 1000 * 1000000;
	}
	return result;
}
"""


@contextlib.contextmanager
def fast_clock(milliseconds=2000):
    """The environment in which each look at the monotonic clock finds so many more milliseconds gone."""
    compiler = shutil.which("cc") or skip("there is no compiler for the clock")
    if os.environ.get("HANSARD_SANITIZE", "none") != "none":
        skip("a sanitizer must stand first among the libraries")
    with tempfile.TemporaryDirectory(prefix="hansard-clock-") as folder:  # the dynamic linker takes no path with blanks
        Path(folder, "clock.c").write_text(CLOCK)
        subprocess.run([compiler, f"-DMILLISECONDS={milliseconds}L", "-shared", "-fPIC", "-o", "clock.so", "clock.c"], check=True, cwd=folder)
        yield {"LD_PRELOAD": f"{folder}/clock.so"}


@promise("a long import shows its progress on standard error when that is a terminal, and takes it away")
def _():
    with store() as place, fast_clock() as clock:
        large_folder(place, rounds=6, statements=4)
        code, out, err = on_terminal(place, "import", "2026-01-01T0000Z-large", **clock)
        assert code == 0 and out.startswith("created  large"), (code, out, err)
        assert re.search(r"\r\x1b\[Kimporting: \d+ of \d+ \(\d+ %\)", err), err
        assert err.endswith("\r\x1b[K"), err


@promise("moving, calling off and releasing show their progress on a terminal, dialogue by dialogue, and take it away")
def _():
    with Emulator() as emulator, store() as place, fast_clock(20) as clock:  # timeouts of the network look at it, too
        there = (f"--set=dynamodb.table=hansard-test-{uuid.uuid4()}", f"--set=dynamodb.endpoint={emulator.endpoint}")
        credentials = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
        for name in ("one", "two", "three"):
            place.run("create", name, "--id", name)
        place.run("table", "create", "--set=backend=dynamodb", *there, **credentials)
        for words, shown in (((), "moving"), (("--cancel",), "calling off"), (("--release", "--yes"), "releasing")):
            code, out, err = on_terminal(place, "migrate", "--to", "dynamodb", *words, *there, **credentials, **clock)
            assert code == 0, (code, out, err)
            assert re.search(rf"\r\x1b\[K{shown}: [12] of 3 \(\d+ %\)", err), (shown, err)
            assert err.endswith("\r\x1b[K") and out, (out, err)


@promise("a short import shows no progress on a terminal, a long one shows none elsewhere")
def _():
    with store() as place, store() as other, fast_clock() as clock:
        assert on_terminal(place, "create", "Short")[2] == ""
        large_folder(other, rounds=6, statements=4)
        assert other.run("import", "2026-01-01T0000Z-large", **clock)[1] == ""


def without_time(answer):
    """An answer from the index says as of when it holds; that is no part of the record."""
    return re.sub(r'("as_of": )"[^"]*"|^As of [^\n]*', r"\1", answer, flags=re.M)


@promise("nothing is coloured: on a terminal, with NO_COLOR and without, no answer holds an escape")
def _():
    def shown(*words, **environment):
        code, *outputs = on_terminal(place, *words, **environment)
        return code, *map(without_time, outputs)

    place, name = with_example()
    with place:
        for words in (["show", name], ["scoreboard", name], ["tensions", name], ["list"], ["log", name], ["doctor"], ["help"], ["show", "nowhere"]):
            plain = shown(*words)
            assert "\x1b" not in plain[1] + plain[2], (words, plain)
            assert shown(*words, NO_COLOR="1") == plain, words
            assert shown(*words, TERM="dumb") == plain, words


def spoil(place):
    """Flips a bit of a sealed tension."""
    with contextlib.closing(sqlite3.connect(place.path / ".hansard" / "hansard.db")) as database, database:
        stored, = database.execute("SELECT stored FROM items WHERE type = 'tension' LIMIT 1").fetchone()
        database.execute("UPDATE items SET stored = ? WHERE stored = ?", (bytes([*stored[:-8], stored[-8] ^ 1, *stored[-7:]]), stored))


def too_wide(text, width=80):
    """Its lines that are wider though they could be parted: not a word by itself behind its label, and no command."""
    for line in text.replace("\r", "").splitlines():
        words = line.split()
        if len(line) > width and not re.match(r" *(hansard( \S+){1,5}|(LEFT OUT +)?\S+)$", line):
            yield line, words


def timeless(text):
    """Its words, without the moment that a list is of."""
    return re.sub(r"As of \S+ \S+", "As of", text).split()


@promise("on a terminal every answer and every error is folded at its width, word by word, and what is copied stays whole")
def _():
    place, name = with_example()
    with place:
        spoil(place)
        for words, code in ((["doctor"], 0), (["list"], 13), (["verify"], 13), (["stats"], 13), (["show", name], 13), (["keys", "show"], 0), (["audit", "verify"], 0),
                            (["keys", "rotate"], 13), (["keys", "rotate", "--signing"], 13), (["keys", "rotate", "--signing"], 13), (["keys", "export", "/no/where"], 1),
                            (["show", "no-such-dialogue"], 3), (["list", "--status", "x"], 2), (["import", "no-such-file"], 1),
                            (["verify", "--public-key", "x"], 3), (["keys", "trust", "x"], 3), (["backup", "--restored"], 13), (["erase", name], 2)):
            if words[:2] != ["keys", "rotate"]:  # which does another thing the second time
                out, err = place.run(*words, code=(code, 1, 2, 3, 12))
                seen, shown, said = on_terminal(place, *words)
                assert timeless(shown) == timeless(out) and said.split() == err.split(), (words, shown, out, said, err)
            else:
                seen, shown, said = on_terminal(place, *words)
            assert seen in (code, 1, 2, 3, 12), (words, seen, shown, said)
            assert not list(too_wide(shown)) and not list(too_wide(said)), (words, list(too_wide(shown)), list(too_wide(said)))
        narrow = on_terminal(place, "list", "--width", "50")
        assert not list(too_wide(narrow[1], 50)) and not list(too_wide(narrow[2], 50)), narrow


@promise("elsewhere than on a terminal answers and errors are not folded, and nowhere what is kept or read by programs")
def _():
    place, name = with_example()
    with place:
        for words in (["receipt", name], ["keys", "words"], ["render", name], ["export", name], ["show", name, "--json"], ["help", "--man"]):
            assert on_terminal(place, *words)[1].replace("\r\n", "\n") == place.run(*words)[0], words
        place.run("create", "Bread")
        erased = on_terminal(place, "erase", "bread", "--confirm", "bread")[1].replace("\r\n", "\n")
        assert place.run("receipt", "bread")[0] in erased, erased  # the certificate
        spoil(place)
        out, err = place.run("list", code=13)
        assert any(len(line) > 80 for line in out.splitlines()) and len(err.splitlines()[0]) > 80, (out, err)


@promise("the same record gives the same bytes: another time zone, language, home, folder, user")
def _():
    place, name = with_example()
    with place:
        elsewhere = place.path / "else where"
        elsewhere.mkdir()
        base = {"HANSARD_STORE": str(place.path / ".hansard"), "HANSARD_KEYS": str(place.path / "home" / ".config" / "hansard" / "keys")}
        for words in (["list"], ["show", name], ["show", name, "--problems"], ["scoreboard", name], ["tensions", name], ["log", name], ["stats"],
                      ["render", name], ["export", name], ["context", name], ["verify"], ["panel", name, "--seed", "7"], ["help"], ["help", "--json"]):
            for form in ([], ["--json"]):
                first = without_time(place.run(*words, *form, **base)[0])
                for change in ({}, {"TZ": "Pacific/Kiritimati"}, {"TZ": "America/St_Johns", "LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8"},
                               {"LC_ALL": "de_DE.UTF-8"}, {"HOME": str(elsewhere)}, {"HOME": str(place.path / "nothing"), "USER": "somebody"}, {"COLUMNS": "50", "TERM": "dumb"}):
                    assert without_time(place.run(*words, *form, **base | change)[0]) == first, (words, form, change)
                done = subprocess.run([PROGRAM, *words, *form], cwd=elsewhere, env=place.environment | base, capture_output=True)
                assert done.returncode == 0 and without_time(done.stdout.decode()) == first, words


@promise("a closed pipe ends every command that answers at length quietly")
def _():
    place, name = with_example()
    with place:
        for words in (["export", name], ["render", name], ["show", name], ["help"], ["help", "--json"], ["completion", "bash"], ["help", "import", "--man"], ["--version"]):
            end, start = os.pipe()
            os.close(end)
            done = subprocess.run([PROGRAM, *words], cwd=place.path, env=place.environment, stdout=start, stderr=subprocess.PIPE)
            os.close(start)
            assert done.returncode == 0 and done.stderr == b"", (words, done)


@promise("an answer that cannot be written is an error of every command: a full device")
def _():
    place, name = with_example()
    with place, open("/dev/full", "wb") as full:
        for words in (["show", name], ["help"], ["help", "--json"], ["completion", "bash"], ["help", "import", "--man"], ["help", "import"], ["import", "--help"], ["--version"]):
            done = subprocess.run([PROGRAM, *words], cwd=place.path, env=place.environment, stdout=full, stderr=subprocess.PIPE)
            assert done.returncode == 1 and b"cannot be written" in done.stderr, (words, done)


# ---- interrupted ----

def everything(folder):
    """Every path below a folder, with content, but for the home: marks and the audit log grow with every reading."""
    return {p.relative_to(folder): p.read_bytes() if p.is_file() and not p.is_symlink() else None
            for p in sorted(folder.rglob("*")) if p.relative_to(folder).parts[0] != "home"}


def interrupted_at(place, number, calls, *words):
    """Runs the program under strace, which sends a signal at one call; the exit code."""
    tracer = shutil.which("strace") or skip("there is no strace to send a signal at a chosen call")
    if subprocess.run([tracer, "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        skip("strace may not trace here")
    inject = [f"-einject={call}:signal={number}:when={when}" for call, when in calls]
    done = subprocess.run([tracer, "-f", "-o", "/dev/null", *inject, PROGRAM, *words], cwd=place.path, env=place.environment | {"ASAN_OPTIONS": "detect_leaks=0"}, capture_output=True)
    return done.returncode


@promise("export --files that is interrupted takes away what it wrote and made, and ends by the signal")
def _():
    place, name = with_example()
    with place:
        (place.path / "mine").mkdir()
        (place.path / "mine" / "kept.txt").write_text("mine")
        before = everything(place.path)
        for number in ("SIGINT", "SIGTERM", "SIGHUP"):
            for when in (1, 2, 5):
                for target in ("new/below", "mine"):
                    code = interrupted_at(place, number, [("mkdirat", when)], "export", name, "--files", target)
                    assert code == -getattr(signal, number), (number, when, target, code)
                    assert everything(place.path) == before, (number, when, target)
        place.run("export", name, "--files", "new/below")


@promise("a signal that is ignored does not interrupt an export")
def _():
    place, name = with_example()
    with place:
        process = subprocess.Popen([PROGRAM, "export", name, "--files", "out"], cwd=place.path, env=place.environment, stdout=subprocess.DEVNULL,
                                   preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        while process.poll() is None:
            process.send_signal(signal.SIGHUP)
        assert process.wait() == 0
        assert len([p for p in (place.path / "out").rglob("*") if p.is_file()]) == len([p for p in EXAMPLE.rglob("*") if p.is_file()])


@promise("init that is interrupted leaves a store or can be run again, and no draft of one")
def _():
    for call in ("mkdir", "renameat2", "fsync", "pwrite64"):
        with Place() as place:
            interrupted_at(place, "SIGTERM", [(call, 1)], "init")
            left = {p.name for p in (place.path / ".hansard").iterdir()} if (place.path / ".hansard").exists() else set()
            assert left in (set(), {"config", "hansard.db"}), (call, left)
            if not left:
                place.run("init")
            place.run("create", "One")
            place.run("verify")


@promise("an import that is interrupted leaves whole commits, and goes on when it is run again")
def _():
    with store() as calm:
        calm.run("import", large_folder(calm, rounds=4, statements=20))
        wanted = json.loads(calm.run("export", "large")[0])
        for when in (1, 3, 9, 14, 30):
            with store() as place:
                folder = large_folder(place, rounds=4, statements=20)
                code = interrupted_at(place, "SIGINT", [("pwrite64", when)], "import", str(folder))
                assert code in (0, -signal.SIGINT), code
                place.run("verify")
                place.run("import", folder)
                got = json.loads(place.run("export", "large")[0])
                assert {"config", "hansard.db"} == {p.name for p in (place.path / ".hansard").iterdir()}
                assert [e["label"] for e in got["perspectives"]] == [e["label"] for e in wanted["perspectives"]]


# ---- completion ----

BASH = """
source <({program} completion bash)
hansard() {{ {program} "$@"; }}
COMP_WORDS=({words}) COMP_CWORD={at}
_hansard
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def bash_words(place, *words):
    """What bash offers at the last of these words."""
    import shlex
    script = BASH.format(program=shlex.quote(PROGRAM), words=" ".join(map(shlex.quote, words)), at=len(words) - 1)
    done = subprocess.run(["bash", "--norc", "-c", script], cwd=place.path, env=place.environment, capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "", done
    return [line for line in done.stdout.splitlines() if line]


def asked_for_passphrase(place, options, prompt):
    """init --wrap-keys at a terminal of its own, where an empty line answers a prompt, traced: (exit code, what it shows there, its ioctls, whether the terminal is as it was)."""
    tracer = shutil.which("strace") or skip("there is no strace to make a system call fail")
    if subprocess.run([tracer, "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        skip("strace may not trace here")
    master, slave = terminal()
    before = termios.tcgetattr(slave)
    process = subprocess.Popen([tracer, "-f", "-y", "-etrace=ioctl", "-o", place.path / "trace", *options, PROGRAM, "init", "--wrap-keys"], cwd=place.path, stdin=slave, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=place.environment | {"ASAN_OPTIONS": "detect_leaks=0"}, preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))
    shown = b""
    while prompt and prompt not in shown:
        assert select.select([master], [], [], 60)[0], shown
        shown += os.read(master, 4096)
    os.write(master, b"\n" if prompt else b"")
    _, said = process.communicate(timeout=60)
    after = termios.tcgetattr(slave)
    shown += os.read(master, 4096) if select.select([master], [], [], 0)[0] else b""
    os.close(master)
    os.close(slave)
    return process.returncode, shown, said, (place.path / "trace").read_text(errors="replace").splitlines(), after == before


@promise("at a terminal whose settings cannot be read no passphrase is asked for: it stays as it is, and the error says how to give one")
def _():
    with Place() as place:
        code, shown, _, calls, same = asked_for_passphrase(place, [], b"New passphrase for ")
        assert code == 2 and same, (code, shown)
        ioctls = [line for line in calls if "ioctl(" in line]
        at = next(i for i, line in enumerate(ioctls, 1) if "/dev/tty>, TCGETS" in line)
        code, shown, said, calls, same = asked_for_passphrase(place, [f"-einject=ioctl:error=EIO:when={at}"], None)
        assert any("/dev/tty>, TCGETS" in line and "INJECTED" in line for line in calls), calls
        assert not any("TCSETS" in line for line in calls) and same, calls
        assert code == 2 and b"assphrase for" not in shown and b"--password-command" in said, (code, shown, said)
        assert not (place.path / ".hansard").exists()


@promise("bash completes commands, options, dialogues, files, folders and the values of options")
def _():
    place, name = with_example()
    with place:
        (place.path / "a folder").mkdir()
        (place.path / "a file.json").write_text("{}")
        assert bash_words(place, "hansard", "sco") == ["scoreboard"]
        assert "--store" in bash_words(place, "hansard", "--")
        assert bash_words(place, "hansard", "import", "--dr") == ["--dry-run"]
        assert bash_words(place, "hansard", "show", "") == [name]
        assert bash_words(place, "hansard", "--store", ".", "show", name[:3]) == [name]
        assert bash_words(place, "hansard", "-C", "a folder", "show", "") == []
        place.run("init", "a folder")
        place.run("-C", "a folder", "create", "Elsewhere")
        assert bash_words(place, "hansard", "-C", "a folder", "show", "") == ["elsewhere"]
        assert bash_words(place, "hansard", "--store", "=", "a folder", "show", "") == ["elsewhere"]
        assert bash_words(place, "hansard", "show", "--width", "80", "--json", name[:3]) == [name]
        assert set(bash_words(place, "hansard", "register", name, "a f")) == {"a folder", "a file.json"}
        assert set(bash_words(place, "hansard", "import", "a f")) == {"a folder", "a file.json"}
        assert bash_words(place, "hansard", "init", "a f") == ["a folder"]
        assert bash_words(place, "hansard", "export", name, "--files", "a f") == ["a folder"]
        assert bash_words(place, "hansard", "--store", "a f") == ["a folder"]
        assert bash_words(place, "hansard", "create", "--file", "a fi") == ["a file.json"]
        assert bash_words(place, "hansard", "list", "--status", "con") == ["converging", "converged"]
        assert bash_words(place, "hansard", "list", "--status", "=", "ab") == ["abandoned"]
        assert bash_words(place, "hansard", "list", "--status", "=") == ["open", "converging", "converged", "abandoned"]
        assert bash_words(place, "hansard", "list", "--similar", "") == [name]
        assert bash_words(place, "hansard", "panel", name, "--rotation", "") == ["graduated", "none", "wildcards", "full"]
        assert bash_words(place, "hansard", "completion", "") == ["bash", "zsh", "fish"]
        assert bash_words(place, "hansard", "help", "reg") == ["register"]
        assert bash_words(place, "hansard", "abandon", name, "") == [] and bash_words(place, "hansard", "nonsense", "") == []


@promise("every choice of every option, and what each argument is, stands in the script of each shell")
def _():
    with Place() as place:
        scripts = {shell: place.run("completion", shell)[0] for shell in ("bash", "zsh", "fish")}
        for command in place.json("help")["commands"]:
            for option in command["options"]:
                if option.get("choices"):
                    choices = option["choices"] if isinstance(option["choices"], str) else " ".join(option["choices"])
                    for shell, script in scripts.items():
                        assert choices in script, (shell, option)
        for shell, script in scripts.items():
            if shutil.which(shell):
                done = subprocess.run([shell, "-n"], input=script.encode(), capture_output=True)
                assert done.returncode == 0 and done.stderr == b"", (shell, done)


@promise("fish completes the same")
def _():
    fish = shutil.which("fish") or skip("there is no fish")
    place, name = with_example()
    with place:
        (place.path / "a file.json").write_text("{}")
        (place.path / "folder").mkdir()
        program = place.path / "bin"
        program.mkdir()
        (program / "hansard").symlink_to(PROGRAM)
        environment = place.environment | {"PATH": f"{program}:{place.environment['PATH']}"}

        def offered(line):
            done = subprocess.run([fish, "-N", "-c", f"hansard completion fish | source; complete -C '{line}'"], cwd=place.path, env=environment, capture_output=True, text=True)
            assert done.returncode == 0 and done.stderr == "", done
            return [row.split("\t")[0] for row in done.stdout.splitlines()]
        assert offered("hansard sco") == ["scoreboard"]
        assert offered("hansard show ") == [name]
        assert sorted(offered("hansard list --status con")) == ["converged", "converging"]
        assert "a file.json" in " ".join(offered(f"hansard register {name} ")).replace("\\", "")
        assert offered("hansard init ") == ["bin/", "folder/", "home/"]
        assert offered("hansard completion ") == ["bash", "fish", "zsh"]
        assert offered("hansard help reg") == ["register"]
        assert "bin/" not in offered("hansard list ")


main()
