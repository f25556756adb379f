#!/usr/bin/env python3
"""The format, version 1, written from its text alone: makes vectors, and opens what anybody sealed.

    python3 envelope.py > envelope.json

One dialogue from its creation to its erasure: items of several types, files of 0, 1, 131,072, 131,073 and 300,000 bytes, sealed
fields of 131,072 and more bytes, an update that replaces parts by none and removes items, keys wrapped anew under another epoch,
a second generation, commits that a restore declares lost, an erasure in two commits. Every byte string that went in is written
as {"head": hex, "unit": hex, "size": n}: the head, then the unit over and over, cut at n bytes. What is stored is given as its
size and SHA-256, and as hex where it is short. Keys, times and randomness are fixed; the output is committed beside this program
and never made anew.
"""
import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PIECE = 131072


# Encoding

def head(major, n):
    for code, size in ((None, 0), (24, 1), (25, 2), (26, 4), (27, 8)):
        if size == 0 and n < 24:
            return bytes([major << 5 | n])
        if size and n < 1 << 8 * size:
            return bytes([major << 5 | code]) + n.to_bytes(size, "big")
    raise ValueError(n)


def cbor(value):
    if value is True or value is False:
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -value - 1)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    pairs = sorted((cbor(key), cbor(item)) for key, item in value.items())
    return head(5, len(pairs)) + b"".join(key + item for key, item in pairs)


class Reader:
    """Takes values off the front of bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if self.at + size > len(self.data):
            raise ValueError("cut short")
        self.at += size
        return self.data[self.at - size:self.at]

    def value(self):
        first = self.take(1)[0]
        major, low = first >> 5, first & 31
        if major == 7:
            return {20: False, 21: True}[low]
        n = low if low < 24 else int.from_bytes(self.take({24: 1, 25: 2, 26: 4, 27: 8}[low]), "big")
        if major < 2:
            return n if major == 0 else -n - 1
        if major < 4:
            data = self.take(n)
            return data if major == 2 else data.decode()
        if major == 4:
            return [self.value() for _ in range(n)]
        return {self.value(): self.value() for _ in range(n)}


def parse(data):
    reader = Reader(data)
    value = reader.value()
    if cbor(value) != data:
        raise ValueError("not in the one form that is written")
    return value


# Hashes and keys

def sha(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(key, info):
    return mac(key, info + b"\x01")


def tree(leaves):
    """MTH of RFC 6962 over leaf hashes."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha(b"")
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01" + tree(leaves[:half]) + tree(leaves[half:]))


def kek_of(umk, tenant, epoch):
    return expand(umk, b"hansard/kek/v1" + cbor([tenant, epoch]))


def kek_id(kek):
    return expand(kek, b"hansard/kek-id/v1")[:8].hex()


def box_key(key, wrap):
    return expand(key, b"hansard/wrap/v1" if wrap else b"hansard/seal/v1")


def nonce_of(key, random, address, plain):
    return mac(expand(key, b"hansard/nonce/v1"), cbor([random, address, plain]))[:12]


# Items

class Place:
    """Where an item is: what its bytes are bound to and never say themselves."""

    def __init__(self, tenant, dialogue, key):
        self.tenant, self.address = tenant, f"dialogue:{dialogue}/entity:{key[0]}/{key[1]}"


def prove(place, stored):
    """(fields, digest || tag) of a stored item."""
    version, generation, rev, attrs, nonce, box, tag = parse(stored)
    if version != 1:
        raise ValueError(f"an item of version {version}")
    digest = sha(cbor([1, place.tenant, place.address, generation, rev, attrs, nonce, box]))
    return (generation, rev, attrs, nonce, box, tag), digest + tag


def leaf_of(d):
    return sha(b"\x00" + d)


def seal(place, generation, rev, attrs, nonce, box, dek):
    digest = sha(cbor([1, place.tenant, place.address, generation, rev, attrs, nonce, box]))
    tag = mac(expand(dek, b"hansard/tag/v1"), digest)
    return cbor([1, generation, rev, attrs, nonce, box, tag]), leaf_of(digest + tag)


