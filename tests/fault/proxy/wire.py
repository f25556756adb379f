"""Requests and answers on a socket: as much of HTTP/1.1 as stands between a DynamoDB client and DynamoDB, within limits."""
import hashlib
import http.client
import json
import re
import socket
import struct
import zlib
from dataclasses import dataclass, field
from email.utils import formatdate

HEAD_BYTES, PIECE_BYTES, BODY_BYTES = 64 << 10, 64 << 10, 20 << 20
UPSTREAM_S, CLIENT_S = 30, 60
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "expect", "te", "upgrade", "date", "server"}


class Malformed(Exception):
    """The peer sent what is no request within the limits."""


@dataclass
class Request:
    method: str
    target: str
    headers: list  # of (name, value), as sent
    body: bytes

    def header(self, name):
        """The value of a header by its name in lower case, or None."""
        return next((value for found, value in self.headers if found.lower() == name), None)

    @property
    def operation(self):
        return (self.header("x-amz-target") or "").rpartition(".")[2]

    def json(self):
        """The body as JSON, {} where it is none."""
        try:
            found = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def with_json(self, document):
        return Request(self.method, self.target, self.headers, json.dumps(document).encode())


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)  # by name in lower case; length, date and checksum are added when it is sent

    def json(self):
        return json.loads(self.body)

    def with_json(self, document):
        """The same answer with another body, and with the checksum of that body."""
        return Answer(self.status, json.dumps(document).encode(), {n: v for n, v in self.headers.items() if n != "x-amz-crc32"})


def read_request(stream, say_continue):
    """The next request of a connection, or None at its end. Calls say_continue() where the client waits for leave to send the body."""
    line = stream.readline(HEAD_BYTES)
    if not line:
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3 or words[2] != "HTTP/1.1":
        raise Malformed(f"no request line: {line[:80]!r}")
    headers, size = [], len(line)
    while (line := stream.readline(HEAD_BYTES)) not in (b"\r\n", b"\n"):
        size += len(line)
        name, colon, value = line.decode("latin-1").partition(":")
        if size > HEAD_BYTES or not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name):
            raise Malformed(f"no header: {line[:80]!r}")
        headers.append((name, value.strip()))
    request = Request(words[0], words[1], headers, b"")
    length = request.header("content-length") or "0"
    if request.header("transfer-encoding") or not length.isdigit() or int(length) > BODY_BYTES:
        raise Malformed("a body without a length, or above the limit")
    if (request.header("expect") or "").lower() == "100-continue":
        say_continue()
    request.body = stream.read(int(length))
    if len(request.body) < int(length):
        raise Malformed("the connection ended inside a body")
    return request


def digest(body):
    """A short name of a body: equal for equal bytes."""
    return hashlib.sha256(body).hexdigest()[:16]


def checksum(body):
    """The value of x-amz-crc32 for a body."""
    return str(zlib.crc32(body))


def head_of(answer, length, now, request_id):
    """The status line and headers of an answer; what the answer's headers say wins over what is made here."""
    made = {"content-length": str(length), "date": formatdate(now, usegmt=True), "x-amz-crc32": checksum(answer.body),
            "x-amzn-requestid": request_id, "server": "Server"} | answer.headers
    lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, 'Unknown')}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in made.items() if value is not None), "", ""]).encode("latin-1")


class Connection:
    """One client's connection. Its methods belong to the thread that serves it; hang_up() may be called by any."""

    def __init__(self, link, number):
        link.settimeout(CLIENT_S)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.link, self.number, self.stream, self.is_open, self.requests = link, number, link.makefile("rb"), True, 0

    def read(self):
        """The next request, or None at the end of the connection."""
        found = read_request(self.stream, lambda: self.link.sendall(b"HTTP/1.1 100 Continue\r\n\r\n"))
        self.requests += found is not None
        return found

    def write(self, data):
        """Sends; returns whether the client is still there."""
        try:
            self.link.sendall(data)
        except OSError:
            self.cut(reset=False)
        return self.is_open

    def hang_up(self):
        try:
            self.link.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def cut(self, reset):
        """Ends the connection: with a reset, or in the orderly way."""
        if not self.is_open:
            return
        self.is_open = False
        if reset:
            self.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self.hang_up()
        self.stream.close()
        self.link.close()


def pass_on(host, port, request):
    """Sends a request to the service, on a connection of its own so that nothing is ever sent twice, and returns the answer."""
    upstream = http.client.HTTPConnection(host, port, timeout=UPSTREAM_S)
    try:
        upstream.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            if name.lower() not in HOP_BY_HOP:
                upstream.putheader(name, value)
        upstream.putheader("Content-Length", str(len(request.body)))
        upstream.endheaders(request.body)
        found = upstream.getresponse()
        body = found.read()
        return Answer(found.status, body, {n.lower(): v for n, v in found.getheaders() if n.lower() not in HOP_BY_HOP})
    finally:
        upstream.close()
