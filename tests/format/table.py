"""A store in DynamoDB whose table is attacked as a file is: its rows are kept as the four tables that a store's file has, in a file beside it.
What is changed there is in the table before the program runs again, as whoever may write to the table would put it there.

    heads                 r, s and the newest commit of !head, which follows that of `commits` where there is one of the rev that s names
    commits               ~commit#{rev}
    items                 rows of their own, and the newest version of what bundles hold; status, updated_at and open_tension are index keys
    parts                 ~parts#{rev}#00
    versions, others      versions that are not the newest, and removals; rows of no dialogue
"""
import atexit
import base64
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.request
import uuid
from pathlib import Path

from dynamodb import DIRECT, KEY, REGION, SECRET, Emulator
from forger import Store, reader
from tapper import skip

TABLES = """
CREATE TABLE heads (tenant, dialogue, rev, hash, note, newest, attempt, unlisted, PRIMARY KEY (tenant, dialogue));
CREATE TABLE commits (tenant, dialogue, rev, attempt, stored, PRIMARY KEY (tenant, dialogue, rev));
CREATE TABLE items (tenant, dialogue, type, subkey, rev, status, updated_at, open_tension, stored, PRIMARY KEY (tenant, dialogue, type, subkey));
CREATE TABLE parts (tenant, dialogue, type, subkey, n, rev, stored);
CREATE TABLE versions (tenant, dialogue, type, subkey, rev, stored);
CREATE TABLE others (item);
"""
OWN = ("meta", "tension", "dek")  # types whose items have rows of their own
WRITING = ("create", "register", "update", "import", "keys", "erase", "abandon", "verdict")

# Only what is the same in five looks, with pauses of four seconds in all, is a violation. This library stands in front of libc's.
NO_PAUSE = """
#include <time.h>
int clock_nanosleep(clockid_t id, int flags, const struct timespec *wanted, struct timespec *left)
{
	return (void)id, (void)flags, (void)wanted, (void)left, 0;
}
"""
SHARED = {}


def emulator():
    """The emulator of this process, or a skip."""
    if "emulator" not in SHARED:
        SHARED["emulator"] = Emulator()
        atexit.register(SHARED["emulator"].__exit__)
    return SHARED["emulator"]


