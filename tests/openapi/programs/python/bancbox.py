"""Calls the bridge before BancBox's reference backend with the client that openapi-generator has made for Python."""

import datetime
import os
import sys

sys.path.insert(0, os.environ["GENERATED"])

import openapi_client  # noqa: E402
from openapi_client import models  # noqa: E402

with openapi_client.ApiClient(openapi_client.Configuration(host=os.environ["URL"])) as client:
    credentials = {"apiKey": "ops@example.com", "secret": "not-a-real-secret"}
    request = {"authentication": credentials, "subscriberId": 9007199254740993, "clientId": {"bancBoxId": 364951}, "firstName": "Ana", "dob": datetime.date(1980, 2, 29)}
    answer = openapi_client.BancboxApi(client).update_client(models.UpdateClientRequest.from_dict(request)).to_dict()
    if answer["status"] != 1 or answer["clientStatus"] != "ACTIVE" or answer["requestId"] < 1_700_000_000_000 or answer["errors"] != []:
        sys.exit(f"not so: {answer}")
