"""Which of a message and its answer is a package of `multipart/related`, as the tap between two programs saw it."""

import email

from . import sent


def check(tap, packed, count=2):
    """Message and answer are packages where `packed` says so, and those have `count` parts, the envelope included."""
    message = tap.message()
    _, headers, body = tap.response()
    seen = (parts(message.headers, message.body), parts(headers, body))
    sent.same(seen, tuple(count if there else 0 for there in packed), "the number of parts of message and answer")


def parts(headers, body):
    kind = headers.get("content-type", "")
    if not kind.startswith("multipart/related"):
        return 0
    return len(email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body).get_payload())
