"""Calls the bridge with the client that openapi-generator has made for Python."""

import datetime
import os
import sys
from decimal import Decimal

sys.path.insert(0, os.environ["GENERATED"])

import openapi_client  # noqa: E402
from openapi_client import models  # noqa: E402

SAFE = os.environ["NUMBERS"] == "safe"


def number(text):
    return text if SAFE else int(text)


def decimal(text):
    return text if SAFE else float(text)


def order(**more):
    return models.Order(
        **{
            "version": 3, "id": number("9007199254740993"), "count": 7, "amount": decimal("12.50"), "day": datetime.date(2024, 2, 29) if SAFE else "2024-02-29+02:00",
            "at": "2024-02-29T24:00:00+02:00", "state": "IN WORK", "line": [models.Line(article="A-1")], "note": None,
            "card": models.Card(number="1234567890123456"), "big": "18446744073709551615" if SAFE else 9223372036854775807, "weight": 0.1, **more,
        }
    )


def same(what, got, expected):
    if got != expected:
        sys.exit(f"not so: {what} is {got!r}, not {expected!r}")


with openapi_client.ApiClient(openapi_client.Configuration(host=os.environ["URL"])) as client:
    api = openapi_client.OrdersApi(client)
    sent = order()
    got = api.place_order(sent)
    for member in ("version", "id", "count", "day", "at", "state", "line", "tag", "note", "card", "transfer", "big", "remark"):
        same(member, getattr(got, member), getattr(sent, member))
    same("amount", Decimal(str(got.amount)), Decimal("12.50"))
    same("the whole", got.to_dict(), sent.to_dict())
    try:
        api.place_order(order(remark="fault"))
        sys.exit("not so: no exception")
    except openapi_client.ApiException as reason:
        same("the status", reason.status, 409)
        error = reason.data.errors[0]
        same("the code", error.code, "CLOSED")
        same("the pointer", error.pointer, "/id")
        same("the fault", error.fault.name, "orderFault")
        detail = error.fault.detail
        same("the order of the fault", (detail if isinstance(detail, dict) else detail.to_dict())["id"], number("9007199254740993"))
