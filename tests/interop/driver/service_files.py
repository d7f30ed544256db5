"""The service files of the cells of WS-Security."""

import json

from .places import BOUND, CONTRACTS, DOCUMENTS, PASSWORD_VARIABLE, USER, WORK

ACTIONS = {"1.1": "urn:bancbox:updateClient", "1.2": "urn:bancbox:updateClient:12"}
SECRET = f"${{env:{PASSWORD_VARIABLE}}}"


def before_clients(backend, version, security, fault_status):
    """A SOAP front with these keys of `security` and this HTTP status of faults, or that of SOAP, which takes either type of password, before a JSON backend."""
    users = {"users": [{"name": USER, "password": SECRET}], "accept": ["digest", "text"]}
    front = {"path": "/BBXPort", "auth": {"users": users}, "security": security}
    if fault_status:
        front["faults"] = {"http": fault_status}
    return written("clients", version, {"fronts": {"soap": front}, "backend": {"json": {"url": backend}}})


def before_addressed(backend, version):
    """A SOAP front that takes messages with the properties of WS-Addressing alone, before a JSON backend."""
    users = {"users": [{"name": USER, "password": SECRET}], "accept": ["text"]}
    front = {"path": "/BBXPort", "auth": {"users": users}, "addressing": "require", "security": {"profile": "compat"}}
    sides = {"contract": {"wsdl": str(with_action(version))}, "fronts": {"soap": front}, "backend": {"json": {"url": backend}}}
    return written("addressed", version, sides)


def with_action(version, action="urn:bancbox:updateClient"):
    """The contract with a soapAction: where there is none, zeep sends an empty Action."""
    path = WORK / f"addressed-{version}.wsdl"
    path.write_text(CONTRACTS[version].read_text(encoding="utf-8").replace('soapAction=""', f'soapAction="{action}"'), encoding="utf-8")
    return path


def before_ports(backend, port, versions):
    """A SOAP front for both ports of one contract, before the backend of `port`."""
    users = {"users": [{"name": USER, "password": SECRET}], "accept": ["text"]}
    # CXF reads no fault of HTTP 400.
    front = {"path": "/BBXPort", "auth": {"users": users}, "security": {"profile": "strict"}, "faults": {"http": 500}}
    if versions:
        front["versions"] = versions
    sides = {"contract": {"wsdl": str(with_ports()), "port": port}, "fronts": {"soap": front}, "backend": backend}
    return written("ports", "1.1", sides)


def with_ports():
    """The contract with a port for each version, whose operations have other actions."""
    text = CONTRACTS["1.1"].read_text(encoding="utf-8").replace('soapAction=""', f'soapAction="{ACTIONS["1.1"]}"')
    begin, end = text.index("  <wsdl:binding "), text.index("  <wsdl:service ")
    binding = text[begin:end].replace("BBXPortBinding", "BBXPortBinding12").replace("soap:", "soap12:").replace(ACTIONS["1.1"], ACTIONS["1.2"])
    port = '<wsdl:port name="BBXPort12" binding="sch:BBXPortBinding12"><soap12:address location="http://localhost/BBXPort12"/></wsdl:port>\n  '
    text = text[:end] + binding + text[end:].replace("</wsdl:service>", f"{port}</wsdl:service>")
    text = text.replace("xmlns:soap=", 'xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:soap=', 1)
    path = WORK / "ports.wsdl"
    path.write_text(text, encoding="utf-8")
    return path


def before_pages(backend, cors):
    """A JSON front for pages, without users unless some of them are let in, before a JSON backend."""
    front = {"path": "/bancbox", "auth": "none"}
    if cors:
        front = {**front, "auth": {"tokens": [{"name": "page", "token": SECRET}]}, "cors": cors}
    return written("pages", "1.1", {"fronts": {"json": front}, "backend": {"json": {"url": backend}}})


def before_server(backend, kind, user, nonce, faults, addressing=None):
    """A JSON front before a SOAP backend, with credentials of its own and these rows of `faults`. It insists on a Timestamp
    in answers that have one."""
    fixed = {"username": user, "password": SECRET}
    token = {"credentials": {"fixed": fixed}, "password": kind.mode}
    if nonce:
        token["nonce"] = True
    if kind.timestamp:
        token["timestamp"] = {"lifetime": "5m"}
    front = {"path": "/bancbox", "auth": "none"}
    stamped = "require" if kind.mirrored else "if_present"
    backend = {"soap": {"url": backend, "response_timestamp": stamped, "username_token": token}}
    if addressing:
        backend["soap"]["addressing"] = addressing
    return written("server", kind.version, {"fronts": {"json": front}, "backend": backend, **({"faults": faults} if faults else {})})


def documents(version, policy=""):
    """The contract of documents in a version of SOAP, with a policy on its binding."""
    path = WORK / (f"documents-{version}-policy.wsdl" if policy else f"documents-{version}.wsdl")
    text = DOCUMENTS.read_text(encoding="utf-8").replace("@soap@", "12" if version == "1.2" else "")
    path.write_text(text.replace("<!-- policy -->", policy), encoding="utf-8")
    return path


def between_documents(backend, version, front, mtom, policy=""):
    """Both fronts, the SOAP one with these keys of `attachments`, before a SOAP backend that gets its messages by MTOM or not; the contract has this policy."""
    document = {
        "version": 1,
        "service": "documents",
        "contract": {"wsdl": str(documents(version, policy))},
        "fronts": {"json": {"path": "/documents", "auth": "none"}, "soap": {"path": "/soap", "auth": "none", "attachments": front}},
        "backend": {"soap": {"url": backend, "attachments": {"mtom": mtom}}},
    }
    path = WORK / f"documents-{version}.yaml"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return path


def between_bound(backend):
    """Both fronts before a SOAP backend, with parts that the contract binds beside envelopes, or refers to."""
    document = {
        "version": 1,
        "service": "bound",
        "contract": {"wsdl": str(BOUND)},
        "fronts": {"json": {"path": "/bound", "auth": "none"}, "soap": {"path": "/soap", "auth": "none"}},
        "backend": {"soap": {"url": backend}},
    }
    path = WORK / "bound.yaml"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return path


def written(name, version, sides):
    """The path of the file. JSON is YAML."""
    document = {
        "version": 1,
        "service": "bancbox",
        "contract": {"wsdl": str(CONTRACTS[version])},
        "operations": {"updateClient": {"unwrap": {"request": "updateClientRequest", "response": "return"}}},
        **sides,
    }
    path = WORK / f"{name}-{version}.yaml"
    path.write_text(json.dumps(document, indent=2), encoding="utf-8")
    return path
