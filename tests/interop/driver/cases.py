"""What is asked of a pair, and what its answer must be: the environment of a client program."""

import json

from .cells import Cell, Failed
from .places import FAIL, PASSWORD, SAMPLE, WRONG_PASSWORD

# The servers of this directory derive the request id from all digits of the subscriber id.
SERVER_REQUEST_ID = 1700000000993

CASES = {
    "success": {"EXPECT": "success", "SOAP_PASSWORD": PASSWORD},
    "business-failure": {"EXPECT": "business-failure", "FIRST_NAME": FAIL, "SOAP_PASSWORD": PASSWORD},
    "auth-fault": {"EXPECT": "auth-fault", "SOAP_PASSWORD": WRONG_PASSWORD},
}


def sample():
    """The request as JSON clients send it: longs are numbers."""
    request = json.loads(SAMPLE.read_text(encoding="utf-8"))
    request["subscriberId"] = int(request["subscriberId"])
    request["clientId"]["bancBoxId"] = int(request["clientId"]["bancBoxId"])
    return request


def call(table, client, mode, against, wsdl, more):
    """One cell for each case: `client` against the service that `wsdl` describes."""
    for case, environment in CASES.items():
        cell = Cell(client.name, "client", mode, against, case)
        settings = {"MODE": mode, "WSDL_URL": wsdl, **environment, **more}
        table.cell(cell, lambda: passes(client, settings))


def passes(client, settings):
    reason = client.call(settings)
    if reason:
        raise Failed(reason)
