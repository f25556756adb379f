#!/usr/bin/env python3
"""The benchmark's Java, without a network: what is said where it cannot be had, and that nothing else is kept than what was pinned."""
import contextlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import ROOT, main, promise  # noqa: E402

TOOL = [sys.executable, str(ROOT / "bench" / "java_asked.py")]


@contextlib.contextmanager
def place(**programs):
    """A folder to fetch into, and a PATH with nothing but these scripts of the shell."""
    with tempfile.TemporaryDirectory() as top:
        path = Path(top, "path")
        path.mkdir()
        for name, script in programs.items():
            program = path / name
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o755)
        yield Path(top, "fetched"), {"PATH": str(path)}


def tool(folder, environment, *words, code=0):
    """Runs the tool with no input, expects the exit code, returns (stdout, stderr)."""
    outcome = subprocess.run([*TOOL, "--dir", str(folder), *words], input="", capture_output=True, text=True, env=environment, timeout=60)
    assert outcome.returncode == code, f"exit code {outcome.returncode}: {outcome.stdout}{outcome.stderr}"
    return outcome.stdout, outcome.stderr


def keep_compiled(folder):
    """As if an earlier fetch had compiled."""
    (folder / "classes").mkdir(parents=True)
    (folder / "classes" / "Asked.class").touch()


@promise("without Maven, and where Maven fails, fetching says why and what to do")
def _():
    with place() as (folder, environment):
        assert "mvn is not installed: Debian's packages maven and" in tool(folder, environment, "fetch", code=3)[1]
    with place(mvn="echo no route; exit 1") as (folder, environment):
        assert "it said: no route): is the registry reachable?" in tool(folder, environment, "fetch", code=3)[1]


@promise("packages that are not the pinned ones are named and not kept, nor what was compiled before")
def _():
    bring = 'for word; do case $word in -DoutputDirectory=*) echo other >"${word#*=}/dynamodb-2.30.18.jar"; echo more >"${word#*=}/more.jar" ;; esac; done'
    with place(mvn=bring) as (folder, environment):
        keep_compiled(folder)
        said = tool(folder, environment, "fetch", code=1)[1]
        assert " dynamodb-2.30.18.jar, " in said and " more.jar, " in said, said
        assert list(folder.iterdir()) == []


@promise("where it was not fetched, or Java is gone, asking answers with one line that says how, and ends with its input")
def _():
    answer = "it is not there: bench/java_asked.py fetch brings it, with Maven and a JDK\n"
    with place(java="exit 9") as (folder, environment):
        assert tool(folder, environment, "ask", "http://127.0.0.1:1", os.devnull)[0] == answer
    with place() as (folder, environment):
        keep_compiled(folder)
        assert tool(folder, environment, "ask", "http://127.0.0.1:1", os.devnull)[0] == answer


@promise("what was fetched is asked without the settings for AWS of whoever runs it")
def _():
    with place(java='echo "$*"; /usr/bin/env | /usr/bin/grep AWS_ | /usr/bin/sort') as (folder, environment):
        keep_compiled(folder)
        said = tool(folder, environment | {"AWS_PROFILE": "mine", "AWS_REGION": "eu-west-1"}, "ask", "http://127.0.0.1:1", "items")[0]
        assert said.splitlines() == [f"-cp {folder}/classes:{folder}/* Asked http://127.0.0.1:1 items", f"AWS_CONFIG_FILE={os.devnull}",
                                     "AWS_EC2_METADATA_DISABLED=true", f"AWS_SHARED_CREDENTIALS_FILE={os.devnull}"], said


main()
