#!/usr/bin/env python3
"""Whoever holds the file of a store, or may write to its table in DynamoDB, changes one thing in it: found with the keys and with the public key
alone, named, exit code 13. HANSARD_TEST_ENGINE says which: sqlite, or dynamodb, which takes an emulator."""
import hashlib
import json
import os
import random
import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import main, promise  # noqa: E402

import forger  # noqa: E402
from forger import EXAMPLE, Forger, reader  # noqa: E402
from table import TableStore, b, data_of  # noqa: E402

# The same attacks on each engine that keeps anything.
Store = {"sqlite": forger.Store, "dynamodb": TableStore}[os.environ.get("HANSARD_TEST_ENGINE", "sqlite")]
SEED = int(os.environ.get("HANSARD_TEST_SEED", "1"))
EVERY = "HANSARD_TEST_EVERY" in os.environ
ROUND = {"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"label": "Rye keeps", "body": "Rye " * 40}], "tensions": [{"label": "Who pays"}]}
MOVE = {"updates": [{"id": "T0001", "status": "addressed", "round": 0, "reason": "It was paid."}]}


CONTENT = "Rye keeps.\n"
TABLES = ("heads", "commits", "items", "parts")


class Small(Store):
    """Three small dialogues: bread of three commits, steel of one, and rolls, which is bread imported with a file. The store's file as it was
    after each of the first commits in `olds`, the last one with all that is there; a receipt of bread."""

    def __init__(self):
        super().__init__(example=False)
        self.olds = []
        for words, stdin in ((["create", "Bread", "--id", "bread"], None), (["create", "Steel", "--id", "steel"], None),
                             (["register", "bread", "-"], json.dumps(ROUND)), (["update", "bread", "-"], json.dumps(MOVE))):
            self.run(*words, stdin=stdin)
            self.olds.append(self.file.read_bytes())
        file = {"n": 1, "path": "notes.md", "kind": "document", "sha256": hashlib.sha256(CONTENT.encode()).hexdigest(), "size": len(CONTENT), "source": "imported"}
        copy = self.json("export", "bread") | {"dialogue_id": "rolls", "files": [file | {"text": CONTENT}]}
        (self.path / "rolls.json").write_text(json.dumps(copy))
        self.run("import", "rolls.json")
        self.olds.append(self.file.read_bytes())
        self.run("verify")
        (self.path / "receipt").write_text(self.run("receipt", "bread")[0])
        self.line = self.json("keys", "show")["signing"][0]
        self.nowhere = {"XDG_CONFIG_HOME": str(self.path / "nowhere"), "XDG_STATE_HOME": str(self.path / "nowhere")}

    def faults(self, *words, code=13, **environment):
        """What verify names: {dialogue: addresses}, of those that are not good."""
        out, err = self.run("verify", *words, "--json", code=code, **environment)
        assert not code or json.loads(err.splitlines()[-1])["code"] == code
        dialogues = json.loads(out)["dialogues"]
        assert all(dialogue["good"] == (not dialogue["faults"]) for dialogue in dialogues), out
        return {dialogue["id"]: {fault["address"] for fault in dialogue["faults"]} for dialogue in dialogues if dialogue["faults"]}

    def found(self, *addresses, what="", maybe=(), load=("show",), name="bread", tenant="default"):
        """With keys and with the public key alone exactly these are named, perhaps some of `maybe`, and nothing of another dialogue; and
        no load answers, but names the first of them or as many as it has room for."""
        tenant = {"HANSARD_TENANT": tenant} if tenant != "default" else {}
        for words, environment in (([], {}), (["--public-key", self.line], self.nowhere)):
            named = self.faults(*words, **environment, **tenant)
            assert named.keys() == {name} and {*addresses} <= named[name] <= {*addresses, *maybe}, (what, addresses, named)
        if load:
            error = self.refused(*load, name, **tenant)
            assert {*blamed(error["message"])} <= {*addresses, *maybe}, (what, addresses, error)

    def refused(self, *words, code=13, **environment):
        """The error of a command that gives no answer."""
        out, err = self.run(*words, "--json", code=code, **environment)
        assert out == "", out
        return json.loads(err.splitlines()[-1])

    def again(self):
        self.file.write_bytes(self.olds[-1])

    def dialogue(self, old=-1, name="bread"):
        """What the file holds of a dialogue: {(type, subkey): stored}."""
        self.file.write_bytes(self.olds[old])
        rows = self.sql("SELECT type, subkey, stored FROM items WHERE dialogue = ? ORDER BY type, subkey", (name,))
        self.again()
        return {(kind, subkey): stored for kind, subkey, stored in rows}

    def all_of(self, name):
        """Every address that there is of a dialogue."""
        rows = self.sql("SELECT type, subkey FROM items WHERE dialogue = ?", (name,)) + self.sql("SELECT 'part', type || '#' || subkey || '#0001' FROM parts WHERE dialogue = ?", (name,))
        return {address(row, name) for row in rows} | {f"commit {rev}" for (rev,) in self.sql("SELECT rev FROM commits WHERE dialogue = ?", (name,))} | {"head"}


def address(key, name="bread"):
    return f"dialogue:{name}/entity:{key[0]}/{key[1]}"


def blamed(message):
    """The addresses that an error begins with; at least one. A head that nobody known has signed is called by its dialogue."""
    if re.match(r'the head of "[^"]*" is signed by nobody', message):
        return ["head"]
    found = re.match(r"(?:(?:head|commit \d+|dialogue:[^ ,]+)(?:, )?)+(?= )", message)
    assert found, message
    return found[0].split(", ")


def points(size, wanted, rng):
    """Bytes to try: some, or every one."""
    return range(size) if EVERY else sorted(rng.sample(range(size), min(size, wanted)))


@promise("a changed byte of any item, wrap, part, commit or head in the file is named and nothing else, with keys and without")
def _():
    rng, tried = random.Random(SEED), 0
    with Small() as store:
        part = address(("part", "file#00001#0001"), "rolls")
        rows = [("bread", "items", "type = ? AND subkey = ?", key, "stored", address(key), ("show",), 3) for key in store.dialogue()]
        rows += [("rolls", "items", "type = ? AND subkey = ?", ("file", "00001"), "stored", address(("file", "00001"), "rolls"), ("show",), 3)]
        rows += [("rolls", "parts", "n = ?", (1,), "stored", part, ("export",), 6)]
        rows += [("bread", "commits", "rev = ?", (rev,), "stored", f"commit {rev}", ("show",) if rev == 3 else (), 3) for rev in (1, 2, 3)]
        rows += [("bread", "heads", "true", (), "note", "head", ("show",), 12)]
        for name, table, where, values, column, wanted, load, some in rows:
            (stored,), = store.sql(f"SELECT {column} FROM {table} WHERE dialogue = '{name}' AND {where}", values)
            maybe = {address(("file", "00001"), "rolls")} if wanted == part else ()  # parts are held against their owner
            for at in points(len(stored), some, rng):
                changed = stored[:at] + bytes([stored[at] ^ 1 << rng.randrange(8)]) + stored[at + 1:]
                store.sql(f"UPDATE {table} SET {column} = ? WHERE dialogue = '{name}' AND {where}", (changed, *values))
                one = {wanted} if table != "parts" else set()
                store.found(*one, what=(table, wanted, at), maybe={wanted, *maybe}, load=load, name=name)
                if load == ():  # a load reads the newest one only, the log every one
                    assert blamed(store.refused("log", name)["message"]) == [wanted]
                tried += 1
            store.again()
        store.run("verify")
    print(f"# seed {SEED}, {tried} bytes")


@promise("items swapped, deleted, added, older, moved to another type, dialogue, tenant or table are named and nothing else, with keys and without")
def _():
    with Small() as store:
        items, older = store.dialogue(), store.dialogue(1)
        keys = list(items)
        put = "UPDATE items SET stored = ? WHERE dialogue = 'bread' AND type = ? AND subkey = ?"
        for one, other in zip(keys, keys[1:]):
            store.sql(put, (items[one], *other))
            store.sql(put, (items[other], *one))
            store.found(address(one), address(other), what="swapped")
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
        columns = "rev, status, updated_at, open_tension, stored"
        copy = f"INSERT INTO items (tenant, dialogue, type, subkey, {columns}) SELECT ?, ?, ?, ?, {columns} FROM items WHERE tenant = 'default' AND dialogue = 'bread' AND type = ? AND subkey = ?"
        store.sql(copy, ("default", "bread", "claim", "00#01", *keys[-1]))
        store.found(address(("claim", "00#01")), what="added")
        store.again()
        store.sql(copy, ("default", "steel", "tension", "00#01", "tension", "00#01"))
        store.found(address(("tension", "00#01"), "steel"), what="of another dialogue", name="steel")
        store.again()
        # The same dialogue of another tenant, in the same file and under the same UMK.
        store.run("create", "Bread", "--id", "bread", HANSARD_TENANT="other")
        store.olds.append(store.file.read_bytes())
        store.sql(copy, ("other", "bread", "tension", "00#01", "tension", "00#01"))
        store.found(address(("tension", "00#01")), what="of another tenant", tenant="other")
        store.run("verify", "bread")
        store.again()
        store.sql("UPDATE items SET stored = ? WHERE tenant = 'other' AND type = 'meta'", (items["meta", ""],))
        store.found(address(("meta", "")), what="in the place of another tenant's", tenant="other")
        store.run("verify", "bread")
        store.again()
        store.sql("INSERT INTO parts (tenant, dialogue, type, subkey, n, rev, stored) SELECT tenant, dialogue, type, subkey, 1, rev, stored FROM items "
                  "WHERE tenant = 'default' AND dialogue = 'bread' AND type = 'tension'")
        store.found(address(("part", "tension#00#01#0001")), what="in the table of parts", load=())
        store.again()
        store.run("verify")


@promise("two dialogues swapped, and one given to another tenant, are named by head, commits and what lies there, with keys and without")
def _():
    with Small() as store:
        script = ["PRAGMA foreign_keys = off"]
        for one, other in (("bread", "x"), ("steel", "bread"), ("x", "steel")):
            script += [f"UPDATE {table} SET dialogue = '{other}' WHERE dialogue = '{one}'" for table in TABLES]
        script += [f"UPDATE {table} SET tenant = 'other' WHERE dialogue = 'rolls'" for table in TABLES]
        for line in script:
            store.sql(line)
        other = {"HANSARD_TENANT": "other"}
        with_marks = store.environment["XDG_STATE_HOME"]
        for words, environment in (([], {"XDG_STATE_HOME": store.nowhere["XDG_STATE_HOME"]}), (["--public-key", store.line], store.nowhere), ([], {"XDG_STATE_HOME": with_marks})):
            for tenant, names in (({}, {"bread", "steel"}), (other, {"rolls"})):
                named = store.faults(*words, **environment, **tenant)
                gone = {"rolls"} if environment["XDG_STATE_HOME"] == with_marks and not tenant else set()
                assert named.keys() == names | gone, named
                assert all(named[name] == {"head"} for name in gone), named
                for name in names:
                    there = store.all_of(name)
                    head = {"head", *(address for address in there if address.startswith("commit "))}
                    assert head <= named[name] <= there, (name, named)
        for name, tenant in (("bread", {}), ("steel", {}), ("rolls", other)):
            assert blamed(store.refused("show", name, **tenant)["message"])[0] == "head"
        store.again()
        store.run("verify")


@promise("a history whose tail was cut, or that lacks, repeats or reorders commits, is named, with keys and without")
def _():
    with Small() as store:
        commits = dict(store.sql("SELECT rev, stored FROM commits WHERE dialogue = 'bread'"))
        for rev in commits:
            store.sql("DELETE FROM commits WHERE dialogue = 'bread' AND rev = ?", (rev,))
            store.found(f"commit {rev}", load=())
            store.again()
        for one, other in ((1, 2), (2, 3)):
            store.sql("UPDATE commits SET stored = ? WHERE dialogue = 'bread' AND rev = ?", (commits[one], other))
            store.sql("UPDATE commits SET stored = ? WHERE dialogue = 'bread' AND rev = ?", (commits[other], one))
            store.found(f"commit {one}", f"commit {other}", load=())
            store.again()
        store.sql("INSERT INTO commits (tenant, dialogue, rev, attempt, stored) SELECT tenant, dialogue, 4, attempt, stored FROM commits WHERE dialogue = 'bread' AND rev = 3")
        store.found("commit 4", load=())
        store.again()


@promise("a partition put back as a whole is noticed by its receipt, with the public key alone, and by its mark")
def _():
    with Small() as store:
        store.file.write_bytes(store.olds[-3])
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


@promise("an item forged by a reader who has the DEK is named and nothing else, with keys and without")
def _():
    with Store() as store:
        forger, key = Forger(store), ("perspective", "00#01")
        nowhere = {"XDG_CONFIG_HOME": str(store.path / "nowhere"), "XDG_STATE_HOME": str(store.path / "nowhere")}
        forger.forge_item(key, status="conceded")
        for words, environment in (([], {}), (["--public-key", reader.line_of(forger.name, forger.seed)], nowhere)):
            (dialogue,) = json.loads(store.run("verify", *words, "--json", code=13, **environment)[0])["dialogues"]
            assert [fault["address"] for fault in dialogue["faults"]] == [address(key, EXAMPLE)], dialogue
        for verb in ("show", "export"):
            error = json.loads(store.run(verb, EXAMPLE, "--json", code=13)[1].splitlines()[-1])
            assert blamed(error["message"]) == [address(key, EXAMPLE)], error


@promise("a wrap of a retired epoch put back is named, with keys and without")
def _():
    with Small() as store:
        old = store.dialogue()[("dek", "0001")]
        store.run("keys", "rotate")
        store.run("verify")
        store.olds.append(store.file.read_bytes())
        store.sql("UPDATE items SET stored = ? WHERE dialogue = 'bread' AND type = 'dek'", (old,))
        store.found(address(("dek", "0001")))
        store.again()
        store.run("verify")


@promise("a file rewritten as a whole by who has no keys is not believed; with other keys it is another's")
def _():
    with Small() as store, Small() as other:
        shutil.copy(other.file, store.file)
        error = store.refused("show", "bread")
        assert error["kind"] == "untrusted_signer" and blamed(error["message"]) == ["head"], error
        for words, environment in (([], {}), (["--public-key", store.line], store.nowhere)):
            assert store.faults(*words, **environment) == {name: {"head"} for name in ("bread", "rolls", "steel")}
        store.again()
        good = {}
        for name, code, faults in (("umk", 12, {"key"}), ("signing", 13, {"head"})):
            kept = (store.keys / name).read_bytes()
            (store.keys / name).write_bytes((other.keys / name).read_bytes())
            store.refused("show", "bread", code=code)
            assert store.faults(code=code) == {dialogue: faults for dialogue in ("bread", "rolls", "steel")}
            assert store.faults("bread", code=code) == {"bread": faults}
            assert store.faults("--public-key", store.line, code=0) == good, "keys are not asked for"
            (store.keys / name).write_bytes(kept)
        for name in ("umk", "signing"):
            kept = (store.keys / name).read_bytes()
            for size in points(len(kept), 5, random.Random(SEED)):
                (store.keys / name).write_bytes(kept[:size])
                if size < len(kept) - 1:
                    for words in (["show", "bread"], ["verify"]):
                        error = store.refused(*words, code=3)
                        assert error["kind"] == "invalid_key_file" and name in error["message"], error
            (store.keys / name).write_bytes(kept)
        store.run("verify")


@promise("an altered receipt is never fine, nor one of another dialogue, tenant or store")
def _():
    with Small() as store, Small() as other:
        good = (store.path / "receipt").read_bytes()
        check = ["verify", "--receipt", "altered", "--json"]
        kinds = {"not_trusted": 13, "invalid_receipt": 3, "dialogue_not_found": 1, "other_tenant": 2, "store_format": 3}
        for at in points(len(good), 40, random.Random(SEED)):
            (store.path / "altered").write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
            error = json.loads(store.run(*check, code=(1, 2, 3, 13))[1].splitlines()[-1])
            assert kinds[error["kind"]] == error["code"], (at, error)
        for size in points(len(good), 10, random.Random(SEED)):
            (store.path / "altered").write_bytes(good[:size])
            assert json.loads(store.run(*check, code=3)[1])["kind"] == "invalid_receipt", size
        for altered in ((other.path / "receipt").read_bytes(), good.replace(b"/bread", b"/steel"), good.replace(b"\n3\n", b"\n2\n")):
            (store.path / "altered").write_bytes(altered)
            for words, environment in (([], {}), (["--public-key", store.line], store.nowhere)):
                assert json.loads(store.run(*check, *words, code=13, **environment)[0])["standing"] == "not_trusted"
        (store.path / "altered").write_bytes(good)
        store.run(*check)
        store.sql("DELETE FROM items WHERE dialogue = 'bread' AND type = 'meta'")
        for words, environment in (([], {}), (["--public-key", store.line], store.nowhere)):
            assert json.loads(store.run(*check, *words, code=13, **environment)[0])["standing"] == "broken"


@promise("a status changed in the clear is named; a lying index column proves nothing, is said, and changes no answer")
def _():
    with Small() as store:
        (stored,), = store.sql("SELECT stored FROM items WHERE dialogue = 'bread' AND type = 'tension'")
        assert b"addressed" in stored
        store.sql("UPDATE items SET stored = ? WHERE dialogue = 'bread' AND type = 'tension'", (stored.replace(b"addressed", b"escalated"),))
        store.found(address(("tension", "00#01")))
        store.again()
        before = store.run("export", "bread")[0]
        for column, value in (("status", "resolved"), ("open_tension", 0), ("updated_at", "1999-01-01T00:00:00.000000Z")):
            store.sql(f"UPDATE items SET {column} = ? WHERE dialogue = 'bread' AND type IN ('tension', 'meta')", (value,))
            assert store.run("export", "bread")[0] == before
            out = store.run("verify", code=13)[0]
            assert "good     bread" in out and "differ" in out and "0 broken" in out, out
            store.again()


# What only a table has.

def bread(sort):
    return "default#dialogue#bread", sort


def frames(entries):
    """Where in a bundle, or a row of parts, the bytes lie that are of no stored item."""
    at, places = len(reader.head(4, len(entries))), []
    places += range(at)
    for entry in entries:
        front = len(reader.cbor(entry)) - len(entry[-1])
        places += range(at, at + front)
        at += front + len(entry[-1])
    return places


def of_a_table(name):
    """A promise about DynamoDB alone."""
    return promise(name) if Store is TableStore else lambda function: None


@of_a_table("a changed byte between the items of a bundle, or the parts of a row, is named by that row or by what it makes of them, with keys and without")
def _():
    rng, tried = random.Random(SEED), 0
    with Small() as store:
        for (pk, sk), row in store.rows().items():
            if not sk.startswith(("+bundle", "~parts")) or pk.endswith("steel"):
                continue
            name, entries = pk.split("#")[2], reader.read(data_of(row), sk)
            there = {address(("part", f"{entry[0]}#{entry[1]}#{entry[2]:04d}") if len(entry) == 4 else entry, name) for entry in entries}
            places = frames(entries)
            for at in places if EVERY else rng.sample(places, min(len(places), 12)):
                data = bytearray(data_of(row))
                data[at] ^= 1 << rng.randrange(8)
                store.attack((pk, sk), c=b(bytes(data)))
                for words, environment in (([], {}), (["--public-key", store.line], store.nowhere)):
                    out, _ = store.run("verify", *words, "--json", code=13, **environment)
                    (dialogue,) = [dialogue for dialogue in json.loads(out)["dialogues"] if dialogue["faults"]]
                    faults = {fault["address"]: fault["what"] for fault in dialogue["faults"]}
                    assert dialogue["id"] == name and (faults.keys() == {"store"} and f"{pk} / {sk} " in faults["store"] or faults.keys() & there), (sk, at, faults)
                error = store.refused("export", name)
                assert sk in error["message"] if error["kind"] == "invalid_row" else blamed(error["message"]), error
                tried += 1
        store.push()
        store.run("verify")
    print(f"# seed {SEED}, {tried} bytes")


@of_a_table("the newest commit, changed beside the head alone or in the history alone, is named")
def _():
    with Small() as store:
        for sort, load in (("!head", ("show",)), ("~commit#0000000003", ())):
            data = data_of(store.rows()[bread(sort)])
            for at in points(len(data), 6, random.Random(SEED)):
                store.attack(bread(sort), c=b(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]))
                store.found("commit 3", load=load, what=(sort, at))
        store.push()
        store.run("verify")


