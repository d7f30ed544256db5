"""The peers that attach octets, and what is known of each: what one cannot do is tried all the same, and told once it can."""

from dataclasses import replace

from . import old_stacks, stacks
from .installing import gsoap_attachments
from .peers import Resident
from .places import INTEROP, WORK
from .processes import NotStarted


def gsoap(program):
    home = WORK / "gsoap-attachments" / program
    return replace(KNOWN["gsoap"], install=gsoap_attachments, client=[home / "client"], server=[home / "server"])


KNOWN = {peer.name: peer for peer in [*stacks.PEERS, *old_stacks.PEERS]}
PEERS = {
    "axis2": KNOWN["axis2"],
    "cxf": KNOWN["cxf"],
    "gsoap": gsoap("documents"),
    "metro": KNOWN["metro"],
    "node-soap": replace(KNOWN["node-soap"], client=["node", INTEROP / "clients/node-soap/attachments.js"]),
    "spring-ws": KNOWN["spring-ws"],
    "wcf": replace(stacks.WCF, client=["mono", WORK / "wcf/Attachments.exe"]),
    "zeep": replace(KNOWN["zeep"], client=[WORK / "zeep/bin/python", INTEROP / "clients/zeep/attachments.py"]),
}
# Whose programs of parts beside the envelope are others.
OTHERS = {"gsoap": gsoap("bound")}
SERVERS = ("axis2", "cxf", "gsoap", "metro", "spring-ws")
BOUND = ("axis2", "cxf", "gsoap", "metro", "node-soap", "spring-ws")
# Cases of MTOM that some can be told to do, beside those of all.
OTHER_CASES = {"cxf": ["by policy"], "metro": ["by policy"], "node-soap": ["text in a package"]}
NOT_SOAP_12 = ("its packages say that they are SOAP 1.1 (`start-info=\"text/xml\"`)", "its content type is that of SOAP 1.1")
# Why, and what is seen then.
CANNOT = {
    ("metro", "server", "answer by MTOM"): ("it answers in one part what came in one part", "is (0, 0), not (0, 2)"),
    ("node-soap", "client", "by MTOM", "1.2"): NOT_SOAP_12,
    ("node-soap", "client", "text in a package", "1.2"): NOT_SOAP_12,
    ("wcf", "client", "by MTOM"): ("Mono writes the boundary into the body, and none into the Content-Type", "MTOM message is not multipart"),
    ("wcf", "client", "answer by MTOM"): ("its encoding of texts reads no packages", "Data at the root level is invalid"),
    ("zeep", "client", "by MTOM"): ("it writes octets into the envelope", "is (0, 0), not (2, 2)"),
}


def call(peer, program, settings):
    """Runs a client once; gives None, or what it says is wrong."""
    if isinstance(peer, Resident):
        return peer.told(f"call-{program}", settings) or None
    return process_of(peer, program).call(settings)


def serve(peer, processes, program, settings):
    """Starts a server; gives the process and the URL of its port."""
    if not isinstance(peer, Resident):
        return process_of(peer, program).serve(processes, {"MODE": program, **settings})
    said = peer.told(f"serve-{program}", settings)
    if not said.startswith("port "):
        raise NotStarted(f"{peer.name}: {said}")
    _, port, path = said.split()
    return processes.hosted(), f"http://127.0.0.1:{port}{path}"


def process_of(peer, program):
    return OTHERS.get(peer.name, peer) if program == "bound" else peer
