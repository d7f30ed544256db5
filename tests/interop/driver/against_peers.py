"""The self-check: every client against every server, without the bridge, and controls that must fail."""

import itertools

from . import cases
from .cells import Cell, Failed
from .kinds import VERSIONS, Kind
from .places import MODES, PASSWORD
from .processes import NotStarted

MORE = {
    "EXPECT_ECHO": cases.sample()["lastName"],
    "EXPECT_ERRORS": "2",
    "EXPECT_REQUEST_ID": str(cases.SERVER_REQUEST_ID),
}


def run(peers, processes, table):
    for server in [peer for peer in peers if peer.server]:
        for version, timestamp, mode in itertools.product(VERSIONS, (False, True), MODES):
            # A client of SOAP 1.2 need not read faults of SOAP 1.1.
            if (server.form or version) == version:
                kind = Kind("client", mode, timestamp, version, mirrored=timestamp and server.mirrors)
                against(server, kind, peers, processes, table)


def against(server, kind, peers, processes, table):
    clients = [peer for peer in peers if peer.client and f"client {kind.version}" not in peer.lacks]
    try:
        process, url = server.serve(processes, kind.settings(PASSWORD))
    except NotStarted as reason:
        table.note(Cell(server.name, "server", kind.words(), "-", "start"), "failed", reason)
        return
    settings = {**kind.settings(PASSWORD), "WSDL_URL": f"{url}?wsdl"}
    for client in clients:
        where = (kind.words(), f"{server.name}, SOAP {kind.version}")
        cases.call(table, client, where, settings, cases.FAILS_SERVERS, MORE)
        controls(table, client, where, kind, settings)
    processes.stop([process])


def controls(table, client, where, kind, settings):
    """A client that could not fail would prove nothing: each of these must find its answer wrong."""
    other = MODES[1 - MODES.index(kind.mode)]
    wrong = {
        "not a success": {"SAMPLE": cases.changed(cases.FAILS_SERVERS)},
        "not a failure": {"EXPECT": "business-failure"},
        "not a fault": {"EXPECT": "auth-fault"},
        "not this id": {"EXPECT_REQUEST_ID": "1700000000992"},
        "not this echo": {"EXPECT_ECHO": "O'Neil & Sohne <GmbH>"},
        "not this token": {"MODE": other},
    }
    if kind.timestamp:
        settings = {name: value for name, value in settings.items() if name != "TIMESTAMP"}
        wrong = {"no Timestamp": {}}
    for case, environment in wrong.items():
        given = {"EXPECT": "success", **settings, **environment}
        table.cell(Cell(client.name, "control", *where, case), lambda: fails(client, given))


def fails(client, settings):
    reason = client.call(settings)
    if reason is None:
        raise Failed("the client saw nothing wrong")
    if not reason.startswith("not so: "):
        raise Failed(f"the client ended for another reason: {reason}")
