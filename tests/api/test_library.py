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


TELLING = """
#include <hansard/hansard.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
	struct hansard_platform platform;
	struct hansard *store;
	struct hansard_output out = {0};
	hansard_platform_posix(&platform);
	const struct hansard_options options = {.platform = &platform};
	if (hansard_open(&options, &store, NULL) != HANSARD_OK || hansard_told(store, NULL) != HANSARD_OK)
		return 1;
	for (int i = 0; i < 4; i++) {
		if (hansard_verify(store, i == 2 ? "steel" : NULL, &out, NULL) != HANSARD_OK)
			return 1;
		printf("%d ", strstr(out.data, "declared lost") != NULL);
		hansard_output_free(&out);
		if (i == 2 && hansard_told(store, NULL) != HANSARD_OK) /* of another dialogue: nothing of this one */
			return 1;
	}
	if (hansard_told(store, NULL) != HANSARD_OK || hansard_verify(store, NULL, &out, NULL) != HANSARD_OK)
		return 1;
	printf("%d\\n", strstr(out.data, "declared lost") != NULL);
	hansard_output_free(&out);
	hansard_close(store);
	return 0;
}
"""


@promise("what was declared lost is in every answer of hansard_verify until hansard_told says that one was taken")
def _():
    with Place() as place:
        program = build(place, TELLING)
        elsewhere = {"XDG_STATE_HOME": str(place.path / "elsewhere")}
        database = place.path / ".hansard/hansard.db"
        place.run("init")
        for name in ("bread", "steel"):
            place.run("create", name, "--id", name)
        shutil.copy(database, place.path / "older.db")
        place.run("abandon", "bread", "Enough")
        place.run("keys", "rotate", "--dialogue", "bread", **elsewhere)
        shutil.copy(place.path / "older.db", database)
        place.run("backup", "--restored", "bread", **elsewhere)
        outcome = subprocess.run([program], cwd=place.path, env=place.environment, capture_output=True, text=True, timeout=60)
        assert (outcome.returncode, outcome.stdout) == (0, "1 1 0 1 0\n"), outcome


HANDLE = """
#include <hansard/hansard.h>
#include <stdio.h>

static int failed(const char *what, enum hansard_status status, const struct hansard_error *error)
{
	if (status != HANSARD_OK)
		printf("%s: %d %s\\n", what, hansard_exit_code(status), error->message);
	return status != HANSARD_OK;
}

int main(void)
{
	struct hansard_platform platform;
	struct hansard *store;
	struct hansard_output out = {0};
	struct hansard_error error;
	int bad;
	hansard_platform_posix(&platform);
	const struct hansard_options options = {.platform = &platform};
	if (failed("open", hansard_open(&options, &store, &error), &error))
		return 1;
	bad = failed("abandon first", hansard_abandon(store, "first", "before", &out, &error), &error);
	hansard_output_free(&out);
	puts("open");
	fflush(stdout);
	getchar();
	const struct hansard_create_request request = {.title = "After it", .id = "after"};
	bad |= failed("create", hansard_create(store, &request, &out, &error), &error);
	hansard_output_free(&out);
	bad |= failed("abandon second", hansard_abandon(store, "second", "after", &out, &error), &error);
	hansard_output_free(&out);
	bad |= failed("verify", hansard_verify(store, NULL, &out, &error), &error);
	hansard_output_free(&out);
	hansard_close(store);
	return bad;
}
"""


@promise("a store that was open before its keys were rotated is read and written with the new ones")
def _():
    for kind in (["--signing"], []):
        for again in (1, 2):
            with Place() as place:
                program = build(place, HANDLE)
                place.run("init")
                for name in ("first", "second"):
                    place.run("create", name, "--id", name)
                handle = subprocess.Popen([program], cwd=place.path, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                assert handle.stdout.readline() == "open\n"
                for _ in range(again):
                    place.run("keys", "rotate", *kind)
                    if kind:
                        place.run("keys", "rotate", *kind, "--retire")
                place.run("keys", "rotate", "--dialogue", "second")  # a head of the new key alone
                out = handle.communicate("\n", timeout=60)[0]
                assert handle.returncode == 0, out
                place.run("verify")
                answer = place.json("keys", "rotate", *kind, "--resume")
                assert answer["changed"] == answer["mended"] == 0 and answer["dialogues"] == 3, answer


main()
