"""The contracts that are looked at: those of the project, and the shared corpus where it is at hand."""

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .places import CALL, CORPUS, HERE, ROOT


# What is said of a contract that `serve` serves nothing of: no operation, no port of SOAP over HTTP.
NOTHING_SERVED = ("CFG0301", "CFG0302")


@dataclass(frozen=True)
class Contract:
    """A WSDL or a service file."""

    name: str
    file: Path

    @property
    def is_service(self):
        return self.file.suffix == ".yaml"

    def words(self):
        return ["-c" if self.is_service else "--wsdl", str(self.file)]

    def messages(self):
        """Valid SOAP messages that somebody else made from the contract."""
        return sorted((CORPUS / "gen" / self.name).glob("*.xml"))


@dataclass(frozen=True)
class Made:
    """What a call of the binary gave, and took: seconds of the processor, for other things may run on the machine."""

    status: int
    error: str
    seconds: float
    megabytes: float


def project():
    files = sorted([*(ROOT / "wsdl").glob("*.wsdl"), *(ROOT / "samples").glob("*/json-to-soap.yaml"), *(HERE / "contract").glob("*.wsdl")])
    return [Contract(str(file.relative_to(ROOT)), file) for file in files]


def corpus(every=1):
    """Each contract of the corpus, or one in `every`; nothing, told, where there is none."""
    files = sorted((CORPUS / "bundles").glob("*/main.wsdl"))
    if not files:
        print(f"skipped: the corpus is not at {CORPUS}; SAPONIFY_CORPUS says where it is", flush=True)
    return [Contract(file.parent.name, file) for file in files[::every]]


def document(binary, contract, version, place):
    """Writes the OpenAPI document of a contract to `place`."""
    with open(place, "wb") as out, open(f"{place}.error", "w+b") as error:
        child = subprocess.Popen(
            [binary, "openapi", *contract.words(), "--version", version], stdin=subprocess.DEVNULL, stdout=out, stderr=error, env=environment()
        )
        deadline = time.monotonic() + CALL
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > deadline:
                child.kill()
            time.sleep(0.002)
        child.returncode = os.waitstatus_to_exitcode(status)
        error.seek(0)
        said = error.read().decode(errors="replace")
    return Made(child.returncode, said, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def is_served(binary, contract, refusal):
    """Whether there is anything to describe: the contract can be read, as `lint` says, and something of it can be served."""
    if contract.is_service:
        return True
    if any(code in refusal for code in NOTHING_SERVED):
        return False
    done = subprocess.run([binary, "lint", contract.file], capture_output=True, stdin=subprocess.DEVNULL, timeout=CALL, check=False)
    return done.returncode in (0, 1)


def environment():
    """What the service files of the samples want to be set."""
    systems = ("BANCBOX", "FINZLY", "HELIX", "STONEX", "TABAPAY")
    words = ("USERNAME", "PASSWORD", "API_KEY", "API_SECRET", "SECRET", "TOKEN", "TENANT", "CLIENT_ID", "CLIENT_SECRET")
    return {**os.environ, **{f"SAPONIFY_{system}_{word}": "for-a-test" for system in systems for word in words}}
