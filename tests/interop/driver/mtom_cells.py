"""The cells of MTOM in one version of SOAP: a client before the bridge and CXF, a JSON client before the bridge and a server."""

import base64
import json
import random

from . import attached, json_front, packages, sent, service_files
from .attached_cells import tried, serving
from .cells import Failed
from .kinds import Kind
from .tap import Tap

OCTETS = random.Random(2).randbytes(50_000)
# Whether the peer is told to write MTOM, what the bridge is told, and which of message and answer is a package.
CLIENT_CASES = {
    "by MTOM": (True, "accept", (True, True)),
    "as text": (False, "accept", (False, False)),
    "answer by MTOM": (False, "always", (False, True)),
}
SERVER_CASES = {
    "by MTOM": (True, "send", (True, True)),
    "as text": (False, "off", (False, False)),
    "answer by MTOM": (True, "off", (False, True)),
}


class MtomCells:
    def __init__(self, stage, cxf, version):
        self.stage, self.cxf, self.version = stage, cxf, version
        self.contract = service_files.documents(version)

    def run(self, peers):
        with serving(self.stage, self.cxf, "attachments", self.settings(True)) as server:
            for peer in peers:
                for case in CLIENT_CASES:
                    tried(self.stage, peer, Kind("client", "text", False, self.version), case, lambda: self.client(peer, case, server))
        for peer in peers:
            if peer.name in attached.SERVERS:
                for case in SERVER_CASES:
                    tried(self.stage, peer, Kind("server", "text", False, self.version), case, lambda: self.server(peer, case))

    def settings(self, mtom):
        return {"SOAP_VERSION": self.version, "WSDL_URL": self.contract.as_uri(), **({"MTOM": "1"} if mtom else {})}

    def client(self, peer, case, server):
        mtom, told, packed = CLIENT_CASES[case]
        file = service_files.between_documents(server, self.version, {"mtom": told}, "send")
        with self.stage.started(file, "", "soap") as url, Tap(url) as tap:
            if wrong := attached.call(peer, "attachments", {**self.settings(mtom), "WSDL_URL": f"{tap.url}?wsdl"}):
                raise Failed(wrong)
            packages.check(tap, packed)

    def server(self, peer, case):
        mtom, told, packed = SERVER_CASES[case]
        with serving(self.stage, peer, "attachments", self.settings(mtom)) as server, Tap(server) as tap:
            with self.stage.started(service_files.between_documents(tap.url, self.version, {}, told), "", "json") as url:
                status, answer = json_front.post(url, json.dumps({"name": "a", "data": base64.b64encode(OCTETS).decode()}))
                sent.same((status, answer.get("name")), (200, "a"), "the HTTP status, and the name")
                sent.same(base64.b64decode(answer["data"]) == OCTETS, True, "whether the octets come back")
            packages.check(tap, packed)
