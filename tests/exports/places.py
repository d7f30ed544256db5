"""Where things are, and how long anything may take. Processes, cells and installing are those of tests/interop."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests/interop"))

from driver.places import WORK  # noqa: E402

AWKWARD = HERE / "awkward.wsdl"
OUT = WORK / "exports"
NODE = WORK / "exports-node"
HURL = WORK / "exports-hurl"
HURL_VERSION = "8.0.1"

# Seconds for one run of a tool, or of the program.
RUN = 60
