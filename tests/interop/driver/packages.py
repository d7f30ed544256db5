"""How many parts a message and its answer have (`multipart/related`), as the tap between two programs saw it."""

import email
import gzip

from . import sent


def check(tap, wanted):
    """Message and answer have so many parts, the envelope included; none where there is no package."""
    message = tap.message()
    _, headers, body = tap.response()
    seen = (parts(message.headers, message.body), parts(headers, body))
    sent.same(seen, wanted, "the number of parts of message and answer")


def parts(headers, body):
    # Spring-WS asks for it.
    body = gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body
    package = email.message_from_bytes(f"Content-Type: {headers.get('content-type', '')}\r\n\r\n".encode() + body)
    if package.get_content_type() != "multipart/related":
        return 0
    sent.same(package.is_multipart(), True, "whether a package has its boundary")
    return len(package.get_payload())
