#!/usr/bin/env python3
"""Forbidden things do not compile, and the compiler says why. Prints TAP.

Each .c file of this folder opens with a comment that says what it is: `forbidden:` or `positive control:`, the `room:`
whose include paths it is compiled with (those of the build itself), and the diagnostic to `expect:` (a regular
expression). `edit:` names a header that is first changed: behind the line `behind:` the line `insert:` comes in, or the
text `replace:` becomes `with:`. With `each:`, a list of words, the file is as many cases: its `SLOT` is each of the words. Every file is compiled by each compiler that is there.
"""

import json
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COMPILERS = ["gcc", "clang"]
PASSED_ON = ("-I", "-D", "-std=", "-Werror=")


def read_cases(path):
    case = {"path": path}
    for line in path.read_text(encoding="utf-8").split("*/")[0].splitlines():
        match = re.match(r"[/ ]\* ?([a-z ]+): (.*)", line)
        if match:
            case[match.group(1)] = match.group(2)
    words = case.pop("each", "").split()
    if not words:
        return [case]
    return [{key: value.replace("SLOT", word) if key != "path" else value for key, value in case.items()} for word in words]


def room_flags(build):
    """Room -> flags with which the build compiles the first file of that room."""
    rooms = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        directory = pathlib.Path(entry["directory"])
        match = re.search(r"(?:^|/)src/([a-z]+)/[^/]+\.c$", entry["file"])
        if not match or match.group(1) in rooms or "-DHANSARD_LOWERED_CEILINGS" in entry["command"]:
            continue
        words = shlex.split(entry["command"])
        flags = []
        for at, word in enumerate(words):
            if word == "-include":
                flags += ["-include", words[at + 1]]
            elif word.startswith("-I"):
                flags.append("-I" + str(directory / word[2:]))
            elif word.startswith(PASSED_ON):
                flags.append(word)
        rooms[match.group(1)] = flags
    return rooms


def edited_header(case, flags, folder):
    """Writes the changed header into the folder; false when there was nothing to change."""
    for flag in flags:
        header = pathlib.Path(flag[2:]) / case["edit"]
        if not flag.startswith("-I") or not header.is_file():
            continue
        before = header.read_text(encoding="utf-8")
        if "behind" in case:
            after = before.replace(case["behind"] + "\n", case["behind"] + "\n" + case["insert"] + "\n", 1)
        else:
            after = before.replace(case["replace"], case["with"], 1)
        (pathlib.Path(folder) / case["edit"]).write_text(after, encoding="utf-8")
        return after != before
    return False


def run_case(case, compiler, rooms):
    """None when all is as it should be, else what is not."""
    flags = rooms[case["room"]]
    with tempfile.TemporaryDirectory() as folder:
        if "edit" in case and not edited_header(case, flags, folder):
            return f"{case['edit']} holds no such place to change"
        command = [compiler, "-fsyntax-only", "-I" + folder, *flags, str(case["path"])]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    if "positive control" in case:
        return None if done.returncode == 0 else "does not compile:\n" + done.stderr
    if done.returncode == 0:
        return "compiles"
    if not re.search(case["expect"], done.stderr):
        return f"fails for another reason than /{case['expect']}/:\n" + done.stderr
    return None


def main():
    rooms = room_flags(pathlib.Path(sys.argv[1]))
    cases = [case for path in sorted(HERE.glob("*.c")) for case in read_cases(path)]
    print("TAP version 13")
    print(f"1..{len(cases) * len(COMPILERS)}")
    number = failed = 0
    for compiler in COMPILERS:
        for case in cases:
            number += 1
            kind = "positive control" if "positive control" in case else "forbidden"
            name = f"{compiler}: {kind}: {case[kind]}"
            if shutil.which(compiler) is None:
                print(f"ok {number} - {name} # SKIP no {compiler} here")
            elif case["room"] not in rooms:
                print(f"ok {number} - {name} # SKIP this build has no room {case['room']}")
            else:
                fault = run_case(case, compiler, rooms)
                failed += fault is not None
                for line in (fault or "").splitlines():
                    print("# " + line)
                print(f"{'ok' if fault is None else 'not ok'} {number} - {name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
