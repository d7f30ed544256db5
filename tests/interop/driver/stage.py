"""What all cells of WS-Security need: a bridge for a service file, and an outcome for each attempt."""

import contextlib

from . import bridge
from .cells import Failed, NotApplicable
from .processes import NotStarted


class Stage:
    def __init__(self, processes, table, binary):
        self.processes, self.table, self.binary = processes, table, binary

    def tried(self, peer, kind, case, attempt):
        if why := peer.lacks.get(f"{kind.role} {kind.version}"):
            self.table.note(kind.cell(peer, case), "n-a", why)
        else:
            self.table.cell(kind.cell(peer, case), attempt)

    @contextlib.contextmanager
    def started(self, file, password, front):
        """The URL of the front of a bridge with this service file."""
        try:
            process, url = bridge.serve_file(self.processes, self.binary, file, password, front)
        except (NotStarted, bridge.NotAsPromised) as reason:
            raise Failed(str(reason)) from reason
        try:
            yield url
        finally:
            self.processes.stop([process])


def cannot(why, attempt, *arguments, seen=""):
    """A cell that the peer makes impossible, which is `seen` in what it fails with. One that passes nevertheless is told, for then the reason is no longer true."""
    try:
        attempt(*arguments)
    except Failed as reason:
        if seen not in str(reason):
            raise
        raise NotApplicable(why) from None
    raise Failed(f"this passed: {why}")
