"""Every server behind a JSON front of the bridge, which has credentials of its own."""

import contextlib

from . import json_front, sent, service_files
from .cells import NotApplicable
from .kinds import AS_SHIPPED, Kind
from .places import MODES, PASSWORD, USER, WRONG_PASSWORD, WRONG_USER
from .processes import NotStarted
from .tap import Tap


def run(stage, peers, version, timestamp):
    for peer in peers:
        for mode in MODES:
            kind = Kind("server", mode, timestamp, version, mirrored=timestamp and peer.mirrors)
            with serving(stage, peer, kind) as url:
                for case, attempt in CASES.items():
                    stage.tried(peer, kind, case, lambda: attempt(stage, peer, kind, url))
        if not timestamp:
            as_shipped(stage, peer, Kind("server", "text", False, version, variant=AS_SHIPPED))


def as_shipped(stage, peer, kind):
    """What a server gets wrong unless it is mended, the bridge must put up with; texts without a Timestamp show it."""
    cases = [case for version, case in peer.quirks if version == kind.version]
    if not cases:
        return
    with serving(stage, peer, kind) as url:
        for case in cases:
            stage.tried(peer, kind, case, lambda: CASES[case](stage, peer, kind, url))


@contextlib.contextmanager
def serving(stage, peer, kind):
    """The URL of the server; one that does not start is a failure of each case, which must be told."""
    try:
        process, url = peer.serve(stage.processes, kind.settings(PASSWORD))
    except NotStarted as reason:
        stage.table.note(kind.cell(peer, "start"), "failed", reason)
        process, url = None, "http://127.0.0.1:9/BBXPort"
    try:
        yield url
    finally:
        stage.processes.stop([process] if process else [])


def good(stage, _peer, kind, url):
    """Twice, since each message needs a nonce of its own."""
    with Tap(url) as tap, bridged(stage, kind, tap.url) as front:
        for _ in range(2):
            json_front.asked(front, 200, json_front.ANSWER)
            sent.check(tap.message(), kind.version, kind.mode, kind.timestamp)


def wrong_password(stage, peer, kind, url):
    faults = peer.faults if kind.variant == AS_SHIPPED else None
    with bridged(stage, kind, url, password=WRONG_PASSWORD, faults=faults) as front:
        json_front.asked(front, 502, "BRG00305")


def unknown_user(stage, _peer, kind, url):
    with bridged(stage, kind, url, user=WRONG_USER) as front:
        json_front.asked(front, 502, "BRG00305")


def replay(stage, peer, kind, url):
    """A text without a nonce cannot be told from its repetition: here it has one."""
    if reason := peer.forgets.get(kind.mode):
        raise NotApplicable(reason)
    with Tap(url) as tap, bridged(stage, kind, tap.url, nonce=True) as front:
        json_front.asked(front, 200, json_front.ANSWER)
        sent.check(tap.message(), kind.version, kind.mode, kind.timestamp, nonce=True)
        sent.check_refused(*tap.repeat(), kind.version, peer.form)


def bridged(stage, kind, url, user=USER, password=PASSWORD, nonce=False, faults=None):
    file = service_files.before_server(url, kind, user, nonce, faults)
    return stage.started(file, password, "json")


CASES = {"good": good, "wrong password": wrong_password, "unknown user": unknown_user, "replay": replay}
