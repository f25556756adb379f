#!/usr/bin/env python3
"""Chooses from published vectors the ones that apply to src/crypto, and writes them as JSON, a case a line.

    python3 select.py CRYPTOGRAPHY_VECTORS WYCHEPROOF OUT

CRYPTOGRAPHY_VECTORS is the package folder of `cryptography_vectors`, WYCHEPROOF the folder `testvectors_v1` of Wycheproof (their
versions: ORIGIN.md), OUT the folder to write to. Names and values of fields are those of the originals, hex in lower case; nothing
is computed here but the digest of "abc" and the truncated MAC of RFC 4231 that are compared with what is typed below.
"""
import hashlib
import hmac
import json
import pathlib
import re
import sys

# RFC 4231 section 4.6, which cryptography_vectors leaves out: 128 bits of the MAC.
TRUNCATED = {"Key": "0c" * 20, "Msg": b"Test With Truncation".hex(), "MD": "a3b6167473100ee06e0c796c2955552b"}

# RFC 8032 section 7.1, TEST SHA(abc), which the file of the Ed25519 authors does not hold.
SHA_ABC = {
    "name": "TEST SHA(abc)",
    "secret": "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    "public": "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    "message": "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "signature": "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b589"
                 "09351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
}

# The other four of section 7.1, by their public keys.
RFC_8032 = {
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a": "TEST 1",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c": "TEST 2",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025": "TEST 3",
    "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e": "TEST 1024",
}


def blocks(path):
    """The cases of a file in NIST's syntax: dictionaries of `name = value`; of bracketed lines the last value holds."""
    section, case = {}, {}
    for line in path.read_text(encoding="ascii").splitlines() + [""]:
        if line.startswith("#"):
            continue
        if line.startswith("["):
            name, _, value = line[1:-1].partition("=")
            section[name.strip()] = value.strip()
        elif "=" in line:
            name, _, value = line.partition("=")
            case[name.strip()] = value.strip()
        elif line.strip() == "FAIL":
            case["result"] = "FAIL"
        elif case:
            yield section, case
            case = {}


def nist(path):
    """96-bit IV and 128-bit tag of files that are AES-256 as a whole."""
    for section, case in blocks(path):
        assert section["Keylen"] == "256"
        if section["IVlen"] == "96" and section["Taglen"] == "128":
            case["Count"] = int(case["Count"])
            yield case


def wycheproof(path, applies, of_group=()):
    """The groups that apply, each case with the named fields of its group."""
    for group in json.loads(path.read_text(encoding="utf-8"))["testGroups"]:
        if applies(group):
            for test in group["tests"]:
                yield test | {name: group[name] for name in of_group}


def rfc_5869(path):
    """Blank lines part what is said of a case, too: a case ends where its output stands."""
    case = {}
    for _, block in blocks(path):
        case |= block
        if "OKM" in case:
            yield {"COUNT": int(case["COUNT"]), "L": int(case["L"])} | {n: case[n] for n in ("IKM", "salt", "info", "PRK", "OKM")}
            case = {}


def rfc_4231(path):
    cases = [{name: case[name] for name in ("Key", "Msg", "MD")} for _, case in blocks(path)]
    key, message = bytes.fromhex(TRUNCATED["Key"]), bytes.fromhex(TRUNCATED["Msg"])
    assert hmac.digest(key, message, "sha256")[:16].hex() == TRUNCATED["MD"]
    return cases + [TRUNCATED]


def rfc_8032(path):
    assert hashlib.sha512(b"abc").hexdigest() == SHA_ABC["message"]
    for line in path.read_text(encoding="ascii").splitlines():
        secret, public, message, signed = line.split(":")[:4]
        if public in RFC_8032:
            assert secret[64:] == public and signed[128:] == message
            yield {"name": RFC_8032[public], "secret": secret[:64], "public": public, "message": message, "signature": signed[:128]}
    yield SHA_ABC


def write(path, cases):
    rows = [json.dumps(case, ensure_ascii=True) for case in cases]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="ascii")
    print(f"{path.name}: {len(rows)}")


def main():
    ours, theirs, out = map(pathlib.Path, sys.argv[1:])
    gcm = ours / "ciphers/AES/GCM"
    write(out / "nist_gcm_encrypt_256.json", nist(gcm / "gcmEncryptExtIV256.rsp"))
    write(out / "nist_gcm_decrypt_256.json", nist(gcm / "gcmDecrypt256.rsp"))
    write(out / "wycheproof_aes_gcm.json", wycheproof(
        theirs / "aes_gcm_test.json", lambda g: (g["keySize"], g["ivSize"], g["tagSize"]) == (256, 96, 128)))
    write(out / "wycheproof_hkdf_sha256.json", (
        test for test in wycheproof(theirs / "hkdf_sha256_test.json", lambda g: True) if test["result"] == "valid"))
    write(out / "wycheproof_hmac_sha256.json", wycheproof(theirs / "hmac_sha256_test.json", lambda g: True, ("tagSize",)))
    write(out / "wycheproof_ed25519.json", (
        {name: test[name] for name in test if name != "publicKey"} | {"pk": test["publicKey"]["pk"]}
        for test in wycheproof(theirs / "ed25519_test.json", lambda g: True, ("publicKey",))))
    write(out / "rfc_5869.json", rfc_5869(ours / "KDF/rfc-5869-HKDF-SHA256.txt"))
    write(out / "rfc_4231.json", rfc_4231(ours / "HMAC/rfc-4231-sha256.txt"))
    write(out / "rfc_8032.json", rfc_8032(ours / "asymmetric/Ed25519/sign.input"))


main()
