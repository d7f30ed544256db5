"""JSON requests sent by curl to a JSON front, and what must come back from the servers of this directory."""

import json
import subprocess

from . import cases
from .cells import Failed
from .places import EXCHANGE, USER


def ask(front, case, mode, password):
    """Sends the sample to updateClient and checks the answer of `case`."""
    request = sample(cases.FAILS_SERVERS if case == "business-failure" else {})
    if mode == "text":
        body = {"authentication": {"apiKey": USER, "secret": password}, **request}
    else:
        # Without a service file there are no credentials in the body, and parts keep their names.
        body = {"updateClientRequest": request}
    status, answer = post(operation(front), json.dumps(body, ensure_ascii=False))
    CHECKS[case](mode, status, answer)


def asked(front, wanted, expected):
    """Sends the sample, without credentials, and checks the HTTP status and the answer, or the only code of its errors."""
    status, answer = post(operation(front), json.dumps(sample({}), ensure_ascii=False))
    if isinstance(expected, str):
        answer = [error.get("code") for error in answer.get("errors", [])] or answer
        expected = [expected]
    equal([status, answer], [wanted, expected], "the answer")


def sample(changes):
    """The request as JSON clients send it: longs are numbers."""
    request = {**cases.sample(), **changes}
    identity = request["clientId"]
    longs = {"subscriberId": int(request["subscriberId"]), "clientId": {**identity, "bancBoxId": int(identity["bancBoxId"])}}
    return {**request, **longs}


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


def check_success(mode, status, answer):
    equal(status, 200, "the HTTP status")
    echo = {"code": "W-ECHO", "message": cases.sample()["lastName"]}
    statuses = {"clientStatus": "ACTIVE", "cipStatus": "UNVERIFIED"}
    equal(answer, shaped(mode, 1, {"warnings": [echo], "errors": []}, statuses), "the answer")


def check_failure(mode, status, answer):
    equal(status, 200, "the HTTP status")
    first = {"code": "E-EXAMPLE-1", "message": "first sample error"}
    second = {"code": "E-EXAMPLE-2", "message": "second & last"}
    equal(answer, shaped(mode, 0, {"warnings": [], "errors": [first, second]}, {}), "the answer")


def shaped(mode, status, lists, statuses):
    """The service file unwraps the part and asks for empty lists; without it the answer is the contract's own."""
    answer = {"requestId": cases.SERVER_REQUEST_ID, "status": status, **statuses}
    if mode == "text":
        return {**answer, **lists}
    return {"return": {**answer, **{name: notices for name, notices in lists.items() if notices}}}


def check_refusal(mode, status, answer):
    """The caller is to blame for its own credentials, not for those of the bridge."""
    wanted, code = (401, "BRG00201") if mode == "text" else (502, "BRG00305")
    equal(status, wanted, "the HTTP status")
    equal(answer.get("status"), 0, "status")
    equal([error.get("code") for error in answer.get("errors", [])], [code], "the error codes")


def equal(seen, wanted, what):
    if exact(seen) != exact(wanted):
        raise Failed(f"{what} is {exact(seen)}, not {exact(wanted)}")


def exact(value):
    """As text, so that 1, 1.0, "1" and true are four things."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


ANSWER = {
    "requestId": cases.SERVER_REQUEST_ID,
    "status": 1,
    "clientStatus": "ACTIVE",
    "cipStatus": "UNVERIFIED",
    "warnings": [{"code": "W-ECHO", "message": cases.sample()["lastName"]}],
}
CHECKS = {"success": check_success, "business-failure": check_failure, "auth-fault": check_refusal}
