"""The stacks that `old-stacks` tries, and what is known of each."""

import shutil

from . import service_files
from .generators import KDSOAP, MONO, OUT, classpath, compiled, jar_version, maven, package_version, packages
from .installing import cached, must
from .kinds import VERSIONS
from .peers import Peer, Resident
from .places import CONTRACT, DOCUMENTS, INTEROP, WORK

HOME = INTEROP / "old"
SHARED = INTEROP / "cxf/java/interop"
ATTACHED = ("WithAttachments", "Octets")
JAXB = (*ATTACHED, "Document", "Handlers", "Referring")
JAX_WS = (*JAXB, "Attachments", "BoundAttachments", "Bound", "Documents")


def java_stack(name, jars, generate=lambda home: None, shared=()):
    """Compiles the programs of a stack of Java, and these that it shares with CXF, with the code that it makes of the contract, if it makes any."""

    def steps():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        generate(home)
        must(["javac", "-nowarn", "-encoding", "UTF-8", "-cp", classpath(jars), "-d", home / "classes", *sources, *home.rglob("*.java")])

    def installed():
        maven(jars)()
        cached(f"old-{name}", [CONTRACT, DOCUMENTS, *sources, OUT / f"{jars}.classpath"], steps)

    home = WORK / f"old-{name}"
    sources = [SHARED / f"{program}.java" for program in ("Programs", *shared)]
    sources += [*sorted((HOME / "java").rglob("*.java")), *sorted((HOME / name).rglob("*.java"))]
    return installed


def java(name, jars, main="Programs"):
    return lambda: ["java", "-XX:TieredStopAtLevel=1", "-cp", f"{WORK / f'old-{name}/classes'}:{classpath(jars)}", f"interop.{main}"]


def wsimport(home):
    must(["java", "-cp", classpath("wsimport"), "com.sun.tools.ws.WsImport", "-quiet", "-Xnocompile", "-s", home, "-d", home, CONTRACT])


def axis(home):
    must(["java", "-cp", classpath("axis1"), "org.apache.axis.wsdl.WSDL2Java", "-s", "-o", home, CONTRACT])


def axis2(home):
    made = ["-s", "-u", "-ss", "-sd", "-g", "-o", home]
    for contract in (CONTRACT, service_files.documents("1.1")):
        must(["java", "-cp", classpath("axis2"), "org.apache.axis2.wsdl.WSDL2Java", "-uri", contract, *made])


def mono():
    def steps():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        must(["wsdl", f"/out:{home / 'stub.cs'}", CONTRACT])
        must(["mcs", "-nologo", "-r:System.Web.Services", f"-out:{home / 'client.exe'}", home / "stub.cs", source])

    packages(*MONO)()
    home, source = WORK / "old-mono", HOME / "mono/Client.cs"
    cached("old-mono", [CONTRACT, source], steps)


def kdsoap():
    def steps():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        for program, made in (("client", []), ("server", ["-server"])):
            must(["kdwsdl2cpp", *made, "-o", f"{program}.h", CONTRACT], cwd=home)
            must(["kdwsdl2cpp", *made, "-impl", f"{program}.h", "-o", f"{program}_stub.cpp", CONTRACT], cwd=home)
            compiled(home, program, [f"{program}_stub.cpp", HOME / f"kdsoap/{program}.cpp", f"-I{HOME / 'kdsoap'}", "-lkdsoap-server"])

    packages(*KDSOAP)()
    home = WORK / "old-kdsoap"
    cached("old-kdsoap", [CONTRACT, *sorted((HOME / "kdsoap").iterdir())], steps)


PEERS = [
    Resident(
        name="metro",
        install=java_stack("metro", "wsimport", wsimport, JAX_WS),
        version=jar_version("wsimport", "jaxws-rt"),
        client=java("metro", "wsimport", "WithAttachments"),
        server=java("metro", "wsimport", "WithAttachments"),
    ),
    Resident(
        name="axis1",
        install=java_stack("axis1", "axis1", axis),
        version=jar_version("axis1", "axis"),
        client=java("axis1", "axis1"),
        server=java("axis1", "axis1"),
        lacks={"client 1.2": "its stubs write SOAP 1.1"},
    ),
    Resident(
        name="axis2",
        install=java_stack("axis2", "axis2", axis2, ATTACHED),
        version=jar_version("axis2", "axis2-kernel"),
        client=java("axis2", "axis2", "WithAttachments"),
        server=java("axis2", "axis2", "WithAttachments"),
    ),
    Peer(
        name="mono",
        install=mono,
        version=package_version("mono-devel"),
        client=["mono", WORK / "old-mono/client.exe"],
        lacks={"server": "it serves from ASP.NET alone"},
    ),
    Peer(
        name="kdsoap",
        install=kdsoap,
        version=package_version("libkdsoap-dev"),
        client=[WORK / "old-kdsoap/client"],
        server=[WORK / "old-kdsoap/server"],
        form="1.1",
    ),
    Resident(
        name="spring-ws",
        install=java_stack("spring-ws", "spring-ws", shared=JAXB),
        version=jar_version("spring-ws", "spring-ws-core"),
        client=java("spring-ws", "spring-ws", "WithAttachments"),
        server=java("spring-ws", "spring-ws", "WithAttachments"),
        quirks={(version, "wrong password"): "its fault has no code of WS-Security" for version in VERSIONS},
        faults=[{"reason": "could not be authenticated*", "as": "unauthenticated"}],
    ),
]
