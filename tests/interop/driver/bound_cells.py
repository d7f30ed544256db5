"""The cells of SOAP with Attachments: a client before the bridge and CXF, a JSON client before the bridge and a server."""

import base64
import json

from . import attached, json_front, packages, sent, service_files
from .attached_cells import serving, tried
from .cells import Failed
from .kinds import Kind
from .mtom_cells import OCTETS
from .places import BOUND
from .tap import Tap

CASES = {"by mime:content": "keep", "by swaRef": "refer"}
# Parts of message and answer, the envelope included.
PARTS = {"keep": (3, 3), "refer": (2, 2)}


class BoundCells:
    def __init__(self, stage, cxf):
        self.stage, self.cxf = stage, cxf
        self.settings = {"SOAP_VERSION": "1.1", "WSDL_URL": BOUND.as_uri()}

    def run(self, peers):
        with serving(self.stage, self.cxf, "bound", self.settings) as server:
            for peer in peers:
                for case in CASES:
                    tried(self.stage, peer, Kind("client", "text", False, "1.1"), case, lambda: self.client(peer, CASES[case], server))
        for peer in peers:
            if peer.name in attached.SERVERS:
                for case in CASES:
                    tried(self.stage, peer, Kind("server", "text", False, "1.1"), case, lambda: self.server(peer, CASES[case]))

    def client(self, peer, operation, server):
        with self.stage.started(service_files.between_bound(server), "", "soap") as url, Tap(url) as tap:
            settings = {**self.settings, "WSDL_URL": f"{tap.url}?wsdl", "OPERATION": operation}
            if wrong := attached.call(peer, "bound", settings):
                raise Failed(wrong)
            packages.check(tap, PARTS[operation])

    def server(self, peer, operation):
        octets = {"type": "application/octet-stream", "content": base64.b64encode(OCTETS).decode()}
        picture = {"type": "image/png", "content": "AQID"}
        bodies = {"keep": {"$value": "a", "$attachments": {"photo": octets, "scan": picture}}, "refer": {"name": "a", "document": octets}}
        with serving(self.stage, peer, "bound", self.settings) as server, Tap(server) as tap:
            with self.stage.started(service_files.between_bound(tap.url), "", "json") as url:
                status, answer = json_front.post(url.rsplit("/", 1)[0] + f"/{operation}", json.dumps(bodies[operation]))
            sent.same(status, 200, "the HTTP status")
            sent.same(answer, {**bodies[operation], **({"$value": "kept"} if operation == "keep" else {})}, "the answer")
            packages.check(tap, PARTS[operation])
