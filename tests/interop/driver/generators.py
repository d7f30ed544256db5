"""Generators of client code: how each is installed, and how its code is made, compiled and loaded."""

import os
import re
import shutil
from dataclasses import dataclass
from typing import Callable

from .installing import CLASSPATH, cached, debian, must, said
from .places import INTEROP, WORK

HOME = INTEROP / "generating"
OUT = WORK / "generators"


@dataclass
class Generator:
    """`make` takes a contract and an empty folder; it raises NotInstalled with the last line of what failed."""

    name: str
    install: Callable[[], None]
    version: Callable[[], str]
    make: Callable

    def folder(self, contract):
        folder = OUT / self.name / contract.stem
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


def maven(name):
    """Puts the class path of the project in `generating/NAME` beside the code."""

    def steps():
        OUT.mkdir(exist_ok=True)
        must(["mvn", "-q", "-B", "-f", pom, f"-Dmdep.outputFile={OUT / name}.classpath", CLASSPATH])

    def installed():
        if not shutil.which("mvn"):
            debian("maven", "default-jdk-headless")
        cached(f"generators-{name}", [pom], steps)

    pom = HOME / name / "pom.xml"
    return installed


def classpath(name):
    return (OUT / f"{name}.classpath").read_text()


def jar_version(name, jar):
    return lambda: re.search(rf"/{jar}-([\d.]+)\.jar", classpath(name))[1] + ", Java " + said(["java", "--version"]).split()[1]


def packages(programs, names):
    """Installs Debian's packages where a program is missing."""

    def installed():
        if not all(map(shutil.which, programs)):
            debian(*names)

    return installed


def wsimport(contract, folder):
    java = ["java", "-cp", classpath("wsimport")]
    must([*java, "com.sun.tools.ws.WsImport", "-quiet", "-d", folder, contract])
    must([*java, HOME / "Load.java", folder])


def axis(contract, folder):
    classes = folder / "classes"
    must(["java", "-cp", classpath("axis1"), "org.apache.axis.wsdl.WSDL2Java", "-o", folder, contract])
    must(["javac", "-nowarn", "-cp", classpath("axis1"), "-d", classes, *folder.rglob("*.java")])
    must(["java", "-cp", classpath("axis1"), HOME / "Load.java", classes])


def gowsdl_home():
    """Both the generator and its runtime are of the module that go.mod names, and are built without asking for newer ones."""

    def steps():
        home = OUT / "gowsdl"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(HOME / "gowsdl", home)
        must(["go", "install", "github.com/hooklift/gowsdl/cmd/gowsdl"], cwd=home, env={**os.environ, "GOBIN": str(home / "bin")})

    cached("generators-gowsdl", [HOME / "gowsdl/go.mod", HOME / "gowsdl/go.sum"], steps)


def gowsdl(contract, folder):
    home = OUT / "gowsdl"
    # It makes the folder of its package in the one that it runs in.
    must([home / "bin/gowsdl", "-p", "client", "-o", "client.go", contract], cwd=folder)
    (folder / "load.go").write_text(f'package main\n\nimport _ "generators/{folder.name}/client"\n\nfunc main() {{}}\n')
    must(["go", "run", f"./{folder.name}"], cwd=home)


def kdsoap(contract, folder):
    must(["kdwsdl2cpp", "-o", "client.h", contract], cwd=folder)
    must(["kdwsdl2cpp", "-impl", "client.h", "-o", "client.cpp", contract], cwd=folder)
    (folder / "load.cpp").write_text('#include "client.h"\nint main() { return 0; }\n')
    compiled(folder, "client", ["client.cpp", "load.cpp"])
    must([folder / "client"])


def compiled(folder, name, sources):
    """Compiles a program with the header NAME.h that kdwsdl2cpp made."""
    flags = said(["pkg-config", "--cflags", "Qt5Core", "Qt5Network", "Qt5Xml"]).split()
    libraries = ["-lkdsoap", *said(["pkg-config", "--libs", "Qt5Core", "Qt5Network", "Qt5Xml"]).split()]
    moc = shutil.which("moc") or "/usr/lib/qt5/bin/moc"
    included = ["-I.", "-I/usr/include/KDSoapClient", "-I/usr/include/KDSoapServer", *flags]
    must([moc, *included, "-I/usr/include", f"{name}.h", "-o", f"moc_{name}.cpp"], cwd=folder)
    must(["g++", "-std=c++17", "-fPIC", *included, "-o", name, f"moc_{name}.cpp", *sources, *libraries], cwd=folder)


def mono(contract, folder):
    must(["wsdl", "/out:client.cs", contract], cwd=folder)
    must(["mcs", "-nologo", "-t:library", "-r:System.Web.Services", "-out:client.dll", "client.cs"], cwd=folder)
    must(["mcs", "-nologo", "-r:System.Web.Services", "-out:load.exe", HOME / "mono/Load.cs"], cwd=folder)
    must(["mono", "load.exe", "client.dll"], cwd=folder)


def package_version(name):
    return lambda: said(["dpkg-query", "-W", "-f=${Version}", name]).split("+")[0]


def module_version():
    return re.search(r"gowsdl (v[\d.]+)", (HOME / "gowsdl/go.mod").read_text())[1] + ", " + said(["go", "version"]).split()[2]


# Programs, and the packages that have them.
KDSOAP = ("kdwsdl2cpp", "g++"), ("libkdsoap-bin", "libkdsoap-dev", "qtbase5-dev", "g++", "pkg-config")
MONO = ("wsdl", "mcs"), ("mono-devel",)

GENERATORS = [
    Generator("wsimport", maven("wsimport"), jar_version("wsimport", "jaxws-tools"), wsimport),
    Generator("gowsdl", gowsdl_home, module_version, gowsdl),
    Generator("kdsoap", packages(*KDSOAP), package_version("libkdsoap-bin"), kdsoap),
    Generator("mono", packages(*MONO), package_version("mono-devel"), mono),
    Generator("axis1", maven("axis1"), jar_version("axis1", "axis"), axis),
]
