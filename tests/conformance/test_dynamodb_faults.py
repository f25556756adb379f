#!/usr/bin/env python3
"""The conformance suite over DynamoDB with the fault proxy in between: every request is signed and well formed, and the engine's
promises hold while the network and the service fail at random. Which request fails how is drawn from a seed: HANSARD_TEST_SEED."""
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from dynamodb import Emulator, Proxy  # noqa: E402
from tapper import main, promise  # noqa: E402

SUITE, SEED, END_S = os.environ["HANSARD_CONFORMANCE"], int(os.environ.get("HANSARD_TEST_SEED", "1")), 900
READS, WRITES = ["Query", "GetItem", "Scan", "DescribeTable"], ["TransactWriteItems"]


def run_suite(*rules):
    """Runs the suite through a proxy with these rules; returns the state of the proxy in the end."""
    with Emulator() as emulator, Proxy(emulator.endpoint) as proxy:
        proxy.script(*rules, seed=SEED)
        surroundings = os.environ | {"HANSARD_DYNAMODB_ENDPOINT": proxy.endpoint} | ({"HANSARD_TEST_FAULTS": "1"} if rules else {})
        outcome = subprocess.run([SUITE], env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=END_S)
        failed = re.findall(r"^(?:# .*\n)?not ok.*$", outcome.stdout, re.M)
        assert outcome.returncode == 0 and not failed, "\n".join(failed) or outcome.stdout[-2000:] + outcome.stderr
        passed = re.findall(r"^ok \d+ - dynamodb: (.*)$", outcome.stdout, re.M)
        assert len(passed) > 20 and not any("SKIP" in name for name in passed), outcome.stdout[-2000:]
        state = proxy.state()
    assert (state["violations"], state["service_errors"], state["broken"]) == (0, 0, []), state
    return state


@promise("every request of the suite is signed, and none is one that the service fails on")
def _():
    state = run_suite()
    assert state["requests"] > 500 and state["faults"] == 0, state


@promise("the suite passes while requests and answers get lost, come twice or spoilt, and the service fails and throttles")
def _():
    state = run_suite(
        {"fault": ["lost", "answer-lost", "twice", "held", "truncated", "wrong-crc", "corrupt", "close-after"], "op": WRITES, "p": 0.25},
        {"fault": ["internal-error", "bad-gateway", "unavailable", "gateway-timeout", "conflict", "in-progress"], "op": WRITES, "p": 0.1},
        {"fault": ["lost", "answer-lost", "truncated", "wrong-crc", "internal-error", "unavailable", "throttled", "throughput-exceeded"],
         "op": READS, "p": 0.04},
        {"fault": ["partial", "empty-page"], "op": "Query", "p": 0.3})
    assert state["faults"] > 200, state


main()
