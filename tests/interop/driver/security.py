"""The matrix of WS-Security: role x type of password x with and without Timestamp x SOAP 1.1 and 1.2, for each peer."""

import itertools

from . import security_clients, security_servers
from .cells import Cell
from .kinds import VERSIONS
from .stage import Stage


def run(peers, processes, table, binary):
    stage = Stage(processes, table, binary)
    clients = [peer for peer in peers if peer.client]
    servers = [peer for peer in peers if peer.server]
    for version, timestamp in itertools.product(VERSIONS, (False, True)):
        security_clients.run(stage, clients, version, timestamp)
        security_servers.run(stage, servers, version, timestamp)
    for peer, role, version in itertools.product(peers, ("client", "server"), VERSIONS):
        if reason := peer.lacks.get(role):
            table.note(Cell(peer.name, role, "-", f"SOAP {version}", "good"), "n-a", reason)
