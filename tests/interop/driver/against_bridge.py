"""Clients against the SOAP fronts of `saponify demo`; JSON requests through `saponify serve` to the servers."""

from . import bridge, cases, json_front
from .cells import Cell, Failed
from .places import MODES, PASSWORD, WRONG_PASSWORD
from .processes import NotStarted


def run(peers, processes, table, binary):
    clients = [peer for peer in peers if peer.client]
    if clients:
        before_demo(clients, processes, table, binary)
    for server in [peer for peer in peers if peer.server]:
        for mode in MODES:
            behind_serve(server, mode, processes, table, binary)


def before_demo(clients, processes, table, binary):
    try:
        process, fronts = bridge.demo(processes, binary)
    except (NotStarted, bridge.NotAsPromised) as reason:
        table.note(Cell("-", "client", "-", "demo", "start"), "failed", reason)
        return
    for client in clients:
        for mode in MODES:
            for backend, url in fronts.items():
                settings = {"MODE": mode, "WSDL_URL": f"{url}?wsdl"}
                cases.call(table, client, (mode, f"demo, {backend} backend"), settings, cases.FAILS_DEMO, {})
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
