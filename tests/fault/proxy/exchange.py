"""One request and what becomes of it: what a fault is given to act upon."""
import random

import wire


class Exchange:
    def __init__(self, world, connection, request, entry, rule):
        self.world, self.connection, self.request, self.entry, self.rule = world, connection, world.undo_detour(request), entry, rule
        self.dice = random.Random(f"{world.script.seed}/{entry['ordinal']}")
        self.document = self.request.json()

    def forward(self, request=None):
        """Lets the service carry out the request, or another in its place; its answer."""
        return self.world.deliver(request or self.request, self.entry)

    def reply(self, answer):
        """Sends an answer whole."""
        self.settle(answer.status)
        self.connection.write(self.head(answer) + answer.body)

    def reply_in_part(self, answer, pieces, length=None, pause_s=0):
        """Sends the head of an answer, with `length` for its own, and then the pieces, with a pause before each."""
        self.settle(answer.status)
        going = self.connection.write(self.head(answer, length))
        for piece in pieces:
            if pause_s:
                self.world.wait(pause_s)
            going = going and not self.world.closing.is_set() and self.connection.write(piece)
            if not going:
                break

    def cut(self, reset=True):
        """Ends the connection without an answer."""
        self.settle(None)
        self.connection.cut(reset)

    def settle(self, status):
        self.entry["answered"] = status
        self.world.settled(self.entry)

    def head(self, answer, length=None):
        return wire.head_of(answer, len(answer.body) if length is None else length, self.world.now().timestamp(), f"REQUEST{self.entry['ordinal']:05}")
