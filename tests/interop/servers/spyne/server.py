"""A BancBox backend on spyne. What it must do is told in ../../README.md."""

import base64
import hashlib
import os
from datetime import datetime, timedelta, timezone
from wsgiref.simple_server import WSGIRequestHandler, make_server

from lxml import etree
from spyne import Application, Date, Fault, Integer32, Integer64, ServiceBase, Unicode, rpc
from spyne.model.complex import ComplexModel
from spyne.protocol.soap import Soap11, Soap12
from spyne.server.wsgi import WsgiApplication

WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
WSSE = WSS + "wssecurity-secext-1.0.xsd"
WSU = WSS + "wssecurity-utility-1.0.xsd"
TYPES = {"digest": "PasswordDigest", "text": "PasswordText"}
NAMESPACE = "schema.bancbox.com"
SEEN = set()
IS_12 = os.environ["SOAP_VERSION"] == "1.2"
Soap = Soap12 if IS_12 else Soap11


def main():
    bancbox = WsgiApplication(Application([Clients], NAMESPACE, in_protocol=Soap(), out_protocol=Unqualified()))
    server = make_server("127.0.0.1", 0, lambda environ, start: serve(bancbox, environ, start), handler_class=Quiet)
    print("port", server.server_port, flush=True)
    server.serve_forever()


def serve(bancbox, environ, start):
    if environ["REQUEST_METHOD"] != "GET":
        return bancbox(environ, start)
    with open(os.environ["CONTRACT"], encoding="utf-8") as file:
        contract = file.read().replace("http://localhost/", f"http://{environ['HTTP_HOST']}/")
    start("200 OK", [("Content-Type", "text/xml; charset=utf-8")])
    return [contract.encode()]


class Quiet(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


class Unqualified(Soap):
    """Spyne qualifies members and prefixes every fault code with the envelope's prefix; BancBox does neither."""

    def __init__(self):
        super().__init__(cleanup_namespaces=False)

    def fault_to_parent(self, ctx, cls, inst, parent, ns, *args, **kwargs):
        fault = etree.SubElement(parent, f"{{{self.ns_soap_env}}}Fault")
        qualified = inst.faultcode.startswith("wsse:")
        if IS_12:
            return self.fault_12(fault, inst, qualified)
        code = etree.SubElement(fault, "faultcode", nsmap={"wsse": WSSE})
        code.text = inst.faultcode if qualified else f"{self.soap_env}:{inst.faultcode}"
        etree.SubElement(fault, "faultstring").text = inst.faultstring

    def fault_12(self, fault, inst, qualified):
        envelope = f"{{{self.ns_soap_env}}}"
        code = etree.SubElement(fault, f"{envelope}Code")
        etree.SubElement(code, f"{envelope}Value").text = f"{self.soap_env}:Sender"
        if qualified:
            subcode = etree.SubElement(code, f"{envelope}Subcode")
            etree.SubElement(subcode, f"{envelope}Value", nsmap={"wsse": WSSE}).text = inst.faultcode
        text = etree.SubElement(etree.SubElement(fault, f"{envelope}Reason"), f"{envelope}Text")
        text.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
        text.text = inst.faultstring


def local(kind, **attributes):
    """A member without a namespace."""
    return kind.customize(sub_ns="", **attributes)


class Identity(ComplexModel):
    __namespace__ = NAMESPACE
    bancBoxId = local(Integer64)
    subscriberReferenceId = local(Unicode)


class Request(ComplexModel):
    __namespace__ = NAMESPACE
    subscriberId = local(Integer64)
    clientId = local(Identity)
    firstName = local(Unicode)
    lastName = local(Unicode)
    dob = local(Date)


class Notice(ComplexModel):
    __namespace__ = NAMESPACE
    code = local(Unicode)
    message = local(Unicode)


class Answer(ComplexModel):
    __namespace__ = NAMESPACE
    _type_info = [
        ("requestId", local(Integer64)),
        ("status", local(Integer32)),
        ("warnings", local(Notice, max_occurs="unbounded")),
        ("errors", local(Notice, max_occurs="unbounded")),
        ("clientStatus", local(Unicode)),
        ("cipStatus", local(Unicode)),
    ]


class Clients(ServiceBase):
    @rpc(local(Request), _returns=local(Answer), _out_variable_name="return")
    def updateClient(ctx, updateClientRequest):
        request_id = 1700000000000 + updateClientRequest.subscriberId % 1000
        if updateClientRequest.firstName == "Fail":
            return Answer(requestId=request_id, status=0, errors=ERRORS)
        echo = Notice(code="W-ECHO", message=updateClientRequest.lastName)
        return Answer(
            requestId=request_id, status=1, warnings=[echo], clientStatus="ACTIVE", cipStatus="UNVERIFIED"
        )


ERRORS = [
    Notice(code="E-EXAMPLE-1", message="first sample error"),
    Notice(code="E-EXAMPLE-2", message="second & last"),
]


def authenticate(ctx):
    blocks = [block for block in ctx.in_header_doc or [] if block.tag == f"{{{WSSE}}}Security"]
    if len(blocks) != 1 or not trusted(blocks[0]):
        raise Fault("wsse:FailedAuthentication", "The security token could not be authenticated or authorized")


def trusted(security):
    def read(name):
        return security.findtext(f"{{{WSSE}}}UsernameToken/{name}", default="").strip()

    password = security.find(f"{{{WSSE}}}UsernameToken/{{{WSSE}}}Password")
    wanted = TYPES[os.environ["MODE"]]
    if password is None or password.get("Type") != f"{WSS}username-token-profile-1.0#{wanted}":
        return False
    secret = os.environ["SOAP_PASSWORD"]
    nonce, created = read(f"{{{WSSE}}}Nonce"), read(f"{{{WSU}}}Created")
    if (nonce or wanted == "PasswordDigest") and not fresh(nonce, created):
        return False
    if wanted == "PasswordDigest":
        secret = digest(nonce, created, secret)
    if "TIMESTAMP" in os.environ and not current(security):
        return False
    known = read(f"{{{WSSE}}}Username") == os.environ["SOAP_USER"]
    return known and password.text == secret


def current(security):
    times = [security.findtext(f"{{{WSU}}}Timestamp/{{{WSU}}}{name}") for name in ("Created", "Expires")]
    if None in times:
        return False
    created, expires = (datetime.fromisoformat(time.replace("Z", "+00:00")) for time in times)
    now = datetime.now(timezone.utc)
    return created < now + timedelta(minutes=1) and expires > max(now, created)


def fresh(nonce, created):
    """Whether the nonce is a new one, and the token young."""
    if nonce == "" or nonce in SEEN:
        return False
    SEEN.add(nonce)
    age = datetime.now(timezone.utc) - datetime.fromisoformat(created.replace("Z", "+00:00"))
    return abs(age.total_seconds()) < 300


def digest(nonce, created, password):
    hashed = hashlib.sha1(base64.b64decode(nonce) + created.encode() + password.encode())
    return base64.b64encode(hashed.digest()).decode()


Clients.event_manager.add_listener("method_call", authenticate)
main()
