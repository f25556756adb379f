#!/usr/bin/env python3
"""The other side of http.c in tests: servers and a proxy on loopback, on free ports, that behave and misbehave as a path says.

Prints one line of ports and the folder of its certificates, and ends when its standard input does, or after ten minutes.
"""

import os
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

LIFE_S = 600
LOCK = threading.Lock()
COUNTS = {"connections": 0, "requests": 0, "tunnels": 0}
TARGETS = []


def count(what):
    with LOCK:
        COUNTS[what] += 1
        return COUNTS[what]


def answer(body, status="200 OK", *fields):
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *fields]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def read_head(stream):
    """The bytes of a request's header; empty at the end."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        line = stream.readline(65536)
        if not line:
            return b""
        head += line
    return head


def length_of(head):
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return 0


class Connection:
    """One connection, and what its next request meets."""

    def __init__(self, sock, other):
        self.sock = sock
        self.other = other
        self.number = count("connections")
        self.requests = 0
        self.drop = False

    def serve(self):
        stream = self.sock.makefile("rb")
        while True:
            head = read_head(stream)
            if not head:
                return
            path = head.split(b" ")[1].decode()
            if path == "/reset":
                return self.reset()
            body = stream.read(length_of(head))
            self.requests += 1
            count("requests")
            if self.drop or not self.reply(path, head, body):
                return

    def reset(self):
        """What closes it next resets it."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def reply(self, path, head, body):
        """Answers; false when the connection ends."""
        words = path.strip("/").split("/")
        handler = getattr(self, "do_" + words[0].replace("-", "_"), None)
        if handler is None:
            self.sock.sendall(answer(b"no such path", "404 Not Found"))
            return True
        return handler(words[1:], head, body) is not False

    def do_echo(self, _, head, body):
        self.sock.sendall(answer(head + body, "200 OK", "X-Number:  7 ", "x-number: 8"))

    def do_head(self, _, head, body):
        self.sock.sendall(answer(head + str(len(body)).encode()))

    def do_connection(self, *_):
        self.sock.sendall(answer(f"{self.number} {self.requests}".encode()))

    def do_counts(self, *_):
        self.sock.sendall(answer(f"{COUNTS['requests']} {COUNTS['tunnels']} {' '.join(TARGETS[-1:])}".encode()))

    def do_status(self, words, *_):
        self.sock.sendall(answer(b"said", words[0] + " Word"))

    def do_redirect(self, *_):
        self.sock.sendall(answer(b"there", "302 Found", f"Location: http://127.0.0.1:{self.other}/echo"))

    def do_close(self, *_):
        self.sock.sendall(answer(b"closing"))
        return False

    def do_drop_next(self, *_):
        self.drop = True
        self.sock.sendall(answer(b"the next is dropped"))

    def do_drop(self, *_):
        return False

    def do_half(self, *_):
        self.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        return False

    def do_half_head(self, *_):
        self.sock.sendall(b"HTTP/1.1 200 O")
        return False

    def do_reset_head(self, *_):
        self.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n")
        time.sleep(0.05)
        self.reset()
        return False

    def do_slow(self, words, *_):
        time.sleep(int(words[0]) / 1000)
        self.sock.sendall(answer(b"late"))

    def do_trickle(self, *_):
        self.sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 300\r\n\r\n")
        for _ in range(300):
            time.sleep(0.1)
            self.sock.sendall(b".")

    def do_huge(self, words, *_):
        self.sock.sendall(answer(b"x" * int(words[0])))

    def do_chunked(self, words, *_):
        self.sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(int(words[0])):
            self.sock.sendall(b"10000\r\n" + b"y" * 65536 + b"\r\n")
        self.sock.sendall(b"0\r\n\r\n")

    def do_fields(self, words, *_):
        fields = [f"X-Field-{i}: " + "z" * 1000 for i in range(int(words[0]))]
        self.sock.sendall(answer(b"many", "200 OK", *fields))

    def do_crc(self, words, *_):
        sums = {"good": zlib.crc32(b"summed"), "bad": zlib.crc32(b"other"), "word": "none"}
        self.sock.sendall(answer(b"summed", "200 OK", f"x-amz-crc32: {sums[words[0]]}"))

    def do_gzip(self, *_):
        self.sock.sendall(answer(b"\x1f\x8bnot unpacked", "200 OK", "Content-Encoding: gzip"))

    def do_keys(self, *_):
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
        body = f'{{"AccessKeyId":"APARTNER","SecretAccessKey":"SPARTNER","Token":"TPARTNER","Expiration":"{expires}"}}'
        self.sock.sendall(answer(body.encode(), "200 OK", "Content-Type: application/json"))

    def do_interim(self, *_):
        self.sock.sendall(b"HTTP/1.1 103 Early Hints\r\nX-Early: yes\r\n\r\n" + answer(b"final"))

    def do_not_http(self, *_):
        self.sock.sendall(b"SSH-2.0-something\r\n")
        return False


