"""Starting the bridge, and reading from its ready file where it listens."""

import json

from .places import ROOT, SERVICE_FILE, WORK


class NotAsPromised(Exception):
    """The ready file does not say what it should."""


def demo(processes, binary):
    """Starts `saponify demo`; gives the process and, for each kind of BancBox backend, the URL of its SOAP front."""
    ready = fresh("demo.ready.json")
    process = processes.start("saponify-demo", [binary, "demo", "--ready-file", ready], {})
    services = promised(process.until(lambda: read(ready), "ready file"), "services")
    fronts = {s.get("backend"): front(s, "soap") for s in services if s.get("name") == "bancbox"}
    if set(fronts) != {"soap", "json"}:
        raise NotAsPromised(f"the demo has BancBox before these backends only: {sorted(map(str, fronts))}")
    return process, fronts


def serve(processes, binary, mode, backend):
    """Starts `saponify serve` before `backend`; gives the process and the URL of its JSON front.

    The service file passes the caller's credentials on, as a text; for digests a copy of it says so.
    """
    ready = fresh("serve.ready.json")
    file = SERVICE_FILE if mode == "text" else digest_file()
    command = [binary, "serve", "-c", file, "--backend-url", backend, "--listen", "127.0.0.1:0", "--ready-file", ready]
    process = processes.start("saponify-serve", command, {})
    return process, front(process.until(lambda: read(ready), "ready file"), "json")


def digest_file():
    text = SERVICE_FILE.read_text(encoding="utf-8").replace("../../wsdl/", f"{ROOT}/wsdl/")
    if "password: text" not in text:
        raise NotAsPromised("the service file does not say how the password is sent")
    path = WORK / "digest.yaml"
    path.write_text(text.replace("password: text", "password: digest"), encoding="utf-8")
    return path


def front(service, kind):
    for candidate in promised(service, "fronts"):
        if candidate.get("kind") == kind:
            return promised(candidate, "url").rstrip("/")
    raise NotAsPromised(f"no {kind} front in the ready file")


def promised(document, member):
    if member not in document:
        raise NotAsPromised(f"no {member} in the ready file")
    return document[member]


def fresh(name):
    path = WORK / name
    path.unlink(missing_ok=True)
    return path


def read(path):
    """The document, or None while it is not there or not whole."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
