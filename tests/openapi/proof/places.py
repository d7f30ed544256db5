"""Where things are, and how long anything may take."""

import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
# Installing, starting and stopping is what the programs beside these do as well.
sys.path.insert(0, str(ROOT / "tests/interop"))

from driver.places import WORK  # noqa: E402

CORPUS = pathlib.Path(os.environ.get("SAPONIFY_CORPUS", ROOT / "../shared/corpus")).resolve()
OUT = WORK / "openapi"

# Seconds for one call of the binary.
CALL = 60
