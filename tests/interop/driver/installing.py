"""How each peer is installed: by pip, npm, Maven or apt-get, and once only while nothing changes."""

import hashlib
import os
import shutil
import subprocess
import sys

from . import service_files
from .cells import Cell
from .places import BOUND, CONTRACT, DOCUMENTS, INSTALL, INTEROP, WORK

NODE = INTEROP / "clients/node-soap"
CXF_CLASSPATH = WORK / "cxf.classpath"
CLASSPATH = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath"


class NotInstalled(Exception):
    """Why a peer is not there."""


def install(peers, table):
    """Installs the peers; gives those that are there, and notes the others as failed."""
    return [peer for peer in peers if installed(peer, table)]


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


def cxf():
    def steps():
        must(["mvn", "-q", "-B", "-f", home / "pom.xml", *settings, CLASSPATH, "compile"])

    home, out = INTEROP / "cxf", WORK / "cxf"
    settings = [f"-Dwsdls={CONTRACT.parent}", f"-Dwhich={CONTRACT.name}", f"-Dout={out}", f"-Dprograms={home / 'java'}"]
    settings.append(f"-Dmdep.outputFile={CXF_CLASSPATH}")
    if not shutil.which("mvn"):
        debian("maven", "default-jdk-headless")
    cached("cxf", [home / "pom.xml", CONTRACT, *sorted(home.rglob("*.java"))], steps)


def gsoap():
    def steps():
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        must(["make", "-s", "-C", out, "-f", home / "Makefile", f"HERE={home}", f"CONTRACT={CONTRACT}"])

    home, out = INTEROP / "gsoap", WORK / "gsoap"
    gsoap_compilers()
    cached("gsoap", [CONTRACT, *sorted(home.iterdir())], steps)


def gsoap_attachments():
    """The programs of each contract with attachments are in a folder of their own."""

    def steps():
        shutil.rmtree(out, ignore_errors=True)
        for name, contract in (("documents", service_files.documents("1.1")), ("bound", BOUND)):
            (out / name).mkdir(parents=True)
            must(["make", "-s", "-C", out / name, "-f", home / "attachments.mk", f"HERE={home}", f"NAME={name}", f"CONTRACT={contract}"])

    home, out = INTEROP / "gsoap", WORK / "gsoap-attachments"
    gsoap_compilers()
    cached("gsoap-attachments", [BOUND, DOCUMENTS, *sorted(home.iterdir())], steps)


def gsoap_compilers():
    if not shutil.which("soapcpp2"):
        debian("gsoap", "libgsoap-dev", "libssl-dev", "zlib1g-dev", "gcc", "libc6-dev", "make")


def wcf():
    def steps():
        out.mkdir(exist_ok=True)
        for program in home.iterdir():
            must(["mcs", f"-out:{out / program.stem}.exe", "-r:System.ServiceModel,System.Runtime.Serialization,System.Xml", program])

    home, out = INTEROP / "clients/wcf", WORK / "wcf"
    if not shutil.which("mcs") or not shutil.which("mono"):
        debian("mono-mcs", "mono-runtime", "libmono-system-servicemodel4.0a-cil", "libmono-system-runtime-serialization4.0-cil")
    cached("wcf", sorted(home.iterdir()), steps)


def debian(*packages):
    """Installs what is missing, where that is allowed."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        settings = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        must(["apt-get", "update", "-qq"], env=settings)
        must(["apt-get", "install", "-qq", "--no-install-recommends", *packages], env=settings)


def soap_lite():
    if not has_soap_lite():
        debian("perl", "libsoap-lite-perl")
    if not has_soap_lite():
        raise NotInstalled("perl with SOAP::Lite is not there (libsoap-lite-perl)")


def has_soap_lite():
    return bool(shutil.which("perl")) and run(["perl", "-MSOAP::Lite", "-MJSON::PP", "-e", "1"], INSTALL).returncode == 0


def php():
    if php_has_soap():
        return
    debian("php-cli", "php-soap", "php-xml")
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


def said(command, environment=None):
    """What a command says about itself, on either stream."""
    done = run(command, INSTALL, env={**os.environ, **(environment or {})})
    return (done.stdout + done.stderr).strip()


def last_line(done):
    return ((done.stderr.strip() or done.stdout.strip()).splitlines() or [""])[-1]
