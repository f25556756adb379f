#!/usr/bin/env python3
"""The benchmark's Java: AWS's Database Encryption SDK for DynamoDB (bench/java/Asked.java), fetched and asked.

    java_asked.py [--dir D] fetch                gets the pinned packages from Maven Central, 24 MB, once, and compiles
    java_asked.py [--dir D] ask ENDPOINT FILE    becomes that program; where it is not there its one line says why

D is build-bench-java. Nothing but `fetch` uses the network. Exit codes of `fetch`: 0 done, 1 what came is not what was pinned, 2 wrong usage,
3 not available here, with the reason and the remedy.
"""
import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).resolve().parent / "java"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_S = 300
REMEDY = "Debian's packages maven and default-jdk-headless have it"


class Unavailable(Exception):
    """It cannot be had here: exit code 3."""


def run(command):
    """Its output where it fails, in one line; nothing where it does not."""
    try:
        outcome = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=FETCH_S)
    except FileNotFoundError:
        raise Unavailable(f"{command[0]} is not installed: {REMEDY}") from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"{command[0]} did not end within {FETCH_S} s: is the registry reachable?") from None
    return "" if outcome.returncode == 0 else " ".join(outcome.stdout.split()[:40]) or "nothing"


def pinned():
    """{name: SHA-256 in hexadecimal}."""
    rows = (line.split() for line in (SOURCES / "packages.txt").read_text().splitlines() if not line.startswith("#"))
    return {name: digest for digest, name in rows}


def there(folder):
    """{name: SHA-256 in hexadecimal} of the packages in a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")}


def clear(folder):
    shutil.rmtree(folder / "classes", ignore_errors=True)
    for path in folder.glob("*.jar"):
        path.unlink()


def fetch(folder):
    if there(folder) != pinned():
        clear(folder)
        said = run(["mvn", "-q", "-B", "-f", str(SOURCES / "pom.xml"), PLUGIN, "-DincludeScope=runtime", f"-DoutputDirectory={folder}"])
        if said:
            raise Unavailable(f"Maven could not fetch the packages (it said: {said}): is the registry reachable?")
        wrong = sorted({name for name, _ in there(folder).items() ^ pinned().items()})
        if wrong:
            clear(folder)
            print(f"bench/java_asked.py: not what bench/java/packages.txt says: {', '.join(wrong)}. Nothing was kept", file=sys.stderr)
            return 1
    said = run(["javac", "--release", "11", "-d", str(folder / "classes"), "-cp", f"{folder}/*", str(SOURCES / "Asked.java")])
    if said:
        raise Unavailable(f"bench/java/Asked.java was not compiled (javac said: {said}): it takes a JDK of version 11 or later")
    return 0


def ask(folder, endpoint, path):
    if not (folder / "classes" / "Asked.class").is_file() or not shutil.which("java"):
        print("it is not there: bench/java_asked.py fetch brings it, with Maven and a JDK", flush=True)
        sys.stdin.read()
        return 0
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    os.execvpe("java", ["java", "-cp", f"{folder}/classes:{folder}/*", "Asked", endpoint, path], environment)


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n\n")[1], add_help=False, allow_abbrev=False)
    parser.add_argument("--dir", type=Path, default=SOURCES.parents[1] / "build-bench-java")
    parser.add_argument("command", choices=["fetch", "ask"])
    parser.add_argument("words", nargs="*")
    words = parser.parse_args()
    if len(words.words) != (0 if words.command == "fetch" else 2):
        parser.error("`fetch` takes no words, `ask` takes two")
    try:
        return fetch(words.dir.absolute()) if words.command == "fetch" else ask(words.dir.absolute(), *words.words)
    except Unavailable as reason:
        print(f"bench/java_asked.py: {reason}", file=sys.stderr)
        return 3


sys.exit(main())
