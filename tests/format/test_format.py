#!/usr/bin/env python3
"""docs/format.md against the program: its tables, its claims, and a reader that was written from it alone."""
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import ROOT, Place, main, promise, skip  # noqa: E402

from forger import EXAMPLE, READER, Forger, Store, reader  # noqa: E402

PAGE = (ROOT / "docs" / "format.md").read_text()
TABLES = {"heads": "note", "commits": "stored", "items": "stored", "parts": "stored"}


def leaves(value, path=""):
    """Every single value of a JSON document and where it stands."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, f"{path}.{key}")
    yield path, value if not isinstance(value, (dict, list)) else type(value).__name__ + str(len(value))


def same(one, other):
    """Field by field, in the same order."""
    for (path, wanted), (where, found) in zip(leaves(json.loads(one)), leaves(json.loads(other)), strict=True):
        assert (path, wanted, type(wanted)) == (where, found, type(found)), (path, wanted, where, found)
    assert one == other


@promise("the tables, indices and views of a store are those of the page, with its numbers")
def _():
    with Store(example=False) as store:
        written = PAGE.split("<!-- sql -->\n```sql\n")[1].split("```")[0].replace("\n", "")
        kept = [sql for (sql,) in store.sql("SELECT sql FROM sqlite_master")]
        assert sorted(written.rstrip(";").split(";")) == sorted(kept)
        for pragma in ("application_id", "user_version", "page_size"):
            said = re.search(rf"`PRAGMA {pragma}` \| (\d+)", PAGE)[1]
            assert store.sql(f"PRAGMA {pragma}") == [(int(said),)], pragma
        assert store.sql("SELECT stored_format FROM store_meta") == [(int(re.search(r"`stored_format`: (\d+)", PAGE)[1]),)]


@promise("every column of the tables is told on the page")
def _():
    told = PAGE.split("| column | what it holds |")[1].split("Copies are")[0]
    for table, body in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\) STRICT", PAGE, re.S):
        row = "".join(line for line in told.splitlines(True) if line.startswith(f"| {table}"))
        for column in re.findall(r"^  ([a-z_]+) ", body, re.M):
            assert column in row or column in ("tenant", "dialogue", "only_row"), (table, column)


@promise("a reader written from the page gives the export of the program, field by field")
def _():
    with Store() as store:
        same(store.run("export", EXAMPLE)[0], store.export(EXAMPLE))


@promise("copies beside what is signed change no answer, of the program or of the reader")
def _():
    with Store() as store:
        whole = store.run("export", EXAMPLE)[0]
        for statement in ("UPDATE heads SET rev = 1", "UPDATE heads SET hash = zeroblob(32)", "UPDATE items SET rev = 77", "UPDATE items SET status = NULL, updated_at = NULL, open_tension = 0"):
            store.sql(statement)
            assert store.run("export", EXAMPLE)[0] == whole and store.export(EXAMPLE) == whole, statement


@promise("a reservation is no dialogue, to the program and to the reader, and a text that is none is a head that cannot be read")
def _():
    with Store(example=False) as store:
        store.run("create", "Bread", "--id", "bread")
        public = store.public()
        whole = store.read("verify", store.file, "default", public / "trusted")
        lines = [line[4:].removesuffix(" LF") for line in re.search(r"(    hansard reservation v1 LF\n(?:    .*\n)+)", PAGE)[1].splitlines()]
        assert len(lines) == 5
        values = {"{tenant}/{dialogue_id}": "default/cake", lines[2]: "7", lines[3]: "00112233445566778899aabbccddeeff"}
        for last in re.findall(r'"(.*?)"', lines[4]):
            note = "".join(f"{values.get(line, line)}\n" for line in lines[:4]) + last + "\n"
            store.sql("INSERT OR REPLACE INTO heads VALUES ('default', 'cake', 7, zeroblob(32), CAST(? AS BLOB), 0)", (note,))
            assert store.run("list", "--ids")[0].split() == ["bread"]
            assert "cake" not in store.run("verify")[0]
            assert re.search(r"reserved +1: default/cake$", store.run("doctor")[0], re.M), store.run("doctor")[0]
            assert store.read("verify", store.file, "default", public / "trusted") == whole
            store.run("show", "cake", code=1)
            assert "cake" in store.run("create", "Cake", "--id", "cake", code=11)[1]
        for other in (note.replace("default/", "defaulu/"), note + "\n", note.replace("\n7\n", "\n07\n")):
            store.sql("UPDATE heads SET note = CAST(? AS BLOB) WHERE dialogue = 'cake'", (other,))
            store.run("verify", code=13)
            store.read("verify", store.file, "default", public / "trusted", code=13)


@promise("fields, bodies and files of more than one piece are read, and empty ones")
def _():
    with Store(example=False) as store:
        long = "ü — one long line of the background\n" * 12000
        dialogue = {"title": "Where shall it live?", "question": "Where?", "background": {"description": long, "subject": "s"}, "max_rounds": 3,
                    "pool": {"domain": "archives", "members": [{"role": "Archivist", "tier": "core", "relevance": 0.95}]}}
        (store.path / "dialogue.json").write_text(json.dumps(dialogue))
        store.run("create", "--file", store.path / "dialogue.json")
        name = store.run("list", "--ids")[0].strip()
        assert store.sql("SELECT count(*) FROM parts WHERE type = 'meta'")[0][0] > 1
        same(store.run("export", name)[0], store.export(name))
        folder = store.path / "2026-05-04T0900Z-large"
        shutil.copytree(next((ROOT / "examples").glob("*Z-*")), folder)
        (folder / "empty.txt").write_bytes(b"")
        (folder / "bytes.bin").write_bytes(bytes(range(256)) * 2000)
        store.run("import", folder)
        for name in store.run("list", "--ids")[0].split():
            same(store.run("export", name)[0], store.export(name))


@promise("with the public key alone the store verifies, and a changed byte does not")
def _():
    with Store() as store:
        public = store.public()
        auditor = {"XDG_CONFIG_HOME": str(store.path / "public"), "XDG_STATE_HOME": str(store.path / "public")}
        believed = ("--public-key", public / "trusted")
        good = store.run("verify", *believed, **auditor)[0]
        assert store.run("verify", "--read-only", code=12, **auditor)[0].splitlines()[:2] == good.splitlines()[:2]
        rev, commits, items, parts = re.search(r"rev (\d+), (\d+) commits, (\d+) items, (\d+) parts", good).groups()
        said = store.read("verify", store.file, "default", public / "trusted")
        assert said == f"good {EXAMPLE} rev {rev}, {commits} commits, {items} items, {parts} parts\n", said
        assert f"good     {EXAMPLE}  rev {rev}" in store.run("verify", EXAMPLE[:7], *believed, **auditor)[0]
        store.run("show", EXAMPLE, code=12, **auditor)
        for table, column in TABLES.items():
            count = store.sql(f"SELECT count(*) FROM {table}")[0][0]
            for row in {0, count // 2, count - 1}:
                key, stored = store.sql(f"SELECT tenant || '/' || dialogue || {'rev' if table in ('heads', 'commits') else 'type || subkey'}, {column} FROM {table} LIMIT 1 OFFSET {row}")[0]
                at = len(stored) // 3
                changed = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1:]
                update = f"UPDATE {table} SET {column} = ? WHERE {column} = ?"
                store.sql(update, (changed, stored))
                store.run("verify", code=13, **auditor)
                store.read("verify", store.file, "default", public / "trusted", code=13)
                store.export(EXAMPLE, code=13)
                store.sql(update, (stored, changed))
        assert store.run("verify", *believed, **auditor)[0].splitlines()[:2] == good.splitlines()[:2]


@promise("another UMK is a wrong key, to the program and to the reader; another signer is a violation")
def _():
    with Store() as store, Store(example=False) as other:
        kept = (store.keys / "umk").read_bytes()
        (store.keys / "umk").write_bytes((other.keys / "umk").read_bytes())
        store.run("show", EXAMPLE, code=12)
        store.export(EXAMPLE, code=12)
        (store.keys / "umk").write_bytes(kept)
        store.run("show", EXAMPLE)
        (store.keys / "signing").write_bytes((other.keys / "signing").read_bytes())
        store.run("show", EXAMPLE, code=13)
        store.export(EXAMPLE, code=13)


def sealed_texts(kind, row):
    """Every text of the sealed fields of an entity as the export has it."""
    for name, _, where, _, _ in reader.SHAPES[kind]:
        if where == "sealed" and name in row:
            yield from (value for _, value in leaves(row[name]) if isinstance(value, str))


@promise("a key file behind a passphrase is read, and its recovery words are those of the page")
def _():
    with Place() as place:
        if reader is None:
            skip("there is no `cryptography` for this Python")
        path = place.path / "umk"
        words = subprocess.run([os.environ.get("HANSARD_KEY_WRITER", ROOT / "build" / "tests" / "format" / "key-writer"), path], check=True, capture_output=True, text=True).stdout
        secret = bytes((5 + 37 * i) % 256 for i in range(32))
        os.environ["HANSARD_PASSPHRASE"] = "zwölf Wörter"
        assert reader.key_file(path) == (secret, None)
        assert reader.words("umk", secret) + "\n" == words
        assert reader.words("signing", secret).split()[:-1] == words.split()[:-1] != reader.words("signing", secret).split()


def sealed_of(store):
    """Every sealed value of the example, but what is in clear elsewhere, or so short that random bytes have it."""
    dialogue = json.loads(store.export(EXAMPLE))
    sealed = set(sealed_texts("meta", dialogue["meta"]))
    for kind, rows in reader.LISTS.items():
        for row in dialogue[rows]:
            sealed |= set(sealed_texts(kind, row)) | {event[name] for event in row.get("events", []) for name in ("reason", "reference", "result") if name in event}
            sealed |= set(filter(None, row.get("text", "").splitlines()))
    clear = {subkey for (subkey,) in store.sql("SELECT subkey FROM items")} | {"judge"} | {word for words in reader.WORDS.values() for word in words}
    sealed = {value for value in sealed if len(value.encode()) > 4 and value not in clear and not re.fullmatch("[PRTEC][0-9]{4,6}", value)}
    assert len(sealed) > 500, len(sealed)
    return sealed


def expect_none(sealed, data):
    for value in sealed:
        for piece in {value.encode()[:30], value.encode()[-30:]}:
            assert piece not in data, value[:60]


@promise("no sealed value of a store stands in its file")
def _():
    with Store() as store:
        data = b"".join(path.read_bytes() for path in store.file.parent.iterdir() if path.name.startswith(store.file.name))
        assert EXAMPLE.encode() in data and b"muffin" in data, "what is in clear is found"
        expect_none(sealed_of(store), data)


@promise("no sealed value stands in what the program says on standard error, of a good store and of a broken one, nor in its log, marks or receipts")
def _():
    with Store() as store:
        said, sealed = [store.run("import", ROOT / "examples")[1]], sealed_of(store)
        verbs = ([verb, EXAMPLE] for verb in ("show", "scoreboard", "tensions", "log", "render", "export", "context", "panel", "verify", "receipt", "leakage"))
        verbs = [*verbs, ["list"], ["stats"], ["verify"], ["doctor"], ["audit", "show"], ["audit", "verify"]]
        for words in verbs:
            said.append(store.run(*words)[1])
        said += [path.read_text() for path in (store.path / "state").rglob("*") if path.is_file()] + [store.run("receipt", EXAMPLE)[0]]
        for where in ("type = 'meta'", "type = 'tension'", "type = 'file'", "type = 'dek'"):
            old = store.file.read_bytes()
            store.sql(f"UPDATE items SET stored = CAST(substr(stored, 1, length(stored) - 40) || zeroblob(40) AS BLOB) WHERE {where}")
            for words in verbs:
                said.append(store.run(*words, code=(0, 13))[1])
            assert "entity:" + where.split("'")[1] in "".join(said), where
            store.file.write_bytes(old)
        said.append(store.run("show", EXAMPLE, code=12, XDG_CONFIG_HOME=str(store.path / "nowhere"))[1])
        assert EXAMPLE in "".join(said), "what is in clear is found"
        expect_none(sealed, "".join(said).encode())


@promise("a partition put back as a whole is noticed by its mark")
def _():
    with Store() as store:
        before = store.file.read_bytes()
        store.run("show", EXAMPLE)
        (store.path / "change.json").write_text(json.dumps({"updates": [{"id": "P0001", "status": "conceded", "round": 2, "reason": "It was answered."}]}))
        store.run("update", EXAMPLE, store.path / "change.json")
        store.run("show", EXAMPLE)
        mark = next((store.path / "state" / "hansard" / "marks").glob(f"*/default/{EXAMPLE}")).read_text()
        name = re.search(r"^marks = (\w+)$", (store.path / ".hansard" / "config").read_text(), re.M)[1]
        assert (store.path / "state" / "hansard" / "marks" / name / "default" / EXAMPLE).exists()
        rev, value = store.sql("SELECT rev, hex(hash) FROM heads")[0]
        assert mark == f"{rev} {value.lower()}\n", mark
        store.file.write_bytes(before)
        out, err = store.run("show", EXAMPLE, code=13)
        assert "rolled" in err or "ends before" in err, err


@promise("a restore stands on the stored commit of the greatest rev below it, or the history is violated, to the program and to the reader")
def _():
    with Store(example=False) as store:
        store.run("create", "Bread", "--id", "bread")
        store.run("keys", "rotate")
        kept = store.file.read_bytes()
        store.run("keys", "rotate")
        store.run("keys", "rotate")
        (newest,), = store.sql("SELECT max(rev) FROM commits")
        lost = dict(store.sql("SELECT rev, stored FROM commits WHERE rev > 2"))
        assert newest == 4 and len(lost) == 2
        store.file.write_bytes(kept)
        store.run("backup", "--restored")
        public = store.public()
        restored = store.file.read_bytes()
        detail = reader.read(store.sql("SELECT stored FROM commits WHERE rev = ?", (newest + 1,))[0][0], "commit")[8]
        assert detail["lost_rev"] == newest and detail["lost_hash"] == reader.sha(b"\x02" + lost[newest])
        assert "good bread" in store.read("verify", store.file, "default", public / "trusted")
        insert = "INSERT INTO commits (tenant, dialogue, rev, attempt, stored) VALUES ('default', 'bread', ?, zeroblob(16), ?)"
        changes = [("DELETE FROM commits WHERE rev = 2", ()), ("DELETE FROM commits WHERE rev <= 2", ())] + [(insert, row) for row in lost.items()]
        for statement, values in changes:
            store.sql(statement, values)
            store.read("verify", store.file, "default", public / "trusted", code=13)
            assert "commit" in store.run("log", "bread", code=13)[1]
            store.run("verify", code=13)
            store.file.write_bytes(restored)
        store.run("verify")


def curve():
    """The arithmetic of edwards25519: add, multiply, encode; its base point and a point of order eight."""
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p

    def add(one, other):
        (x, y), (u, v) = one, other
        k = d * x * y * u * v
        return (x * v + y * u) * pow(1 + k, -1, p) % p, (y * v + x * u) * pow(1 - k, -1, p) % p

    def multiply(n, point):
        result = (0, 1)
        for bit in bin(n)[2:]:
            result = add(result, result)
            result = add(result, point) if bit == "1" else result
        return result

    def decode(data):
        y = int.from_bytes(data, "little")
        square = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        x = pow(square, (p + 3) // 8, p)
        x = x if x * x % p == square else x * pow(2, (p - 1) // 4, p) % p
        assert x * x % p == square
        return (x if x % 2 == 0 else p - x), y

    def encode(point):
        return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")

    return add, multiply, encode, decode(bytes([0x58] + [0x66] * 31)), decode(max(reader.SMALL_ORDER, key=lambda y: y[31] == 0x05))


@promise("signatures are verified without the cofactor and S is below L, as the page says; keys of small order are refused")
def _():
    with Store(example=False) as store:
        store.run("create", "Bread", "--id", "bread")
        line_of = lambda key: f"odd+{reader.sha(b'odd' + bytes([10, 1]) + key)[:4].hex()}+{reader.base64.b64encode(bytes([1]) + key).decode()}"  # noqa: E731
        trusted = store.public() / "trusted"
        order = 2**252 + int(re.search(r"L = 2²⁵² \+ (\d+)", PAGE)[1])
        add, multiply, encode, base, eighth = curve()
        assert multiply(order, base) == (0, 1) == multiply(8, eighth) != multiply(4, eighth)
        secret = 0x1234567890ABCDEF << 190
        key = encode(add(multiply(secret, base), eighth))
        note = store.sql("SELECT note FROM heads")[0][0].split(b"\n\n")[0] + b"\n"

        def head(wanted, more=0):
            """A head of a key that is no multiple of the base point. Times eight every signature holds; without, one of eight."""
            for r in range(2, 200):
                point = encode(multiply(r, base))
                h = int.from_bytes(hashlib.sha512(point + key + note).digest(), "little") % order
                if (h % 8 == 0) is wanted:
                    data = bytes.fromhex(line_of(key).split("+")[1]) + point + ((r + h * secret) % order + more).to_bytes(32, "little")
                    return note + b"\n" + f"— odd {reader.base64.b64encode(data).decode()}\n".encode()

        trusted.write_text(line_of(key) + "\n")
        for value, code in ((head(True), 0), (head(False), 13), (head(True, order), 13)):
            store.sql("UPDATE heads SET note = ?", (value,))
            out = store.run("verify", "bread", "--public-key", line_of(key), code=code, XDG_STATE_HOME=str(store.path / "none"))[0]
            assert ("head: " in out) == bool(code), out
            store.read("verify", store.file, "default", trusted, code=code)
        for y in reader.SMALL_ORDER:
            for key in (y, bytes([*y[:-1], y[-1] | 128])):
                assert json.loads(store.run("keys", "trust", line_of(key), "--json", code=3)[1])["kind"] == "invalid_trusted_key"
                trusted.write_text(line_of(key) + "\n")
                store.read("verify", store.file, "default", trusted, code=13)


@promise("a file of exported keys is read, and its recovery words are those of the folder")
def _():
    with Store(example=False) as store:
        store.run("keys", "export", "keys.hansard", "--password-command", "echo behind it")
        file = store.path / "keys.hansard"
        assert file.stat().st_mode & 0o777 == 0o600 and file.stat().st_size <= int(re.search(r"one file of mode 0600 and at most ([\d,]+) bytes", PAGE)[1].replace(",", ""))
        os.environ["HANSARD_PASSPHRASE"] = "behind it"
        assert store.read("words", file) == store.read("words", store.keys)
        assert reader.bundle(file) == [("umk", *reader.key_file(store.keys / "umk")), ("signing", *reader.key_file(store.keys / "signing"))]
        store.run("keys", "rotate")
        store.run("keys", "rotate", "--signing")
        store.run("keys", "trust", reader.line_of("ada", bytes(range(32))))
        store.run("keys", "export", "all.hansard", "--password-command", "echo behind it")
        names = [("umk", "umk"), ("umk", "umk.1"), ("signing", "signing"), ("signing", "signing.1")]
        assert reader.bundle(store.path / "all.hansard") == [(kind, *reader.key_file(store.keys / name)) for kind, name in names]
        spoken = [line.split(": ", 1)[1] for line in store.run("keys", "words")[0].splitlines() if line.startswith("umk")]
        assert store.read("words", store.path / "all.hansard").split("\n")[:2] == spoken
        both = store.path / "both"
        both.write_bytes((store.keys / "umk").read_bytes() + (store.keys / "umk.1").read_bytes())
        assert reader.bundle(both) == [("umk", *reader.key_file(store.keys / name)) for name in ("umk", "umk.1")]


@promise("64 generations are read, and one more is a violation, to the program with keys and without and to the reader")
def _():
    with Store(example=False) as store:
        store.run("create", "Bread", "--id", "bread")
        public = store.public()
        auditor = {"XDG_CONFIG_HOME": str(public.parents[1]), "XDG_STATE_HOME": str(public)}
        forger = Forger(store, "bread")
        forger.append("generation", {}, added={("dek", f"{n:04d}"): forger.wrap(n) for n in range(2, 65)})
        store.run("verify")
        store.run("show", "bread")
        store.run("verify", code=12, **auditor)  # no umk: but nothing is wrong
        store.export("bread")
        forger.append("generation", {}, added={("dek", "0065"): forger.wrap(65)})
        for words, environment in ((["verify"], {}), (["show", "bread"], {}), (["leakage", "bread"], auditor), (["verify"], auditor)):
            out, err = store.run(*words, code=13, **environment)
            assert "dialogue:bread/entity:dek/0065" in (out if words == ["verify"] else err), (words, out, err)
        assert "dek" not in store.run("verify", code=13)[0].replace("dek/0065", ""), "and nothing else is named"
        store.read("verify", store.file, "default", public / "trusted", code=13)
        store.export("bread", code=13)


class Forged:
    """A dialogue whose newest commit is of one who has every key and keeps to no rule, for the program and for the reader."""

    def __init__(self):
        self.store = Store(example=False)
        self.store.run("create", "Bread", "--id", "bread")
        self.trusted = self.store.public() / "trusted"
        self.forger = Forger(self.store, "bread")
        self.bytes = self.store.file.read_bytes()

    def again(self):
        self.store.file.write_bytes(self.bytes)
        shutil.rmtree(self.store.path / "state", ignore_errors=True)  # the marks of what was there before
        self.forger = Forger(self.store, "bread")

    def change(self, change):
        """The newest commit, an empty one, as `change` leaves it."""
        self.forger.append("update", {})
        commit = self.forger.newest()
        change(commit)
        self.forger.put(commit)

    def item(self, kind, subkey, attrs, *pieces, **numbers):
        """One more item; what follows the first of its pieces is in parts."""
        parts = [self.forger.seal("part", f"{kind}#{subkey}#{n:04d}", {}, piece) for n, piece in enumerate(pieces[1:], 1)]
        if parts:
            attrs = attrs | {"parts": len(parts), "parts_root": reader.tree([leaf for leaf, _ in parts]).hex()}
        added = {(kind, subkey): self.forger.seal(kind, subkey, attrs, *pieces[:1], **numbers)}
        rev = self.forger.dialogue.rev + 1
        try:
            self.forger.append("update", {}, added=added)
        except (reader.Violated, reader.WrongKey):  # what was written is refused already where the forger reads it
            pass
        for n, (_, stored) in enumerate(parts, 1):
            self.store.sql("INSERT INTO parts (tenant, dialogue, type, subkey, n, rev, stored) VALUES ('default', 'bread', ?, ?, ?, ?, ?)", (kind, subkey, n, rev, stored))

    def refused(self, address, what):
        """Both refuse it: the program names the address, the reader says this."""
        out, err = self.store.run("verify", code=13)
        assert address in out + err, (address, what, out, err)
        result = subprocess.run([sys.executable, READER, "verify", self.store.file, "default", self.trusted], capture_output=True, text=True)
        assert result.returncode == 13 and what in result.stderr, (address, what, result.stderr)

    def good(self):
        out, _ = self.store.run("verify", code=(0, 13))  # that a list may lag is no fault of the record
        assert "1 good" in out and "0 broken" in out, out
        self.store.read("verify", self.store.file, "default", self.trusted)


@promise("an ordinary commit behind an erase or a migrate-out is named, to the program with keys and to the reader, and none is written there")
def _():
    forged = Forged()
    with forged.store as store:
        forged.forger.append("migrate-out", {"target": "sqlite:" + "0" * 32})
        forged.good()
        forged.forger.append("migrate-cancel", {"store": "sqlite:" + "0" * 32})
        forged.forger.append("update", {})
        forged.good()
        forged.again()
        forged.forger.append("migrate-out", {"target": "sqlite:" + "0" * 32})
        forged.forger.append("update", {})
        forged.refused("commit 3", "an ordinary one behind migrate-out")
        forged.again()
        forged.forger.append("migrate-out", {"target": "sqlite:" + "0" * 32})
        forged.forger.append("erase", {})
        forged.refused("commit 3", "erase behind migrate-out")
        forged.again()
        store.run("erase", "bread", "--confirm", "bread")
        forged.good()
        erased = store.file.read_bytes()
        forged.forger = Forger(store, "bread")
        forged.forger.append("migrate-out", {"target": "sqlite:" + "0" * 32})
        forged.forger.append("migrate-cancel", {"store": "sqlite:" + "0" * 32})
        forged.good()
        forged.forger.append("update", {})
        forged.refused("commit 5", "an ordinary one behind erase")
        store.file.write_bytes(erased)
        forged.forger = Forger(store, "bread")
        forged.forger.append("migrate-out", {"target": "sqlite:" + "0" * 32})
        forged.forger.append("erase", {})
        forged.refused("commit 4", "erase behind migrate-out")
        here, there = "sqlite:" + "0" * 32, "sqlite:" + "1" * 32
        counted = {"store": there, "source": here, "items": 1000, "bytes": 100000}
        for begun, operation, detail, what in (
                (True, "migrate-out", {"target": there}, "migrate-out behind migrate-out"), (False, "migrate-in", counted, "migrate-in behind no migrate-out"),
                (False, "migrate-cancel", {"store": here}, "migrate-cancel behind no migrate-out"), (True, "migrate-in", counted | {"store": here}, "sent to another store"),
                (True, "migrate-in", counted | {"items": 1}, "counts less"), (True, "migrate-in", counted | {"bytes": 1}, "counts less"), (True, "migrate-in", counted, "counts other items")):
            forged.again()
            if begun:
                forged.forger.append("migrate-out", {"target": there})
            forged.forger.append(operation, detail)
            forged.refused(f"commit {2 + begun}", what)
        forged.again()
        forged.forger.append("migrate-out", {"target": "sqlite:" + "0" * 32})
        forged.forger.append("update", {})
        assert "was moved to another store" in store.run("keys", "rotate", code=3)[0]
        assert store.sql("SELECT max(rev) FROM commits") == [(3,)], "nothing was written on top"


@promise("a history that goes on through moves is good, its marks know of them; one that was released is good by its end alone, and what else is there of it is named, to the program and to the reader")
def _():
    here, there = "sqlite:" + "0" * 32, "dynamodb:" + "1" * 32
    forged = Forged()
    with forged.store as store:
        def add(operation, detail):
            forged.forger.append(operation, detail)
            forged.forger = Forger(store, "bread")

        add("migrate-out", {"target": there})
        add("migrate-in", {"store": there, "source": here, "items": 4, "bytes": 1000})
        add("update", {})
        forged.good()
        assert next((store.path / "state/hansard/marks").glob("*/*/bread")).read_text().endswith(" moved 2 in dynamodb\n"), "the history says where it lies, not the file"
        whole = store.file.read_bytes()
        for bad in ({"store": there, "source": "paper:" + "0" * 32, "items": 4, "bytes": 1000}, {"store": there, "items": 4, "bytes": 1000}, {"store": there, "source": here, "items": -1, "bytes": 1000}):
            forged.forger.append("migrate-in", bad)
            forged.refused("commit 5", "commit 5: ")
            store.file.write_bytes(whole)
            forged.forger = Forger(store, "bread")
        forged.again()
        add("migrate-out", {"target": there})
        rows = {table: store.sql(f"SELECT * FROM {table}")[0] for table in ("commits", "items")}
        store.sql("DELETE FROM items")
        store.sql("DELETE FROM commits WHERE rev < 2")
        out, _ = store.run("verify", code=(0, 13))
        assert "alone are here" in " ".join(out.split()) and "1 good (1 moved)" in out, out
        assert f"released: it is in {there}" in store.read("verify", store.file, "default", forged.trusted)
        whole = store.file.read_bytes()
        for table, what in (("commits", "more than head and migrate-out"), ("items", "commit 1: missing")):
            store.sql(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[table]))})", rows[table])
            forged.refused("commit 1", what)
            store.file.write_bytes(whole)


@promise("what the page does not allow in an item, its pieces or a commit is refused, signed or not, by the program and by the reader")
def _():
    forged, piece = Forged(), b"x" * 131072
    commits = [
        ("a field of another kind", lambda c: c.__setitem__(5, 1)),
        ("a field of another kind", lambda c: c.__setitem__(9, -1)),
        ("a field of another size", lambda c: c.__setitem__(10, b"r")),
        ("too large", lambda c: c.__setitem__(5, "a" * 350000)),
        ("no changes", lambda c: c[7].append(["meta", "", bytes(31)])),
        ("no changes", lambda c: c[7].append(["meta", ""])),
        ("no changes", lambda c: c[7].extend([["meta", "", b""]] * 4097)),
        ("changes of no leaf", lambda c: c[7].append(["part", "meta##0001", bytes(32)])),
        ("changes of no leaf", lambda c: c[7].append(["zebra", "", bytes(32)])),
        ("changes of no leaf", lambda c: c[7].append(["claim", "00#001", bytes(32)])),
        ("changes out of order", lambda c: c[7].extend([["round", "00", bytes(32)], ["meta", "", bytes(32)]])),
        ("changes out of order", lambda c: c[7].extend([["meta", "", bytes(32)]] * 2)),
        ("of another place", lambda c: c.__setitem__(0, 2)),
        ("of another place", lambda c: c.__setitem__(4, "2026-02-29T09:00:00.000000Z")),
        ("another detail", lambda c: c.__setitem__(8, {"store": "sqlite:" + "0" * 32})),
        ("no store", lambda c: c.__setitem__(slice(6, 9), ["migrate-out", [], {"target": "sqlite:" + "A" * 32}])),
    ]
    items = [
        ("out of range", ("expert", "m", {}), {"generation": 0}),
        ("out of range", ("expert", "m", {}), {"generation": 10000}),
        ("out of range", ("expert", "m", {}), {"rev": 0}),
        ("out of range", ("expert", "m", {}), {"rev": 10**10}),
        ("no attrs", ("expert", "m", {"a": b""}), {}),
        ("no attrs", ("expert", "m", {"a": "a" * 8192}), {}),
        ("no tag, nonce or box", ("expert", "m", {}, piece + b"x"), {}),
        ("too large", ("expert", "m", {}, b"x" * 140000), {}),
        ("no item may stand there", ("expert", "M", {}), {}),
        ("no item may stand there", ("expert", "m" * 41, {}), {}),
        ("no item may stand there", ("file", "0001", {}), {}),
        ("no item may stand there", ("event", "commented#meta#20260228T09000000000xZ#0000", {}), {}),
        ("no number of parts", ("expert", "m", {"parts": -1, "parts_root": "0" * 64}), {}),
        ("other parts", ("file", "00001", {"parts": 0, "parts_root": "0" * 64}), {}),
        ("not cut", ("expert", "m", {}, b"short", b"x"), {}),
        ("not cut", ("expert", "m", {}, piece, b"short", b"x"), {}),
        ("not cut", ("expert", "m", {}, piece, b""), {}),
        ("not cut", ("file", "00001", {}, b"short", b"short", b"x"), {}),
    ]
    with forged.store:
        for what, change in commits:
            forged.again()
            forged.change(change)
            forged.refused("commit 2", what)
        for what, words, numbers in items:
            forged.again()
            forged.item(*words, **numbers)
            forged.refused(f"{words[0]}{'/' if len(words) < 5 or words[3] == b'short' and words[0] != 'file' else '#'}{words[1]}", what)
        forged.again()
        forged.item("file", "00001", {}, b"short", b"x")
        forged.good()
        forged.store.sql("UPDATE parts SET rev = 1")
        forged.refused("part/file#00001#0001", "stands under another commit")
        for words in (("expert", "m", {}, piece), ("expert", "m", {}, piece, b"x"), ("file", "00001", {}, b"short", piece, b"x"), ("event", "commented#meta#20260229T250000000000Z#0000", {})):
            forged.again()
            forged.item(*words)
            forged.good()


@promise("a wrap that says another generation, key or commit than its own, and an item of a generation without a wrap, are named, with keys, without and by the reader")
def _():
    forged = Forged()
    with forged.store as store:
        auditor = {"XDG_CONFIG_HOME": str(forged.trusted.parents[2]), "XDG_STATE_HOME": str(forged.trusted.parent)}
        attrs = forged.forger.dialogue.items["dek", "0001"]["attrs"]
        with Store(example=False) as other:
            stranger = (other.public() / "trusted").read_text().split()[-1]
        for subkey, numbers, said, what in (("0002", {"generation": 3}, attrs | {"since": 2}, "no wrap"), ("0002", {"generation": 2}, attrs | {"since": 1}, "since another commit"),
                                            ("0002", {"generation": 2}, attrs | {"since": 2, "kek": "0" * 15 + "g"}, "no wrap"), ("0002", {"generation": 2}, attrs | {"since": 2, "epoch": 0}, "no wrap"),
                                            ("0002", {"generation": 2}, attrs | {"since": 2, "more": 1}, "no wrap"), ("0002", {"generation": 2}, attrs | {"since": "2"}, "no wrap"),
                                            (None, {"generation": 2}, {}, "no such generation")):
            forged.again()
            kind, subkey = ("dek", subkey) if subkey else ("expert", "m")
            forged.item(kind, subkey, said, b"k" * 32, **numbers)
            forged.refused(f"{kind}/{subkey}", what)
            assert f"{kind}/{subkey}" in store.run("verify", code=13, **auditor)[0], what
            out = store.run("verify", "--public-key", stranger, code=13)[0]  # and whoever the head is believed from
            assert "signed by nobody" in out and f"{kind}/{subkey}" in out, (what, out)
        forged.again()
        forged.item("dek", "0002", attrs | {"since": 2}, b"k" * 31, generation=2)
        forged.refused("dek/0002", "no wrap")


@promise("sealed fields that are not those of the page are refused when they are read, by the program and by the reader, and so is a file of another hash or size")
def _():
    forged, at = Forged(), "2026-05-04T09:00:00.000000Z"
    file = {"path": "a.md", "kind": "other", "source": "imported", "sha256": hashlib.sha256(b"a").digest(), "size": 1}
    with forged.store as store:
        for good, kind, subkey, attrs, sealed in (
                (True, "ref", "P0001#refine#P0002", {"created_at": at}, None), (False, "ref", "P0001#refine#P0002", {"created_at": at}, {}),
                (False, "expert", "m", {"created_at": at}, {}), (False, "expert", "m", {"created_at": at, "zebra": 1}, {"name": "M"}),
                (False, "expert", "m", {"created_at": at[:-1]}, {"name": "M"}), (True, "round", "00", {"created_at": at, "status": "open"}, {"batch_sha256": bytes(32)}),
                (False, "round", "00", {"created_at": at, "status": "open"}, {"batch_sha256": bytes(31)}), (False, "move", "00#m#00", {"created_at": at, "move_type": "defend"}, {"targets": [1]}),
                (True, "file", "00001", {}, file), (False, "file", "00001", {}, file | {"size": 2}), (False, "file", "00001", {}, file | {"sha256": bytes(32)})):
            forged.again()
            pieces = [] if sealed is None else [reader.cbor(sealed)]
            forged.item(kind, subkey, attrs, *pieces, *([b"a"] if kind == "file" else []))
            store.run("export", "bread", code=0 if good else 13)
            store.export("bread", code=0 if good else 13)


@promise("an item forged by a reader who has the DEK is named; so is the commit, or the head, that is made to match it; with keys and with the public key alone")
def _():
    with Store() as store, Store(example=False) as other:
        forger, key = Forger(store), ("perspective", "00#01")
        before, item, newest = store.file.read_bytes(), f"dialogue:{EXAMPLE}/entity:perspective/00#01", f"commit {forger.dialogue.rev}"
        line, stranger = reader.line_of(forger.name, forger.seed), reader.key_file(other.keys / "signing")[0]
        auditor = {"XDG_CONFIG_HOME": str(store.path / "none"), "XDG_STATE_HOME": str(store.path / "none")}

        def check(addresses, kind="integrity_violated", maybe=()):
            for words, environment in (([], {}), (["--public-key", line], auditor)):
                out = json.loads(store.run("verify", EXAMPLE, "--json", *words, code=13, **environment)[0])
                assert addresses <= {fault["address"] for fault in out["dialogues"][0]["faults"]} <= {*addresses, *maybe}, (addresses, out)
            for verb in ("show", "export"):
                error = json.loads(store.run(verb, EXAMPLE, "--json", code=13)[1].splitlines()[-1])
                assert error["kind"] == kind and (kind != "integrity_violated" or error["message"].startswith(tuple(addresses))), error
            store.file.write_bytes(before)

        forger.forge_item(key, status="conceded")
        check({item})
        forger.rewrite_newest(key, stranger, status="conceded")
        (note,), = store.sql("SELECT note FROM heads")
        check({"head"}, kind="untrusted_signer")
        # The commit without its head, and the head without its commit.
        forger.rewrite_newest(key, stranger, status="conceded")
        store.sql("UPDATE heads SET hash = ?, note = ?", (forger.dialogue.hash, forger.note))
        check({newest})
        store.sql("UPDATE heads SET note = ?", (note,))
        check({"head"}, kind="untrusted_signer", maybe={newest})
        # Whoever signs too, but sealed with another key: who has keys names it.
        forger.dialogue.deks[1] = bytes(32)
        forger.rewrite_newest(key, forger.seed, status="conceded")
        fresh = {"XDG_STATE_HOME": str(store.path / "none")}
        out = json.loads(store.run("verify", EXAMPLE, "--json", code=13, **fresh)[0])
        assert [fault["address"] for fault in out["dialogues"][0]["faults"]] == [item], out
        assert json.loads(store.run("show", EXAMPLE, "--json", code=13, **fresh)[1].splitlines()[-1])["message"].startswith(item + " ")
        store.run("verify", EXAMPLE, "--public-key", line, **auditor)


@promise("a history rewritten by who can sign is noticed by a mark of the old one, and by nobody without one")
def _():
    with Store() as store:
        store.run("show", EXAMPLE)
        forger = Forger(store)
        forger.rewrite_newest(("perspective", "00#01"), forger.seed, status="conceded")
        assert "has another commit" in store.run("show", EXAMPLE, code=13)[1]
        store.run("show", EXAMPLE, XDG_STATE_HOME=str(store.path / "nothing"))
        assert json.loads(store.export(EXAMPLE))["perspectives"][0]["status"] == "conceded"


@promise("the lines of the audit log are those of the page, and each names the one before")
def _():
    with Store() as store:
        if reader is None:
            skip("there is no `cryptography` for this Python")
        store.run("show", EXAMPLE, TRACEPARENT="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        name = re.search(r"^marks = (\w+)$", (store.path / ".hansard" / "config").read_text(), re.M)[1]
        log = (store.path / "state" / "hansard" / "audit" / f"{name}.jsonl").read_text().splitlines()
        told = re.findall(r"^\| ([a-z_, ]+) \|", PAGE.split("### Audit log")[1].split("hash   =")[0], re.M)[1:]
        members = [member for row in told for member in row.split(", ")]
        previous = "0" * 64
        for number, line in enumerate(map(json.loads, log), 1):
            assert list(line) == members, (list(line), members)
            *values, before, value = line.values()
            assert before == previous and line["seq"] == number
            assert value == reader.sha(b"\x03" + reader.cbor([1, *values, bytes.fromhex(before)])).hex(), line
            previous = value
        assert number > 3 and line["trace_id"] == "0af7651916cd43dd8448eb211c80319c" and line["span_id"] == "b7ad6b7169203331"


@promise("every test that a claim of the page names is there")
def _():
    claims = PAGE.split("## What is claimed")[1]
    assert re.findall(r"^\*\*(\d)\.\*\*", claims, re.M) == list("1234567")
    named = re.findall(r"^- (tests/\S+?)(?:: \"(.*)\")?$", claims, re.M)
    assert len(named) > 20
    assert len(named) == len(re.findall(r"^- ", claims, re.M))
    for file, name in named:
        text = (ROOT / file).read_text()
        assert f'"{name}"' in text if name else "forbidden:" in text, (file, name)


main()
