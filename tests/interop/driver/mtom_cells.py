"""The cells of MTOM in one version of SOAP: a client before the bridge and CXF, a JSON client before the bridge and a server."""

import base64
import json
import random

from . import attached, json_front, packages, sent, service_files
from .attached_cells import serving, tried
from .cells import Failed
from .kinds import Kind
from .tap import Tap

MTOM = """\
<wsp:Policy xmlns:wsp="http://www.w3.org/ns/ws-policy"><o:OptimizedMimeSerialization xmlns:o="http://schemas.xmlsoap.org/ws/2004/09/policy/optimizedmimeserialization"/></wsp:Policy>"""
OCTETS = random.Random(2).randbytes(50_000)
# What the peer is told, what the bridge is told, and how many parts message and answer have.
CLIENT_CASES = {
    "by MTOM": ({"MTOM": "1"}, "accept", (2, 2)),
    "as text": ({}, "accept", (0, 0)),
    "answer by MTOM": ({}, "always", (0, 2)),
}
# Those of some.
OTHERS = {
    "text in a package": ({"FORCED": "1"}, "accept", (1, 2)),
    "by policy": ({"POLICY": "1"}, "accept", (2, 2)),
}
SERVER_CASES = {
    "by MTOM": ({"MTOM": "1"}, "send", (2, 2)),
    "as text": ({}, "off", (0, 0)),
    "answer by MTOM": ({"MTOM": "1"}, "off", (0, 2)),
}


class MtomCells:
    def __init__(self, stage, cxf, version):
        self.stage, self.cxf, self.version = stage, cxf, version
        self.contract = service_files.documents(version)

    def run(self, peers):
        kind = Kind("client", "text", False, self.version)
        with serving(self.stage, self.cxf, "attachments", self.settings({"MTOM": "1"})) as server:
            for peer in peers:
                cases = {**CLIENT_CASES, **{case: OTHERS[case] for case in attached.OTHER_CASES.get(peer.name, ())}}
                for case, steps in cases.items():
                    tried(self.stage, peer, kind, case, lambda: self.client(peer, steps, server))
        kind = Kind("server", "text", False, self.version)
        for peer in peers:
            if peer.name in attached.SERVERS:
                for case, steps in SERVER_CASES.items():
                    tried(self.stage, peer, kind, case, lambda: self.server(peer, steps))

    def settings(self, others):
        return {"SOAP_VERSION": self.version, "WSDL_URL": self.contract.as_uri(), **others}

    def client(self, peer, steps, server):
        told, mtom, parts = steps
        policy = MTOM if "POLICY" in told else ""
        file = service_files.between_documents(server, self.version, {"mtom": mtom}, "send", policy)
        with self.stage.started(file, "", "soap") as url, Tap(url) as tap:
            if wrong := attached.call(peer, "attachments", {**self.settings(told), "WSDL_URL": f"{tap.url}?wsdl"}):
                raise Failed(wrong)
            packages.check(tap, parts)

    def server(self, peer, steps):
        told, mtom, parts = steps
        with serving(self.stage, peer, "attachments", self.settings(told)) as server, Tap(server) as tap:
            with self.stage.started(service_files.between_documents(tap.url, self.version, {}, mtom), "", "json") as url:
                status, answer = json_front.post(url, json.dumps({"name": "a", "data": base64.b64encode(OCTETS).decode()}))
                sent.same((status, answer.get("name")), (200, "a"), "the HTTP status, and the name")
                sent.same(base64.b64decode(answer["data"]) == OCTETS, True, "whether the octets come back")
            packages.check(tap, parts)
