"""Generators of clients: how each is installed, and how its code is made and compiled."""

import os
import shutil
import sys
from dataclasses import dataclass
from typing import Callable

from . import node
from .places import HERE, OUT, WORK

from driver.installing import CLASSPATH, NotInstalled, cached, debian, must  # noqa: E402

PROGRAMS = HERE / "programs"


@dataclass(frozen=True)
class Program:
    """A program that calls; `numbers` says how its numbers are, where it has two forms."""

    name: str
    numbers: str = ""

    def sources(self, language):
        folder = PROGRAMS / language / self.name
        return [*folder.glob("*.*"), *(folder.glob(f"{self.numbers}/*.*") if self.numbers else ())]


@dataclass
class Generator:
    """`make` takes a document, an empty folder and a program, and gives the command that calls; `longest` is the long that its language holds in
    a number, `largest` the largest one; `quick` is the one document of a short run."""

    name: str
    install: Callable[[], None]
    make: Callable
    quick: tuple
    longest: str = "9007199254740993"
    largest: str = "9223372036854775807"
    versions: tuple = ("3.1", "3.0")


def classpath(project):
    return (OUT / f"{project}.classpath").read_text()


def maven(*projects):
    def installed():
        if not shutil.which("mvn"):
            debian("maven", "default-jdk-headless")
        for project in projects:
            pom = PROGRAMS / project / "pom.xml"
            cached(f"openapi-{project}", [pom], lambda: must(["mvn", "-q", "-B", "-f", pom, f"-Dmdep.outputFile={OUT / project}.classpath", CLASSPATH]))

    return installed


def openapi_generator(document, folder, *words):
    must(["java", "-cp", classpath("generator"), "org.openapitools.codegen.OpenAPIGenerator", "generate", "-i", document, "-o", folder, *words])


def python(document, folder, program):
    openapi_generator(document, folder, "-g", "python")
    return [sys.executable, PROGRAMS / f"python/{program.name}.py"]


def java(document, folder, program):
    openapi_generator(document, folder, "-g", "java", "--library", "native")
    sources = [*(folder / "src/main/java").rglob("*.java"), *program.sources("java")]
    must(["javac", "-nowarn", "-cp", classpath("java"), "-d", folder / "classes", *sources])
    return ["java", "-cp", f"{folder / 'classes'}:{classpath('java')}", "Client"]


def go():
    home = WORK / "openapi-go"

    def steps():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        for name in ("go.mod", "go.sum"):
            shutil.copy(PROGRAMS / "go" / name, home)
        shutil.copy(PROGRAMS / "go/tools.go", home)
        must(["go", "install", "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"], cwd=home, env={**os.environ, "GOBIN": str(home / "bin")})

    if not shutil.which("go"):
        raise NotInstalled("go 1.26 is not there")
    cached("openapi-go", [PROGRAMS / "go/go.mod", PROGRAMS / "go/go.sum"], steps)


def oapi_codegen(document, folder, program):
    for source in (PROGRAMS / "go/go.mod", PROGRAMS / "go/go.sum", *program.sources("go")):
        shutil.copy(source, folder)
    must([WORK / "openapi-go/bin/oapi-codegen", "-generate", "types,client", "-package", "main", "-o", folder / "generated.go", document])
    must(["go", "build", "-o", folder / "call", "."], cwd=folder)
    return [folder / "call"]


def typescript(document, folder, program):
    shutil.copy(PROGRAMS / "typescript/tsconfig.json", folder)
    shutil.copy(PROGRAMS / f"typescript/{program.name}.ts", folder / "client.ts")
    (folder / "package.json").write_text('{"type":"module"}')
    (folder / "node_modules").symlink_to(node.HOME / "node_modules")
    must([node.program("openapi-typescript"), document, "-o", folder / "schema.ts"], env=node.environment())
    must([node.program("tsc"), "-p", folder])
    return ["node", folder / "client.js"]


def rust():
    if not shutil.which("cargo"):
        raise NotInstalled("cargo is not there")


def progenitor(document, folder, program):
    for name in ("Cargo.toml", "Cargo.lock"):
        shutil.copy(PROGRAMS / "rust" / name, folder)
    (folder / "src").mkdir()
    shutil.copy(PROGRAMS / f"rust/{program.name}.rs", folder / "src/main.rs")
    shutil.copy(document, folder / "document.json")
    # The packages are compiled once for all documents.
    target = WORK / "openapi-rust"
    must(["cargo", "build", "--locked", "--quiet"], cwd=folder, env={**os.environ, "CARGO_TARGET_DIR": str(target)})
    return [shutil.copy(target / "debug/call", folder / "call")]


ALL = {
    generator.name: generator
    for generator in (
        Generator("openapi-generator-python", maven("generator"), python, ("native", "3.1")),
        Generator("openapi-generator-java", maven("generator", "java"), java, ("safe", "3.0")),
        Generator("openapi-typescript", node.install, typescript, ("safe", "3.1"), "9007199254740991", "9007199254740991"),
        Generator("oapi-codegen", go, oapi_codegen, ("native", "3.0")),
        # It reads 3.0 alone.
        Generator("progenitor", rust, progenitor, ("safe", "3.0"), versions=("3.0",)),
    )
}
