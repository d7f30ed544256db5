"""Starting the bridge, and reading from its ready file where it listens."""

import json

from .places import PASSWORD_VARIABLE, SERVICE_FILE, USER, WORK, WSDL


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


def serve(processes, binary, mode, backend, password):
    """Starts `saponify serve` before `backend`; gives the process and the URL of its JSON front.

    The service file passes the caller's credentials on as text; without it the bridge has its own, sent as a digest.
    """
    ready = fresh("serve.ready.json")
    where = ["--listen", "127.0.0.1:0", "--ready-file", ready]
    by_file = ["-c", SERVICE_FILE, "--backend-url", backend]
    token = ["--username-token", f"{USER}:env:{PASSWORD_VARIABLE}", "--password-digest"]
    by_flags = ["--wsdl", WSDL, "--backend", backend, *token]
    command = [binary, "serve", *(by_flags if mode == "digest" else by_file), *where]
    process = processes.start("saponify-serve", command, {PASSWORD_VARIABLE: password})
    return process, front(process.until(lambda: read(ready), "ready file"), "json")


def serve_file(processes, binary, file, password, kind):
    """Starts `saponify serve` with a service file; gives the process and the URL of its front of this kind."""
    ready = fresh("serve.ready.json")
    command = [binary, "serve", "-c", file, "--listen", "127.0.0.1:0", "--ready-file", ready]
    process = processes.start(f"saponify-{file.stem}", command, {PASSWORD_VARIABLE: password})
    return process, front(process.until(lambda: read(ready), "ready file"), kind)


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
