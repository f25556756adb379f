#!/usr/bin/env python3
"""A reader of stores, written from docs/format.md alone and sharing nothing with the program.

    reader.py verify STORE TENANT TRUSTED             every dialogue, with public keys alone: a file of trusted lines
    reader.py export STORE TENANT KEYS DIALOGUE       one dialogue as JSON, with a folder of key files
    reader.py words KEYS                              the recovery words of the UMK in that folder, or of all in a file of `keys export`

Names, kinds, units and words of fields are read from the tables of that page. HANSARD_PASSPHRASE opens wrapped key files.
"""
import base64, hashlib, hmac, itertools, json, os, re, sqlite3, sys
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "format.md").read_text()
PIECE = 131072


class Violated(Exception):
    """What is stored is not what was committed."""


class WrongKey(Exception):
    """Wrapped under a KEK that the reader cannot derive."""


def need(condition, what):
    if not condition:
        raise Violated(what)


def block(name):
    return PAGE.split(f"<!-- {name} -->\n")[1].split(f"<!-- end of {name} -->")[0]


def cells(text):
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines() if line.startswith("|") and "---" not in line][1:]


UNITS = {row[0]: tuple(map(int, row[1:])) for row in cells(block("units"))}
WORDS = {name: words.split(", ") for name, words in cells(block("words"))}
DETAILS = {word: set(re.findall(r"\w+", detail)) for words, detail in cells(PAGE.split("whatever its operation.\n\n")[1].split("\n\n")[0]) for word in re.findall(r"[\w-]+", re.sub(r" \(.*?\)", "", words))}
SMALL_ORDER = {bytes.fromhex(line) for line in block("small order").split("```")[1].split()}
STORE = re.compile(r"(sqlite|dynamodb|memory):[0-9a-f]{32}")
SLUG, SEQ = "(?![^#]{41})[a-z0-9]+(?:-[a-z0-9]+)*", "(?:[0-9]{2}|[1-9][0-9]{2,3})"
ID, STATEMENT = "[PRTEC][0-9]{2}" + SEQ, "[0-9]{2}#" + SEQ
SUBKEYS = dict.fromkeys(("claim", "evidence", "perspective", "recommendation", "tension"), STATEMENT) | {
    "dek": "(?!0000)[0-9]{4}", "expert": SLUG, "verdict": SLUG, "file": "[0-9]{5}", "meta": "", "round": "[0-9]{2}", "move": f"[0-9]{{2}}#{SLUG}#{SEQ}",
    "ref": f"{ID}#(?:{'|'.join(WORDS['ref_type'])})#{ID}",
    "event": f"(?:{'|'.join(WORDS['event_type'])})#(?:{ID}|[0-9]{{2}}|meta)#[0-9]{{8}}T[0-9]{{12}}Z#[0-9]{{4}}"}
KEY_NAME = "[a-z0-9./-]{1,64}"
SHAPES = {m[1]: cells(m[2]) for m in re.finditer(r"\*\*(\w+)\*\*, (?:type|group): .*\n\n((?:\|.*\n)+)", block("fields"))}

# Values: cbor() writes, and a value is read by a parser whose result must be written to the same bytes.

def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    size = next(s for s in (1, 2, 4, 8) if n < 1 << 8 * s)
    return bytes([major << 5 | 23 + size.bit_length()]) + n.to_bytes(size, "big")


def cbor(x, depth=1):
    if isinstance(x, bool):
        return b"\xf5" if x else b"\xf4"
    if isinstance(x, int):
        need(abs(x) < 1 << 53, "integer out of range")
        return head(0, x) if x >= 0 else head(1, -1 - x)
    if isinstance(x, bytes):
        return head(2, len(x)) + x
    if isinstance(x, str):
        need("\0" not in x, "U+0000 in a text")
        return head(3, len(x.encode())) + x.encode()
    need(depth <= 16, "nested too deep")
    if isinstance(x, list):
        return head(4, len(x)) + b"".join(cbor(value, depth + 1) for value in x)
    need(all(isinstance(key, str) for key in x), "a key that is no text")
    return head(5, len(x)) + b"".join(key + value for key, value in sorted((cbor(k), cbor(v, depth + 1)) for k, v in x.items()))


