#!/usr/bin/env python3
"""The session of the README is what the program prints: `...` stands for lines that are left out."""
import shlex
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import ROOT, Place, main, promise  # noqa: E402


def session():
    """[(command, [expected lines])] of the README."""
    steps, inside = [], False
    for line in (ROOT / "README.md").read_text().splitlines():
        if line.startswith("    $ "):
            inside = True
            steps.append((shlex.split(line[6:]), []))
        elif inside and line.startswith("    "):
            steps[-1][1].append(line[4:])
        elif inside:
            break
    return steps


def matches(expected, actual):
    """Expected lines in order; a run between two `...` stands together."""
    at, free = 0, False
    for line in expected:
        if line == "...":
            free = True
            continue
        if free:
            while at < len(actual) and actual[at] != line:
                at += 1
        assert at < len(actual) and actual[at] == line, f"the README says {line!r}, the program {actual[at:at + 1]}"
        at, free = at + 1, False
    assert free or at == len(actual), f"the program goes on: {actual[at]!r}"


@promise("the session of the README is what the program prints")
def _():
    steps = session()
    assert len(steps) >= 4, steps
    with Place() as place:
        shutil.copytree(ROOT / "examples", place.path / "examples")
        for words, expected in steps:
            assert words[0] == "hansard"
            matches(expected, place.run(*words[1:])[0].splitlines())


main()
