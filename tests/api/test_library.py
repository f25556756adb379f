#!/usr/bin/env python3
"""The shared library from outside: what it exports, and that the header's own example is a program."""
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, ROOT, Place, main, promise, skip  # noqa: E402

LIBRARY = Path(os.environ["HANSARD_LIBRARY"])
CC = shlex.split(os.environ["HANSARD_CC"])
HEADER = (ROOT / "include/hansard/hansard.h").read_text()


def exported():
    nm = shutil.which("nm") or skip("there is no nm")
    lines = subprocess.run([nm, "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.split()[-1].split("@")[0] for line in lines}


@promise("the shared library exports exactly what its header declares")
def _():
    declared = set(re.findall(r"HANSARD_API [^;(]*?(hansard_\w+)\(", HEADER))
    assert len(declared) > 25, declared
    found = exported()
    # A sanitizer's runtime and coverage add names of their own.
    strange = {name for name in found if not re.match(r"hansard_|_*(asan|ubsan|gcov|llvm|sancov|odr_asan)|_init$|_fini$", name)}
    assert not strange, strange
    assert declared == {name for name in found if name.startswith("hansard_")}, declared ^ found


def example():
    """The code of the header's first comment."""
    comment = HEADER.split("*/")[0]
    lines = [line[len(" *     "):] for line in comment.splitlines() if line.startswith(" *     ")]
    assert lines[0].startswith("struct hansard_platform") and lines[-1].startswith("hansard_close"), lines
    return "\n".join(lines)


def build(place, source):
    (place.path / "user.c").write_text(source)
    program = place.path / "user"
    subprocess.run([*CC, "-std=c17", "-Wall", "-Wextra", "-Werror", "-I", ROOT / "include", place.path / "user.c", "-o", program, "-L", LIBRARY.parent,
                    "-lhansard", f"-Wl,-rpath,{LIBRARY.parent}"], check=True, cwd=place.path)
    return program


@promise("the example of the header compiles as it stands, and shows the dialogue")
def _():
    with Place() as place:
        program = build(place, f"#include <hansard/hansard.h>\n#include <stdio.h>\n\nint main(void)\n{{\n{example()}\n}}\n")
        done = subprocess.run([program], cwd=place.path, env=place.environment, capture_output=True, text=True)
        assert done.stdout == "" and "hansard init" not in done.stdout and "no store" in done.stderr, done
        place.run("init")
        place.run("import", EXAMPLE, "--as", "rfc-0058")
        done = subprocess.run([program], cwd=place.path, env=place.environment, capture_output=True, text=True)
        assert done.returncode == 0 and done.stderr == "", done
        assert done.stdout == place.run("show", "rfc-0058")[0]


@promise("the header is one for C++ too")
def _():
    compiler = shutil.which("c++") or skip("there is no C++ compiler")
    with Place() as place:
        (place.path / "user.cc").write_text("#include <hansard/hansard.h>\nint main() { return hansard_version() == nullptr; }\n")
        subprocess.run([compiler, "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", ROOT / "include", "user.cc"], check=True, cwd=place.path)


main()
