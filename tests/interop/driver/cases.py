"""What is asked of a pair, and what its answer must be: the environment of a client program."""

import json
from xml.etree import ElementTree

from .cells import Cell, Failed
from .places import PASSWORD, SAMPLE, WORK, WRONG_PASSWORD

# The servers of this directory derive the request id from all digits of the subscriber id.
SERVER_REQUEST_ID = 1700000000993

# What makes the servers of this directory, and the backends of the demo, answer with a business failure.
FAILS_SERVERS = {"firstName": "Fail"}
FAILS_DEMO = {"clientId": {"subscriberReferenceId": ""}}

CASES = {
    "success": {"EXPECT": "success", "SOAP_PASSWORD": PASSWORD},
    "business-failure": {"EXPECT": "business-failure", "SOAP_PASSWORD": PASSWORD},
    "auth-fault": {"EXPECT": "auth-fault", "SOAP_PASSWORD": WRONG_PASSWORD},
}


def sample():
    """The request as SOAP clients take it: longs are texts."""
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


def changed(changes):
    """The path of a copy of the sample with these changes."""
    path = WORK / "sample-changed.json"
    path.write_text(json.dumps({**sample(), **changes}, ensure_ascii=False), encoding="utf-8")
    return str(path)


def as_xml(path):
    """The path of the same request as XML, for programs that do not read JSON."""
    root = ElementTree.Element("{schema.bancbox.com}updateClientRequest")
    with open(path, encoding="utf-8") as file:
        fill(root, json.load(file))
    written = WORK / "sample.xml"
    ElementTree.ElementTree(root).write(written, encoding="utf-8", xml_declaration=True)
    return str(written)


def fill(element, members):
    for name, value in members.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(value, dict):
            fill(child, value)
        else:
            child.text = value


def call(table, client, where, settings, fails, more):
    """One cell for each case: `client` against the service of `settings`, which `fails` makes fail."""
    for case, environment in CASES.items():
        request = changed(fails if case == "business-failure" else {})
        given = {**settings, "SAMPLE": request, **environment, **more}
        table.cell(Cell(client.name, "client", *where, case), lambda: passes(client, given))


def passes(client, settings):
    reason = client.call(settings)
    if reason:
        raise Failed(reason)