def seal_plain(place, generation, rev, attrs, plain, dek, random):
    nonce = box = b""
    if plain:
        nonce = nonce_of(dek, random, place.address, plain)
        box = AESGCM(box_key(dek, False)).encrypt(nonce, plain, sha(place.address.encode()))
    return seal(place, generation, rev, attrs, nonce, box, dek)


def seal_wrap(place, generation, rev, since, epoch, kek, dek, random):
    nonce = nonce_of(kek, random, place.address, dek)
    box = AESGCM(box_key(kek, True)).encrypt(nonce, dek, sha(place.address.encode()))
    return seal(place, generation, rev, {"epoch": epoch, "kek": kek_id(kek), "since": since}, nonce, box, dek)


def check_tag(fields, d, dek, address):
    if not hmac.compare_digest(mac(expand(dek, b"hansard/tag/v1"), d[:32]), fields[5]):
        raise ValueError(f"{address}: tag")


def open_box(place, fields, key):
    return AESGCM(key).decrypt(fields[3], fields[4], sha(place.address.encode())) if fields[4] else b""


# Heads

def unbase64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("base64 that is written otherwise")
    return data


def trusted_of(name, public):
    """(name, id, public key) that a head is believed from."""
    return name, sha(name.encode() + b"\n\x01" + public)[:4], public


