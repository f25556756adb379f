"""A store with its file and keys, and whoever writes into that file beside the program."""
import sqlite3
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from tapper import ROOT, Place, skip  # noqa: E402

try:
    import reader
except ImportError:
    reader = None

READER = Path(__file__).parent / "reader.py"
EXAMPLE = "lending-tools-and-instruments"


class Store(Place):
    """The imported example, with its file and the folder of its keys."""

    def __init__(self, example=True):
        super().__init__()
        self.environment |= {"XDG_CONFIG_HOME": str(self.path / "configuration"), "XDG_STATE_HOME": str(self.path / "state")}
        self.keys = self.path / "configuration" / "hansard" / "keys"
        self.begin()
        if example:
            self.run("import", ROOT / "examples")

    def begin(self):
        """Begins the store."""
        self.file = self.path / ".hansard" / "hansard.db"
        self.run("init")

    def sql(self, statement, values=()):
        with sqlite3.connect(self.file) as connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows

    def read(self, *words, code=0):
        """Runs the reader, expects the exit code, returns its output."""
        if reader is None:
            skip("there is no `cryptography` for this Python")
        outcome = subprocess.run([sys.executable, READER, *map(str, words)], capture_output=True, text=True)
        assert outcome.returncode == code, f"exit code {outcome.returncode}, expected {code}, of {words}\n{outcome.stderr[-2000:]}"
        return outcome.stdout

    def export(self, name, code=0):
        return self.read("export", self.file, "default", self.keys, name, code=code)

    def public(self):
        """A folder of configuration that holds the public key alone."""
        if reader is None:
            skip("there is no `cryptography` for this Python")
        seed, name = reader.key_file(self.keys / "signing")
        folder = self.path / "public" / "hansard" / "keys"
        folder.mkdir(parents=True)
        folder.chmod(0o700)
        (folder / "trusted").write_text("# whom to believe\n\n" + reader.line_of(name, seed) + "\n")
        return folder


