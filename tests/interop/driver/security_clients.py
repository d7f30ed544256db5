"""Every client before SOAP fronts of the bridge: one that puts up with what senders in the field do, and a strict one."""

import contextlib
import math
import time

from . import cases, sent, service_files
from .cells import Cell, Failed, NotApplicable
from .json_backend import JsonBackend
from .kinds import AS_SHIPPED, Kind
from .places import MODES, PASSWORD, WRONG_PASSWORD, WRONG_USER
from .stage import cannot
from .tap import Tap

COMMON = {"EXPECT_ECHO": cases.sample()["lastName"], "EXPECT_REQUEST_ID": str(cases.SERVER_REQUEST_ID)}


def run(stage, peers, version, timestamp):
    if not peers:
        return
    kinds = [Kind("client", mode, timestamp, version, mirrored=timestamp) for mode in MODES]
    with before(stage, kinds[0], {"profile": "compat"}) as bridge:
        for peer in peers:
            for kind in kinds:
                every_case(stage, peer, kind, bridge)
                as_shipped(stage, peer, kind, bridge)
    strict(stage, peers, [like(kind, "strict") for kind in kinds])
    for peer in peers:
        for need in peer.needs:
            relaxed(stage, peer, need, [kind for kind in kinds if need.concerns(kind)])


def every_case(stage, peer, kind, bridge):
    for case, attempt in CASES.items():
        stage.tried(peer, kind, case, lambda: attempt(peer, kind, bridge))


def as_shipped(stage, peer, kind, bridge):
    """Only what the peer cannot do unless it is mended; texts without a Timestamp show it."""
    if kind.mode != "text" or kind.timestamp:
        return
    for case, attempt in CASES.items():
        if why := peer.cannot.get((kind.version, case)):
            shipped = like(kind, AS_SHIPPED)
            stage.tried(peer, shipped, case, lambda: cannot(why, attempt, peer, shipped, bridge))


def strict(stage, peers, kinds):
    """BSP 1.1 to the letter. A peer that does not keep to it as shipped is refused, and is taken once mended."""
    with before(stage, kinds[0], {"profile": "strict"}) as bridge:
        # A token whose time has whole seconds must not seem older than the process: it would be refused.
        time.sleep(math.ceil(time.time()) - time.time())
        for peer in peers:
            for kind in kinds:
                every_case(stage, peer, kind, bridge)
                if any(need.is_strict() and need.concerns(kind) for need in peer.needs):
                    shipped = like(kind, f"strict, {AS_SHIPPED}")
                    stage.tried(peer, shipped, "refused", lambda: refused(peer, shipped, bridge))


def relaxed(stage, peer, need, kinds):
    """As shipped, with the only key that it needs."""
    for kind in kinds:
        shipped = like(kind, f"{AS_SHIPPED}, {need.words()}")
        with before(stage, shipped, need.security, need.fault_status) as bridge:
            time.sleep(math.ceil(time.time()) - time.time())
            every_case(stage, peer, shipped, bridge)


def good(peer, kind, bridge):
    with Tap(bridge.front) as tap:
        cases.passes(peer, {**COMMON, **kind.settings(PASSWORD), "WSDL_URL": f"{tap.url}?wsdl"})
        sent.check(tap.message(), kind.version, kind.mode, kind.timestamp)
        sent.check_answer(tap.answer()[1], kind.version, kind.mirrored)


def wrong_password(peer, kind, bridge):
    not_let_in(peer, bridge, kind.settings(WRONG_PASSWORD))


def unknown_user(peer, kind, bridge):
    not_let_in(peer, bridge, {**kind.settings(PASSWORD), "SOAP_USER": WRONG_USER})


def refused(peer, kind, bridge):
    """As shipped, whatever the variant begins with."""
    not_let_in(peer, bridge, {**kind.settings(PASSWORD), "AS_SHIPPED": "1"})


def not_let_in(peer, bridge, settings):
    """The client sees the fault, and nothing reaches the backend."""
    calls = bridge.backend.calls
    cases.passes(peer, {**settings, "EXPECT": "auth-fault", "WSDL_URL": f"{bridge.front}?wsdl"})
    sent.same(bridge.backend.calls, calls, "the number of calls of the backend")


def replay(peer, kind, bridge):
    """A text without a nonce cannot be told from its repetition: here it has one."""
    if kind.mode == "text" and peer.no_nonce:
        raise NotApplicable(peer.no_nonce)
    with Tap(bridge.front) as tap:
        cases.passes(peer, {**kind.settings(PASSWORD), "NONCE": "1", "WSDL_URL": f"{tap.url}?wsdl"})
        sent.check(tap.message(), kind.version, kind.mode, kind.timestamp, nonce=True)
        calls = bridge.backend.calls
        sent.check_refused(*tap.repeat(), kind.version, None)
        sent.same(bridge.backend.calls, calls, "the number of calls of the backend")


class Bridge:
    def __init__(self, front, backend):
        self.front, self.backend = front, backend


@contextlib.contextmanager
def before(stage, kind, security, fault_status=None):
    """A bridge of these keys of `security`, with this HTTP status of faults, whose backend counts what gets through."""
    if kind.timestamp:
        security = {**security, "timestamp": "require", "response_timestamp": "auto"}
    with JsonBackend() as backend, contextlib.ExitStack() as stack:
        file = service_files.before_clients(backend.url, kind.version, security, fault_status)
        yield Bridge(stack.enter_context(stage.started(file, PASSWORD, "soap")), backend)


def like(kind, variant):
    return Kind(kind.role, kind.mode, kind.timestamp, kind.version, kind.mirrored, variant)


CASES = {"good": good, "wrong password": wrong_password, "unknown user": unknown_user, "replay": replay}
