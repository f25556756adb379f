#!/usr/bin/env python3
"""What `meson install` puts where: the program, a man page for each command, completions, the library and what builds on it."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import EXAMPLE, ROOT, Place, main, promise  # noqa: E402

BUILD = os.environ["HANSARD_BUILD"]
PREFIX = Path(os.environ["HANSARD_PREFIX"])
DATA, MAN, LIB = (Path(os.environ[f"HANSARD_{name}DIR"]) for name in ("DATA", "MAN", "LIB"))
VERSION = os.environ["HANSARD_VERSION"]
PAGES = ("batch.md", "cost.md", "format.md", "json.md", "recordings.md", "threat-model.md")
CC = shlex.split(os.environ["HANSARD_CC"])
INSTALLED = Path(tempfile.mkdtemp(prefix="hansard installed "))


def at(below):
    """The installed file of that path below the prefix."""
    return INSTALLED / (PREFIX / below).relative_to("/")


def commands(place):
    return [command["name"] for command in place.json("help")["commands"]]


@promise("every command of the table has its man page installed, and no other has one")
def _():
    with Place() as place:
        names = commands(place)
        assert "audit" in names and len(names) > 25, names
        pages = {page.name: page.read_text() for page in at(MAN / "man1").iterdir()}
        assert set(pages) == {"hansard.1"} | {f"hansard-{name}.1" for name in names}, set(pages) ^ {f"hansard-{name}.1" for name in names}
        assert pages["hansard.1"] == place.run("help", "--man")[0]
        for name in names:
            assert pages[f"hansard-{name}.1"] == place.run("help", name, "--man")[0], name


@promise("completions lie where each shell looks for them")
def _():
    with Place() as place:
        for shell, where in (("bash", "bash-completion/completions/hansard"), ("zsh", "zsh/site-functions/_hansard"), ("fish", "fish/vendor_completions.d/hansard.fish")):
            assert at(DATA / where).read_text() == place.run("completion", shell)[0], shell


@promise("nothing else is installed than the program, the library, its headers and what was named")
def _():
    with Place() as place:
        wanted = {PREFIX / "bin/hansard", PREFIX / "include/hansard/hansard.h", PREFIX / "include/hansard/error.h", PREFIX / MAN / "man1/hansard.1"}
        wanted |= {PREFIX / MAN / f"man1/hansard-{name}.1" for name in commands(place)}
        wanted |= {PREFIX / DATA / name for name in ("bash-completion/completions/hansard", "zsh/site-functions/_hansard", "fish/vendor_completions.d/hansard.fish")}
        wanted |= {PREFIX / DATA / "doc/hansard" / name for name in PAGES}
        wanted |= {PREFIX / LIB / name for name in ("libhansard.a", "libhansard.so", f"libhansard.so.{VERSION.split('.')[0]}", f"libhansard.so.{VERSION}", "pkgconfig/hansard.pc")}
        found = {Path("/") / path.relative_to(INSTALLED) for path in INSTALLED.rglob("*") if not path.is_dir()}
        assert found == wanted, found ^ wanted
        assert at("include/hansard/hansard.h").read_bytes() == (ROOT / "include/hansard/hansard.h").read_bytes()


@promise("every page that a help or man page names is installed where it says")
def _():
    with Place() as place:
        named = set()
        for words in ([[]] + [[name] for name in commands(place)] + [["words"], ["options"]]):
            for more in ([], ["--man"]) if words not in (["words"], ["options"]) else ([],):
                text = place.run("help", *words, *more)[0].replace("\\", "")
                pages = set(re.findall(r"docs/([a-z-]+[.]md)", text))
                assert not pages or f"What docs/ names is installed in {PREFIX / DATA / 'doc/hansard'}" in " ".join(text.split()), (words, text)
                named |= pages
        assert named == {"batch.md", "recordings.md", "threat-model.md"}, named
        for name in PAGES:
            assert at(DATA / "doc/hansard" / name).read_bytes() == (ROOT / "docs" / name).read_bytes()
            for target in re.findall(r"\]\(([a-z-]+[.]md)", (ROOT / "docs" / name).read_text()):
                assert target in PAGES, (name, target)


@promise("what make install builds is what is installed, and no test")
def _():
    make = subprocess.run(["make", "-n", "install", f"BUILD={BUILD}"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert re.search(r"ninja .* installed\n", make) and "meson install" in make and "--no-rebuild" in make, make
    direct = subprocess.run(["ninja", "-C", BUILD, "-t", "query", "installed"], check=True, capture_output=True, text=True).stdout.split()
    assert {"hansard", "libhansard.a", f"libhansard.so.{VERSION}", "share/hansard-list.1", "share/_hansard"} <= set(direct), direct
    inputs = subprocess.run(["ninja", "-C", BUILD, "-t", "inputs", "installed"], check=True, capture_output=True, text=True).stdout.split()
    assert not [name for name in direct + inputs if name.startswith(("tests/", "bench/", "fuzz/"))], (direct, inputs)


@promise("the installed program reads the example without what it was built from")
def _():
    with Place() as place:
        program = at("bin/hansard")
        for words in (["init"], ["import", EXAMPLE], ["show", "lending"]):
            done = subprocess.run([program, *words], cwd=place.path, env=place.environment, capture_output=True, text=True)
            assert done.returncode == 0 and done.stderr == "", done
        assert done.stdout == place.run("show", "lending")[0]


@promise("a program is built from the README's line against what is installed, and runs")
def _():
    with Place() as place:
        (place.path / "program.c").write_text('#include <hansard/hansard.h>\n#include <stdio.h>\n\nint main(void)\n{\n\tputs(hansard_version());\n\treturn 0;\n}\n')
        line = next(line.strip() for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("    cc program.c"))
        assert line == "cc program.c $(pkg-config --cflags --libs hansard)", line
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "hansard"], check=True, capture_output=True, text=True,
                               env=os.environ | {"PKG_CONFIG_PATH": str(at(LIB / "pkgconfig")), "PKG_CONFIG_SYSROOT_DIR": "/sysroot"}).stdout
        flags = [word.replace("/sysroot", str(INSTALLED)) for word in shlex.split(flags)]
        assert "-lhansard" in flags and any(word.startswith(f"-L{INSTALLED}") for word in flags), flags
        subprocess.run([*CC, "program.c", "-o", "program", *flags], cwd=place.path, check=True)
        done = subprocess.run([place.path / "program"], env=place.environment | {"LD_LIBRARY_PATH": str(at(LIB))}, capture_output=True, text=True)
        assert done.stdout == VERSION + "\n", done


try:
    subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", INSTALLED], check=True, stdout=subprocess.DEVNULL)
    main()
finally:
    shutil.rmtree(INSTALLED)
