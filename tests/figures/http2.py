"""As much of HTTP/2 as it takes to send requests and to take nothing of their answers (RFC 9113)."""

import asyncio
import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS, PING = 0, 1, 4, 6
ACK, END_STREAM, END_HEADERS = 1, 1, 4
INITIAL_WINDOW_SIZE = 4


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def header(name, value):
    """Literal, and not indexed (RFC 7541 section 6.2.2)."""
    return b"\0" + bytes([len(name)]) + name + bytes([len(value)]) + value


def request(stream, path, body):
    """A POST of JSON; without a body it announces one that does not come."""
    fields = [(b":method", b"POST"), (b":scheme", b"http"), (b":path", path), (b":authority", b"bridge")]
    block = b"".join(header(*field) for field in [*fields, (b"content-type", b"application/json")])
    head = frame(HEADERS, END_HEADERS, stream, block)
    return head if body is None else head + frame(DATA, END_STREAM, stream, body)


class Connection:
    """One with `count` requests. It answers PING and SETTINGS, opens no window, and counts the frames that come."""

    def __init__(self, port, path, body, count):
        self.port, self.count, self.closed, self.frames = port, count, False, {}
        self.requests = b"".join(request(2 * number + 1, path, body) for number in range(count))

    async def run(self, seconds):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(PREFACE + frame(SETTINGS, 0, 0, struct.pack(">HI", INITIAL_WINDOW_SIZE, 0)) + self.requests)
        try:
            async with asyncio.timeout(seconds):
                while True:
                    head = await reader.readexactly(9)
                    payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
                    kind, flags = head[3], head[4]
                    self.frames[kind] = self.frames.get(kind, 0) + 1
                    if kind in (SETTINGS, PING) and not flags & ACK:
                        writer.write(frame(kind, ACK, 0, payload if kind == PING else b""))
        except TimeoutError:
            pass
        except (asyncio.IncompleteReadError, OSError):
            self.closed = True
        writer.close()
