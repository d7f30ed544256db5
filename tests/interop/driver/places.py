"""Where things are, who may call, and how long anything may take."""

import pathlib

INTEROP = pathlib.Path(__file__).resolve().parent.parent
ROOT = INTEROP.parent.parent
WORK = INTEROP / ".work"
SAMPLE = INTEROP / "sample.json"
CONTRACT = INTEROP / "contract/bancbox.wsdl"

SERVICE_FILE = ROOT / "samples/bancbox/service.yaml"

USER = "ops@example.com"
PASSWORD = "not-a-real-secret"
WRONG_PASSWORD = "not-the-secret-either"

# The first name that makes a backend answer with a business failure.
FAIL = "Fail"
MODES = ("text", "digest")

# Seconds.
INSTALL = 600
START = 30
EXCHANGE = 60
STOP = 5
