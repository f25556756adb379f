"""Between the program and an emulator: kills the program at one of its requests."""
import http.client
import http.server
import subprocess
import threading
from urllib.parse import urlsplit

from tapper import PROGRAM


class Between(http.server.ThreadingHTTPServer):
    """Hands requests on to an emulator, and kills a process at one of them, before it is handed on or behind it."""
    daemon_threads = True

    def __init__(self, emulator):
        self.upstream, self.seen, self.at, self.behind, self.process = urlsplit(emulator.endpoint), 0, 0, False, None
        super().__init__(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """The one that asked is dead."""

    def run(self, place, words, at, behind, stdin=""):
        """Whether the program was killed at that request."""
        self.seen, self.at, self.behind = 0, at, behind
        self.process = subprocess.Popen([PROGRAM, *words], cwd=place.path, env=place.environment | {"HANSARD_DYNAMODB_ENDPOINT": self.endpoint}, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = self.process.communicate(stdin.encode(), timeout=120)
        assert self.process.returncode in (0, -9), (self.process.returncode, out, err)
        return self.process.returncode != 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server = self.server
        server.seen += 1
        kills = server.seen == server.at
        if kills and not server.behind:
            server.process.kill()
            return
        upstream = http.client.HTTPConnection(server.upstream.hostname, server.upstream.port, timeout=30)
        upstream.request("POST", "/", body, {name: value for name, value in self.headers.items() if name != "Host"})
        answer = upstream.getresponse()
        data = answer.read()
        upstream.close()
        if kills:
            server.process.kill()
            return
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        """Nothing."""
