"""The matrix of ports: clients of either port of one contract before one SOAP front, before backends of both versions and of JSON."""

import contextlib
import signal

from . import cases, command, cells, parts, report, sent, service_files
from .installing import install
from .json_backend import JsonBackend
from .kinds import VERSIONS, Kind
from .places import PASSWORD, USER, WORK, WRONG_PASSWORD
from .processes import NotStarted, Processes
from .stacks import PEERS
from .stage import Stage
from .tap import Tap

PORTS = {"1.1": "BBXPort", "1.2": "BBXPort12"}
NAMESPACES = {"1.1": b"http://schemas.xmlsoap.org/soap/envelope/", "1.2": b"http://www.w3.org/2003/05/soap-envelope"}
INTRODUCTION = """\
## Ports of both versions

What `tests/interop/ports` found: clients load one contract with a port for SOAP 1.1 and one for SOAP 1.2 from `?wsdl` of one front, and call by either, each
with its own soapAction. The backend is JSON, or CXF as a server of SOAP 1.1 or 1.2. _answered_: the client takes the answer, which is in its version, and the backend got
the request in its own. _fault_: so is the fault for a wrong password. _refused_: a front with `versions` of the other one alone answers VersionMismatch.
"""


def main(program, words):
    parser = command.options_of(program, words)
    options = parser.parse_args()
    if not options.bin.is_file():
        parser.error(f"{options.bin} is not there: build it, or name another with --bin")
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, command.stop)
    WORK.mkdir(exist_ok=True)
    table = cells.Table()
    chosen = install([peer for peer in PEERS if peer.name in ("zeep", "cxf")], table)
    with Processes() as processes:
        for peer in chosen:
            peer.begin(processes)
        stage = Stage(processes, table, options.bin.resolve())
        with JsonBackend() as backend:
            behind(stage, chosen, "before JSON", {"json": {"url": backend.url}}, None)
            refusing(stage, chosen, {"json": {"url": backend.url}})
        for server in [peer for peer in chosen if peer.name == "cxf"]:
            for version in VERSIONS:
                with serving(stage, server, version) as url, Tap(url) as tap:
                    behind(stage, chosen, f"before CXF, SOAP {version}", soap_backend(tap.url), Called(tap, version))
    if options.report:
        parts.write(options.report, program, markdown(table))
    return table.summary()


def markdown(table):
    notes = []
    text = report.of_role(table.noted, notes)
    told = ["### Notes\n", "".join(f"{number}. {note}\n" for number, note in enumerate(notes, 1))] if notes else []
    return "\n".join([INTRODUCTION, text, *told, report.counts(table)])


def soap_backend(url):
    fixed = {"username": USER, "password": service_files.SECRET}
    return {"soap": {"url": url, "username_token": {"credentials": {"fixed": fixed}, "password": "text"}}}


@contextlib.contextmanager
def serving(stage, server, version):
    kind = Kind("server", "text", False, version)
    process = None
    try:
        # CXF takes a soapAction that its contract has.
        contract = {"CONTRACT": str(service_files.with_action(version, service_files.ACTIONS[version]))}
        process, url = server.serve(stage.processes, {**kind.settings(PASSWORD), **contract})
    except NotStarted as reason:
        stage.table.note(kind.cell(server, "start"), "failed", reason)
        url = "http://127.0.0.1:9/BBXPort"
    try:
        yield url
    finally:
        stage.processes.stop([process] if process else [])


def behind(stage, peers, variant, backend, called):
    """Clients of both ports, before a front with this backend."""
    port = PORTS[called.version] if called else PORTS["1.1"]
    file = service_files.before_ports(backend, port, None)
    with stage.started(file, PASSWORD, "soap") as front:
        for peer in peers:
            for version in VERSIONS:
                kind = Kind("client", "text", False, version, variant=variant)
                stage.tried(peer, kind, "answered", lambda: answered(peer, kind, front, called))
                stage.tried(peer, kind, "fault", lambda: fault(peer, kind, front))


def refusing(stage, peers, backend):
    for served, other in (VERSIONS, VERSIONS[::-1]):
        file = service_files.before_ports(backend, PORTS["1.1"], [served])
        with stage.started(file, PASSWORD, "soap") as front:
            for peer in peers:
                kind = Kind("client", "text", False, other, variant=f"before a front of SOAP {served}")
                stage.tried(peer, kind, "refused", lambda: refused(peer, kind, front))


def settings(kind, password, tap, wsdl):
    return {**kind.settings(password), "PORT": PORTS[kind.version], "WSDL_URL": wsdl, "ADDRESS": tap.url}


def answered(peer, kind, front, called):
    with Tap(front) as tap:
        cases.passes(peer, settings(kind, PASSWORD, tap, f"{tap.url}?wsdl"))
        spoken(tap, kind)
        if called:
            called.check()


def fault(peer, kind, front):
    with Tap(front) as tap:
        cases.passes(peer, {**settings(kind, WRONG_PASSWORD, tap, f"{tap.url}?wsdl"), "EXPECT": "auth-fault"})
        spoken(tap, kind)


def refused(peer, kind, front):
    """The contract is read from its file: `?wsdl` has no port of this version. What the client says of the fault is its own."""
    with Tap(front) as tap:
        seen = peer.call(settings(kind, PASSWORD, tap, str(service_files.with_ports())))
        sent.same(seen is not None, True, "whether the message was refused")
        body = tap.answer()[1]
        sent.same(b"VersionMismatch" in body and b"SupportedEnvelope" in body, True, "whether the fault says what is served")
        spoken(tap, kind)


def spoken(tap, kind):
    """The message and its answer are in the version of the client."""
    own = NAMESPACES[kind.version]
    sent.same(own in tap.message().body, True, "whether the message is in its version")
    sent.same(b'soapenv="' + own in tap.answer()[1], True, "whether the answer is in the version of the message")


class Called:
    """What a backend must get."""

    def __init__(self, tap, version):
        self.tap, self.version = tap, version

    def check(self):
        sent.same(NAMESPACES[self.version] in self.tap.message().body, True, "whether the backend was asked in its version")
        sent.same(NAMESPACES[self.version] in self.tap.answer()[1], True, "whether it answered in its version")
