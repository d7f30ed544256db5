"""JSON whose numbers are what is written, with all of their digits."""

import json
from decimal import Decimal


def load(text):
    return json.loads(text, parse_float=Decimal, parse_constant=Decimal)


def dump(value):
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{dump(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value)
