"""The script of the proxy: which request meets which fault. The same script, seed and order of requests give the same faults.

    {"seed": 7, "keys": {"AKID…": {"secret": "…", "token": "…"}}, "region": "us-east-1", "skew_s": 0, "enforce": true,
     "rules": [{"fault": "lost", "op": "TransactWriteItems", "nth": 2},
               {"fault": ["lost", "answer-lost", "twice"], "p": 0.1},
               {"fault": "cancelled", "at": 9, "reasons": ["None", "ConditionalCheckFailed"]}]}

The first rule that applies to a request wins. A rule applies where all that it names of the following holds:
    op      operation or list of operations, as in X-Amz-Target        key     access key id
    index   IndexName of the request                                   at      ordinal, from 1, among all requests since the last reset
    nth     ordinal, or list of ordinals, among the requests that match op, key and index and met no rule above, under this script
    p       a share of those, drawn from the seed                      times   so many firings at most
Everything else in a rule is an option of its fault; a list of faults stands for one of them, drawn from the seed, with its defaults.
"""
import random
from dataclasses import dataclass, field

MATCHES = {"op", "key", "index", "at", "nth", "p", "times"}
TEST_KEY = {"AKIAIOSFODNN7EXAMPLE": {"secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}}  # as in AWS's own documentation
SETTINGS = {"seed": 1, "keys": TEST_KEY, "region": "us-east-1", "skew_s": 0, "enforce": True, "rules": []}


class Wrong(Exception):
    """A script that cannot be meant."""


def listed(found):
    return found if isinstance(found, list) else [found]


@dataclass
class Rule:
    number: int
    faults: list  # rows of the table of faults, of which one is drawn
    match: dict
    options: dict
    matched: int = 0
    fired: int = 0
    shadow: dict = field(default_factory=dict)  # what the fault keeps between two requests

    def applies(self, request, ordinal, key, seed):
        """Whether the rule fires for this request; counts it where it matches."""
        match = self.match
        if "op" in match and request.operation not in listed(match["op"]) or "key" in match and key != match["key"]:
            return False
        if "index" in match and request.json().get("IndexName") != match["index"]:
            return False
        self.matched += 1
        fires = (("at" not in match or ordinal in listed(match["at"])) and ("nth" not in match or self.matched in listed(match["nth"]))
                 and ("p" not in match or self.draw(seed).random() < match["p"]) and self.fired < match.get("times", self.fired + 1))
        self.fired += fires
        return fires

    def draw(self, seed):
        """The dice of this rule for the request that it matched last."""
        return random.Random(f"{seed}/{self.number}/{self.matched}")


class Script:
    def __init__(self, document, faults):
        """Checks a script against the table of faults, {name: row with `options`}; raises Wrong."""
        if not isinstance(document, dict) or not document.keys() <= SETTINGS.keys():
            raise Wrong(f"a script is an object of {sorted(SETTINGS)}")
        for name, default in SETTINGS.items():
            found = document.get(name, default)
            if not isinstance(found, type(default)):
                raise Wrong(f"{name} is {found!r}, must be a {type(default).__name__}")
            setattr(self, name, found)
        self.rules = [self.rule(number, rule, faults) for number, rule in enumerate(self.rules, 1)]

    @staticmethod
    def rule(number, rule, faults):
        if not isinstance(rule, dict):
            raise Wrong(f"rule {number} is {rule!r}, must be an object")
        names = listed(rule.get("fault"))
        if not names or not all(name in faults for name in names):
            raise Wrong(f"rule {number} names the fault {rule.get('fault')!r}; there are {', '.join(sorted(faults))}")
        options = {name: value for name, value in rule.items() if name not in MATCHES | {"fault"}}
        known = set(faults[names[0]].options) if len(names) == 1 else set()
        if not options.keys() <= known:
            raise Wrong(f"rule {number} has {sorted(options.keys() - known)}, the options of {names[0]} are {sorted(known)}")
        match = {name: value for name, value in rule.items() if name in MATCHES}
        return Rule(number, [faults[name] for name in names], match, options)

    def choose(self, request, ordinal, key):
        """(rule, row, options) of the fault that the request meets, or (None, None, {})."""
        for rule in self.rules:
            if rule.applies(request, ordinal, key, self.seed):
                row = rule.draw(f"{self.seed}/which").choice(rule.faults)
                return rule, row, row.options | rule.options
        return None, None, {}
