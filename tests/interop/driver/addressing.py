"""The matrix of WS-Addressing: zeep, Axis2, CXF, gSOAP, Metro, node-soap, Spring-WS and WCF before a SOAP front, Axis2, CXF and gSOAP behind a JSON front, in SOAP 1.1 and 1.2."""

import contextlib
import signal
from dataclasses import replace

from . import cases, cells, command, json_front, parts, report, sent, service_files, stacks
from .installing import install
from .json_backend import JsonBackend
from .kinds import VERSIONS, Kind
from .places import PASSWORD, USER, WORK, WRONG_PASSWORD
from .processes import NotStarted, Processes
from .old_stacks import PEERS as OLD
from .stage import Stage, cannot
from .tap import Tap

WCF = replace(
    stacks.WCF,
    lacks={"client 1.1": "over HTTP its messages of SOAP 1.1 lose the block `Action`, which becomes the SOAPAction"},
    cannot={("1.2", "fault"): stacks.NOT_400},
)
CLIENTS = ("axis2", "cxf", "gsoap", "metro", "node-soap", "spring-ws", "zeep")
SERVERS = ("axis2", "cxf", "gsoap")
# The applications of some write their properties themselves, and know the action of the contract.
ADDRESSED = {"ADDRESSING": "1", "ACTION": "urn:bancbox:updateClient", "REPLY_ACTION": "urn:bancbox:updateClientResponse"}
WSA = "{http://www.w3.org/2005/08/addressing}"
SUBMISSION = "{http://schemas.xmlsoap.org/ws/2004/08/addressing}"
INTRODUCTION = """\
## WS-Addressing

What `tests/interop/addressing` found: clients that send message addressing properties, before a SOAP front with `addressing: require`, and
servers that demand them, behind a JSON front with `addressing: send`. _answered_: the client takes the answer, whose `RelatesTo` is its `MessageID`;
the server takes the request, and its answer relates to it. _fault_: so does the fault for a wrong password. _refused_: without properties the
front, or the server, refuses the message. Clients read a contract with a `soapAction`: without one, zeep sends an empty `Action`.
"""


def main(program, words):
    names = [*CLIENTS, WCF.name]
    options = command.named(program, words, names)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, command.stop)
    WORK.mkdir(exist_ok=True)
    table = cells.Table()
    wanted = options.peers or names
    chosen = install([peer for peer in [*stacks.PEERS, *OLD, WCF] if peer.name in wanted], table)
    with Processes() as processes:
        for peer in chosen:
            peer.begin(processes)
        stage = Stage(processes, table, options.bin.resolve())
        for version in VERSIONS:
            clients(stage, chosen, version)
            servers(stage, [peer for peer in chosen if peer.name in SERVERS], version)
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


def clients(stage, peers, version):
    kind = Kind("client", "text", False, version)
    with JsonBackend() as backend:
        file = service_files.before_addressed(backend.url, version)
        with stage.started(file, PASSWORD, "soap") as front:
            for peer in peers:
                older = Kind("client", "text", False, version, variant="August 2004")
                tried(stage, peer, kind, front, CLIENT_CASES)
                tried(stage, peer, older, front, OLDER_CASES if peer is WCF else {})


def tried(stage, peer, kind, front, attempts):
    for case, attempt in attempts.items():
        if why := peer is WCF and peer.cannot.get((kind.version, case)):
            stage.tried(peer, kind, case, lambda: cannot(why, attempt, peer, kind, front))
        else:
            stage.tried(peer, kind, case, lambda: attempt(peer, kind, front))


def answered(peer, kind, front):
    with Tap(front) as tap:
        cases.passes(peer, {**kind.settings(PASSWORD), **addressed(kind), "WSDL_URL": f"{tap.url}?wsdl"})
        related(tap, namespace(kind))


def fault(peer, kind, front):
    with Tap(front) as tap:
        settings = {**kind.settings(WRONG_PASSWORD), **addressed(kind), "EXPECT": "auth-fault"}
        cases.passes(peer, {**settings, "WSDL_URL": f"{tap.url}?wsdl"})
        related(tap, namespace(kind))


def addressed(kind):
    return {**ADDRESSED, "ADDRESSING": "2004"} if kind.variant else ADDRESSED


def namespace(kind):
    return SUBMISSION if kind.variant else WSA


def refused(peer, kind, front):
    """A message without properties: what the client says of the fault is its own."""
    with Tap(front) as tap:
        seen = peer.call({**kind.settings(PASSWORD), "WSDL_URL": f"{tap.url}?wsdl"})
        sent.same(seen is not None, True, "whether the message was refused")
        sent.same(b"MessageAddressingHeaderRequired" in tap.answer()[1], True, "whether the fault says so")


CLIENT_CASES = {"answered": answered, "fault": fault, "refused": refused}
OLDER_CASES = {"answered": answered, "fault": fault}


def servers(stage, peers, version):
    for peer in peers:
        kind = Kind("server", "text", False, version)
        with serving(stage, peer, kind) as url:
            for case, attempt in SERVER_CASES.items():
                stage.tried(peer, kind, case, lambda: attempt(stage, kind, url))


@contextlib.contextmanager
def serving(stage, peer, kind):
    try:
        process, url = peer.serve(stage.processes, {**kind.settings(PASSWORD), **ADDRESSED})
    except NotStarted as reason:
        stage.table.note(kind.cell(peer, "start"), "failed", reason)
        process, url = None, "http://127.0.0.1:9/BBXPort"
    try:
        yield url
    finally:
        stage.processes.stop([process] if process else [])


def behind(stage, kind, url, addressing, password=PASSWORD):
    file = service_files.before_server(url, kind, USER, False, None, addressing)
    return stage.started(file, password, "json")


def answers(stage, kind, url):
    with Tap(url) as tap, behind(stage, kind, tap.url, "send") as front:
        for _ in range(2):
            json_front.asked(front, 200, json_front.ANSWER)
            related(tap)


def faults(stage, kind, url):
    with Tap(url) as tap, behind(stage, kind, tap.url, "send", WRONG_PASSWORD) as front:
        json_front.asked(front, 502, "BRG00305")
        related(tap)


def refuses(stage, kind, url):
    with behind(stage, kind, url, "off") as front:
        json_front.asked(front, 502, "BRG00302")


SERVER_CASES = {"answered": answers, "fault": faults, "refused": refuses}


def related(tap, wsa=WSA):
    """The message has its properties, and the answer relates to it."""
    message = header(tap.message().body, wsa)
    answer = header(tap.answer()[1], wsa)
    sent.same(message.get("Action") is not None, True, "whether there is an Action")
    sent.same(answer.get("Action") is not None, True, "whether there is an Action in the answer")
    sent.same(answer.get("RelatesTo"), message.get("MessageID"), "the RelatesTo of the answer")


def header(body, wsa):
    """The texts of the properties."""
    elements = sent.parsed(body).iter()
    return {element.tag[len(wsa):]: element.text for element in elements if element.tag.startswith(wsa)}
