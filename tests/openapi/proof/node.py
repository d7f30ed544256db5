"""What is of npm."""

import os
import shutil

from .places import HERE, WORK

from driver.installing import cached, must  # noqa: E402

HOME = WORK / "openapi-node"


def install():
    def steps():
        shutil.rmtree(HOME, ignore_errors=True)
        HOME.mkdir()
        for document in documents:
            shutil.copy(document, HOME)
        must(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", HOME])

    documents = [HERE / "node/package.json", HERE / "node/package-lock.json"]
    cached("openapi-node", documents, steps)


def program(name):
    return HOME / "node_modules/.bin" / name


def environment():
    """Nothing is told to anybody, and nobody is asked for a newer version."""
    return {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1", "CI": "1"}
