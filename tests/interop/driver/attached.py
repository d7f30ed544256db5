"""The peers that attach octets, and what is known of each: what one cannot do is tried all the same, and told once it can."""

from dataclasses import replace

from . import old_stacks, stacks
from .peers import Resident
from .places import INTEROP, WORK
from .processes import NotStarted

KNOWN = {peer.name: peer for peer in [*stacks.PEERS, *old_stacks.PEERS]}
PEERS = {
    "cxf": KNOWN["cxf"],
    "metro": KNOWN["metro"],
    "zeep": replace(KNOWN["zeep"], client=[WORK / "zeep/bin/python", INTEROP / "clients/zeep/attachments.py"]),
}
SERVERS = ("cxf", "metro")
BOUND = ("cxf", "metro")
CANNOT = {
    ("metro", "server", "answer by MTOM"): "it answers in one part what came in one part",
    ("zeep", "client", "by MTOM"): "it writes octets into the envelope",
}


def call(peer, program, settings):
    """Runs a client once; gives None, or what it says is wrong."""
    if isinstance(peer, Resident):
        return peer.told(f"call-{program}", settings) or None
    return peer.call(settings)


def serve(peer, processes, program, settings):
    """Starts a server; gives the process and the URL of its port."""
    if not isinstance(peer, Resident):
        return peer.serve(processes, {"MODE": program, **settings})
    said = peer.told(f"serve-{program}", settings)
    if not said.startswith("port "):
        raise NotStarted(f"{peer.name}: {said}")
    _, port, path = said.split()
    return processes.hosted(), f"http://127.0.0.1:{port}{path}"
