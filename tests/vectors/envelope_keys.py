#!/usr/bin/env python3
"""Vectors of keys, boxes and signatures, made from the text of the format alone with `cryptography`.

    python3 envelope_keys.py > envelope_keys.json

For given root keys and entropy: the message that an HMAC under the UMK is computed of, KEKs and their ids, the keys under KEK and DEK,
hedged nonces, boxes under SEAL and WRAP, names, ids and lines of trusted keys, signatures. Plaintexts are {"head": hex, "unit": hex,
"size": n}: the head, then the unit over and over, cut at n bytes. A box is given as hex where it is short, always as its size and
SHA-256. Every box and signature is opened or verified again before it is written. The output is committed beside this program and never
made anew: every later release must open it.
"""
import base64
import hashlib
import hmac
import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

PIECE = 131072
SHORT = 1024


def given(what):
    """32 bytes that stand for what a generator of random numbers would give."""
    return hashlib.sha256(b"envelope_keys.py " + what.encode()).digest()


# Deterministic CBOR, as much as this needs: integers from 0, byte strings, text, arrays.

def cbor_head(major, n):
    if n <= 23:
        return bytes([major << 5 | n])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 1 << 8 * size:
            return bytes([major << 5 | code]) + n.to_bytes(size, "big")
    raise ValueError(n)


def cbor_text(text):
    return cbor_head(3, len(text.encode())) + text.encode()


def cbor_bytes(data):
    return cbor_head(2, len(data)) + data


# Keys

def expand(prk, info):
    """HKDF-Expand of `cryptography`; that it is the one HMAC of the format is asserted, for KMS computes that."""
    out = HKDFExpand(algorithm=hashes.SHA256(), length=32, info=info).derive(prk)
    assert out == hmac.digest(prk, info + b"\x01", "sha256")
    return out


def kek_info(tenant, epoch):
    return b"hansard/kek/v1" + cbor_head(4, 2) + cbor_text(tenant) + cbor_head(0, epoch)


def show_kek(umk, tenant, epoch):
    info = kek_info(tenant, epoch)
    kek = expand(umk, info)
    return {"umk": umk.hex(), "tenant": tenant, "epoch": epoch, "message": (info + b"\x01").hex(), "kek": kek.hex(),
            "id": expand(kek, b"hansard/kek-id/v1")[:8].hex(), "wrap": expand(kek, b"hansard/wrap/v1").hex(),
            "nonce": expand(kek, b"hansard/nonce/v1").hex()}


def show_dek(dek):
    return {"dek": dek.hex()} | {use: expand(dek, f"hansard/{use}/v1".encode()).hex() for use in ("seal", "tag", "nonce")}


# Boxes

def plain_of(row):
    head, unit, size = bytes.fromhex(row["head"]), bytes.fromhex(row["unit"]), row["size"]
    data = (head + unit * (size // max(1, len(unit)) + 1))[:size]
    assert len(data) == size
    return data


def show_box(parent, key, address, entropy, plain):
    """`parent` names the key whose nonce key hedges: "kek" or "dek"."""
    data, nonce_key = plain_of(plain), expand(key, b"hansard/nonce/v1")
    hedged = cbor_head(4, 3) + cbor_bytes(entropy) + cbor_text(address) + cbor_bytes(data)
    nonce = hmac.digest(nonce_key, hedged, "sha256")[:12]
    cipher = AESGCM(expand(key, {"dek": b"hansard/seal/v1", "kek": b"hansard/wrap/v1"}[parent]))
    aad = hashlib.sha256(address.encode()).digest()
    box = cipher.encrypt(nonce, data, aad)
    assert len(box) == len(data) + 16 and cipher.decrypt(nonce, box, aad) == data
    row = {"parent": parent, "key": key.hex(), "address": address, "entropy": entropy.hex(), "plain": plain, "nonce": nonce.hex(),
           "size": len(box), "sha256": hashlib.sha256(box).hexdigest()}
    return row | ({"box": box.hex()} if len(box) <= SHORT else {})


def repeated(size, head=b"", unit=b"\x00\xffzebra"):
    return {"head": head.hex(), "unit": unit.hex(), "size": size}


def boxes(keks, deks):
    dialogue = "dialogue:should-we-move-the-ledger/entity:"
    addresses = [dialogue + rest for rest in ("meta/", "claim/00#01", "ref/P0001#support#T0001", "part/file#00001#0001")]
    longest = "dialogue:" + "a" * 80 + "/entity:part/event#" + "b" * 40 + "#P0001#20261120T090000000000Z#0001#0001"
    sizes = (1, 15, 16, 17, 23, 24, 255, 256, 1000, 65535, 65536, PIECE - 1, PIECE)
    for number, size in enumerate(sizes):
        yield show_box("dek", deks[number % len(deks)], addresses[number % len(addresses)], given(f"entropy {number}"), repeated(size))
    # The same plaintext with other entropy, and with the same entropy elsewhere; a generator stuck at zeros and one at ones.
    for entropy, address in ((given("other"), addresses[1]), (given("other"), addresses[2]), (bytes(32), addresses[1]),
                             (b"\xff" * 32, addresses[1]), (given("other"), longest)):
        yield show_box("dek", deks[0], address, entropy, repeated(17))
    # Wrapped DEKs, one under each KEK.
    for number, kek in enumerate(keks, 1):
        dek = deks[number % len(deks)]
        yield show_box("kek", kek, f"{dialogue}dek/{number:04d}", given(f"wrap {number}"), repeated(32, head=dek, unit=b""))


# Signatures

def show_signer(name, seed, messages):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    key_id = hashlib.sha256(name.encode() + b"\x0a\x01" + public).digest()[:4]
    signatures = []
    for message in messages:
        signatures.append({"message": message.hex(), "signature": private.sign(message).hex()})
        private.public_key().verify(bytes.fromhex(signatures[-1]["signature"]), message)
    return {"name": name, "seed": seed.hex(), "public": public.hex(), "id": key_id.hex(),
            "trusted": f"{name}+{key_id.hex()}+{base64.b64encode(bytes([1]) + public).decode()}", "signatures": signatures}


def make():
    umks = [given("umk 1"), given("umk 2"), bytes(32), b"\xff" * 32]
    scopes = [("acme", 1), ("acme", 2), ("acme", 23), ("acme", 24), ("acme", 256), ("acme", 65536), ("acme", 2**32), ("acme", 2**53 - 1),
              ("a", 1), ("0", 1), ("acme-2", 1), ("a" * 23, 1), ("a" * 24, 1), ("a" * 15 + "-" + "z9" * 8, 2**53 - 1)]
    keks = [show_kek(umk, tenant, epoch) for umk in umks for tenant, epoch in scopes]
    deks = [given("dek 1"), given("dek 2"), bytes(32), b"\xff" * 32]
    note = b"hansard head v1\nacme/should-we-move-the-ledger\n7\n" + base64.b64encode(given("hash")) + b"\n"
    names = ["judge", "a", "0", "acme.example/ledger-1", "-", ".", "/", "a" * 64]
    result = {
        "keks": keks,
        "deks": [show_dek(dek) for dek in deks],
        "boxes": list(boxes([bytes.fromhex(kek["kek"]) for kek in keks[:6]], deks)),
        "signers": [show_signer(name, given("seed " + name), [note, b"", b"\x00", note * 10]) for name in names],
    }
    return json.dumps(result, indent=1) + "\n"


if __name__ == "__main__":
    print(make(), end="")
