"""Where things are, who may call, and how long anything may take."""

import pathlib

INTEROP = pathlib.Path(__file__).resolve().parent.parent
ROOT = INTEROP.parent.parent
WORK = INTEROP / ".work"
SAMPLE = INTEROP / "sample.json"
CONTRACT = INTEROP / "contract/bancbox.wsdl"

SERVICE_FILE = ROOT / "samples/bancbox/json-to-soap.yaml"
WSDL = ROOT / "wsdl/bancbox.wsdl"

USER = "ops@example.com"
PASSWORD = "not-a-real-secret"
WRONG_PASSWORD = "not-the-secret-either"
PASSWORD_VARIABLE = "SAPONIFY_BANCBOX_PASSWORD"

MODES = ("text", "digest")

# Seconds.
INSTALL = 600
START = 30
EXCHANGE = 60
STOP = 5
