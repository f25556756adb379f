"""When something that is held back is let go."""
import threading

WRITES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
PAGED = ("Query", "Scan")


class Until:
    """Met by so many answered requests {"op", "status", "count"}, by the one with an ordinal {"at"}, or by release of an {"event"}."""

    def __init__(self, wanted, op, own):
        """Counts operations `op` unless `wanted` says otherwise; `own` is the log entry that this belongs to and never counts, nor does
        the same body sent again."""
        wanted = wanted or {}
        self.event, self.at = wanted.get("event"), wanted.get("at")
        self.op, self.status, self.left, self.own = wanted.get("op", op), wanted.get("status", 200), wanted.get("count", 1), own
        self.met = threading.Event()

    def notice(self, entry):
        """Takes note of an answered request; returns whether it was one of those that count."""
        if self.event or entry is self.own or entry["body"] == self.own["body"]:
            return False
        if self.at:
            counts = entry["ordinal"] >= self.at
            self.left = 0 if counts else self.left
        else:
            ops = self.op if isinstance(self.op, (list, tuple)) else [self.op]
            counts = entry["op"] in ops and self.status in entry["delivered"]
            self.left -= counts
        if self.left <= 0:
            self.met.set()
        return counts
