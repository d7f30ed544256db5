"""What all cells of attachments need: a server while they are tried, and what a peer is known not to do."""

import contextlib

from . import attached
from .cells import Failed
from .processes import NotStarted
from .stage import cannot


def tried(stage, peer, kind, case, attempt):
    key = (peer.name, kind.role, case)
    known = attached.CANNOT.get(key) or attached.CANNOT.get((*key, kind.version))
    stage.tried(peer, kind, case, (lambda: cannot(known[0], attempt, seen=known[1])) if known else attempt)


@contextlib.contextmanager
def serving(stage, peer, program, settings):
    """The URL of a server."""
    try:
        process, url = attached.serve(peer, stage.processes, program, settings)
    except NotStarted as reason:
        raise Failed(str(reason)) from reason
    try:
        yield url
    finally:
        stage.processes.stop([process])
