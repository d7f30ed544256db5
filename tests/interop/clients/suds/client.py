"""One updateClient call through suds. What the environment means is told in ../../README.md."""

import base64
import hashlib
import json
import logging
import os
import sys
from datetime import datetime, timezone

from suds import WebFault
from suds.client import Client
from suds.sax.date import DateTime
from suds.wsse import Security, Timestamp, UsernameToken

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
AS_SHIPPED = "AS_SHIPPED" in os.environ


def main():
    logging.disable(logging.CRITICAL)
    expected = os.environ.get("EXPECT", "success")
    client = Client(os.environ["WSDL_URL"], cache=None, timeout=15, wsse=security())
    try:
        answer = client.service.updateClient(sample())
    except WebFault as fault:
        check_fault(expected, fault)
    else:
        {"success": check_success, "business-failure": check_failure}.get(expected, refuse)(answer)


def security():
    header = Security()
    if "TIMESTAMP" in os.environ:
        stamp = Timestamp(300)
        # Six digits of a second otherwise, against BSP 1.1 R3229.
        stamp.created, stamp.expires = (time.replace(microsecond=0) for time in (stamp.created, stamp.expires))
        header.tokens.append(stamp if AS_SHIPPED else Mended(stamp))
    digest = os.environ["MODE"] == "digest"
    token = UsernameToken(os.environ["SOAP_USER"], os.environ["SOAP_PASSWORD"])
    if digest or "NONCE" in os.environ:
        nonce = os.urandom(16)
        token.setnonceencoding(True)
        token.setnonce(base64.b64encode(nonce).decode())
        token.setcreated(datetime.now(timezone.utc).replace(microsecond=0))
        if digest:
            token.setpassworddigest(digested(nonce, written(token.created), token.password))
    header.tokens.append(token if AS_SHIPPED else Mended(token))
    return header


def written(instant):
    """As it will be on the wire."""
    text = str(DateTime(instant))
    return text if AS_SHIPPED else zulu(text)


def zulu(text):
    return text.replace("+00:00", "Z")


def digested(nonce, created, password):
    """The program makes digests: suds only writes them."""
    return base64.b64encode(hashlib.sha1(nonce + created.encode() + password.encode()).digest()).decode()


class Mended:
    """suds writes times with +00:00, against BSP 1.1 R3217."""

    def __init__(self, token):
        self.token = token

    def xml(self):
        root = self.token.xml()
        for element in root.branch():
            if element.name in ("Created", "Expires"):
                element.setText(zulu(element.getText()))
        return root


def sample():
    with open(os.environ["SAMPLE"], encoding="utf-8") as file:
        return json.load(file)


def check_success(answer):
    require(answer.status == 1, "status is 1", answer.status)
    require(isinstance(answer.requestId, int) and len(str(answer.requestId)) == 13, "requestId has 13 digits", answer.requestId)
    require(answer.requestId == int(os.environ.get("EXPECT_REQUEST_ID", answer.requestId)), "requestId is exact", answer.requestId)
    require(answer.clientStatus == "ACTIVE", "clientStatus is ACTIVE", answer.clientStatus)
    require("errors" not in answer, "no errors", answer)
    echoed = os.environ.get("EXPECT_ECHO")
    texts = [str(warning.message) for warning in getattr(answer, "warnings", [])]
    require(echoed is None or texts == [echoed], "the last name comes back", texts)


def check_failure(answer):
    require(answer.status == 0, "status is 0", answer.status)
    require(len(str(answer.requestId)) == 13, "requestId has 13 digits", answer.requestId)
    require("clientStatus" not in answer, "no clientStatus", answer)
    require(len(answer.errors) >= int(os.environ.get("EXPECT_ERRORS", 1)), "errors are listed", answer.errors)
    require(all(error.code and error.message for error in answer.errors), "each error has code and message", answer.errors)


def check_fault(expected, fault):
    require(expected == "auth-fault", f"{expected} was expected", fault)
    code = fault.document.childAtPath("Envelope/Body/Fault/faultcode")
    require(code is not None, "the fault has a code of its own", fault)
    prefix, _, name = code.getText().strip().rpartition(":")
    require(code.resolvePrefix(prefix)[1] == WSSE, "the fault code is in the wsse namespace", code)
    require(name in ("FailedAuthentication", "InvalidSecurityToken"), "the code says failed authentication", name)


def refuse(answer):
    require(False, "a wsse fault was expected", answer)


def require(condition, what, seen):
    if not condition:
        sys.exit(f"not so: {what}; seen: {' '.join(str(seen).split())}")


main()