class Forger:
    """Whoever has the keys of a store, or some of them, and writes into its file beside the program."""

    def __init__(self, store, name=EXAMPLE):
        if reader is None:
            skip("there is no `cryptography` for this Python")
        self.store = store
        self.id = name
        self.seed, self.name = reader.key_file(store.keys / "signing")
        with sqlite3.connect(store.file) as db:
            self.dialogue = reader.Dialogue(db, "default", name, reader.trust_of(reader.line_of(self.name, self.seed)))
        db.close()
        (self.note,), = store.sql("SELECT note FROM heads WHERE dialogue = ?", (name,))
        self.dialogue.unlock([reader.key_file(store.keys / "umk")[0]], [1])

    def newest(self):
        """The newest commit, to be changed."""
        return reader.read(self.dialogue.commits[self.dialogue.rev], "commit")

    def forge_item(self, key, rev=None, **attrs):
        """Other attrs under a tag that is right; returns the new leaf."""
        item = self.dialogue.items[key]
        front = [item["generation"], rev or item["rev"], item["attrs"] | attrs, item["nonce"], item["box"]]
        digest = reader.sha(reader.cbor([1, "default", item["address"], *front]))
        tag = reader.hmac.digest(reader.expand(self.dialogue.deks[item["generation"]], b"hansard/tag/v1"), digest, "sha256")
        self.store.sql("UPDATE items SET stored = ? WHERE dialogue = ? AND type = ? AND subkey = ?", (reader.cbor([1, *front, tag]), self.id, *key))
        return reader.sha(b"\0" + digest + tag)

    def seal(self, kind, subkey, attrs, plain=b"", generation=1, rev=None):
        """An item or part for the next commit, which may be one that no writer makes: (leaf, stored)."""
        address, dek = f"dialogue:{self.id}/entity:{kind}/{subkey}", self.dialogue.deks[1]
        nonce = reader.sha(address.encode())[:12] if plain else b""
        box = reader.AESGCM(reader.expand(dek, b"hansard/seal/v1")).encrypt(nonce, plain, reader.sha(address.encode())) if plain else b""
        front = [generation, self.dialogue.rev + 1 if rev is None else rev, attrs, nonce, box]
        digest = reader.sha(reader.cbor([1, "default", address, *front]))
        tag = reader.hmac.digest(reader.expand(dek, b"hansard/tag/v1"), digest, "sha256")
        return reader.sha(b"\0" + digest + tag), reader.cbor([1, *front, tag])

    def sign(self, rev, value, seed=None):
        """A head over a commit of this hash."""
        text = f"hansard head v1\ndefault/{self.id}\n{rev}\n{reader.base64.b64encode(value).decode()}\n"
        seed = seed or self.seed
        key_id = bytes.fromhex(reader.line_of(self.name, seed).split("+")[1])
        signature = key_id + reader.Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
        return f"{text}\n— {self.name} {reader.base64.b64encode(signature).decode()}\n".encode()

    def put(self, commit, seed=None):
        """This commit as the newest one, under a head that `seed` signs. One of a new rev stands on the newest as it is."""
        rev, stored = commit[3], reader.cbor(commit)
        value = reader.sha(b"\x02" + stored)
        self.store.sql("INSERT INTO commits (tenant, dialogue, rev, attempt, stored) VALUES ('default', ?, ?, zeroblob(16), ?) "
                       "ON CONFLICT DO UPDATE SET stored = excluded.stored", (self.id, rev, stored))
        self.store.sql("UPDATE heads SET rev = ?, hash = ?, note = ? WHERE dialogue = ?", (rev, value, self.sign(rev, value, seed), self.id))

    def append(self, operation, detail, actor="forger", added=None):
        """One more commit; `added` are new items, {key: (leaf, stored)}."""
        commit, added = self.newest(), added or {}
        leaves = {key: item["leaf"] for key, item in self.dialogue.items.items()} | {key: leaf for key, (leaf, _) in added.items()}
        previous = reader.sha(b"\x02" + self.dialogue.commits[self.dialogue.rev])
        commit[3], commit[5:9], commit[11] = self.dialogue.rev + 1, [actor, operation, [[*key, added[key][0]] for key in sorted(added)], detail], previous
        commit[9], commit[10] = len(leaves), reader.tree([leaves[key] for key in sorted(leaves)])
        for key, (_, stored) in added.items():
            self.store.sql("INSERT INTO items (tenant, dialogue, type, subkey, rev, open_tension, stored) VALUES ('default', ?, ?, ?, ?, 0, ?)", (self.id, *key, commit[3], stored))
        self.put(commit)
        self.__init__(self.store, self.id)

    def wrap(self, generation):
        """A new DEK, wrapped as the others are, for the next commit: (leaf, stored)."""
        address, rev, dek = f"dialogue:{self.id}/entity:dek/{generation:04d}", self.dialogue.rev + 1, bytes([generation]) * 32
        kek = reader.expand(reader.key_file(self.store.keys / "umk")[0], b"hansard/kek/v1" + reader.cbor(["default", 1]))
        attrs = self.dialogue.items["dek", "0001"]["attrs"] | {"since": rev}
        nonce = generation.to_bytes(12, "big")
        front = [generation, rev, attrs, nonce, reader.AESGCM(reader.expand(kek, b"hansard/wrap/v1")).encrypt(nonce, dek, reader.sha(address.encode()))]
        digest = reader.sha(reader.cbor([1, "default", address, *front]))
        tag = reader.hmac.digest(reader.expand(dek, b"hansard/tag/v1"), digest, "sha256")
        return reader.sha(b"\0" + digest + tag), reader.cbor([1, *front, tag])

    def rewrite_newest(self, key, seed, **attrs):
        """The newest commit written anew with another item in it, under a head that `seed` signs."""
        leaf = self.forge_item(key, self.dialogue.rev, **attrs)
        commit = self.newest()
        leaves = {at: item["leaf"] for at, item in self.dialogue.items.items()} | {key: leaf}
        commit[7] = sorted([change for change in commit[7] if tuple(change[:2]) != key] + [[*key, leaf]], key=lambda change: change[:2])
        commit[10] = reader.tree([leaves[at] for at in sorted(leaves)])
        self.put(commit, seed)
