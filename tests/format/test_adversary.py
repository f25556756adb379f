#!/usr/bin/env python3
"""Whoever holds the file of a store changes one thing in it: found with the keys and with the public key alone, named, exit code 13."""
import json
import os
import random
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import main, promise  # noqa: E402

from forger import EXAMPLE, Forger, Store, reader  # noqa: E402

SEED = int(os.environ.get("HANSARD_TEST_SEED", "1"))
EVERY = "HANSARD_TEST_EVERY" in os.environ
ROUND = {"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"label": "Rye keeps", "body": "Rye " * 40}], "tensions": [{"label": "Who pays"}]}
MOVE = {"updates": [{"id": "T0001", "status": "addressed", "round": 0, "reason": "It was paid."}]}


class Small(Store):
    """Two small dialogues, one of three commits; the file as it was after each of them in `olds`; a receipt of the last."""

    def __init__(self):
        super().__init__(example=False)
        self.olds = []
        for words, stdin in ((["create", "Bread", "--id", "bread"], None), (["create", "Steel", "--id", "steel"], None),
                             (["register", "bread", "-"], json.dumps(ROUND)), (["update", "bread", "-"], json.dumps(MOVE))):
            self.run(*words, stdin=stdin)
            self.olds.append(self.file.read_bytes())
        self.run("verify")
        (self.path / "receipt").write_text(self.run("receipt", "bread")[0])
        self.line = self.json("keys", "show")["signing"][0]
        self.nowhere = {"XDG_CONFIG_HOME": str(self.path / "nowhere"), "XDG_STATE_HOME": str(self.path / "nowhere")}

    def faults(self, *words, code=13, **environment):
        """The addresses that verify names."""
        out, err = self.run("verify", *words, "--json", code=code, **environment)
        assert not code or json.loads(err.splitlines()[-1])["code"] == code
        return [fault["address"] for dialogue in json.loads(out)["dialogues"] for fault in dialogue["faults"]]

    def found(self, *addresses, what="", load=True):
        """With keys and with the public key alone these are named; and no load answers."""
        for words, environment in (([], {}), (["--public-key", self.line], self.nowhere)):
            named = self.faults(*words, **environment)
            for address in addresses:
                assert any(address in name for name in named), (what, address, named)
        if load:
            err = self.run("show", "bread", code=13)[1]
            assert any(address in err for address in addresses), (what, addresses, err)

    def again(self):
        self.file.write_bytes(self.olds[-1])

    def dialogue(self, old=-1):
        """What the file holds of bread: {(type, subkey): stored}."""
        self.file.write_bytes(self.olds[old])
        rows = self.sql("SELECT type, subkey, stored FROM items WHERE dialogue = 'bread' ORDER BY type, subkey")
        self.again()
        return {(kind, subkey): stored for kind, subkey, stored in rows}


def address(key):
    return f"dialogue:bread/entity:{key[0]}/{key[1]}"


def points(size, wanted, rng):
    """Bytes to try: some, or every one."""
    return range(size) if EVERY else sorted(rng.sample(range(size), min(size, wanted)))


@promise("a changed byte of any item, wrap, commit or head in the file is named, with keys and without")
def _():
    rng, tried = random.Random(SEED), 0
    with Small() as store:
        rows = [("items", "type = ? AND subkey = ?", key, address(key), "stored") for key in store.dialogue()]
        rows += [("commits", "rev = ?", (rev,), f"commit {rev}", "stored") for rev in (1, 2, 3)]
        rows += [("heads", "true", (), "", "note")]
        for table, where, values, name, column in rows:
            (stored,), = store.sql(f"SELECT {column} FROM {table} WHERE dialogue = 'bread' AND {where}", values)
            for at in points(len(stored), 3, rng):
                changed = stored[:at] + bytes([stored[at] ^ 1 << rng.randrange(8)]) + stored[at + 1:]
                store.sql(f"UPDATE {table} SET {column} = ? WHERE dialogue = 'bread' AND {where}", (changed, *values))
                store.found(*([name] if name else []), what=(name, at), load=False)
                if name not in ("commit 1", "commit 2"):  # a load reads the newest one only
                    err = store.run("show", "bread", code=13)[1]
                    assert name in err if name else "head" in err or "commit" in err, (name, at, err)
                tried += 1
            store.again()
    print(f"# seed {SEED}, {tried} bytes")


@promise("items swapped, deleted, added, older, moved to another type, dialogue or table are named, with keys and without")
def _():
    with Small() as store:
        items, older = store.dialogue(), store.dialogue(1)
        keys = list(items)
        put = "UPDATE items SET stored = ? WHERE dialogue = 'bread' AND type = ? AND subkey = ?"
        for one, other in zip(keys, keys[1:]):
            store.sql(put, (items[one], *other))
            store.sql(put, (items[other], *one))
            store.found(address(one), address(other), what="swapped", load=False)
            store.run("show", "bread", code=13)
            store.again()
        for key in keys:
            store.sql("DELETE FROM items WHERE dialogue = 'bread' AND type = ? AND subkey = ?", key)
            store.found(address(key), what="deleted")
            store.again()
        replaced = [key for key in keys if key in older and older[key] != items[key]]
        assert ("meta", "") in replaced
        for key in replaced:
            store.sql(put, (older[key], *key))
            store.found(address(key), what="older")
            store.again()
        columns = "tenant, dialogue, type, subkey, rev, status, updated_at, open_tension, stored"
        copy = f"INSERT INTO items ({columns}) SELECT tenant, ?, ?, ?, rev, status, updated_at, open_tension, stored FROM items WHERE dialogue = 'bread' AND type = ? AND subkey = ?"
        store.sql(copy, ("bread", "claim", "00#01", *keys[-1]))
        store.found("dialogue:bread/entity:claim/00#01", what="added")
        store.again()
        store.sql(copy, ("steel", "tension", "00#01", "tension", "00#01"))
        store.found("dialogue:steel/entity:tension/00#01", what="of another dialogue", load=False)
        store.again()
        store.sql("INSERT INTO parts (tenant, dialogue, type, subkey, n, rev, stored) SELECT tenant, dialogue, type, subkey, 1, rev, stored FROM items "
                  "WHERE dialogue = 'bread' AND type = 'tension'")
        store.found("dialogue:bread/entity:part/tension#00#01#0001", what="in the table of parts", load=False)
        store.again()
        store.run("verify")


@promise("two dialogues swapped, and one given to another tenant, are named")
def _():
    with Small() as store:
        script = ["PRAGMA foreign_keys = off"]
        for one, other in (("bread", "x"), ("steel", "bread"), ("x", "steel")):
            script += [f"UPDATE {table} SET dialogue = '{other}' WHERE dialogue = '{one}'" for table in ("heads", "commits", "items", "parts")]
        for line in script:
            store.sql(line)
        assert store.faults("bread") and store.faults("steel")
        assert "head" in store.run("show", "bread", code=13)[1]
        store.again()
        for table in ("heads", "commits", "items", "parts"):
            store.sql(f"UPDATE {table} SET tenant = 'other'")
        assert store.faults(HANSARD_TENANT="other", XDG_STATE_HOME=store.nowhere["XDG_STATE_HOME"])
        store.run("show", "bread", code=13, HANSARD_TENANT="other", XDG_STATE_HOME=store.nowhere["XDG_STATE_HOME"])
        store.again()
        store.run("verify")


@promise("a history whose tail was cut, or that lacks, repeats or reorders commits, is named, with keys and without")
def _():
    with Small() as store:
        commits = dict(store.sql("SELECT rev, stored FROM commits WHERE dialogue = 'bread'"))
        for rev in commits:
            store.sql("DELETE FROM commits WHERE dialogue = 'bread' AND rev = ?", (rev,))
            store.found(f"commit {rev}", load=False)
            store.again()
        for one, other in ((1, 2), (2, 3)):
            store.sql("UPDATE commits SET stored = ? WHERE dialogue = 'bread' AND rev = ?", (commits[one], other))
            store.sql("UPDATE commits SET stored = ? WHERE dialogue = 'bread' AND rev = ?", (commits[other], one))
            store.found(f"commit {one}", f"commit {other}", load=False)
            store.again()
        store.sql("INSERT INTO commits (tenant, dialogue, rev, attempt, stored) SELECT tenant, dialogue, 4, attempt, stored FROM commits WHERE dialogue = 'bread' AND rev = 3")
        store.found("commit 4", load=False)
        store.again()


@promise("a partition put back as a whole is noticed by its receipt, with the public key alone, and by its mark")
def _():
    with Small() as store:
        store.file.write_bytes(store.olds[-2])
        receipt = ["verify", "--receipt", "receipt", "--json"]
        for words, environment in (([], {}), (["--public-key", store.line], store.nowhere)):
            out, _ = store.run(*receipt, *words, code=13, **environment)
            assert json.loads(out)["standing"] == "rolled_back", out
        assert "ends before" in store.run("show", "bread", code=13)[1]
        # Who has neither mark nor receipt cannot know.
        store.run("show", "bread", XDG_STATE_HOME=store.nowhere["XDG_STATE_HOME"])
        store.again()
        store.run(*receipt)


@promise("a history rewritten by who can sign is noticed by a receipt of the old one")
def _():
    with Store() as store:
        (store.path / "receipt").write_text(store.run("receipt", EXAMPLE)[0])
        forger = Forger(store)
        forger.rewrite_newest(("perspective", "00#01"), forger.seed, status="conceded")
        line = reader.line_of(forger.name, forger.seed)
        out, _ = store.run("verify", "--receipt", "receipt", "--public-key", line, "--json", code=13, XDG_STATE_HOME=str(store.path / "nowhere"))
        assert json.loads(out)["standing"] == "replaced", out


@promise("a wrap of a retired epoch put back is named, with keys and without")
def _():
    with Small() as store:
        old = store.dialogue()[("dek", "0001")]
        store.run("keys", "rotate")
        store.run("verify")
        store.olds.append(store.file.read_bytes())
        store.sql("UPDATE items SET stored = ? WHERE dialogue = 'bread' AND type = 'dek'", (old,))
        store.found("dialogue:bread/entity:dek/0001")
        store.again()
        store.run("verify")


@promise("a file rewritten as a whole by who has no keys is not believed; with other keys it is another's")
def _():
    with Small() as store, Small() as other:
        shutil.copy(other.file, store.file)
        assert "head" in store.run("show", "bread", code=13)[1]
        for words, environment in (([], {}), (["--public-key", store.line], store.nowhere)):
            assert len(store.faults(*words, **environment)) >= 2
        store.again()
        for name in ("umk", "signing"):
            kept = (store.keys / name).read_bytes()
            (store.keys / name).write_bytes((other.keys / name).read_bytes())
            store.run("show", "bread", code=12 if name == "umk" else 13)
            (store.keys / name).write_bytes(kept)
        for name in ("umk", "signing"):
            kept = (store.keys / name).read_bytes()
            for size in points(len(kept), 5, random.Random(SEED)):
                (store.keys / name).write_bytes(kept[:size])
                if size < len(kept) - 1:
                    error = json.loads(store.run("show", "bread", "--json", code=3)[1].splitlines()[-1])
                    assert error["kind"] == "invalid_key_file" and name in error["message"], error
            (store.keys / name).write_bytes(kept)
        store.run("verify")


@promise("a status changed in the clear is named; a lying index column proves nothing, is said, and changes no answer")
def _():
    with Small() as store:
        (stored,), = store.sql("SELECT stored FROM items WHERE dialogue = 'bread' AND type = 'tension'")
        assert b"addressed" in stored
        store.sql("UPDATE items SET stored = ? WHERE dialogue = 'bread' AND type = 'tension'", (stored.replace(b"addressed", b"escalated"),))
        store.found("dialogue:bread/entity:tension/00#01")
        store.again()
        before = store.run("export", "bread")[0]
        for column, value in (("status", "resolved"), ("open_tension", 0), ("updated_at", "1999-01-01T00:00:00.000000Z")):
            store.sql(f"UPDATE items SET {column} = ? WHERE dialogue = 'bread' AND type IN ('tension', 'meta')", (value,))
            assert store.run("export", "bread")[0] == before
            out = store.run("verify", code=13)[0]
            assert "good     bread" in out and "differ" in out and "0 broken" in out, out
            store.again()


main()
