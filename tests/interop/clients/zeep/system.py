"""Loads a WSDL; with a mode other than `load`, calls one operation with a UsernameToken and wants a success."""

import json
import sys

from zeep import Client
from zeep.helpers import serialize_object
from zeep.wsse.username import UsernameToken

wsdl, mode, operation, arguments = sys.argv[1:]
token = UsernameToken("ops@example.com", "not-a-real-secret", use_digest=mode == "digest")
client = Client(wsdl, wsse=token)
if mode == "load":
    sys.exit(0 if hasattr(client.service, operation) else f"no operation {operation}")
answer = serialize_object(client.service[operation](**json.loads(arguments)), dict)
if answer.get("status") != 1 or answer.get("errors"):
    sys.exit(f"not a success: {answer}")
