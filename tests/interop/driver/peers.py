"""The peers: what each is installed from and how each of its programs is started."""

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Callable, Optional

from .cells import Cell
from .places import CONTRACT, EXCHANGE, INSTALL, INTEROP, SAMPLE, USER, WORK

NODE = INTEROP / "clients/node-soap"


@dataclass(frozen=True)
class Peer:
    """A SOAP stack that is not ours. `client` and `server` are the commands of its programs, where it has one.

    `quirk` is what its server does against the specifications unless it is mended.
    """

    name: str
    install: Callable[[], None]
    client: Optional[list] = None
    server: Optional[list] = None
    quirk: Optional[str] = None

    def call(self, environment):
        """Runs the client once; gives None, or what it says is wrong."""
        settings = {"SAMPLE": str(SAMPLE), "SOAP_USER": USER, **NODE_PATH, **environment}
        try:
            done = run(self.client, EXCHANGE, env={**os.environ, **settings})
        except subprocess.TimeoutExpired:
            return f"no end in {EXCHANGE} s"
        return None if done.returncode == 0 else last_line(done) or f"exit code {done.returncode}"

    def serve(self, processes, environment):
        """Starts the server; gives the process and the URL of its port."""
        settings = {"CONTRACT": str(CONTRACT), "SOAP_USER": USER, **NODE_PATH, **environment}
        process = processes.start(f"{self.name}-{environment['MODE']}", self.server, settings)
        return process, f"http://127.0.0.1:{process.port()}/BBXPort"


class NotInstalled(Exception):
    """Why a peer is not there."""


def install(names, table):
    """Installs the named peers; gives those that are there, and notes the others as failed."""
    return [peer for peer in PEERS if peer.name in names and installed(peer, table)]


def installed(peer, table):
    try:
        peer.install()
    except (NotInstalled, OSError, subprocess.TimeoutExpired) as reason:
        table.note(Cell(peer.name, "-", "-", "-", "install"), "failed", reason)
        return False
    return True


def python(name, requirements):
    def steps():
        home = WORK / name
        must([sys.executable, "-m", "venv", "--clear", home])
        must([home / "bin/python", "-m", "pip", "install", "--quiet", "--no-input", "-r", requirements])

    return lambda: cached(name, [requirements], steps)


def node():
    def steps():
        home = WORK / "node-soap"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        for document in documents:
            shutil.copy(document, home)
        must(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", home])

    documents = [NODE / "package.json", NODE / "package-lock.json"]
    cached("node-soap", documents, steps)


def php():
    if php_has_soap():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        must(["apt-get", "update", "-qq"], env=settings)
        must(["apt-get", "install", "-qq", "--no-install-recommends", "php-cli", "php-soap", "php-xml"], env=settings)
    if not php_has_soap():
        raise NotInstalled("php with the extensions soap, dom and pcntl is not there (php-cli, php-soap, php-xml)")


def php_has_soap():
    if not shutil.which("php"):
        return False
    loaded = run(["php", "-m"], INSTALL).stdout.split()
    return {"soap", "dom", "pcntl"} <= set(loaded)


def cached(name, documents, steps):
    """Runs `steps` unless they ran before with the same documents and the same Python."""
    seal = WORK / f"{name}.installed"
    content = hashlib.sha256(sys.version.encode() + b"".join(d.read_bytes() for d in documents)).hexdigest()
    if seal.exists() and seal.read_text() == content:
        return
    seal.unlink(missing_ok=True)
    steps()
    seal.write_text(content)


def must(command, **settings):
    done = run(command, INSTALL, **settings)
    if done.returncode != 0:
        raise NotInstalled(f"{command[0]}: {last_line(done)}")


def run(command, seconds, **settings):
    words = [str(word) for word in command]
    pipes = {"stdin": subprocess.DEVNULL, "capture_output": True, "text": True, "errors": "replace"}
    return subprocess.run(words, timeout=seconds, check=False, **pipes, **settings)


def last_line(done):
    return ((done.stderr.strip() or done.stdout.strip()).splitlines() or [""])[-1]


NODE_PATH = {"NODE_PATH": str(WORK / "node-soap/node_modules")}
PEERS = [
    Peer(
        name="zeep",
        install=python("zeep", INTEROP / "clients/zeep/requirements.txt"),
        client=[WORK / "zeep/bin/python", INTEROP / "clients/zeep/client.py"],
    ),
    Peer(
        name="node-soap",
        install=node,
        client=["node", NODE / "client.js"],
        server=["node", INTEROP / "servers/node-soap/server.js"],
        quirk="its RPC/literal answers qualify the part accessor, against Basic Profile 1.1 R2735",
    ),
    Peer(
        name="spyne",
        install=python("spyne", INTEROP / "servers/spyne/requirements.txt"),
        server=[WORK / "spyne/bin/python", INTEROP / "servers/spyne/server.py"],
    ),
    Peer(
        name="php",
        install=php,
        client=["php", INTEROP / "clients/php/client.php"],
        server=["php", INTEROP / "servers/php/serve.php"],
    ),
]
NAMES = [peer.name for peer in PEERS]
