#!/usr/bin/env python3
"""Vectors of format version 0, made from the text of the format alone, with nothing but the standard library.

    python3 version0.py > version0.json

One dialogue in three commits: items of several types, files of 0, 1, 131,072, 131,073 and 300,000 bytes, sealed fields of
131,072 and more bytes, an update that replaces parts by none, a removal. Every byte string is written as
{"head": hex, "unit": hex, "size": n}: the head, then the unit over and over, cut at n bytes. What is stored is given as its
size and SHA-256, and as hex where it is short. The output is committed beside this program and never made anew.
"""
import base64
import hashlib
import json

PIECE = 131072
TENANT, DIALOGUE, STORE, ACTOR = "acme", "should-we-move-the-ledger", "memory:" + "5a" * 16, "judge"


def sha(data):
    return hashlib.sha256(data).digest()


def head(major, n):
    for size, code in ((0, None), (1, 24), (2, 25), (4, 26), (8, 27)):
        if n < (24 if size == 0 else 256 ** size):
            return bytes([major * 32 + (n if size == 0 else code)]) + n.to_bytes(size, "big") if size else bytes([major * 32 + n])
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


def tree(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha(b"\x01" + tree(leaves[:half]) + tree(leaves[half:]))


def address(key):
    return f"dialogue:{DIALOGUE}/entity:{key[0]}/{key[1]}"


def stored_of(rev, attrs, plain):
    return cbor([0, 1, rev, attrs, b"", plain, b""])


def leaf_of(key, rev, attrs, plain):
    return sha(b"\x00" + sha(cbor([0, TENANT, address(key), 1, rev, attrs, b"", plain])))


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


def long_field(name, size):
    """cbor of {name: text} that takes exactly `size` bytes, with a text of ASCII digits."""
    before = head(5, 1) + cbor(name)
    length = size - len(before) - 5
    start = before + head(3, length)
    assert len(start) + length == size
    return Bytes(start, b"0123456789", size)


def put(type_, subkey, attrs, sealed=None, content=None):
    return {"key": (type_, subkey), "attrs": attrs, "sealed": sealed or plain(b""), "content": content}


def fields(**values):
    return plain(cbor(values))


TIME = "2026-11-20T09:00:0{}.000000Z"
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
]


def seal(rev, change):
    """[(key, attrs, plain)] of an item and its parts."""
    key, own, content = change["key"], change["sealed"].value(), change["content"]
    cut = content.value() if content else own
    pieces = [cut[i:i + PIECE] for i in range(0, len(cut), PIECE)]
    if not content:
        own, pieces = own[:PIECE], pieces[1:]
    parts = [(("part", f"{key[0]}#{key[1]}#{n:04d}"), {}, piece) for n, piece in enumerate(pieces, 1)]
    attrs = dict(change["attrs"])
    if parts or content:
        attrs["parts"] = len(parts)
        attrs["parts_root"] = tree([leaf_of(k, rev, a, p) for k, a, p in parts]).hex()
    return [(key, attrs, own)] + parts


def show_stored(key, stored, leaf):
    row = {"type": key[0], "subkey": key[1], "address": address(key), "leaf": leaf.hex(), "size": len(stored), "sha256": sha(stored).hex()}
    return row | ({"stored": stored.hex()} if len(stored) <= 1024 else {})


def main():
    leaves, previous, last_time, rows = {}, bytes(32), "", []
    for rev, (operation, time, changes) in enumerate(STORY, 1):
        kept_time = max(time, last_time)
        listed, shown, items = {}, [], []
        for change in changes:
            key = change["key"]
            row = {"type": key[0], "subkey": key[1], "remove": "attrs" not in change}
            if row["remove"]:
                del leaves[address(key)]
                listed[address(key)] = [*key, b""]
            else:
                row |= {"attrs": plain(cbor(change["attrs"])).show(), "sealed": change["sealed"].show()}
                row |= {"content": change["content"].show()} if change["content"] else {}
                sealed = seal(rev, change)
                leaves[address(key)] = leaf_of(key, rev, *sealed[0][1:])
                listed[address(key)] = [*key, leaves[address(key)]]
                items += [show_stored(k, stored_of(rev, a, p), leaf_of(k, rev, a, p)) for k, a, p in sealed]
            shown.append(row)
        root = tree([leaves[a] for a in sorted(leaves)])
        stored = cbor([0, TENANT, DIALOGUE, rev, kept_time, ACTOR, operation, [listed[a] for a in sorted(listed)],
                       {"store": STORE} if rev == 1 else {}, len(leaves), root, previous])
        previous, last_time = sha(b"\x02" + stored), kept_time
        note = f"hansard head v0\n{TENANT}/{DIALOGUE}\n{rev}\n{base64.b64encode(previous).decode()}\n\n"
        rows.append({"rev": rev, "operation": operation, "time": time, "changes": shown, "items": items, "count": len(leaves),
                     "root": root.hex(), "commit": stored.hex(), "hash": previous.hex(), "note": note})
    print(json.dumps({"tenant": TENANT, "dialogue": DIALOGUE, "store": STORE, "actor": ACTOR, "commits": rows}, indent=1, ensure_ascii=False))


main()
