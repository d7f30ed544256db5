"""Where things are, who may call, and how long anything may take."""

import pathlib

INTEROP = pathlib.Path(__file__).resolve().parent.parent
ROOT = INTEROP.parent.parent
WORK = INTEROP / ".work"
SAMPLE = INTEROP / "sample.json"
CONTRACTS = {"1.1": INTEROP / "contract/bancbox.wsdl", "1.2": INTEROP / "contract/bancbox12.wsdl"}
CONTRACT = CONTRACTS["1.1"]
BOUND = INTEROP / "contract/bound.wsdl"
DOCUMENTS = ROOT / "tests/attachments/contract.wsdl"

SERVICE_FILE = ROOT / "samples/bancbox/json-to-soap.yaml"
WSDL = ROOT / "wsdl/bancbox.wsdl"

USER = "ops@example.com"
WRONG_USER = "nobody@example.com"
PASSWORD = "not-a-real-secret"
WRONG_PASSWORD = "not-the-secret-either"
PASSWORD_VARIABLE = "SAPONIFY_BANCBOX_PASSWORD"

MODES = ("text", "digest")

# Seconds.
INSTALL = 600
START = 30
EXCHANGE = 60
STOP = 5
