#!/usr/bin/env python3
"""Writes AWS's suite of Signature Version 4 as JSON, a case a line.

    python3 select_sigv4.py CRATE OUT

CRATE is the folder of the crate `aws-sigv4` (its version: ORIGIN.md), OUT the folder to write to. Texts of stages are those of the
originals; requests are parsed, of a header of several lines the value keeps its line ends. Nothing is computed here.
"""
import json
import pathlib
import sys

SUITE_KEYS = {"access_key_id": "AKIDEXAMPLE", "secret_access_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}

# The two cases that come without a context. What the crate's tests sign them with; the canonical request of the first is that of
# another time than its signature.
WITHOUT_CONTEXT = {
    "double-encode-path": [
        (("canonical_request",), {"timestamp": "2021-05-11T15:40:45Z"}),
        (("signature", "signed_request"), {
            "credentials": {"access_key_id": "ANOTREAL", "secret_access_key": "notrealrnrELgWzOk3IfjzDKtFBhDby"},
            "timestamp": "2015-08-30T12:36:00Z"}),
    ],
    "double-url-encode": [
        (("canonical_request", "string_to_sign", "signature", "signed_request"), {
            "region": "us-east-2", "service": "lambda", "timestamp": "2021-05-11T15:40:45Z"}),
    ],
}
DEFAULTS = {"credentials": SUITE_KEYS, "normalize": True, "region": "us-east-1", "service": "service", "sign_body": False}

# The crate's request has this path encoded, and the signed request has not. It is kept both ways: not encoded, so that signing
# encodes it, and encoded, to be signed as it is.
ENCODED = "get-space-normalized"


def parse_request(path):
    """Method, path, query, headers and body; folded lines stay in the value they continue."""
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    start, *lines = head.rstrip("\n").split("\n")
    method, _, target = start.removesuffix(" HTTP/1.1").partition(" ")
    target, mark, query = target.partition("?")
    headers = []
    for line in lines:
        if line[0].isspace():
            headers[-1][1] += "\n" + line
        else:
            name, _, value = line.partition(":")
            headers.append([name, value])
    return {"method": method, "path": target, "query": query if mark else None, "headers": headers, "body": body.strip("\n")}


def stages(folder, kind):
    """The stages by header or by query, as far as they are there."""
    found = {}
    for stage in ("canonical_request", "string_to_sign", "signature"):
        path = folder / f"{kind}-{stage.replace('_', '-')}.txt"
        if path.exists():
            found[stage] = path.read_text(encoding="utf-8").strip("\n")
    path = folder / f"{kind}-signed-request.txt"
    if path.exists():
        found["signed_request"] = parse_request(path)
    return found


def without_context(folder, request):
    """What signing adds is no part of what is signed."""
    request["headers"] = [header for header in request["headers"] if header[0].lower() != "x-amz-date"]
    found = stages(folder, "header")
    found["signature"] = dict(found["signed_request"]["headers"])["Authorization"].rpartition("Signature=")[2]
    for names, context in WITHOUT_CONTEXT[folder.name]:
        yield {"name": folder.name, "request": request, "context": DEFAULTS | context,
               "header": {name: found[name] for name in names}}


def cases(suite):
    for folder in sorted(suite.iterdir()):
        request = parse_request(folder / "request.txt")
        if folder.name in WITHOUT_CONTEXT:
            yield from without_context(folder, request)
            continue
        case = {"name": folder.name, "request": request, "context": json.loads((folder / "context.json").read_text(encoding="utf-8")),
                "header": stages(folder, "header"), "query": stages(folder, "query")}
        if folder.name == ENCODED:
            assert request["path"] == "/example%20space/" and case["header"]["signed_request"]["path"] == "/example space/"
            yield case | {"context": case["context"] | {"encoded": True}, "header": without_signed(case["header"]),
                          "query": without_signed(case["query"])}
            case["request"] = request | {"path": "/example space/"}
        yield case


def without_signed(found):
    return {name: text for name, text in found.items() if name != "signed_request"}


def main():
    crate, out = map(pathlib.Path, sys.argv[1:])
    rows = [json.dumps(case, ensure_ascii=True) for case in cases(crate / "aws-signing-test-suite/v4")]
    (out / "aws_sigv4.json").write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="ascii")
    print(f"aws_sigv4.json: {len(rows)}")


main()
