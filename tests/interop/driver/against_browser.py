"""Pages of other origins before a JSON front: what a browser lets them do, with and without `cors`."""

import json
import subprocess

from . import browser, json_front, parts, service_files
from .cells import Cell, Failed, NotApplicable
from .json_backend import JsonBackend
from .places import PASSWORD, PASSWORD_VARIABLE
from .report import counts, grid
from .sent import same
from .stage import Stage

# By name this machine is another site than by its address.
HOSTS = {"another site": "localhost", "another port": "127.0.0.1"}
JSON = {"Content-Type": "application/json"}
INTRODUCTION = """\
## A browser

What `tests/interop/browser` found: pages in Chromium that call a JSON front of another origin.
"""


def run(processes, table, binary):
    browser.install()
    stage = Stage(processes, table, binary)
    known = knows_cors(binary)
    for where, host in HOSTS.items():
        with browser.Page(processes, host) as page:
            for case, (cors, attempt) in CASES.items():
                cell = Cell("chromium", "client", "cors" if cors else "-", where, case)
                table.cell(cell, lambda: tried(stage, page, cors, attempt, known))
    return report(table)


def knows_cors(binary):
    file = service_files.before_pages("http://127.0.0.1:9", {"origins": ["http://localhost:1"]})
    environment = {PASSWORD_VARIABLE: PASSWORD}
    done = subprocess.run([binary, "check", "-c", file], env=environment, capture_output=True, check=False)
    return done.returncode == 0


def tried(stage, page, cors, attempt, known):
    if cors and not known:
        raise NotApplicable("this build has no key `cors`")
    origins = {"the page's": page.origin, "another": "https://app.example"}
    with JsonBackend() as backend:
        file = service_files.before_pages(backend.url, {"origins": [origins[cors]]} if cors else None)
        with stage.started(file, PASSWORD, "json") as front:
            attempt(page, json_front.operation(front), backend)


def is_read(page, url, backend):
    """The whole answer, and a header that is not of the few that every page may read."""
    seen = page.fetch(url, headers={**JSON, **authorized()}, body=request())
    same(seen.get("error"), None, "the error of the browser")
    same([seen["status"], json.loads(seen["body"])], [200, json_front.ANSWER], "the answer")
    same(backend.calls, 1, "the number of calls of the backend")


def error_is_read(page, url, backend):
    seen = page.fetch(url, headers={**JSON, **authorized()}, body="{}")
    same(seen.get("error"), None, "the error of the browser")
    same(seen["status"], 422, "the HTTP status")
    if not json.loads(seen["body"])["errors"]:
        raise Failed("no errors in the answer")
    same(backend.calls, 0, "the number of calls of the backend")


def stranger_is_told(page, url, backend):
    """Without credentials, which the preflight never has."""
    seen = page.fetch(url, headers=JSON, body=request())
    same(seen.get("status"), 401, "the HTTP status")
    same(backend.calls, 0, "the number of calls of the backend")


def is_kept_out(page, url, backend):
    seen = page.fetch(url, headers={**JSON, **authorized()}, body=request())
    if "error" not in seen:
        raise Failed(f"the page read an answer of HTTP {seen['status']}")
    same(backend.calls, 0, "the number of calls of the backend")


def blind(**init):
    """Without a preflight: the page cannot read the answer, but the call must not be made either."""

    def attempt(page, url, backend):
        seen = page.fetch(url, mode="no-cors", body=request(), **init)
        same(seen.get("opaque", True), True, "whether the answer is hidden from the page")
        same(backend.calls, 0, "the number of calls of the backend")

    return attempt


def request():
    return json.dumps(json_front.sample({}), ensure_ascii=False)


def authorized():
    return {"Authorization": f"Bearer {PASSWORD}"}


def report(table):
    columns = list(HOSTS)
    told = {(cell.mode, cell.case, cell.against): (outcome, reason) for cell, outcome, reason in table.noted}
    rows = [(mode, case, *(mark(told[mode, case, where]) for where in columns)) for mode, case in dict.fromkeys(key[:2] for key in told)]
    heading = f"Chromium {browser.version()}.\n"
    return "\n".join([INTRODUCTION, heading, grid(("keys", "case", *(f"page of {where}" for where in columns)), rows), counts(table)])


def mark(told):
    outcome, reason = told
    return {"ok": "✓", "failed": f"✗ {reason}", "n-a": f"– {reason}"}[outcome]


CASES = {
    "JSON, which needs a preflight, is kept out": (None, is_kept_out),
    "text/plain reaches no backend": (None, blind(headers={"Content-Type": "text/plain"})),
    "a form reaches no backend": (None, blind(headers={"Content-Type": "application/x-www-form-urlencoded"})),
    "no Content-Type reaches no backend": (None, blind(untyped=True)),
    "the answer is read": ("the page's", is_read),
    "an error is read": ("the page's", error_is_read),
    "401 is read": ("the page's", stranger_is_told),
    "a page that is not listed is kept out": ("another", is_kept_out),
}
