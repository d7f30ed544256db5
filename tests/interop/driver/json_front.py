"""JSON requests sent by curl to a JSON front, and what must come back from the servers of this directory."""

import json
import subprocess

from . import cases
from .cells import Failed
from .places import EXCHANGE, FAIL, USER


def ask(front, case, password):
    """Sends the sample to updateClient and checks the answer of `case`."""
    request = cases.sample()
    if case == "business-failure":
        request["firstName"] = FAIL
    request = {"authentication": {"apiKey": USER, "secret": password}, **request}
    status, answer = post(operation(front), json.dumps(request, ensure_ascii=False))
    CHECKS[case](status, answer)


def operation(front):
    return front if front.endswith("/updateClient") else f"{front}/updateClient"


def post(url, body):
    """The HTTP status and the JSON of the answer."""
    command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(EXCHANGE), "--data-binary", "@-"]
    headers = ["--header", "Content-Type: application/json", "--header", "Accept: application/json"]
    command += [*headers, "--write-out", "\n%{http_code}", url]
    done = subprocess.run(command, input=body.encode(), capture_output=True, check=False)
    if done.returncode != 0:
        raise Failed(done.stderr.decode(errors="replace").strip())
    text, _, status = done.stdout.decode(errors="replace").rpartition("\n")
    try:
        return int(status), json.loads(text)
    except json.JSONDecodeError:
        raise Failed(f"HTTP {status} with something that is not JSON: {text[:200]}") from None


def check_success(status, answer):
    equal(status, 200, "the HTTP status")
    equal(answer, {
        "requestId": cases.SERVER_REQUEST_ID,
        "status": 1,
        "warnings": [{"code": "W-ECHO", "message": cases.sample()["lastName"]}],
        "errors": [],
        "clientStatus": "ACTIVE",
        "cipStatus": "UNVERIFIED",
    }, "the answer")


def check_failure(status, answer):
    equal(status, 200, "the HTTP status")
    equal(answer, {
        "requestId": cases.SERVER_REQUEST_ID,
        "status": 0,
        "warnings": [],
        "errors": [
            {"code": "E-EXAMPLE-1", "message": "first sample error"},
            {"code": "E-EXAMPLE-2", "message": "second & last"},
        ],
    }, "the answer")


def check_refusal(status, answer):
    """401, for the credentials that the server refused were the caller's own."""
    equal(status, 401, "the HTTP status")
    equal(answer.get("status"), 0, "status")
    equal([error.get("code") for error in answer.get("errors", [])], ["BRG00201"], "the error codes")


def equal(seen, wanted, what):
    if exact(seen) != exact(wanted):
        raise Failed(f"{what} is {exact(seen)}, not {exact(wanted)}")


def exact(value):
    """As text, so that 1, 1.0, "1" and true are four things."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


CHECKS = {"success": check_success, "business-failure": check_failure, "auth-fault": check_refusal}
