#!/usr/bin/env python3
"""`leakage` against the file: it prints what stands there in clear, all of it, and nothing else."""
import json
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import main, promise, skip  # noqa: E402

from forger import EXAMPLE, Forger, Store, reader  # noqa: E402

ROUND = {"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"label": "Rye keeps", "body": "Rye " * 40}], "tensions": [{"label": "Who pays"}]}


def address(name, kind, subkey):
    return f"dialogue:{name}/entity:{kind}/{subkey}"


def shown(value):
    """As JSON has it: bytes as hex."""
    if isinstance(value, dict):
        return {key: shown(inner) for key, inner in value.items()}
    return [shown(inner) for inner in value] if isinstance(value, list) else value.hex() if isinstance(value, bytes) else value


def expected(store, name):
    """The answer of leakage without its sentences, made from the rows of the file."""
    (tenant, rev, value, note), = store.sql("SELECT tenant, rev, hash, note FROM heads WHERE dialogue = ?", (name,))
    signers = [line.split(" ") for line in note.decode().split("\n\n")[1].splitlines()]
    signers = [{"name": signer, "id": reader.base64.b64decode(data)[:4].hex()} for _, signer, data in signers]
    items, types, parts, commits = [], {}, [], []
    for kind, subkey, stored in store.sql("SELECT type, subkey, stored FROM items WHERE dialogue = ? ORDER BY type, subkey", (name,)):
        _, generation, written, attrs, _, box, _ = reader.read(stored, kind)
        items.append({"address": address(name, kind, subkey), "rev": written, "generation": generation, "stored_bytes": len(stored),
                      "sealed_bytes": max(len(box) - 16, 0), "clear": attrs})
        row = types.setdefault(kind, {"type": kind, "items": 0, "stored_bytes": 0})
        row["items"] += 1
        row["stored_bytes"] += len(stored)
    for kind, subkey, n, written, stored in store.sql("SELECT type, subkey, n, rev, stored FROM parts WHERE dialogue = ? ORDER BY rev, type, subkey, n", (name,)):
        parts.append({"address": address(name, "part", f"{kind}#{subkey}#{n:04d}"), "rev": written, "stored_bytes": len(stored),
                      "sealed_bytes": len(reader.read(stored, kind)[5]) - 16})
    for at, stored in store.sql("SELECT rev, stored FROM commits WHERE dialogue = ? ORDER BY rev", (name,)):
        _, _, _, _, time, actor, operation, changes, detail, count, _, _ = reader.read(stored, f"commit {at}")
        commits.append({"rev": at, "time": time, "actor": actor, "operation": operation, "changes": len(changes), "items": count, "stored_bytes": len(stored),
                        "detail": shown(detail), "named": [{"address": address(name, kind, subkey), "removed": not leaf} for kind, subkey, leaf in changes]})
    return {"schema_version": 1, "kind": "leakage", "tenant": tenant, "dialogue_id": name, "rev": rev, "parts": len(parts),
            "head": {"hash": value.hex(), "stored_bytes": len(note), "signers": signers}, "types": list(types.values()), "items": items,
            "stored_parts": parts, "commits": commits}


def texts(value):
    """Every text in a value, keys too."""
    if isinstance(value, str):
        yield value
    for inner in [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(inner)


def plain(store, name):
    """Every text that any row of any table has of a dialogue, whatever the column."""
    for (table,) in store.sql("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'store_meta'"):
        for row in store.sql(f"SELECT * FROM {table} WHERE dialogue = ?", (name,)):
            for cell in row:
                if isinstance(cell, str):
                    yield cell
                elif isinstance(cell, bytes) and cell.startswith(b"hansard head"):
                    yield from re.findall("— (\\S+)", cell.decode())
                    yield from cell.decode().splitlines()[1].split("/")
                elif isinstance(cell, bytes) and len(cell) > 32:
                    yield from texts(reader.read(cell, table))


def clean(text):
    return "".join(" " if c in "\t\n\r" else "?" if c < " " or "\x7f" <= c <= "\x9f" else c for c in text)


def compare(store, name=EXAMPLE, **environment):
    """Holds the answers, for programs and for people, against the file; returns both."""
    answer = store.json("leakage", name, **environment)
    assert answer.pop("hidden") and answer.pop("not_hidden") and answer.pop("not_promised")
    wanted = expected(store, name)
    assert list(answer) == list(wanted), list(answer)
    for key in wanted:
        assert answer[key] == wanted[key], (key, answer[key], wanted[key])
    out = store.run("leakage", name, "--width", 400, **environment)[0]
    for text in {*plain(store, name), *texts(list(wanted["commits"])), *texts(wanted["head"])} - {*wanted["commits"][0], *wanted["commits"][0]["named"][0], *wanted["head"], *wanted["head"]["signers"][0]}:
        assert clean(text) in out, text
    for row in wanted["items"] + wanted["stored_parts"]:
        line = next(line for line in out.splitlines() if line.startswith(f"  {row['address']}  "))
        assert re.search(rf"rev {row['rev']}, (generation {row.get('generation')}, )?{row['stored_bytes']} bytes, of which sealed {row['sealed_bytes']}$", line), line
    for row in wanted["commits"]:
        assert f"\n  {row['rev']}  {row['time']}  {clean(row['operation'])}  {clean(row['actor'])}  {row['items']} item{'' if row['items'] == 1 else 's'} then, {row['stored_bytes']} bytes\n" in out, row
    return json.dumps(answer), out


def sealed(store, name=EXAMPLE):
    """Texts that are sealed, and lines of the files, but such as stand in clear somewhere, too."""
    forger = Forger(store, name)
    found = set()
    for key, item in forger.dialogue.items.items():
        if key[0] != "dek":
            content = b"".join(map(forger.dialogue.open, forger.dialogue.parts_of(key, item)))
            box = forger.dialogue.open(item) + (b"" if key[0] == "file" else content)
            found |= {*texts(list(reader.read(box, "box").values()) if box else [])}
            found |= set(content.decode(errors="replace").splitlines()) if key[0] == "file" else set()
    known = "\n".join(plain(store, name)) + "\n".join(address(name, *key) for key in forger.dialogue.items)
    return {text for text in found if len(text) > 5 and text not in known}


@promise("leakage prints every text and size that the file has in clear of a dialogue and nothing that is sealed, with keys and without")
def _():
    with Store() as store:
        secrets = sealed(store)
        assert len(secrets) > 500 and any(len(text) > 200 for text in secrets), len(secrets)
        answers = compare(store)
        assert '"address": "dialogue:lending-tools-and-instruments/entity:part/file#00001#0001"' in answers[0]
        public = store.public().parents[1]
        assert compare(store, XDG_CONFIG_HOME=str(public), XDG_STATE_HOME=str(public)) == answers
        for out in answers:
            for text in secrets:
                assert text not in out.partition("\nThe head\n")[2], text


@promise("leakage answers of nothing that is not as it was committed: items, parts, history and head, with keys and without")
def _():
    with Store() as store:
        public = str(store.public().parents[1])
        good = store.file.read_bytes()
        for table, column, where, named in (("items", "stored", "type = 'meta'", "entity:meta/"), ("parts", "stored", "subkey = '00001'", "entity:file/00001 has parts"),
                                            ("commits", "stored", "rev = 2", "commit 2"), ("heads", "note", "true", "head")):
            (stored,), = store.sql(f"SELECT {column} FROM {table} WHERE {where}")
            at = len(stored) - 5
            store.sql(f"UPDATE {table} SET {column} = ? WHERE {where}", (stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1:],))
            for environment in ({}, {"XDG_CONFIG_HOME": public, "XDG_STATE_HOME": public}):
                out, err = store.run("leakage", EXAMPLE, code=13, **environment)
                assert out == "" and named in err, (table, err)
            store.file.write_bytes(good)


@promise("leakage tells what a restore declared lost and who signed, and names what an erased dialogue had")
def _():
    with Store(example=False) as store:
        if reader is None:
            skip("there is no `cryptography` for this Python")
        store.run("create", "Bread", "--id", "bread")
        kept = store.file.read_bytes()
        store.run("register", "bread", "-", stdin=json.dumps(ROUND))
        store.file.write_bytes(kept)
        error = json.loads(store.run("leakage", "bread", "--json", code=13)[1].splitlines()[-1])
        assert error["kind"] == "rolled_back", error
        store.run("backup", "--restored")
        restored = compare(store, "bread")
        commit = json.loads(restored[0])["commits"][-1]
        assert commit["operation"] == "restore" and commit["detail"]["lost_rev"] == 2 and f"lost_rev=2, lost_hash={commit['detail']['lost_hash']}" in restored[1]
        store.run("keys", "rotate", "--signing")
        store.run("register", "bread", "-", stdin=json.dumps(ROUND))
        compare(store, "bread")
        store.run("erase", "bread", "--all", "--confirm", "bread")
        erased = compare(store, "bread")
        assert json.loads(erased[0])["items"] == [] and "entity:expert/muffin" in erased[1]
        compare(store, "bread", XDG_CONFIG_HOME=str(store.public().parents[1]))


@promise("leakage shows details of operations that this release does not know, and lets no control character through")
def _():
    with Store(example=False) as store:
        store.run("create", "Bread", "--id", "bread")
        forger = Forger(store, "bread")
        forger.append("migrate-out", {"target": f"dynamodb:{'5e' * 16}"}, actor="A \x1b[2J\u0090 writer")
        compare(store, "bread")
        forger.append("migrate-cancel", {"store": f"sqlite:{'5e' * 16}"})
        forger.append("migrate-in", {"store": f"sqlite:{'5e' * 16}", "source": f"dynamodb:{'a7' * 16}", "items": 3, "bytes": 12345})
        compare(store, "bread")
        forger.append("re\x1b[2Jname", {"ab\ncd": "ef\x9dgh", "list": [1, -2, True, b"\0\xff", {"deep": ["er"]}], "none": [], "bytes": b"", "flag": False})
        out = compare(store, "bread")[1]
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", out)
        assert '{"deep":["er"]}' in out.replace(" ", "") and "re?[2Jname" in out, out[-800:]


main()
