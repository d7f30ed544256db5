"""The tools, in the versions that package-lock.json and places.py say, once only while nothing changes."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor

from driver.installing import cached, debian, must, run
from places import HERE, HURL, HURL_VERSION, NODE, RUN


def tools(names):
    """Those of `names`."""
    if not shutil.which("npm"):
        debian("nodejs", "npm")
    documents = [HERE / "package.json", HERE / "package-lock.json"]
    # Each waits for something else most of the time: a network, a compiler.
    with ThreadPoolExecutor() as threads:
        done = [threads.submit(cached, "exports-node", documents, lambda: node(documents))]
        if "hurl" in names and not has_hurl():
            done.append(threads.submit(hurl))
    for one in done:
        one.result()


def node(documents):
    shutil.rmtree(NODE, ignore_errors=True)
    NODE.mkdir(parents=True)
    for document in documents:
        shutil.copy(document, NODE)
    must(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", NODE])


def has_hurl():
    program = HURL / "bin/hurl"
    return program.exists() and f"hurl {HURL_VERSION} " in run([program, "--version"], RUN).stdout


def hurl():
    """Its package of npm downloads a program, which needs a network with that server; its crates need a compiler and libxml2."""
    debian("libclang-dev", "libssl-dev", "libxml2-dev", "pkg-config")
    quick = {"CARGO_PROFILE_RELEASE_OPT_LEVEL": "0", "CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}
    must(["cargo", "install", "--locked", "--quiet", "--root", HURL, f"hurl@{HURL_VERSION}"], env={**os.environ, **quick})
