"""A tap between two programs: it passes bytes on as they are, keeps them, and can send a message a second time."""

import contextlib
import http.client
import io
import re
import socket
import threading
from urllib.parse import urlsplit

from .cells import Failed
from .places import EXCHANGE

# Old clients are answered in HTTP/1.0.
STATUS_LINE = re.compile(rb"HTTP/1\.[01] \d{3} ")


class Tap:
    """`with Tap(url) as tap:` listens at `tap.url` and passes on to the host of `url`."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.target = (parts.hostname, parts.port)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = parts._replace(netloc=f"127.0.0.1:{self.listener.getsockname()[1]}").geturl()
        self.last = None

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                Connection(self, self.listener.accept()[0])

    def message(self):
        """The last POST that went through."""
        return Message(b"POST " + self.last.sent.rpartition(b"POST ")[2])

    def answer(self):
        """Status and body of what came back for it."""
        status, _, body = self.response()
        return status, body

    def response(self):
        """Status, headers and body of what came back for it."""
        return response(io.BytesIO(self.last.got[[line.start() for line in STATUS_LINE.finditer(self.last.got)][-1]:]))

    def repeat(self):
        """Sends the last POST again, byte by byte the same; gives status and body of the answer."""
        try:
            with socket.create_connection(self.target, timeout=EXCHANGE) as link:
                link.sendall(self.message().raw)
                with link.makefile("rb") as stream:
                    status, _, body = response(stream)
                    return status, body
        except OSError as reason:
            raise Failed(f"a repeated message was not answered: {reason}") from reason


class Connection:
    def __init__(self, tap, near):
        self.tap, self.sent, self.got = tap, bytearray(), bytearray()
        far = socket.create_connection(tap.target, timeout=EXCHANGE)
        near.settimeout(EXCHANGE)
        for source, sink, kept in ((near, far, self.sent), (far, near, self.got)):
            threading.Thread(target=self.pass_on, args=(source, sink, kept), daemon=True).start()

    def pass_on(self, source, sink, kept):
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                kept += chunk
                if kept is self.sent and b"POST " in chunk:
                    self.tap.last = self
                sink.sendall(chunk)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Message:
    """An HTTP request: `raw` as it was, `body` without its chunks."""

    def __init__(self, raw):
        self.raw = bytes(raw)
        head, _, body = self.raw.partition(b"\r\n\r\n")
        lines = [line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:]]
        self.headers = {name.lower(): value.strip() for name, _, value in lines}
        chunked = self.headers.get("transfer-encoding", "") == "chunked"
        self.body = joined(body) if chunked else body


def joined(chunks):
    size, _, rest = chunks.partition(b"\r\n")
    length = int(size.split(b";")[0] or b"0", 16)
    return rest[:length] + joined(rest[length + 2:]) if length else b""


def response(stream):
    """Reads a response as http.client does, from a stream instead of a socket."""

    class Socket:
        def makefile(self, _mode):
            return stream

    read = http.client.HTTPResponse(Socket())
    read.begin()
    return read.status, read.headers, read.read()
