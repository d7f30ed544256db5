"""What a peer is, and how its programs are told what to do."""

import os
import subprocess
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Callable, Optional

from .cases import as_xml
from .installing import last_line, run
from .places import CONTRACT, EXCHANGE, SAMPLE, USER, WORK
from .processes import NotStarted

NODE_PATH = {"NODE_PATH": str(WORK / "node-soap/node_modules")}


@dataclass
class Need:
    """What a client needs of a front, since it does not keep to a specification: keys of `fronts.soap.security`,
    and the HTTP status of faults."""

    security: dict
    modes: tuple
    versions: tuple
    fault_status: int | None = None

    def concerns(self, kind):
        return kind.mode in self.modes and kind.version in self.versions

    def is_strict(self):
        return self.security.get("profile") == "strict"

    def words(self):
        words = [f"{key}: {str(value).lower()}" for key, value in self.security.items()]
        return ", ".join(words + [f"faults: {{ http: {self.fault_status} }}"] * bool(self.fault_status))


@dataclass
class Peer:
    """A SOAP stack that is not ours. `client` and `server` are the commands of its programs, where it has one.

    Of a server, `quirks` tells by version of SOAP and case what it does against the specifications unless it is mended, for
    which the service file may need rows of `faults`; `forgets` by type of password why it cannot refuse a nonce that it has
    seen; one that `mirrors` answers a Timestamp with one, and `form` is the version of SOAP whose faults it writes, if it is
    not that of the request. Of a client, `cannot` tells by version and case why it fails as shipped, `needs` with which keys
    it is served then, and `no_nonce` why it has no nonce beside a text. What a stack `lacks` is told by role, and by role
    and version (`client 1.2`).
    """

    name: str
    install: Callable[[], None]
    version: Callable[[], str]
    client: Optional[list] = None
    server: Optional[list] = None
    quirks: dict = field(default_factory=dict)
    faults: Optional[list] = None
    cannot: dict = field(default_factory=dict)
    needs: list = field(default_factory=list)
    no_nonce: Optional[str] = None
    forgets: dict = field(default_factory=dict)
    mirrors: bool = False
    form: Optional[str] = None
    lacks: dict = field(default_factory=dict)

    def begin(self, processes):
        """Starts what runs as long as the driver."""

    def call(self, environment):
        """Runs the client once; gives None, or what it says is wrong."""
        try:
            done = run(self.client, EXCHANGE, env={**os.environ, **NODE_PATH, **client_settings(environment)})
        except subprocess.TimeoutExpired:
            return f"no end in {EXCHANGE} s"
        return None if done.returncode == 0 else last_line(done) or f"exit code {done.returncode}"

    def serve(self, processes, environment):
        """Starts the server; gives the process and the URL of its port."""
        settings = {**NODE_PATH, **server_settings(environment)}
        process = processes.start(f"{self.name}-{environment['MODE']}", self.server, settings)
        return process, f"http://127.0.0.1:{process.port()}/BBXPort"


class Resident(Peer):
    """A stack that is slow to start: one process has its clients and servers, and is told over HTTP what to do."""

    def begin(self, processes):
        self.process = processes.start(self.name, self.client(), {})

    def call(self, environment):
        return self.told("call", client_settings(environment)) or None

    def serve(self, processes, environment):
        said = self.told("serve", server_settings(environment))
        if not said.startswith("port "):
            raise NotStarted(f"{self.name}: {said}")
        port, path = (*said.split()[1:], "/BBXPort")[:2]
        return processes.hosted(), f"http://127.0.0.1:{port}{path}"

    def told(self, what, settings):
        """What the process says to it."""
        body = "\n".join(f"{name}={value}" for name, value in settings.items()).encode()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{self.process.port()}/{what}", body, EXCHANGE) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.read().decode()
        except (OSError, NotStarted) as reason:
            return str(reason)


def client_settings(environment):
    settings = {"SAMPLE": str(SAMPLE), "SOAP_USER": USER, "SOAP_VERSION": "1.1", **environment}
    return {**settings, "SAMPLE_XML": as_xml(settings["SAMPLE"])}


def server_settings(environment):
    return {"CONTRACT": str(CONTRACT), "SOAP_USER": USER, "SOAP_VERSION": "1.1", **environment}