def write_head(tenant, dialogue, rev, hash_, signers):
    body = f"hansard head v1\n{tenant}/{dialogue}\n{rev}\n{base64.b64encode(hash_).decode()}\n"
    text = body + "\n"
    for name, seed in signers:
        key = Ed25519PrivateKey.from_private_bytes(seed)
        _, id_, _ = trusted_of(name, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        text += f"\u2014 {name} {base64.b64encode(id_ + key.sign(body.encode())).decode()}\n"
    return text


def read_head(text, trusted):
    """(tenant/dialogue, rev, hash) of a head that a trusted key signed; raises where it does not hold."""
    body, lines = text.split("\n\n", 1)
    first, place, rev, hash_ = body.split("\n")
    body += "\n"
    if first != "hansard head v1" or not lines.endswith("\n"):
        raise ValueError("not a head of this version")
    good = 0
    for line in lines[:-1].split("\n"):
        mark, name, encoded = line.split(" ")
        data = unbase64(encoded)
        for known_name, id_, public in trusted:
            if mark == "\u2014" and (name, data[:4]) == (known_name, id_):
                Ed25519PublicKey.from_public_bytes(public).verify(data[4:], body.encode())
                good += 1
    if not good:
        raise ValueError("no trusted key has signed")
    return place, int(rev), unbase64(hash_)


# Opening a whole dialogue

def replay(commits):
    """Leaves by key after all commits, {rev: bytes}; checks chain, roots, counts and times. Returns them with the last hash."""
    leaves, last_rev, previous, time = {}, 0, bytes(32), ""
    for rev in sorted(commits):
        version, tenant, dialogue, own_rev, own_time, _, operation, changes, detail, count, root, before = parse(commits[rev])
        after_gap = operation == "restore" and rev == detail["lost_rev"] + 1 and rev > last_rev
        if version != 1 or own_rev != rev or before != previous or own_time < time or not (rev == last_rev + 1 or after_gap):
            raise ValueError(f"commit {rev} does not follow")
        for type_, subkey, leaf in changes:
            if leaf:
                leaves[type_, subkey] = rev, leaf
            else:
                del leaves[type_, subkey]
        in_order = [leaves[key][1] for key in sorted(leaves, key=lambda key: Place(tenant, dialogue, key).address.encode())]
        if tree(in_order) != root or len(in_order) != count:
            raise ValueError(f"commit {rev}: root")
        last_rev, previous, time = rev, sha(b"\x02" + commits[rev]), own_time
    return leaves, last_rev, previous


def open_deks(tenant, dialogue, items, keks):
    deks = {}
    for key, stored in items.items():
        if key[0] != "dek":
            continue
        place = Place(tenant, dialogue, key)
        fields, d = prove(place, stored)
        kek = {kek_id(kek): kek for kek in keks}[fields[2]["kek"]]
        dek = open_box(place, fields, box_key(kek, True))
        check_tag(fields, d, dek, place.address)
        if fields[0] != int(key[1]):
            raise ValueError(f"{place.address}: generation")
        deks[fields[0]] = dek
    return deks


def open_dialogue(tenant, dialogue, stored, keks, trusted):
    """Every item in clear, {(type, subkey): (attrs, sealed fields, content or None)}, of {"head", "commits": {rev: bytes}, "items":
    {key: bytes}, "parts": {key: bytes}}; raises at the first thing that does not hold."""
    place, rev, hash_ = read_head(stored["head"], trusted)
    leaves, last_rev, last_hash = replay(stored["commits"])
    if (place, rev, hash_) != (f"{tenant}/{dialogue}", last_rev, last_hash) or set(leaves) != set(stored["items"]):
        raise ValueError("the head is not of these commits and items")
    deks = open_deks(tenant, dialogue, stored["items"], keks)
    opened = {}
    for key, data in stored["items"].items():
        place = Place(tenant, dialogue, key)
        fields, d = prove(place, data)
        if (fields[1], leaf_of(d)) != leaves[key]:
            raise ValueError(f"{place.address}: leaf")
        if key[0] == "dek" or not deks:
            continue
        check_tag(fields, d, deks[fields[0]], place.address)
        plain, attrs = open_box(place, fields, box_key(deks[fields[0]], False)), dict(fields[2])
        pieces, part_leaves = [], []
        for n in range(1, attrs.pop("parts", 0) + 1):
            part_key = "part", f"{key[0]}#{key[1]}#{n:04d}"
            part_place = Place(tenant, dialogue, part_key)
            part, part_d = prove(part_place, stored["parts"][part_key])
            check_tag(part, part_d, deks[part[0]], part_place.address)
            if (part[0], part[1], part[2]) != (fields[0], fields[1], {}):
                raise ValueError(f"{part_place.address}: another writing's")
            pieces.append(open_box(part_place, part, box_key(deks[part[0]], False)))
            part_leaves.append(leaf_of(part_d))
        root = attrs.pop("parts_root", None)
        if root is not None and root != tree(part_leaves).hex():
            raise ValueError(f"{place.address}: parts")
        content = b"".join(pieces) if key[0] == "file" else None
        opened[key] = attrs, parse(plain + (b"" if key[0] == "file" else b"".join(pieces)) or b"\xa0"), content
    return opened


# The story

TENANT, DIALOGUE, STORE, ACTOR = "acme", "should-we-move-the-ledger", "memory:" + "5a" * 16, "judge"
UMK, SEED, SIGNER = bytes(range(32)), bytes(range(32, 64)), "test"
TIME = "2026-11-20T09:00:{:02d}.000000Z"


class Bytes:
    """Bytes that a reader can build again without having them written out."""

    def __init__(self, head_, unit, size):
        self.head, self.unit, self.size = head_, unit, size

    def value(self):
        rest = self.size - len(self.head)
        return self.head + (self.unit * (rest // len(self.unit) + 1))[:rest] if self.unit else self.head

    def show(self):
        return {"head": self.head.hex(), "unit": self.unit.hex(), "size": self.size}


def plain(data):
    return Bytes(data, b"", len(data))


def fields(**values):
    return plain(cbor(values))


def long_field(name, size):
    """cbor of {name: text} that takes exactly `size` bytes, with a text of ASCII digits."""
    before = head(5, 1) + cbor(name)
    start = before + head(3, size - len(before) - 5)
    return Bytes(start, b"0123456789", size)


def put(type_, subkey, attrs, sealed=None, content=None):
    return {"key": (type_, subkey), "attrs": attrs, "sealed": sealed or plain(b""), "content": content}


FILE_SIZES = {"00001": 0, "00002": 1, "00003": PIECE, "00004": PIECE + 1, "00005": 300000}

STORY = [
    ("create", TIME.format(1), [
        put("meta", "", {"status": "open", "created_at": TIME.format(1), "total_rounds": 0, "total_alignment": -3, "calibrated": True},
            fields(title="Größe, naïve, 日本語, e\u0301 is not é, 🙂", number=2**53 - 1, participants=[])),
        put("expert", "muffin", {"tier": "core", "relevance": 950000}, fields(name="Muffin")),
    ]),
    ("register", TIME.format(2), [
        put("round", "00", {"status": "completed", "score": 17}, fields(title="Opening")),
        put("perspective", "00#01", {"status": "open", "created_at": TIME.format(2)}, fields(label="")),
        put("perspective", "00#100", {"status": "open", "created_at": TIME.format(2)}),
        put("ref", "P0001#support#T0001", {"created_at": TIME.format(2)}),
        put("claim", "00#01", {"status": "asserted"}, long_field("body", PIECE)),
        put("evidence", "00#01", {"status": "cited", "zzzzzzzzzzzz": 1}, long_field("body", PIECE + 1)),
        put("tension", "00#01", {"status": "open"}, long_field("body", 3 * PIECE)),
    ] + [put("file", number, {}, fields(path=f"round-0/{size}.md", size=size),
             Bytes(b"", b"\x00\xffzebra", size)) for number, size in FILE_SIZES.items()]),
    ("update", TIME.format(0), [
        put("meta", "", {"status": "converging", "created_at": TIME.format(1)}, fields(title="Shorter")),
        put("evidence", "00#01", {"status": "cited"}, fields(body="short now")),
        put("file", "00004", {}, fields(path="round-0/empty.md", size=0), Bytes(b"", b"", 0)),
        {"key": ("ref", "P0001#support#T0001")},
        {"key": ("file", "00005")},
    ]),
    ("rewrap", TIME.format(4), []),
    ("generation", TIME.format(5), []),
    ("update", TIME.format(6), [
        put("meta", "", {"status": "converged", "created_at": TIME.format(1)}, fields(title="Under the second key")),
        put("file", "00002", {}, fields(path="round-0/2.md", size=PIECE + 2), Bytes(b"", b"\x01two", PIECE + 2)),
    ]),
    ("restore", TIME.format(7), []),
    ("erase", TIME.format(8), None),
    ("erase", TIME.format(9), None),
]
# What the restore declares lost: the newest mark that was known.
LOST_REV, LOST_HASH = 8, sha(b"a commit that did not survive")


class Writer:
    """A dialogue being written, and what each commit drew: 32 bytes for a new DEK, then, in address order, those of each box
    that is sealed, of an item's parts before its own."""

    def __init__(self):
        self.drawn, self.deks, self.since, self.epoch = 0, {}, {}, 1
        self.leaves, self.parts, self.stored = {}, {}, {}
        self.rev, self.previous, self.time, self.rows = 0, bytes(32), "", []

    def draw(self):
        self.drawn += 1
        random = sha(f"drawn {self.drawn}".encode())
        self.entropy.append(random)
        return random

    def place(self, key):
        return Place(TENANT, DIALOGUE, key)

    def add_generation(self):
        generation = len(self.deks) + 1
        self.deks[generation], self.since[generation] = self.draw(), self.rev

    def seal_wrap(self, key):
        generation, kek = int(key[1]), kek_of(UMK, TENANT, self.epoch)
        return seal_wrap(self.place(key), generation, self.rev, self.since[generation], self.epoch, kek, self.deks[generation], self.draw())

    def seal_one(self, key, attrs, data):
        generation = max(self.deks)
        return seal_plain(self.place(key), generation, self.rev, attrs, data, self.deks[generation], self.draw() if data else b"")

    def seal_change(self, change):
        """Seals an item behind its parts; returns all that is stored of it."""
        key, own, content, attrs = change["key"], change["sealed"].value(), change["content"], dict(change["attrs"])
        cut = content.value() if content else own
        pieces = [cut[i:i + PIECE] for i in range(0, len(cut), PIECE)]
        if not content:
            own, pieces = own[:PIECE], pieces[1:]
        parts = []
        for n, piece in enumerate(pieces, 1):
            part_key = "part", f"{key[0]}#{key[1]}#{n:04d}"
            parts.append((part_key, *self.seal_one(part_key, {}, piece)))
        if parts or content:
            attrs |= {"parts": len(parts), "parts_root": tree([leaf for _, _, leaf in parts]).hex()}
        return [(key, *self.seal_one(key, attrs, own))] + parts

    def changes_of(self, operation, listed):
        """What is put and removed, the deks with it: {key: change, a wrap, or None}."""
        changes = {change["key"]: change if "attrs" in change else None for change in listed or []}
        if operation in ("create", "generation"):
            self.add_generation()
            changes["dek", f"{max(self.deks):04d}"] = "wrap"
        if operation == "rewrap":
            self.epoch = 2
            changes |= {("dek", f"{generation:04d}"): "wrap" for generation in self.deks}
        if operation == "erase":
            wraps = [key for key in self.leaves if key[0] == "dek"]
            changes = {key: None for key in wraps or self.leaves}
        return changes

    def commit(self, operation, time, listed):
        self.rev = LOST_REV + 1 if operation == "restore" else self.rev + 1
        self.entropy, sealed, log = [], [], []
        changes = self.changes_of(operation, listed)
        for key in sorted(changes, key=lambda key: self.place(key).address.encode()):
            change, leaf = changes[key], b""
            if change is None:
                del self.leaves[key]
            else:
                made = [(key, *self.seal_wrap(key))] if change == "wrap" else self.seal_change(change)
                leaf = self.leaves[key] = made[0][2]
                sealed += made
            log.append([*key, leaf])
        self.time = max(time, self.time)
        detail = {"store": STORE} if self.rev == 1 or operation == "restore" else {}
        if operation == "restore":
            detail |= {"lost_rev": LOST_REV, "lost_hash": LOST_HASH}
        root = tree([self.leaves[key] for key in sorted(self.leaves, key=lambda key: self.place(key).address.encode())])
        stored = cbor([1, TENANT, DIALOGUE, self.rev, self.time, ACTOR, operation, log, detail, len(self.leaves), root, self.previous])
        self.previous = sha(b"\x02" + stored)
        self.rows.append({
            "rev": self.rev, "operation": operation, "time": time, "entropy": [random.hex() for random in self.entropy],
            "changes": [show_change(change) for change in listed or []],
            "items": [self.show_stored(*made) for made in sealed], "count": len(self.leaves), "root": root.hex(),
            "commit": stored.hex(), "hash": self.previous.hex(),
            "note": write_head(TENANT, DIALOGUE, self.rev, self.previous, [(SIGNER, SEED)])})

    def show_stored(self, key, stored, leaf):
        row = {"type": key[0], "subkey": key[1], "address": self.place(key).address, "leaf": leaf.hex(), "size": len(stored),
               "sha256": sha(stored).hex()}
        return row | ({"stored": stored.hex()} if len(stored) <= 1024 else {})


def show_change(change):
    row = {"type": change["key"][0], "subkey": change["key"][1], "remove": "attrs" not in change}
    if not row["remove"]:
        row |= {"attrs": plain(cbor(change["attrs"])).show(), "sealed": change["sealed"].show()}
        row |= {"content": change["content"].show()} if change["content"] else {}
    return row


def make():
    writer = Writer()
    for operation, time, listed in STORY:
        writer.commit(operation, time, listed)
    return json.dumps({"tenant": TENANT, "dialogue": DIALOGUE, "store": STORE, "actor": ACTOR, "umk": UMK.hex(), "signer": SIGNER,
                       "seed": SEED.hex(), "lost_rev": LOST_REV, "lost_hash": LOST_HASH.hex(),
                       "deks": [writer.deks[generation].hex() for generation in sorted(writer.deks)],
                       "commits": writer.rows}, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(make(), end="")
