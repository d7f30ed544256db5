"""The matrix of attachments: CXF by MTOM and by SOAP with Attachments on both sides of the bridge, zeep before it, in SOAP 1.1 and 1.2."""

import base64
import email
import json
import os
import random
import signal
import subprocess

from . import cells, command, json_front, parts, report, sent, service_files
from .cells import Failed
from .installing import install, last_line, run
from .kinds import VERSIONS, Kind
from .places import BOUND, EXCHANGE, INTEROP, WORK
from .processes import NotStarted, Processes
from .stacks import PEERS
from .stage import Stage
from .tap import Tap

ZEEP = [WORK / "zeep/bin/python", INTEROP / "clients/zeep/attachments.py"]
OCTETS = random.Random(2).randbytes(50_000)
# Parts of a message of each operation, the envelope included.
PARTS = {"keep": 3, "refer": 2}
INTRODUCTION = """\
## Attachments

What `tests/interop/attachments` found: 50 000 octets, which CXF gives back, by MTOM where the column says so. _by MTOM_: the client's message, or
the bridge's to the server, and the answer to it, are packages with one attachment, seen on the wire. _as text_: neither is one, or the client's message is
none and its answer is. _by mime:content_: parts that the binding puts beside the envelope, _by swaRef_: a part to which an element refers, both ways. The
octets and media types come back as they were.
"""


def main(program, words):
    options = command.options_of(program, words).parse_args()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, command.stop)
    WORK.mkdir(exist_ok=True)
    table = cells.Table()
    chosen = {peer.name: peer for peer in install([peer for peer in PEERS if peer.name in ("zeep", "cxf")], table)}
    with Processes() as processes:
        for peer in chosen.values():
            peer.begin(processes)
        if len(chosen) == 2:
            stage = Stage(processes, table, options.bin.resolve())
            for version in VERSIONS:
                Cells(stage, chosen, version).run()
            Bound(stage, chosen["cxf"]).run()
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


class Cells:
    """The cells of one version of SOAP, with a server of CXF behind the bridge that answers by MTOM."""

    def __init__(self, stage, peers, version):
        self.stage, self.peers, self.version = stage, peers, version

    def run(self):
        _, contract = service_files.between_documents("http://127.0.0.1:9/", self.version, {}, "off")
        settings = {"SOAP_VERSION": self.version, "WSDL_URL": contract.as_uri(), "MTOM": "1"}
        said = self.peers["cxf"].told("serve-attachments", settings)
        if not said.startswith("port "):
            raise NotStarted(f"cxf: {said}")
        server = f"http://127.0.0.1:{said.split()[1]}/documents"
        self.client("cxf", "by MTOM", {"mtom": "accept"}, server, lambda url: self.cxf(url, True), (True, True))
        self.client("cxf", "as text", {"mtom": "accept"}, server, lambda url: self.cxf(url, False), (False, False))
        self.client("zeep", "as text", {"mtom": "always"}, server, self.zeep, (False, True))
        for case, mtom in (("by MTOM", "send"), ("as text", "off")):
            self.tried("server", "cxf", case, lambda: self.server(server, mtom))

    def tried(self, role, peer, case, attempt):
        self.stage.tried(self.peers[peer], Kind(role, "text", False, self.version), case, attempt)

    def client(self, peer, case, front, server, call, packed):
        self.tried("client", peer, case, lambda: self.called(front, server, call, packed))

    def called(self, front, server, call, packed):
        file, _ = service_files.between_documents(server, self.version, front, "send")
        with self.stage.started(file, "", "soap") as url, Tap(url) as tap:
            if wrong := call(f"{tap.url}?wsdl"):
                raise Failed(wrong)
            seen(tap, packed)

    def cxf(self, url, mtom):
        settings = {"SOAP_VERSION": self.version, "WSDL_URL": url, **({"MTOM": "1"} if mtom else {})}
        return self.peers["cxf"].told("call-attachments", settings)

    def zeep(self, url):
        try:
            done = run(ZEEP, EXCHANGE, env={**os.environ, "WSDL_URL": url})
        except subprocess.TimeoutExpired:
            return f"no end in {EXCHANGE} s"
        return None if done.returncode == 0 else last_line(done) or f"exit code {done.returncode}"

    def server(self, server, mtom):
        with Tap(server) as tap:
            file, _ = service_files.between_documents(tap.url, self.version, {}, mtom)
            with self.stage.started(file, "", "json") as url:
                body = json.dumps({"name": "a", "data": base64.b64encode(OCTETS).decode()})
                status, answer = json_front.post(url, body)
                sent.same(status, 200, "the HTTP status")
                sent.same(base64.b64decode(answer["data"]) == OCTETS, True, "whether the octets come back")
            # A server of CXF with MTOM answers by it, whatever it got.
            seen(tap, (mtom == "send", True))


class Bound:
    """The cells of SOAP with Attachments: CXF on both sides of the bridge, and JSON clients before it."""

    def __init__(self, stage, cxf):
        self.stage, self.cxf = stage, cxf

    def run(self):
        said = self.cxf.told("serve-bound", {"WSDL_URL": BOUND.as_uri()})
        if not said.startswith("port "):
            raise NotStarted(f"cxf: {said}")
        server = f"http://127.0.0.1:{said.split()[1]}/bound"
        for case, operation in (("by mime:content", "keep"), ("by swaRef", "refer")):
            self.tried("client", case, lambda: self.client(server, operation))
            self.tried("server", case, lambda: self.server(server, operation))

    def tried(self, role, case, attempt):
        self.stage.tried(self.cxf, Kind(role, "text", False, "1.1"), case, attempt)

    def client(self, server, operation):
        with self.stage.started(service_files.between_bound(server), "", "soap") as url, Tap(url) as tap:
            if wrong := self.cxf.told("call-bound", {"WSDL_URL": f"{tap.url}?wsdl", "OPERATION": operation}):
                raise Failed(wrong)
            seen(tap, (True, True), PARTS[operation])

    def server(self, server, operation):
        octets = {"type": "application/octet-stream", "content": base64.b64encode(OCTETS).decode()}
        picture = {"type": "image/png", "content": "AQID"}
        bodies = {"keep": {"$value": "a", "$attachments": {"photo": octets, "scan": picture}}, "refer": {"name": "a", "document": octets}}
        with Tap(server) as tap, self.stage.started(service_files.between_bound(tap.url), "", "json") as url:
            front = url.rsplit("/", 1)[0] + f"/{operation}"
            status, answer = json_front.post(front, json.dumps(bodies[operation]))
            sent.same(status, 200, "the HTTP status")
            sent.same(answer, {**bodies[operation], **({"$value": "kept"} if operation == "keep" else {})}, "the answer")
            seen(tap, (True, True), PARTS[operation])


def seen(tap, packed, count=2):
    """Which of message and answer is a package."""
    head = tap.last.got.rsplit(b"HTTP/1.1 200", 1)[1].partition(b"\r\n\r\n")[0]
    message = tap.message()
    kinds = [message.headers.get("content-type", ""), headers(head).get("content-type", "")]
    sent.same(tuple(kind.startswith("multipart/related") for kind in kinds), packed, "whether message and answer are packages")
    if packed[0]:
        package = email.message_from_bytes(f"Content-Type: {kinds[0]}\r\n\r\n".encode() + message.body)
        sent.same(len(package.get_payload()), count, "the number of parts that were sent")


def headers(head):
    lines = [line.partition(":") for line in head.decode("latin-1").split("\r\n")]
    return {name.lower(): value.strip() for name, _, value in lines}
