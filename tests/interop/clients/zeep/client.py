"""One updateClient call through zeep. What the environment means is told in ../../README.md."""

import json
import os
import sys
from datetime import datetime, timedelta, timezone

from lxml import etree
from zeep import Client, Settings
from zeep.exceptions import Fault
from zeep.plugins import HistoryPlugin
from zeep.transports import Transport
from zeep.wsa import WsAddressingPlugin
from zeep.wsse.username import UsernameToken
from zeep.wsse.utils import WSU

WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"


def main():
    history = HistoryPlugin()
    expected = os.environ.get("EXPECT", "success")
    try:
        answer = port(connect(history)).updateClient(updateClientRequest=sample())
    except Fault as fault:
        check_fault(expected, fault, history)
    else:
        {"success": check_success, "business-failure": check_failure}.get(expected, refuse)(answer)


def connect(history):
    digest = os.environ["MODE"] == "digest"
    user, password = os.environ["SOAP_USER"], os.environ["SOAP_PASSWORD"]
    # Unless told so, zeep writes +00:00, against BSP 1.1 R3217.
    zulu = "AS_SHIPPED" not in os.environ
    token = UsernameToken(user, password, use_digest=digest, timestamp_token=timestamp(), zulu_timestamp=zulu)
    transport = Transport(timeout=15, operation_timeout=15)
    plugins = [WsAddressingPlugin(), history] if "ADDRESSING" in os.environ else [history]
    return Client(os.environ["WSDL_URL"], wsse=token, transport=transport, plugins=plugins, settings=Settings(strict=True))


def port(client):
    """The port that is named, else the first; at the address that is named, else at that of the contract."""
    service = client.bind(port_name=os.environ["PORT"]) if "PORT" in os.environ else client.service
    if "ADDRESS" in os.environ:
        service._binding_options["address"] = os.environ["ADDRESS"]
    return service


def timestamp():
    """The Timestamp of the header, or None. zeep leaves it to the program."""
    if "TIMESTAMP" not in os.environ:
        return None
    now = datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None)
    written = [f"{instant.isoformat()}Z" for instant in (now, now + timedelta(minutes=5))]
    return WSU.Timestamp(WSU.Created(written[0]), WSU.Expires(written[1]))


def sample():
    with open(os.environ["SAMPLE"], encoding="utf-8") as file:
        return json.load(file)


def check_success(answer):
    require(answer.status == 1, "status is 1", answer.status)
    require(isinstance(answer.requestId, int) and len(str(answer.requestId)) == 13, "requestId has 13 digits", answer.requestId)
    require(answer.requestId == int(os.environ.get("EXPECT_REQUEST_ID", answer.requestId)), "requestId is exact", answer.requestId)
    require(answer.clientStatus == "ACTIVE", "clientStatus is ACTIVE", answer.clientStatus)
    require(answer.errors == [], "no errors", answer.errors)
    echoed = os.environ.get("EXPECT_ECHO")
    texts = [warning.message for warning in answer.warnings]
    require(echoed is None or texts == [echoed], "the last name comes back", texts)


def check_failure(answer):
    require(answer.status == 0, "status is 0", answer.status)
    require(len(str(answer.requestId)) == 13, "requestId has 13 digits", answer.requestId)
    require(answer.clientStatus is None, "no clientStatus", answer.clientStatus)
    require(len(answer.errors) >= int(os.environ.get("EXPECT_ERRORS", 1)), "errors are listed", answer.errors)
    require(all(error.code and error.message for error in answer.errors), "each error has code and message", answer.errors)


def check_fault(expected, fault, history):
    require(expected == "auth-fault", f"{expected} was expected", f"fault {fault.code}: {fault.message}")
    envelope = history.last_received["envelope"]
    # SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode.
    element = envelope.find(".//{*}Fault/faultcode")
    if element is None:
        element = envelope.find(".//{*}Fault/{*}Code/{*}Subcode/{*}Value")
    require(element is not None, "the fault has a code of its own", fault.code)
    prefix, _, name = element.text.strip().rpartition(":")
    require(element.nsmap.get(prefix) == WSSE, "the fault code is in the wsse namespace", etree.tostring(element))
    require(name in ("FailedAuthentication", "InvalidSecurityToken"), "the code says failed authentication", name)


def refuse(answer):
    require(False, "a wsse fault was expected", answer)


def require(condition, what, seen):
    if not condition:
        sys.exit(f"not so: {what}; seen: {' '.join(str(seen).split())}")


main()
