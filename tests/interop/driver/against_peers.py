"""The self-check: every client against every server, without the bridge, and controls that must fail."""

from . import cases
from .cells import Cell, Failed
from .places import MODES, PASSWORD
from .processes import NotStarted

MORE = {
    "EXPECT_ECHO": cases.sample()["lastName"],
    "EXPECT_ERRORS": "2",
    "EXPECT_REQUEST_ID": str(cases.SERVER_REQUEST_ID),
}


def run(peers, processes, table):
    for server in [peer for peer in peers if peer.server]:
        for mode in MODES:
            against(server, mode, peers, processes, table)


def against(server, mode, peers, processes, table):
    clients = [peer for peer in peers if peer.client]
    try:
        process, url = server.serve(processes, {"MODE": mode, "SOAP_PASSWORD": PASSWORD})
    except NotStarted as reason:
        table.note(Cell(server.name, "server", mode, "-", "start"), "failed", reason)
        return
    for client in clients:
        cases.call(table, client, mode, f"{server.name} server", f"{url}?wsdl", cases.FAILS_SERVERS, MORE)
        controls(table, client, mode, server, f"{url}?wsdl")
    processes.stop([process])


def controls(table, client, mode, server, wsdl):
    """A client that could not fail would prove nothing: each of these must find its answer wrong."""
    other = MODES[1 - MODES.index(mode)]
    wrong = {
        "not a success": {"MODE": mode, "EXPECT": "success", "SAMPLE": cases.changed(cases.FAILS_SERVERS)},
        "not a failure": {"MODE": mode, "EXPECT": "business-failure"},
        "not a fault": {"MODE": mode, "EXPECT": "auth-fault"},
        "not this id": {"MODE": mode, "EXPECT": "success", "EXPECT_REQUEST_ID": "1700000000992"},
        "not this echo": {"MODE": mode, "EXPECT": "success", "EXPECT_ECHO": "O'Neil & Sohne <GmbH>"},
        "not this token": {"MODE": other, "EXPECT": "success"},
    }
    for case, environment in wrong.items():
        settings = {"WSDL_URL": wsdl, "SOAP_PASSWORD": PASSWORD, **environment}
        cell = Cell(client.name, "control", mode, f"{server.name} server", case)
        table.cell(cell, lambda: fails(client, settings))


def fails(client, settings):
    reason = client.call(settings)
    if reason is None:
        raise Failed("the client saw nothing wrong")
    if not reason.startswith("not so: "):
        raise Failed(f"the client ended for another reason: {reason}")