def no_pause():
    """The environment in which the program waits for nothing."""
    if "library" not in SHARED:
        compiler = shutil.which("cc") or skip("there is no compiler for what takes the pauses out")
        folder = tempfile.mkdtemp(prefix="hansard-pauses-")  # the dynamic linker takes no path with blanks
        atexit.register(shutil.rmtree, folder)
        Path(folder, "pauses.c").write_text(NO_PAUSE)
        subprocess.run([compiler, "-shared", "-fPIC", "-o", "pauses.so", "pauses.c"], check=True, cwd=folder)
        SHARED["library"] = f"{folder}/pauses.so"
    # A sanitizer wants to stand first among the libraries.
    return {"LD_PRELOAD": SHARED["library"], "ASAN_OPTIONS": ":".join(filter(None, [os.environ.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))}


def ask(operation, **body):
    """The emulator's answer to a request that nobody has signed: it looks at no signature."""
    scope = f"{KEY}/20260101/{REGION}/dynamodb/aws4_request"
    request = urllib.request.Request(emulator().endpoint, json.dumps(body).encode(), method="POST", headers={
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": f"DynamoDB_20120810.{operation}", "X-Amz-Date": "20260101T000000Z",
        "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature={'0' * 64}"})
    with DIRECT.open(request, timeout=30) as answer:
        return json.load(answer)


def key_of(row):
    return row["PK"]["S"], row["SK"]["S"]


def b(data):
    return {"B": base64.b64encode(data).decode()}


def data_of(row, name="c"):
    return base64.b64decode(row[name]["B"])


class TableStore(Store):
    """As Store, its table in an emulator. `file` is where its rows are kept to be attacked."""

    def __init__(self, example=True):
        if reader is None:
            skip("there is no `cryptography` for this Python")
        self.synced = None
        self.shared = no_pause() | {"HANSARD_DYNAMODB_ENDPOINT": emulator().endpoint}
        super().__init__(example)

    def begin(self):
        self.file = self.path / "rows.db"
        self.table = f"hansard-test-{uuid.uuid4()}"
        self.there = {}  # the rows of the table
        self.environment |= self.shared | {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true"}
        super().run("init", "--set", "backend=dynamodb", "--set", f"dynamodb.table={self.table}")
        super().run("table", "create")
        self.pull()

    def run(self, *words, **more):
        if self.synced is not None and self.file.read_bytes() != self.synced:
            self.push()
        try:
            return super().run(*words, **more)
        finally:
            if self.synced is not None and words[0] in WRITING:
                self.pull()

    def scan(self):
        rows, more = {}, {}
        while True:
            answer = ask("Scan", TableName=self.table, ConsistentRead=True, **more)
            rows |= {key_of(row): row for row in answer["Items"]}
            if "LastEvaluatedKey" not in answer:
                return rows
            more = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def attack(self, key, **values):
        """The table as the file has it, but for one row: with these values, a value of None taken out; a row that is not there is put."""
        row = self.rows().get(key, {"PK": {"S": key[0]}, "SK": {"S": key[1]}}) | values
        self.push({key: {name: value for name, value in row.items() if value is not None}})

    def take_out(self, key):
        """The table as the file has it, but for one row that is gone."""
        self.push({key: None})

    def put(self, rows):
        """These rows are the table's from now on, and no others."""
        for key, row in rows.items():
            if self.there.get(key) != row:
                ask("PutItem", TableName=self.table, Item=row)
        for pk, sk in self.there.keys() - rows.keys():
            ask("DeleteItem", TableName=self.table, Key={"PK": {"S": pk}, "SK": {"S": sk}})
        self.there = dict(rows)

    def pull(self):
        self.there = self.scan()
        self.file.unlink(missing_ok=True)
        with sqlite3.connect(self.file) as db:
            db.executescript(TABLES)
            for (pk, sk), row in sorted(self.there.items()):
                if "#dialogue#" in pk:
                    keep(db, pk.split("#dialogue#"), sk, row)
                else:
                    db.execute("INSERT INTO others VALUES (?)", (json.dumps(row),))
        db.close()
        self.synced = self.file.read_bytes()
        assert self.rows() == self.there, "what is kept of the table gives the table"

    def push(self, changed=()):
        """Makes the table what the file has, but for some rows; a row of None is gone."""
        rows = self.rows() | dict(changed)
        self.put({key: row for key, row in rows.items() if row is not None})
        self.synced = self.file.read_bytes()

    def rows(self):
        """The rows that the file stands for."""
        rows = [json.loads(item) for (item,) in self.sql("SELECT item FROM others")]
        commits = {(*place, rev): stored for *place, rev, stored in self.sql("SELECT tenant, dialogue, rev, stored FROM commits")}
        for tenant, name, rev, note, newest, attempt, unlisted in self.sql("SELECT tenant, dialogue, rev, note, newest, attempt, unlisted FROM heads"):
            rows.append(row_of(tenant, name, "!head", r={"N": str(rev)}, c=b(commits.get((tenant, name, rev_of(note)), newest)), s=b(note), i=attempt_of(attempt), u=unlisted and {"N": "1"},
                               p2={"S": f"{tenant}#head"}, s2={"S": name}))
        for tenant, name, rev, attempt, stored in self.sql("SELECT tenant, dialogue, rev, attempt, stored FROM commits"):
            rows.append(row_of(tenant, name, f"~commit#{rev:010d}", c=b(stored), i=attempt_of(attempt)))
        bundles, parts = {}, {}
        for tenant, name, kind, subkey, rev, status, updated_at, is_open, stored in self.sql("SELECT tenant, dialogue, type, subkey, rev, status, updated_at, open_tension, stored FROM items"):
            if kind in OWN:
                shelf = {}
                if kind == "meta" and updated_at is not None:
                    shelf = {"p1": f"{tenant}#status#{status}", "s1": f"{updated_at}#{name}"}
                if kind == "tension" and is_open:
                    shelf = {"p2": f"{tenant}#tension#{status}", "s2": f"{name}#T{subkey.replace('#', '')}"}
                rows.append(row_of(tenant, name, f"{kind}#{subkey}", c=b(stored), **{key: {"S": value} for key, value in shelf.items()}))
            else:
                bundles.setdefault((tenant, name, rev), []).append([kind, subkey, stored])
        for tenant, name, kind, subkey, rev, stored in self.sql("SELECT tenant, dialogue, type, subkey, rev, stored FROM versions"):
            bundles.setdefault((tenant, name, rev), []).append([kind, subkey, stored])
        for tenant, name, kind, subkey, n, rev, stored in self.sql("SELECT tenant, dialogue, type, subkey, n, rev, stored FROM parts"):
            parts.setdefault((tenant, name, rev), []).append([kind, subkey, n, stored])
        for sort, groups in (("+bundle", bundles), ("~parts", parts)):
            for (tenant, name, rev), entries in groups.items():
                rows.append(row_of(tenant, name, f"{sort}#{rev:010d}#00", c=b(reader.cbor(sorted(entries)))))
        return {key_of(row): row for row in rows}


def row_of(tenant, name, sort, **values):
    return {"PK": {"S": f"{tenant}#dialogue#{name}"}, "SK": {"S": sort}} | {key: value for key, value in values.items() if value}


def rev_of(note):
    """The rev that a head names, or None."""
    lines = note.split(b"\n")
    return int(lines[2]) if len(lines) > 2 and lines[2].isdigit() else None


def attempt_of(attempt):
    """The id of an attempt, which somebody who writes beside the program may give as bytes."""
    return {"S": attempt if isinstance(attempt, str) else str(uuid.UUID(bytes=attempt))}


def keep(db, place, sort, row):
    """One row of a dialogue, of which those of one kind come by rev."""
    kind, _, rest = sort.partition("#")
    text = lambda name: row[name]["S"] if name in row else None  # noqa: E731
    if kind == "!head":
        db.execute("INSERT INTO heads VALUES (?, ?, ?, NULL, ?, ?, ?, ?)", (*place, int(row["r"]["N"]), data_of(row, "s"), data_of(row), text("i"), "u" in row))
    elif kind == "~commit":
        db.execute("INSERT INTO commits VALUES (?, ?, ?, ?, ?)", (*place, int(rest), text("i"), data_of(row)))
    elif kind in ("+bundle", "~parts"):
        rev, n = map(int, rest.split("#"))
        assert n == 0, "one row holds what a commit wrote"
        for entry in reader.read(data_of(row), sort):
            if kind == "~parts":
                db.execute("INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)", (*place, *entry[:3], rev, entry[3]))
                continue
            db.execute("INSERT INTO versions SELECT tenant, dialogue, type, subkey, rev, stored FROM items WHERE (tenant, dialogue, type, subkey) = (?, ?, ?, ?)", (*place, *entry[:2]))
            db.execute("DELETE FROM items WHERE (tenant, dialogue, type, subkey) = (?, ?, ?, ?)", (*place, *entry[:2]))
            if entry[2]:
                db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, NULL, NULL, 0, ?)", (*place, *entry[:2], rev, entry[2]))
            else:
                db.execute("INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?)", (*place, *entry[:2], rev, b""))
    else:
        shelf, at = text("p1") or text("p2"), text("s1")
        db.execute("INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*place, kind, rest, reader.read(data_of(row), sort)[2], shelf and shelf.split("#")[2], at and at.split("#")[0],
                                                                           "p2" in row, data_of(row)))