def parse(data, at=0):
    major, info, at = data[at] >> 5, data[at] & 31, at + 1
    if major == 7:
        return {20: False, 21: True}[info], at
    size = 1 << info - 24 if info >= 24 else 0
    n, at = (int.from_bytes(data[at:at + size], "big") if size else info), at + size
    if major < 2:
        return (n if major == 0 else -1 - n), at
    if major < 4:
        return (bytes(data[at:at + n]) if major == 2 else data[at:at + n].decode()), at + n
    values = []
    for _ in range(n * (2 if major == 5 else 1)):
        value, at = parse(data, at)
        values.append(value)
    return (values if major == 4 else dict(zip(values[::2], values[1::2]))), at


def read(data, what):
    try:
        value, _ = parse(data)
        good = cbor(value) == data
    except (IndexError, KeyError, ValueError, TypeError, RecursionError, OverflowError, MemoryError):
        good = False
    need(good, f"{what}: not deterministic CBOR")
    return value


def sha(data):
    return hashlib.sha256(data).digest()


def expand(key, info):
    return hmac.digest(key, info + b"\x01", "sha256")


def tree(leaves):
    """MTH over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha(b"\x01" + tree(leaves[:k]) + tree(leaves[k:]))

# Keys

def key_file(path):
    return open_key(path.read_bytes().decode(), path)


def bundle(path):
    """The keys of a file of `keys export`, or of key files one behind the other: (kind, secret, name), of a kind the newest first."""
    text = path.read_bytes().decode()
    if re.search("^hansard keys v1$", text, re.M):
        return boxed(text, path)
    texts = re.findall(r".*?^secret: .*?\n", text, re.S | re.M)
    need("".join(texts) == text and texts, f"{path}: no key file")
    return [(re.search("^kind: (.*)$", text, re.M)[1], *open_key(text, path)) for text in texts]


def boxed(text, path):
    lines = list(itertools.dropwhile(lambda line: line.startswith("#"), text.split("\n")))
    need(lines[0] == "hansard keys v1" and len(lines) == 4 and lines[1].startswith("wrapping: ") and lines[2].startswith("box: ") and lines[3] == "", f"{path}: no file of keys")
    box = base64.b64decode(lines[2].split(": ")[1], validate=True)
    need(len(text.encode()) <= 24576 and base64.b64encode(box).decode() == lines[2].split(": ")[1], f"{path}: no file of keys")
    plain = unwrap(lines[1].split(": ")[1], box, lines[:2]).decode()
    need(re.fullmatch(r"made: \S+\n(umk: \S+\n)*(signing: \S+ \S+\n)*(trusted: \S+\n)*(receipts: \S+\n)*", plain), f"{path}: not what a bundle holds")
    for line in re.findall("^(?:trusted|receipts): (.*)$", plain, re.M):
        trusted_line(line)
    keys = [line.split(" ") for line in plain.splitlines() if line.startswith(("umk: ", "signing: "))]
    return [(key[0][:-1], base64.b64decode(key[-1], validate=True), key[1] if len(key) == 3 else None) for key in keys]


def unwrap(wrapping, box, front):
    word, cost, salt = wrapping.split(" ")
    need(word == "scrypt" and re.fullmatch("1[4-9]|20", cost), "no wrapping")
    key = hashlib.scrypt(os.environ["HANSARD_PASSPHRASE"].encode(), salt=canonical(salt, 16), n=1 << int(cost), r=8, p=1, dklen=32, maxmem=(1 << 31) - 1)
    return AESGCM(key).decrypt(box[:12], box[12:], "".join(line + "\n" for line in front).encode())


def open_key(text, path):
    front = "(?:#.*\n)*(hansard key v1\n(?:kind: umk|kind: signing\nname: (" + KEY_NAME + "))\n"
    match = re.fullmatch(front + "wrapping: (?:none|(scrypt .*))\n)secret: (.*)\n", text)
    need(match and len(text.encode()) <= 4096, f"{path}: no key file")
    lines, name, wrapping, secret = match.groups()
    secret = canonical(secret, 60 if wrapping else 32)
    return unwrap(wrapping, secret, lines.splitlines()) if wrapping else secret, name


def canonical(text, size):
    data = base64.b64decode(text, validate=True)
    need(len(data) == size and base64.b64encode(data).decode() == text, "no base64 of so many bytes")
    return data


def trusted_line(line):
    name, key_id, key = line.split("+", 2)
    need(re.fullmatch(KEY_NAME, name), "no name of a key")
    key = base64.b64decode(key, validate=True)
    need(bytes([*key[1:-1], key[-1] & 127]) not in SMALL_ORDER, "a key of small order")
    need(key[0] == 1 and sha(name.encode() + b"\n" + key)[:4].hex() == key_id, "a trusted line that is none")
    return (name, bytes.fromhex(key_id)), Ed25519PublicKey.from_public_bytes(key[1:])


def trust_of(text):
    return dict(trusted_line(line.strip()) for line in text.splitlines() if line.strip() and not line.startswith("#"))


def line_of(name, seed):
    key = b"\x01" + Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return f"{name}+{sha(name.encode() + bytes([10]) + key)[:4].hex()}+{base64.b64encode(key).decode()}"


def words(kind, secret):
    data = secret + sha(b"hansard/words/v1" + kind.encode() + secret)[:2]
    c, v = "bdfghjklmnprstvz", "aiou"
    return " ".join(c[n >> 12] + v[n >> 10 & 3] + c[n >> 6 & 15] + v[n >> 4 & 3] + c[n & 15] for n in (int.from_bytes(data[i:i + 2], "big") for i in range(0, 34, 2)))

# One dialogue

def leaf_type(kind, subkey):
    return kind in SUBKEYS and bool(re.fullmatch(SUBKEYS[kind], subkey, re.A))


def part_key(subkey):
    kind, _, rest = subkey.partition("#")
    owner, _, n = rest.rpartition("#")
    return kind != "dek" and leaf_type(kind, owner) and bool(re.fullmatch("(?!0000)[0-9]{4}", n))


def within(value, greatest, least=1):
    return type(value) is int and least <= value <= greatest


def plain_size(item):
    return max(len(item["box"]) - 16, 0)


def time_good(text):
    try:
        return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}\.[0-9]{6}Z", text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def reserved(note, tenant, dialogue):
    """A place that is kept for a copy, and no dialogue."""
    return bool(re.fullmatch(rb"hansard reservation v1\n%s/%s\n[1-9][0-9]{0,9}\n[0-9a-f]{32}\n(open|called off)\n" % (tenant.encode(), dialogue.encode()), note))


class Dialogue:
    def __init__(self, db, tenant, dialogue, trust):
        where = (tenant, dialogue)
        self.tenant, self.dialogue, self.deks = tenant, dialogue, {}
        need(all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name) for name in where) and len(tenant) <= 32 and len(dialogue) <= 80, "no name of a dialogue")
        note = db.execute("SELECT note FROM heads WHERE tenant = ? AND dialogue = ?", where).fetchone()
        need(note and not reserved(note[0], *where), f"{dialogue}: not there")
        self.rev, self.hash = self.check_note(note[0], trust)
        self.commits = dict(db.execute("SELECT rev, stored FROM commits WHERE tenant = ? AND dialogue = ?", where))
        self.items = {(t, s): self.prove(t, s, stored) for t, s, stored in db.execute("SELECT type, subkey, stored FROM items WHERE tenant = ? AND dialogue = ? ORDER BY type, subkey", where)}
        self.parts = {}
        for t, s, n, rev, stored in db.execute("SELECT type, subkey, n, rev, stored FROM parts WHERE tenant = ? AND dialogue = ?", where):
            self.parts[t, s, n] = part = self.prove("part", f"{t}#{s}#{n:04d}", stored)
            need(part["rev"] == rev, f"{part['address']}: stands under another commit")

    def check_note(self, note, trust):
        match = re.fullmatch(rb"(hansard head v1\n([a-z0-9-]+)/([a-z0-9-]+)\n([1-9][0-9]{0,9})\n([A-Za-z0-9+/]{43}=)\n)\n((?:\xe2\x80\x94 " + KEY_NAME.encode() + rb" [A-Za-z0-9+/=]+\n){1,16})", note)
        need(match and len(note) <= 8192, "head: cannot be read")
        need((match[2].decode(), match[3].decode()) == (self.tenant, self.dialogue), "head: of another dialogue")
        good, seen = 0, set()
        for line in match[6].decode().splitlines():
            _, name, encoded = line.split(" ")
            data = base64.b64decode(encoded, validate=True)
            need(base64.b64encode(data).decode() == encoded and len(data) > 4 and (name, data[:4]) not in seen, "head: cannot be read")
            seen.add((name, data[:4]))
            if (name, data[:4]) in trust:
                try:
                    trust[name, data[:4]].verify(data[4:], match[1])
                except InvalidSignature:
                    raise Violated("head: a signature is not good") from None
                good += 1
        need(good, "head: signed by nobody who is trusted")
        need(base64.b64encode(base64.b64decode(match[5])) == match[5], "head: cannot be read")
        return int(match[4]), base64.b64decode(match[5])

    def prove(self, kind, subkey, stored):
        address = f"dialogue:{self.dialogue}/entity:{kind}/{subkey}"
        value = read(stored, address)
        need(part_key(subkey) if kind == "part" else leaf_type(kind, subkey), f"{address}: no item may stand there")
        need(len(stored) <= 140000, f"{address}: too large")
        need(isinstance(value, list) and [type(x) for x in value] == [int, int, int, dict, bytes, bytes, bytes] and value[0] == 1, f"{address}: no item")
        digest = sha(b"\x88\x01" + cbor(self.tenant) + cbor(address) + stored[2:-34])
        _, generation, rev, attrs, nonce, box, tag = value
        need(within(generation, 9999) and within(rev, 9999999999), f"{address}: a number out of range")
        need(all(type(field) in (str, int, bool) for field in attrs.values()) and len(cbor(attrs)) <= 8192, f"{address}: no attrs")
        need(len(tag) == 32 and (len(nonce) == 12 and 16 < len(box) <= PIECE + 16 or not nonce and not box), f"{address}: no tag, nonce or box")
        return {"address": address, "generation": generation, "rev": rev, "attrs": attrs, "nonce": nonce, "box": box, "tag": tag, "digest": digest, "leaf": sha(b"\0" + digest + tag)}

    def commit(self, rev, expected):
        need(rev in self.commits and sha(b"\x02" + self.commits[rev]) == expected, f"commit {rev}: missing, or not the one that was committed")
        need(len(self.commits[rev]) <= 350000, f"commit {rev}: too large")
        keys = ("version", "tenant", "dialogue", "rev", "time", "actor", "operation", "changes", "detail", "count", "root", "previous")
        commit = dict(zip(keys, read(self.commits[rev], f"commit {rev}"), strict=True))
        need((commit["version"], commit["tenant"], commit["dialogue"], commit["rev"]) == (1, self.tenant, self.dialogue, rev) and time_good(commit["time"]), f"commit {rev}: of another place")
        types = {"version": int, "rev": int, "actor": str, "operation": str, "changes": list, "count": int, "root": bytes, "previous": bytes}
        need(all(type(commit[name]) is kind for name, kind in types.items()) and commit["count"] >= 0, f"commit {rev}: a field of another kind")
        need(len(commit["root"]) == len(commit["previous"]) == 32 and within(rev, 9999999999), f"commit {rev}: a field of another size")
        changes = commit["changes"]
        need(len(changes) <= 4096 and all(isinstance(change, list) and [type(x) for x in change] == [str, str, bytes] and len(change[2]) in (0, 32) for change in changes), f"commit {rev}: no changes")
        need(all(leaf_type(kind, subkey) for kind, subkey, _ in changes), f"commit {rev}: changes of no leaf")
        need(all(one[:2] < other[:2] for one, other in zip(changes, changes[1:])), f"commit {rev}: changes out of order")
        keys = {"store"} if rev == 1 else DETAILS.get(commit["operation"])
        detail = commit["detail"]
        need(isinstance(detail, dict) and keys in (None, detail.keys()), f"commit {rev}: another detail")
        need(keys is None or all(type(detail[name]) is int and detail[name] >= 0 for name in ("items", "bytes") if name in keys), f"commit {rev}: no count")
        need(keys is None or all(STORE.fullmatch(detail[name]) for name in ("store", "source", "target") if name in keys), f"commit {rev}: no store")
        return commit

    def below(self, commit):
        """The rev of the commit that this one stands on, which must have the hash of its `previous`."""
        rev = commit["rev"]
        if commit["operation"] != "restore" or rev == 1:
            return rev - 1
        need(type(commit["detail"]["lost_hash"]) is bytes and len(commit["detail"]["lost_hash"]) == 32, f"commit {rev}: no hash")
        survivor = max((r for r in self.commits if r < rev), default=0)
        need(within(commit["detail"]["lost_rev"], 9999999999) and commit["detail"]["lost_rev"] == rev - 1 >= survivor > 0, f"commit {rev}: restores nothing")
        return survivor

    def released(self):
        """Where it was moved to, of one of which head and migrate-out alone are left."""
        newest = self.commit(self.rev, self.hash)
        if newest["operation"] != "migrate-out" or self.items or self.rev == 1 or (newest["count"] == 0 and len(self.commits) > 1):
            return None
        need(self.commits.keys() == {self.rev} and not self.parts, "more than head and migrate-out of a dialogue without items")
        return newest["detail"]["target"]

    def verify(self):
        """Everything that the public key proves."""
        target = self.released()
        if target:
            return f"good {self.dialogue} rev {self.rev}, released: it is in {target}"
        chain, rev, expected = [], self.rev, self.hash
        while rev >= 1:
            commit = self.commit(rev, expected)
            chain.append(commit)
            rev, expected = self.below(commit), commit["previous"]
        need(expected == bytes(32) and len(chain) == len(self.commits), "commits stand outside the chain")
        leaves, revs, added, time, closed, before, count = {}, {}, {}, "", "", None, 0
        for commit in reversed(chain):
            operation = commit["operation"]
            sealed = before["operation"] == "migrate-out" if before else False
            need(not sealed or operation not in ("erase", "migrate-out"), f"commit {commit['rev']}: {operation} behind migrate-out")
            need(not before or sealed or operation not in ("migrate-in", "migrate-cancel"), f"commit {commit['rev']}: {operation} behind no migrate-out")
            if before and operation == "migrate-in":
                need(commit["detail"]["store"] == before["detail"]["target"], f"commit {commit['rev']}: takes over what was sent to another store")
                need(min(commit["detail"]["items"], commit["detail"]["bytes"]) >= count + len(leaves), f"commit {commit['rev']}: counts less than there was to be copied")
            before, count = commit, count + 1
            if operation in ("erase", "restore") or operation.startswith("migrate-"):
                closed = closed if closed == "erase" else operation if operation in ("erase", "migrate-out") else ""
            else:
                need(not closed, f"commit {commit['rev']}: an ordinary one behind {closed}")
            for kind, subkey, leaf in commit["changes"]:
                need(leaf or (kind, subkey) in leaves, f"commit {commit['rev']}: removes what was not there")
                added[kind, subkey] = added[kind, subkey] if (kind, subkey) in leaves else commit["rev"]
                leaves[kind, subkey], revs[kind, subkey] = leaf, commit["rev"]
            leaves = {key: leaf for key, leaf in leaves.items() if leaf}
            need(operation != "erase" or all(kind != "dek" for kind, _ in leaves), f"commit {commit['rev']}: leaves a key")
            need(tree([leaves[key] for key in sorted(leaves)]) == commit["root"] and len(leaves) == commit["count"], f"commit {commit['rev']}: another root")
            need(commit["time"] >= time, f"commit {commit['rev']}: time runs backwards")
            time = commit["time"]
        need(sum(kind == "dek" for kind, _ in leaves) <= 64, "more generations than a dialogue has")
        need(leaves.keys() == self.items.keys(), f"items added or missing: {sorted(leaves.keys() ^ self.items.keys())}")
        for key, item in self.items.items():
            need((item["leaf"], item["rev"]) == (leaves[key], revs[key]), f"{item['address']}: not what was committed")
            self.check_generation(key, item, added[key])
            parts = self.parts_of(key, item)
            need(("parts" in item["attrs"]) == ("parts_root" in item["attrs"]) == (bool(parts) or key[0] == "file"), f"{item['address']}: says nothing readable about its parts")
            need("parts" not in item["attrs"] or tree([part["leaf"] for part in parts]).hex() == item["attrs"]["parts_root"], f"{item['address']}: other parts")
            pieces = [plain_size(one) for one in ([] if key[0] == "file" else [item]) + parts]
            need(not parts or all(size == PIECE for size in pieces[:-1]) and pieces[-1], f"{item['address']}: not cut where it must be")
            for part in parts:
                need((part["rev"], part["generation"], part["attrs"]) == (item["rev"], item["generation"], {}), f"{part['address']}: of another commit")
        need(sum(item["attrs"].get("parts", 0) for item in self.items.values()) == len(self.parts), "parts without an owner")
        need(before["operation"] != "migrate-in" or self.rev == 1 or before["detail"]["items"] == count - 1 + len(self.items) + len(self.parts), f"commit {self.rev}: counts other items than there are")
        return f"good {self.dialogue} rev {self.rev}, {len(chain)} commits, {len(self.items)} items, {len(self.parts)} parts"

    def check_generation(self, key, item, added):
        attrs = item["attrs"]
        if key[0] != "dek":
            need(("dek", f"{item['generation']:04d}") in self.items or all(kind != "dek" for kind, _ in self.items), f"{item['address']}: no such generation")
            return
        need(attrs.keys() == {"epoch", "kek", "since"} and item["generation"] == int(key[1]) and plain_size(item) == 32, f"{item['address']}: no wrap")
        need(within(attrs["epoch"], (1 << 53) - 1) and type(attrs["since"]) is int and type(attrs["kek"]) is str and re.fullmatch("[0-9a-f]{16}", attrs["kek"]), f"{item['address']}: no wrap")
        need(attrs["since"] == added, f"{item['address']}: since another commit")

    def parts_of(self, key, item):
        need(within(item["attrs"].get("parts", 0), 9999, 0), f"{item['address']}: no number of parts")
        numbers = range(1, item["attrs"].get("parts", 0) + 1)
        need(all((*key, n) in self.parts for n in numbers), f"{item['address']}: parts are missing")
        return [self.parts[*key, n] for n in numbers]

    def unlock(self, umks, epochs):
        keks = [expand(umk, b"hansard/kek/v1" + cbor([self.tenant, epoch])) for umk in umks for epoch in epochs]
        by_id = {expand(kek, b"hansard/kek-id/v1")[:8].hex(): kek for kek in keks}
        for (kind, subkey), item in self.items.items():
            if kind == "dek":
                if item["attrs"]["kek"] not in by_id:
                    raise WrongKey(item["address"])
                self.deks[item["generation"]] = dek = self.decrypt(item, expand(by_id[item["attrs"]["kek"]], b"hansard/wrap/v1"))
                self.check_tag(item, dek)

    def check_tag(self, item, dek):
        need(hmac.compare_digest(hmac.digest(expand(dek, b"hansard/tag/v1"), item["digest"], "sha256"), item["tag"]), f"{item['address']}: another tag")

    def decrypt(self, item, key):
        try:
            return AESGCM(key).decrypt(item["nonce"], item["box"], sha(item["address"].encode()))
        except InvalidTag:
            raise Violated(f"{item['address']}: does not open") from None

    def open(self, item):
        dek = self.deks[item["generation"]]
        self.check_tag(item, dek)
        return self.decrypt(item, expand(dek, b"hansard/seal/v1")) if item["box"] else b""

    def entities(self):
        """Each item but wraps: type, subkey, its fields as JSON has them, the content of a file."""
        for (kind, subkey), item in self.items.items():
            if kind != "dek":
                plain, rest = self.open(item), b"".join(map(self.open, self.parts_of((kind, subkey), item)))
                if kind != "file":
                    plain, rest = plain + rest, b""
                sealed = read(plain, item["address"]) if plain else {}
                need(sealed or not plain, f"{item['address']}: an empty map")
                attrs = {name: value for name, value in item["attrs"].items() if name not in ("parts", "parts_root")}
                fields = shown(kind, {"attrs": attrs, "sealed": sealed})
                need(kind != "file" or (fields["sha256"], fields["size"]) == (sha(rest).hex(), len(rest)), f"{item['address']}: another content")
                yield kind, subkey, fields, rest


def shown(shape, values):
    """A map as JSON has it, each pair held against its row."""
    result, left = {}, {where: dict(pairs) for where, pairs in values.items()}
    for name, kind, where, must, _ in SHAPES[shape]:
        if name in left.get(where, {}):
            result[name] = value_of(kind, left[where].pop(name), f"{shape}.{name}")
        else:
            need(must == "no", f"{shape}.{name}: missing")
    need(not any(left.values()), f"{shape}: unknown fields {left}")
    return result


def value_of(kind, value, what):
    kind, _, of = kind.partition(": ")
    types = {"text": str, "time": str, "hash": bytes, "texts": list, "integer": int, "boolean": bool, "word": str, "group": dict, "groups": list}
    need(type(value) is types[kind], f"{what}: no {kind}")
    need(kind != "time" or time_good(value), f"{what}: no time")
    need(kind != "hash" or len(value) == 32, f"{what}: no hash")
    need(kind != "texts" or all(type(one) is str for one in value), f"{what}: no texts")
    need(kind != "word" or value in WORDS[of], f"{what}: no word")
    if kind == "integer":
        least, greatest, scale = UNITS[of]
        need(least <= value <= greatest, f"{what}: out of range")
        return value / scale if scale > 1 else value
    if kind == "group":
        return shown(of, {"sealed": value})
    return value.hex() if kind == "hash" else [shown(of, {"sealed": one}) for one in value] if kind == "groups" else value


LETTERS = {"perspective": "P", "recommendation": "R", "tension": "T", "evidence": "E", "claim": "C"}
LISTS = {"round": "rounds", "expert": "experts", "perspective": "perspectives", "tension": "tensions", "recommendation": "recommendations", "evidence": "evidence",
         "claim": "claims", "verdict": "verdicts", "move": "moves", "file": "files"}


def export(dialogue):
    """docs/json.md, The export."""
    out = {"format": "hansard-dialogue", "version": 1, "dialogue_id": dialogue.dialogue, "meta": None} | {name: [] for name in LISTS.values()} | {"references": [], "events": []}
    owners, ties, order = {}, [], []
    for kind, subkey, fields, content in dialogue.entities():
        if kind in ("ref", "event"):
            ties.append((kind, subkey.split("#"), subkey, fields))
            continue
        names, rank, owner = {}, (subkey,), subkey
        if kind in LETTERS:
            owner = LETTERS[kind] + subkey.replace("#", "")
            names, rank = {"id": owner}, tuple(map(int, subkey.split("#")))
        elif kind == "move":
            number, expert, seq = subkey.split("#")
            names, rank = {"round": int(number), "expert": expert, "seq": int(seq)}, (int(number), expert, int(seq))
        elif kind != "meta":
            label = {"round": "round", "file": "n"}.get(kind)
            names = {label: int(subkey)} if label else {"slug" if kind == "expert" else "id": subkey}
        row = names | fields | ({"references": []} if kind in LETTERS else {}) | ({"events": []} if kind in LETTERS or kind in ("meta", "round") else {})
        if kind == "file":
            text = content.decode(errors="replace")
            row |= {"text": text} if text.encode() == content and "\0" not in text else {"base64": base64.b64encode(content).decode()}
        owners["meta" if kind == "meta" else owner] = row
        order.append((kind, rank, row))
    for kind, rank, row in sorted(order, key=lambda entry: entry[:2]):
        if kind == "meta":
            out["meta"] = row
        else:
            out[LISTS[kind]].append(row)
    def when(tie):
        """Events by time, number among those of one target and instant, round, and subkey; edges before them as they stand."""
        kind, pieces, subkey, fields = tie
        return (0,) if kind == "ref" else (1, pieces[2], int(pieces[3]), fields.get("event_round", -1), subkey)

    for kind, pieces, subkey, fields in sorted(ties, key=when):
        owner = owners.get(pieces[0] if kind == "ref" else pieces[1], {})
        name = {"type": pieces[1], "target": pieces[2]} if kind == "ref" else {"id": subkey}
        where = "references" if kind == "ref" else "events"
        if where in owner:
            owner[where].append(name | fields)
        else:
            out[where].append(({"source": pieces[0]} if kind == "ref" else {}) | name | fields)
    return out


def main(verb, store, *rest):
    if verb == "words":
        keys = Path(store)
        umks = [key_file(keys / "umk")[0]] if keys.is_dir() else [secret for kind, secret, _ in bundle(keys) if kind == "umk"]
        return print("\n".join(words("umk", umk) for umk in umks))
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True, isolation_level=None)
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("BEGIN")
    need(db.execute("PRAGMA application_id").fetchone() == (0x68616e73,) and db.execute("PRAGMA user_version").fetchone() == (1,), "no store of this format")
    need(db.execute("SELECT stored_format FROM store_meta").fetchall() == [(1,)], "no store of this format")
    if verb == "verify":
        tenant, trusted = rest
        need(not db.execute("PRAGMA foreign_key_check").fetchall(), "rows without a head or an owner")
        for name, note in db.execute("SELECT dialogue, note FROM heads WHERE tenant = ? ORDER BY dialogue", (tenant,)).fetchall():
            if not reserved(note, tenant, name):
                print(Dialogue(db, tenant, name, trust_of(Path(trusted).read_text())).verify())
        return None
    tenant, keys, name, *epochs = rest
    keys = Path(keys)
    files = {path.name: key_file(path) for path in keys.iterdir() if path.name.split(".")[0] in ("umk", "signing")}
    lines = [line_of(name, seed) for file, (seed, name) in files.items() if file.startswith("signing")]
    trusted = (keys / "trusted").read_text() if (keys / "trusted").exists() else ""
    dialogue = Dialogue(db, tenant, name, trust_of("\n".join(lines) + "\n" + trusted))
    dialogue.verify()
    need(dialogue.items or not dialogue.released(), f"{name}: released")
    dialogue.unlock([secret for file, (secret, _) in files.items() if file.startswith("umk")], [int(epoch) for epoch in epochs] or [1])
    return print(json.dumps(export(dialogue), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (WrongKey, Violated, ValueError, TypeError, sqlite3.DatabaseError) as fault:  # the last three: not of the shape that the page gives
        print(f"{type(fault).__name__}: {fault}", file=sys.stderr)
        sys.exit(12 if isinstance(fault, WrongKey) else 13)
