"""What is tried with a peer: which message, of which version of SOAP, before or behind which bridge."""

from dataclasses import dataclass

from .cells import Cell
from .places import CONTRACTS

VERSIONS = ("1.1", "1.2")
AS_SHIPPED = "as shipped"


@dataclass(frozen=True)
class Kind:
    """A Timestamp is `mirrored` where the answer has one as well. The variant is what differs from the usual."""

    role: str
    mode: str
    timestamp: bool
    version: str
    mirrored: bool = False
    variant: str = ""

    def words(self):
        return f"{self.mode}+ts" if self.timestamp else self.mode

    def cell(self, peer, case):
        return Cell(peer.name, self.role, self.words(), f"SOAP {self.version}", case, self.variant)

    def settings(self, password):
        settings = {"MODE": self.mode, "SOAP_VERSION": self.version, "SOAP_PASSWORD": password}
        settings["CONTRACT"] = str(CONTRACTS[self.version])
        as_shipped = self.variant.startswith(AS_SHIPPED)
        flags = {"TIMESTAMP": self.timestamp, "RESPONSE_TIMESTAMP": self.mirrored, "AS_SHIPPED": as_shipped}
        return {**settings, **{name: "1" for name, on in flags.items() if on}}
