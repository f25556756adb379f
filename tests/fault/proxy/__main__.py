#!/usr/bin/env python3
"""A proxy that stands between a DynamoDB client and an emulator, verifies every signature, and goes wrong as a script says.

    python3 tests/fault/proxy http://127.0.0.1:PORT [SCRIPT.json]

prints two addresses on 127.0.0.1, one a line: the endpoint for the client, and the control. It ends when standard input does.
What a script is stands in script.py, the table of faults in faults.py. The control answers with JSON:

    PUT  /script           puts a script in the place of the one before; counts of its rules begin anew
    GET  /log?from=N       one entry for each request: what it was, which fault it met, with what statuses the service answered each
                           delivery (`delivered`), what the client got (`answered`, null: nothing), what is wrong with its signature
    GET  /state            the counts: requests, violations, faults, 5xx that nobody asked for, what is held and torn
    POST /release?event=E  lets go what waits for the event E; without E everything that is held back
    POST /reset            empties the log; ordinals begin again with 1
    GET  /faults           the table
"""
import json
import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import visibility
import wire
from errors import CORAL, error
from exchange import Exchange
from faults import FAULTS
from script import Wrong
from world import World

CONNECTIONS = 64


class Listener:
    """Accepts clients on a port of its own and serves each in a thread."""

    def __init__(self, world):
        self.world, self.lock, self.open, self.numbers = world, threading.Lock(), set(), 0
        self.to_reset, self.silent_until = 0, 0
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=CONNECTIONS)
        self.port = self.listening.getsockname()[1]
        world.outage = self.outage

    def outage(self, connections, ms):
        """Closes everything; for `ms` nobody listens, or else the next connections are reset."""
        with self.lock:
            if ms:
                self.silent_until = time.monotonic() + ms / 1000
                self.listening.shutdown(socket.SHUT_RDWR)
            else:
                self.to_reset = connections
            for connection in self.open:
                connection.hang_up()

    def accept_forever(self):
        while True:
            try:
                link, _ = self.listening.accept()
            except OSError:  # shut down for an outage
                self.listening.close()
                self.world.wait(self.silent_until - time.monotonic())
                self.listening = socket.create_server(("127.0.0.1", self.port), backlog=CONNECTIONS)
                continue
            with self.lock:
                self.numbers += 1
                connection = wire.Connection(link, self.numbers)
                refused = self.to_reset > 0 or len(self.open) >= CONNECTIONS
                self.to_reset -= self.to_reset > 0
                if not refused:
                    self.open.add(connection)
            if refused:
                connection.cut(reset=True)
            else:
                threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            while connection.is_open and (request := connection.read()):
                self.answer(connection, request)
        except Exception as reason:  # of the client's, or the proxy's own: a test sees it in the state
            self.world.note_broken(f"{type(reason).__name__}: {reason}")
        finally:
            connection.cut(reset=False)
            with self.lock:
                self.open.discard(connection)

    def answer(self, connection, request):
        signed_by = re.search(r"Credential=([^/, ]+)/", request.header("authorization") or "")
        entry, rule, fault, options = self.world.enter(connection, request, signed_by and signed_by[1])
        exchange = Exchange(self.world, connection, request, entry, rule)
        refused = self.world.check(request, entry)
        if refused and self.world.script.enforce:
            exchange.reply(error(400, CORAL + refused.kind, message=refused.message))
        elif fault:
            fault.act(exchange, options)
        else:
            exchange.reply(exchange.forward())


class Control(BaseHTTPRequestHandler):
    """Answers who steers the proxy; `world` is set on the class made for it."""

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle_request(self):
        place = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(place.query).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        world = self.world
        actions = {
            "GET /log": lambda: world.log(int(query.get("from", 1))),
            "GET /state": world.state,
            "GET /faults": lambda: [{"name": row.name, "options": row.options, "what": row.what} for row in FAULTS.values()],
            "PUT /script": lambda: world.install(json.loads(body)),
            "POST /release": lambda: world.release(query.get("event")),
            "POST /reset": world.reset,
        }
        action = actions.get(f"{self.command} {place.path}")
        try:
            self.answer(200, action()) if action else self.answer(404, {"error": f"there are {sorted(actions)}"})
        except (Wrong, ValueError) as reason:
            self.answer(400, {"error": str(reason)})

    do_GET = do_PUT = do_POST = handle_request

    def log_message(self, *_):
        pass


def main():
    if len(sys.argv) not in (2, 3) or not (upstream := urlsplit(sys.argv[1])).port:
        print(__doc__, file=sys.stderr)
        return 2
    world = World(upstream.hostname, upstream.port, FAULTS)
    if len(sys.argv) == 3:
        world.install(json.loads(Path(sys.argv[2]).read_text()))
    listener = Listener(world)
    control = ThreadingHTTPServer(("127.0.0.1", 0), type("ControlOfWorld", (Control,), {"world": world}))
    for work in (listener.accept_forever, control.serve_forever):
        threading.Thread(target=work, daemon=True).start()
    print(f"http://127.0.0.1:{listener.port}\nhttp://127.0.0.1:{control.server_port}", flush=True)
    while sys.stdin.buffer.read1(4096):
        pass
    world.closing.set()
    for rule in world.script.rules:
        try:
            visibility.forget_lag(world, rule)
        except (OSError, RuntimeError):  # the service went first
            pass
    return 0


sys.exit(main())