@of_a_table("a row that is gone, lacks what it must have, or is none that hansard writes is named, with keys and without")
def _():
    with Small() as store:
        two = [address(key) for key in store.dialogue() if key[0] not in ("meta", "tension", "dek", "event")]
        assert len(two) == 3
        for sort, wanted in (("+bundle#0000000002#00", two), ("meta#", [address(("meta", ""))]), ("dek#0001", [address(("dek", "0001"))]), ("!head", ["head"])):
            store.take_out(bread(sort))
            store.found(*wanted, what=sort, load=() if sort == "!head" else ("show",))
            if sort == "!head":
                assert store.refused("show", "bread")["kind"] == "head_missing"
        for key, values in ((bread("!head"), {"c": None}), (bread("!head"), {"s": None}), (bread("!head"), {"r": {"S": "3"}}), (bread("meta#"), {"c": None}), (bread("+bundle#0000000003#00"), {"c": {"S": "x"}}),
                            (bread("claim#00#01"), {"c": b(b"x")}), (bread("zzz"), {"c": b(b"x")}), (bread("+bundle#3#00"), {"c": b(b"x")})):
            store.attack(key, **values)
            for words, environment in (([], {}), (["--public-key", store.line], store.nowhere)):
                assert store.faults(*words, **environment) == {"bread": {"store"}}, (key, values)
            error = store.refused("show", "bread")
            assert error["kind"] == "invalid_row" and " / ".join(key) in error["message"] and error["hint"], error
        # Without a revision it is the reservation of a migration: there is no dialogue, though one was seen.
        store.attack(bread("!head"), r=None)
        store.found("head", load=())
        assert store.refused("show", "bread")["kind"] == "head_missing"
        store.push()
        store.run("verify")


