"""The matrix of attachments: stacks by MTOM and by SOAP with Attachments before a SOAP front and behind a JSON front, in SOAP 1.1 and 1.2."""

import signal

from . import attached, cells, command, parts, report
from .bound_cells import BoundCells
from .installing import install
from .kinds import VERSIONS
from .mtom_cells import MtomCells
from .places import WORK
from .processes import Processes
from .stage import Stage

INTRODUCTION = """\
## Attachments

What `tests/interop/attachments` found: 50 000 octets, which come back as they were. Clients are before a SOAP front, behind which CXF gives back what it gets; servers, which
do the same, are behind a JSON front. _by MTOM_: the message to the bridge, or from it to the server, and the answer to it are packages with one attachment, seen on the wire.
_as text_: neither is one. _answer by MTOM_: the answer alone is one. _text in a package_: the message is one that has its envelope alone. _by policy_: the client is told nothing,
but the contract that it reads demands MTOM. _by mime:content_: parts that the binding puts beside the envelope, _by swaRef_: a part to which an element refers, both ways; media
types come back, too.
"""


def main(program, words):
    options = command.named(program, words, attached.PEERS)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, command.stop)
    WORK.mkdir(exist_ok=True)
    table = cells.Table()
    # Clients are before a server of CXF.
    wanted = [name for name in attached.PEERS if name in (options.peers or attached.PEERS) or name == "cxf"]
    chosen = {peer.name: peer for peer in install([attached.PEERS[name] for name in wanted], table)}
    with Processes() as processes:
        for peer in chosen.values():
            peer.begin(processes)
        if "cxf" in chosen:
            stage = Stage(processes, table, options.bin.resolve())
            tried = [peer for name, peer in chosen.items() if name in (options.peers or chosen)]
            for version in VERSIONS:
                MtomCells(stage, chosen["cxf"], version).run(tried)
            BoundCells(stage, chosen["cxf"]).run([peer for peer in tried if peer.name in attached.BOUND])
    if options.report:
        parts.write(options.report, program, markdown(table))
    return table.summary()


def markdown(table):
    notes = []
    roles = []
    for role, heading in (("client", "Clients"), ("server", "Servers")):
        noted = [noted for noted in table.noted if noted[0].role == role]
        roles += [f"### {heading}\n", report.of_role(noted, notes)]
    told = ["### Notes\n", "".join(f"{number}. {text}\n" for number, text in enumerate(notes, 1))] if notes else []
    return "\n".join([INTRODUCTION, *roles, *told, report.counts(table)])
