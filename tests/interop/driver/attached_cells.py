"""What all cells of attachments need: a server while they are tried, and what a peer is known not to do."""

import contextlib

from . import attached
from .cells import Failed
from .processes import NotStarted
from .stage import cannot


def tried(stage, peer, kind, case, attempt):
    known = (peer.name, kind.role, case)
    why = attached.CANNOT.get(known) or attached.CANNOT.get((*known, kind.version))
    stage.tried(peer, kind, case, (lambda: cannot(why, attempt)) if why else attempt)


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
