#!/usr/bin/env python3
"""Boxes of AES-256-GCM that open under two keys, as whoever knows both keys can make them.

    python3 two_keys.py > two_keys.json

GCM commits to no key: its tag is a polynomial over GF(2^128) in a value that follows from the key (NIST SP 800-38D, GHASH), plus a pad
that does, too. Where two keys are known, one block of ciphertext is solved for so that both keys give one tag. An item and a wrap are
made so; what refuses the second key is the tag of the item. Keys are fixed; that both open each box is asserted with `cryptography`.
"""
import json

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import envelope

TENANT, DIALOGUE = "acme", "d"


def multiply(x, y):
    """The product in GF(2^128), as GCM numbers its bits."""
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def power(x, n):
    result = 1 << 127  # one
    while n:
        if n & 1:
            result = multiply(result, x)
        x, n = multiply(x, x), n >> 1
    return result


def block_cipher(key, block):
    return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)


def number(block):
    return int.from_bytes(block, "big")


def box_of_two(keys, nonce, aad, ciphertext, free):
    """A box that opens under both keys: of `ciphertext`, whole blocks, block `free` is replaced."""
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    hashed = aad + ciphertext + lengths
    blocks = [number(hashed[at:at + 16]) for at in range(0, len(hashed), 16)]
    at = len(aad) // 16 + free
    blocks[at] = 0
    tags, factors = [], []
    for key in keys:
        h = number(block_cipher(key, bytes(16)))
        tag = number(block_cipher(key, nonce + b"\0\0\0\1"))
        for i, block in enumerate(blocks):
            tag ^= multiply(block, power(h, len(blocks) - i))
        tags.append(tag)
        factors.append(power(h, len(blocks) - at))
    solved = multiply(tags[0] ^ tags[1], power(factors[0] ^ factors[1], 2**128 - 2))
    tag = (tags[0] ^ multiply(solved, factors[0])).to_bytes(16, "big")
    box = ciphertext[:16 * free] + solved.to_bytes(16, "big") + ciphertext[16 * free + 16:] + tag
    return box, [AESGCM(key).decrypt(nonce, box, aad) for key in keys]


def stream(key, nonce, size):
    return AESGCM(key).encrypt(nonce, bytes(size), b"")[:size]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def item_of_two():
    """To the first DEK the item begins with one sentence, to the second it ends with another."""
    deks = [bytes([1] * 32), bytes([2] * 32)]
    place = envelope.Place(TENANT, DIALOGUE, ("claim", "00#01"))
    nonce, seals = bytes(range(12)), [envelope.box_key(dek, False) for dek in deks]
    ciphertext = xor(b"Adopt the plan. ", stream(seals[0], nonce, 16)) + bytes(16) + xor(b"Reject the plan.", stream(seals[1], nonce, 48)[32:])
    box, plains = box_of_two(seals, nonce, envelope.sha(place.address.encode()), ciphertext, 1)
    return {"address": place.address, "deks": [dek.hex() for dek in deks], "plains": [plain.hex() for plain in plains], "nonce": nonce.hex(), "box": box.hex(),
            "stored": [envelope.seal(place, 1, 1, {"status": "asserted"}, nonce, box, dek)[0].hex() for dek in deks]}


def wrap_of_two():
    """A wrap that names the second KEK, tagged with the DEK that each KEK finds in it."""
    keks = [bytes([3] * 32), bytes([4] * 32)]
    place = envelope.Place(TENANT, DIALOGUE, ("dek", "0001"))
    nonce = bytes(range(12, 24))
    box, deks = box_of_two([envelope.box_key(kek, True) for kek in keks], nonce, envelope.sha(place.address.encode()), bytes(range(32)), 1)
    attrs = {"epoch": 1, "kek": envelope.kek_id(keks[1]), "since": 1}
    return {"address": place.address, "keks": [kek.hex() for kek in keks], "deks": [dek.hex() for dek in deks], "nonce": nonce.hex(), "box": box.hex(),
            "stored": [envelope.seal(place, 1, 1, attrs, nonce, box, dek)[0].hex() for dek in deks]}


def make():
    return json.dumps({"tenant": TENANT, "item": item_of_two(), "wrap": wrap_of_two()}, indent=1) + "\n"


if __name__ == "__main__":
    print(make(), end="")