@of_a_table("an older version put into a later bundle, a removal planted there, and a row of another dialogue are named, with keys and without")
def _():
    with Small() as store:
        rows = store.rows()
        second, third = (reader.read(data_of(rows[bread(f"+bundle#{rev:010d}#00")]), "bundle") for rev in (2, 3))
        panel = next(entry for entry in second if entry[0] == "perspective")
        steel = data_of(rows["default#dialogue#steel", "meta#"])
        for entry, wanted in (([*panel[:2], b""], address(panel)), ([*panel[:2], panel[2][:-1] + bytes([panel[2][-1] ^ 1])], address(panel)), (["claim", "00#01", panel[2]], address(("claim", "00#01")))):
            store.attack(bread("+bundle#0000000003#00"), c=b(reader.cbor(sorted([*third, entry]))))
            store.found(wanted, what=entry[:2])
        store.attack(bread("meta#"), c=b(steel))
        store.found(address(("meta", "")))
        # What is above the head has not happened: it changes no answer.
        before = store.run("export", "steel")[0]
        store.attack(("default#dialogue#steel", "+bundle#0000000002#00"), c=b(reader.cbor([panel])))
        assert store.run("export", "steel")[0] == before
        store.push()
        store.run("verify")


@of_a_table("a revision, a listing or an index key of a row that lies is said, proves nothing, and changes no answer")
def _():
    with Small() as store:
        before = store.run("export", "bread")[0]
        for sort, values in (("!head", {"r": {"N": "2"}}), ("!head", {"r": {"N": "4"}}), ("!head", {"p2": None, "s2": None}), ("meta#", {"p1": {"S": "default#status#converged"}}),
                             ("meta#", {"p1": None, "s1": None}), ("tension#00#01", {"p2": {"S": "default#tension#open"}}), ("dek#0001", {"p1": {"S": "default#status#open"}, "s1": {"S": "x"}})):
            store.attack(bread(sort), **values)
            assert store.run("export", "bread")[0] == before
            out = store.run("verify", code=13)[0]
            assert "good     bread" in out and "0 broken" in out and f"bread / {sort}" in " ".join(out.split()), (sort, values, out)
            store.run("verify", "--public-key", store.line, code=13, **store.nowhere)
            (bad,) = [finding for finding in json.loads(store.run("doctor", "--json", code=13)[0])["findings"] if not finding["good"]]
            assert bad["subject"] == "rows" and f"bread / {sort}" in bad["detail"], bad
        store.attack(bread("!head"), u={"N": "1"})  # no row is to be listed then
        assert store.run("export", "bread")[0] == before and "3 copies that differ" in store.run("verify", code=13)[0]
        store.attack(bread("~commit#0000000003"), i={"S": "x"})  # whose attempt it was: nothing rests on it
        assert store.run("export", "bread")[0] == before
        store.run("verify")


main()
