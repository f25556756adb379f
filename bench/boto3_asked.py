#!/usr/bin/env python3
"""The benchmark's boto3: sends bodies from files with the client of the SDK, without encryption, and answers with the microseconds.

    boto3_asked.py ENDPOINT     reads lines "OPERATION FILE"; the first line that it writes is "ready", or why there is no boto3
"""
import base64
import json
import os
import re
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "build-bench-python"))


def with_bytes(value):
    """As the client takes it: attributes of bytes as bytes."""
    if isinstance(value, list):
        return [with_bytes(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: base64.b64decode(one) if name == "B" and isinstance(one, str) else with_bytes(one) for name, one in value.items()}


def main(endpoint):
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true"}
    try:
        import boto3
    except ImportError:
        print("boto3 is not there: python3 -m pip install --require-hashes --no-deps --target build-bench-python -r bench/packages.txt brings it", flush=True)
        sys.stdin.read()
        return
    client = boto3.client("dynamodb", "us-east-1", endpoint_url=endpoint, aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
                          aws_secret_access_key="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    print("ready", flush=True)
    for line in sys.stdin:
        operation, path = line.split()
        call = getattr(client, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower())
        body = with_bytes(json.loads(Path(path).read_bytes()))
        begin = time.perf_counter()
        call(**body)
        print(f"{(time.perf_counter() - begin) * 1e6:.1f}", flush=True)


main(sys.argv[1])
