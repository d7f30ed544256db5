"""The SOAP stacks that are tried, and what is known of each."""

import re

from .installing import CXF_CLASSPATH, NODE, cxf, gsoap, node, php, python, said, soap_lite, wcf
from .peers import NODE_PATH, Need, Peer, Resident
from .places import INTEROP, WORK


def java():
    """The command of CXF's programs; the class path is known once they are installed."""
    classpath = f"{WORK / 'cxf/classes'}:{CXF_CLASSPATH.read_text()}"
    return ["java", "-XX:TieredStopAtLevel=1", "-cp", classpath, "interop.WithAttachments"]


def cxf_version():
    jars = CXF_CLASSPATH.read_text()
    cxf_core, wss4j = (re.search(rf"/{jar}-([\d.]+)\.jar", jars)[1] for jar in ("cxf-core", "wss4j-ws-security-dom"))
    return f"{cxf_core} with WSS4J {wss4j}, Java {said(['java', '--version']).split()[1]}"


def python_version(name):
    words = f"import importlib.metadata as m, sys; print(m.version('{name}') + ', Python', sys.version.split()[0])"
    return lambda: said([WORK / name / "bin/python", "-c", words])


def node_version():
    words = "`${require('soap/package.json').version}, Node.js ${process.versions.node}`"
    return said(["node", "-p", words], NODE_PATH)


QUALIFIED = "its RPC/literal answers qualify the part accessor, against Basic Profile 1.1 R2735"
RESULT = "its SOAP 1.2 answers have an rpc:result, literal ones too"
BARE = "its SOAP 1.2 faults have a Value of their own and no Subcode"
SHY = "it has one code for everything, SecurityError, in a namespace of its own"
NOT_400 = "as shipped it reads no fault of HTTP 400, which SOAP 1.2 has for a fault of the sender"
DIGESTS_ONLY = "its server keeps digests only, not the nonces of texts"
NOTHING_KEPT = "its server keeps nothing from one request to the next"

PEERS = [
    Peer(
        name="zeep",
        install=python("zeep", INTEROP / "clients/zeep/requirements.txt"),
        version=python_version("zeep"),
        client=[WORK / "zeep/bin/python", INTEROP / "clients/zeep/client.py"],
        lacks={"server": "it is no server"},
        no_nonce="it has no Nonce beside a text",
        # Its Created ends in +00:00 unless it is told to write Z, against BSP 1.1 R3217.
        needs=[
            Need({"profile": "compat"}, ("digest",), ("1.1", "1.2")),
            Need({"profile": "strict", "zone_offsets": True}, ("digest",), ("1.1", "1.2")),
        ],
    ),
    Peer(
        name="node-soap",
        install=node,
        version=node_version,
        client=["node", NODE / "client.js"],
        server=["node", INTEROP / "servers/node-soap/server.js"],
        quirks={(version, "good"): QUALIFIED for version in ("1.1", "1.2")},
    ),
    Peer(
        name="spyne",
        install=python("spyne", INTEROP / "servers/spyne/requirements.txt"),
        version=python_version("spyne"),
        server=[WORK / "spyne/bin/python", INTEROP / "servers/spyne/server.py"],
        lacks={"client": "its client has no WS-Security"},
    ),
    Peer(
        name="php",
        install=php,
        version=lambda: said(["php", "-r", "echo PHP_VERSION;"]),
        client=["php", INTEROP / "clients/php/client.php"],
        server=["php", INTEROP / "servers/php/serve.php"],
        forgets={mode: NOTHING_KEPT for mode in ("text", "digest")},
        quirks={("1.2", "good"): RESULT, ("1.2", "wrong password"): BARE},
    ),
    Resident(
        name="cxf",
        install=cxf,
        version=cxf_version,
        client=java,
        server=java,
        mirrors=True,
        quirks={(version, "wrong password"): SHY for version in ("1.1", "1.2")},
        cannot={("1.2", "wrong password"): NOT_400},
        needs=[Need({}, ("text", "digest"), ("1.2",), fault_status=500)],
    ),
    Peer(
        name="gsoap",
        install=gsoap,
        version=lambda: re.search(r"\d+(\.\d+)+", said(["soapcpp2", "-V"]))[0],
        client=[WORK / "gsoap/client"],
        server=[WORK / "gsoap/server"],
        forgets={"text": DIGESTS_ONLY},
    ),
    Peer(
        name="suds",
        install=python("suds", INTEROP / "clients/suds/requirements.txt"),
        version=python_version("suds"),
        client=[WORK / "suds/bin/python", INTEROP / "clients/suds/client.py"],
        lacks={"server": "it is no server", "client 1.2": "it knows SOAP 1.1 alone"},
        # Its Created ends in +00:00, against BSP 1.1 R3217.
        needs=[
            Need({"profile": "compat"}, ("digest",), ("1.1",)),
            Need({"profile": "strict", "zone_offsets": True}, ("digest",), ("1.1",)),
        ],
    ),
    Peer(
        name="soap-lite",
        install=soap_lite,
        version=lambda: said(["perl", "-MSOAP::Lite", "-e", 'printf "%s, Perl %vd", $SOAP::Lite::VERSION, $^V']),
        client=["perl", INTEROP / "clients/soap-lite/client.pl"],
        server=["perl", INTEROP / "servers/soap-lite/server.pl"],
        quirks={(version, "good"): "its members are in the namespace of the wrapper" for version in ("1.1", "1.2")},
        form="1.1",
    ),
]
NAMES = [peer.name for peer in PEERS]

# It has no UsernameToken of its own: what it is tried with has none, or one that the program writes.
WCF = Peer(
    name="wcf",
    install=wcf,
    version=lambda: "Mono " + said(["mono", "--version"]).split()[4],
    client=["mono", WORK / "wcf/Client.exe"],
)


def named(names):
    return [peer for peer in PEERS if peer.name in names]
