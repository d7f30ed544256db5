"""BancBox has its credentials in the body: those of the demonstration are put there, so that more than their refusal is seen."""

import schemathesis


@schemathesis.hook
def map_body(context, body):
    if isinstance(body, dict) and isinstance(body.get("authentication"), dict):
        authentication = body["authentication"]
        if all(isinstance(authentication.get(member), str) for member in ("apiKey", "secret")):
            authentication.update(apiKey="ops@example.com", secret="not-a-real-secret")
    return body
