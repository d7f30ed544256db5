"""BancBox has its credentials in the body: those of the demonstration are put there. No Idempotency-Key is sent twice. So more is seen than refusals."""

import itertools

import schemathesis

NUMBERS = itertools.count()


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and isinstance(body.get("authentication"), dict):
        authentication = body["authentication"]
        if all(isinstance(authentication.get(member), str) for member in ("apiKey", "secret")):
            authentication.update(apiKey="ops@example.com", secret="not-a-real-secret")
    return body


@schemathesis.hook
def map_headers(context, headers):
    key = headers.get("Idempotency-Key") if headers else None
    if isinstance(key, str) and 0 < len(key) < 200:
        headers["Idempotency-Key"] = f"{key}{next(NUMBERS)}"
    return headers
