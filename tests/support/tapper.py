"""A test program in TAP: functions named by the promise they test, run in order.

    @promise("a store is made once")
    def _():
        ...
    main()

An assertion that fails names its line; skip(reason) ends a test as skipped.
"""
import itertools
import json
import os
import pty
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("HANSARD_PROGRAM", str(ROOT / "build" / "hansard"))
WATCH = shlex.split(os.environ.get("HANSARD_TEST_WATCH", ""))  # a command in front of the program: valgrind
WATCH_EVERY = 8  # runs, of which one is watched: a watched one takes fifty times as long
CORPUS = Path(os.environ.get("HANSARD_CORPUS", ROOT.parent / "shared" / "corpus"))
EXAMPLE = next((ROOT / "examples").glob("*Z-*"))
TESTS = []
RUNS = itertools.count()
HINT_SIZE = 640


class Skip(Exception):
    """Ends a test as skipped."""


def promise(name):
    def keep(function):
        TESTS.append((name, function))
        return function
    return keep


def skip(reason):
    raise Skip(reason)


def need_corpus():
    """The recorded dialogues, or a skip where they are not there."""
    if not (CORPUS / "dialogues").is_dir():
        skip("the corpus of recorded dialogues is not beside this checkout")
    return CORPUS


def cut_short(err):
    """Whether an error in JSON has a hint that does not end before its room does (HANSARD_ERROR_HINT_SIZE, less a character that did not go in)."""
    lines = [line for line in err.splitlines() if line.startswith('{"code"')]
    return any(len(json.loads(line)["hint"].encode()) >= HINT_SIZE - 4 for line in lines)


class Place:
    """A folder of its own with a private home, in which the program is run."""

    def __init__(self):
        self.path = Path(tempfile.mkdtemp(prefix="hansard test "))
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(self.path / "home"), "USER": "tester", "LC_ALL": "C.UTF-8"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        (self.path / "home").mkdir()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for folder, _, _ in os.walk(self.path):
            os.chmod(folder, 0o700)
        shutil.rmtree(self.path)

    def run(self, *words, code=0, stdin=None, **environment):
        """Runs the program, expects the exit code, or one of a tuple, returns (stdout, stderr) as text."""
        watch = WATCH if next(RUNS) % WATCH_EVERY == 0 else []
        outcome = subprocess.run([*watch, PROGRAM, *(word if isinstance(word, bytes) else str(word) for word in words)], cwd=self.path, env=self.environment | environment,
                                 input=stdin if isinstance(stdin, bytes) else (stdin or "").encode(), capture_output=True)
        out, err = outcome.stdout.decode(errors="replace"), outcome.stderr.decode(errors="replace")
        assert outcome.returncode in (code if isinstance(code, tuple) else (code,)), f"exit code {outcome.returncode}, expected {code}, of {words}\n{out[-2000:]}\n{err[-2000:]}"
        assert not cut_short(err), f"a hint that is cut, of {words}\n{err}"
        return out, err

    def json(self, *words, **more):
        """The JSON answer of a command."""
        return json.loads(self.run(*words, "--json", **more)[0])


def traced(place, options, *words, stdin=None):
    """Runs the program under strace, or skips: (the outcome, the lines of its calls)."""
    tracer = shutil.which("strace") or skip("there is no strace to make a system call fail")
    if subprocess.run([tracer, "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        skip("strace may not trace here")
    log = place.path / "trace"
    done = subprocess.run([tracer, "-f", "-o", log, *options, PROGRAM, *words], cwd=place.path, env=place.environment | {"ASAN_OPTIONS": "detect_leaks=0"},
                          input=(stdin or "").encode(), capture_output=True)
    return done, [line for line in log.read_text(errors="replace").splitlines() if "(" in line]


def terminal():
    """The two ends of a terminal, or a skip where there is none to be had: in a chroot without /dev/pts."""
    try:
        return pty.openpty()
    except OSError as reason:
        skip(f"there is no terminal to be had: {reason}")


def store():
    """A place with an empty store."""
    place = Place()
    place.run("init")
    return place


def with_example():
    """(place, id) of a store that holds the example."""
    place = store()
    place.run("import", EXAMPLE)
    return place, place.run("list", "--ids")[0].split()[0]


def main():
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):  # a background job may have been started to ignore them
        signal.signal(number, signal.SIG_DFL)
    print(f"TAP version 13\n1..{len(TESTS)}")
    failed = 0
    for number, (name, function) in enumerate(TESTS, 1):
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except Exception:  # whatever fails is a failed test
            failed += 1
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {name}", flush=True)
    sys.exit(failed != 0)