def shut(sock):
    try:
        sock.close()
    except OSError:
        pass


def serve(listener, handle):
    """Accepts for ever; each connection is a thread's."""

    def run(sock):
        try:
            handle(sock)
        except (OSError, ValueError, IndexError, KeyError):
            pass
        finally:
            shut(sock)

    while True:
        sock, _ = listener.accept()
        threading.Thread(target=run, args=(sock,), daemon=True).start()


def listen():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    return listener, listener.getsockname()[1]


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def tunnel(sock):
    """A proxy that knows CONNECT and nothing else."""
    head = read_head(sock.makefile("rb", buffering=0))
    if not head:
        return
    method, target = head.decode().split(" ")[:2]
    count("tunnels")
    with LOCK:
        TARGETS.append(target)
    host, port = target.rsplit(":", 1) if method == "CONNECT" else ("", "0")
    if host not in ("127.0.0.1", "localhost"):
        sock.sendall(answer(b"refused", "403 Forbidden"))
        return
    there = socket.create_connection(("127.0.0.1", int(port)))
    sock.sendall(b"HTTP/1.1 200 Connected\r\nX-Proxy: yes\r\n\r\n")
    threading.Thread(target=pump, args=(there, sock), daemon=True).start()
    pump(sock, there)


def babble(sock):
    sock.sendall(b"hello, who is there?\r\n" * 10)
    sock.recv(65536)


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_certificates(folder):
    """An authority of our own, and what it signs: for this machine, and for another name."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-days", "30", "-subj", "/CN=test authority", "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem")
    for name, names in (("here", "IP:127.0.0.1,DNS:localhost"), ("elsewhere", "DNS:elsewhere.example")):
        with open(f"{folder}/{name}.ext", "w", encoding="ascii") as file:
            file.write(f"subjectAltName={names}\n")
        openssl("req", *key, "-subj", f"/CN={name}", "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.csr")
        openssl("x509", "-req", "-days", "30", "-in", f"{folder}/{name}.csr", "-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key",
                "-CAcreateserial", "-extfile", f"{folder}/{name}.ext", "-out", f"{folder}/{name}.pem")


def context(folder, name, old=False):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old:
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
    made.load_cert_chain(f"{folder}/{name}.pem", f"{folder}/{name}.key")
    return made


def main():
    with tempfile.TemporaryDirectory(prefix="hansard-http-") as folder:
        make_certificates(folder)
        plain, plain_port = listen()
        other, other_port = listen()
        tls, tls_port = listen()
        elsewhere, elsewhere_port = listen()
        old, old_port = listen()
        proxy, proxy_port = listen()
        closed, closed_port = listen()
        closed.close()
        garbage, garbage_port = listen()

        def serve_plain(sock):
            Connection(sock, other_port).serve()

        def secure(made):
            def handle(sock):
                with made.wrap_socket(sock, server_side=True) as wrapped:
                    Connection(wrapped, other_port).serve()
            return handle

        for listener, handle in ((plain, serve_plain), (other, serve_plain), (tls, secure(context(folder, "here"))),
                                 (elsewhere, secure(context(folder, "elsewhere"))), (old, secure(context(folder, "here", True))),
                                 (proxy, tunnel), (garbage, babble)):
            threading.Thread(target=serve, args=(listener, handle), daemon=True).start()
        print(plain_port, other_port, tls_port, elsewhere_port, old_port, proxy_port, closed_port, garbage_port, folder, flush=True)
        end = threading.Timer(LIFE_S, lambda: os._exit(1))
        end.daemon = True
        end.start()
        sys.stdin.buffer.read()


if __name__ == "__main__":
    import warnings
    warnings.simplefilter("ignore", DeprecationWarning)
    main()
    sys.stdout.flush()
    os._exit(0)
