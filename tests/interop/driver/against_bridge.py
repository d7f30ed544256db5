"""Clients against the SOAP fronts of `saponify demo`; JSON requests through `saponify serve` to the servers."""

from . import bridge, cases, json_front
from .cells import Cell, Failed, NotApplicable
from .places import MODES, PASSWORD, WRONG_PASSWORD
from .processes import NotStarted


def run(peers, processes, table, binary):
    clients = [peer for peer in peers if peer.client]
    if clients:
        before_demo(clients, processes, table, binary)
    for server in [peer for peer in peers if peer.server]:
        for mode in MODES:
            behind_serve(server, mode, processes, table, binary)
        if server.quirk:
            as_shipped(server, processes, table, binary)


def before_demo(clients, processes, table, binary):
    try:
        process, fronts = bridge.demo(processes, binary)
    except (NotStarted, bridge.NotAsPromised) as reason:
        table.note(Cell("-", "client", "-", "demo", "start"), "failed", reason)
        return
    for client in clients:
        for mode in MODES:
            for backend, url in fronts.items():
                cases.call(table, client, mode, f"demo, {backend} backend", f"{url}?wsdl", cases.FAILS_DEMO, {})
    processes.stop([process])


def behind_serve(server, mode, processes, table, binary):
    try:
        backend, url = server.serve(processes, {"MODE": mode, "SOAP_PASSWORD": PASSWORD})
    except NotStarted as reason:
        table.note(Cell(server.name, "server", mode, "-", "start"), "failed", reason)
        return
    ours = [("success", PASSWORD), ("business-failure", PASSWORD), ("auth-fault", WRONG_PASSWORD)]
    for case, password in ours:
        cell = Cell(server.name, "server", mode, "serve", case)
        table.cell(cell, lambda: exchange(processes, binary, mode, url, case, password))
    processes.stop([backend])


def as_shipped(server, processes, table, binary):
    """The server without its mending: a bridge that puts up with it is fine, one that does not is within its rights."""

    def attempt():
        try:
            exchange(processes, binary, "text", url, "success", PASSWORD)
        except Failed as reason:
            raise NotApplicable(f"{server.quirk}; {reason}") from None

    cell = Cell(server.name, "server", "text", "serve", "as shipped")
    try:
        backend, url = server.serve(processes, {"MODE": "text", "SOAP_PASSWORD": PASSWORD, "AS_SHIPPED": "1"})
    except NotStarted as reason:
        table.note(cell, "failed", reason)
        return
    table.cell(cell, attempt)
    processes.stop([backend])


def exchange(processes, binary, mode, backend, case, password):
    """Starts a bridge that knows `password`, asks it once, and stops it."""
    try:
        process, url = bridge.serve(processes, binary, mode, backend, password)
    except (NotStarted, bridge.NotAsPromised) as reason:
        raise Failed(str(reason)) from reason
    try:
        json_front.ask(url, case, mode, password)
    finally:
        processes.stop([process])
