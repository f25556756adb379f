"""The dialogue that marks and restores are tried on: which-bread, one commit a round, in a store whose database can be put back."""
import json

ROUND = {"round": 0, "panel": [{"name": "Muffin", "role": "Baker"}], "perspectives": [{"id": "MUFFIN-P0001", "label": "Rye keeps"}]}


def later_round(number):
    return json.dumps({"round": number, "panel": [{"expert": "muffin", "source": "retained"}]})


def database(place):
    return place.path / ".hansard/hansard.db"


def marks_of(place):
    """The folder of the marks of a place with one store."""
    return next((place.path / "home/.local/state/hansard/marks").glob("*/default"))


def mark_of(place):
    return marks_of(place) / "which-bread"


def said(text):
    """A folded answer as one line."""
    return " ".join(text.split())
