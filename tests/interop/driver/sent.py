"""What a SOAP message holds on the wire: a cell proves nothing when its message is not of the kind that the cell says."""

from xml.etree import ElementTree

from .cells import Failed

ENVELOPES = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
MEDIA_TYPES = {"1.1": "text/xml", "1.2": "application/soap+xml"}
WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
NAMES = {"wsse": WSS + "wssecurity-secext-1.0.xsd", "wsu": WSS + "wssecurity-utility-1.0.xsd"}
TYPES = {
    "text": WSS + "username-token-profile-1.0#PasswordText",
    "digest": WSS + "username-token-profile-1.0#PasswordDigest",
}


def check(message, version, mode, timestamp, nonce=False):
    """The message has this version, this type of password, a Timestamp if and only if it should, and a nonce if it must."""
    envelope = parsed(message.body)
    media_type = message.headers.get("content-type", "").split(";")[0]
    same(media_type, MEDIA_TYPES[version], "the media type that was sent")
    same(envelope.tag, f"{{{ENVELOPES[version]}}}Envelope", "the envelope that was sent")
    headers = envelope.findall(f"{{{ENVELOPES[version]}}}Header/wsse:Security", NAMES)
    same(len(headers), 1, "the number of Security headers that were sent")
    password = headers[0].find("wsse:UsernameToken/wsse:Password", NAMES)
    same(None if password is None else password.get("Type"), TYPES[mode], "the type of password that was sent")
    same(has_timestamp(headers[0]), timestamp, "whether a Timestamp was sent")
    if nonce:
        there = headers[0].find("wsse:UsernameToken/wsse:Nonce", NAMES) is not None
        same(there, True, "whether a Nonce was sent")


def check_answer(body, version, timestamp):
    """The answer has a Timestamp if and only if the request had one."""
    headers = parsed(body).findall(f"{{{ENVELOPES[version]}}}Header/wsse:Security", NAMES)
    same(any(map(has_timestamp, headers)), timestamp, "whether a Timestamp came back")


def check_refused(status, body, version, faults):
    """A fault that says that the token was not taken: a wsse code, in SOAP 1.2 in a Subcode. It has the form that `faults` have,
    if that is not that of the version."""
    if status not in (400, 500):
        raise Failed(f"a repeated message was answered with HTTP {status}")
    answer = parsed(body)
    envelope = answer.tag[1:].partition("}")[0] if faults else ENVELOPES[version]
    fault = answer.find(f"{{{envelope}}}Body/{{{envelope}}}Fault")
    if fault is None:
        raise Failed("a repeated message was answered with something that is no fault")
    subcode = "/".join(f"{{{envelope}}}{name}" for name in ("Code", "Subcode", "Value"))
    code = fault.findtext("faultcode" if (faults or version) == "1.1" else subcode, "").rpartition(":")[2]
    if code not in ("FailedAuthentication", "InvalidSecurity", "InvalidSecurityToken"):
        raise Failed(f"a repeated message was answered with the fault {code}")


def has_timestamp(header):
    return header.find("wsu:Timestamp", NAMES) is not None


def parsed(body):
    try:
        return ElementTree.fromstring(body)
    except ElementTree.ParseError as reason:
        raise Failed(f"this is not XML: {reason}: {body[:200]!r}") from None


def same(seen, wanted, what):
    if seen != wanted:
        raise Failed(f"{what} is {seen}, not {wanted}")
