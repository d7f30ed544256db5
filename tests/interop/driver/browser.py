"""A page in Chromium that does what it is told, and says what it saw."""

import contextlib
import json
import queue
import shutil
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .cells import Failed
from .installing import debian, said
from .places import EXCHANGE

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--proxy-server=direct://"]
PAGE = b"""<!DOCTYPE html><title>page</title><script>
(async () => {
  for (;;) {
    const task = await (await fetch('/task')).json();
    if (task === null) continue;
    const { url, untyped, ...init } = task;
    if (untyped) init.body = new Blob([init.body]);
    let seen;
    try {
      const answer = await fetch(url, init);
      const opaque = answer.type === 'opaque';
      seen = { status: answer.status, opaque, headers: Object.fromEntries(answer.headers), body: opaque ? '' : await answer.text() };
    } catch (wrong) {
      seen = { error: String(wrong) };
    }
    await fetch('/seen', { method: 'POST', body: JSON.stringify(seen) });
  }
})();
</script>"""


def install():
    if not shutil.which("chromium"):
        debian("chromium")


def version():
    words = said(["chromium", "--version"]).split()
    return next(word for word in words if word[0].isdigit() and word.count(".") == 3)


class Page:
    """`with Page(processes, host) as page:` has the origin `page.origin`, on a host that is this machine."""

    def __init__(self, processes, host):
        self.processes, self.host = processes, host
        self.tasks, self.seen = queue.Queue(), queue.Queue()

    def __enter__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"page": self}))
        self.origin = f"http://{self.host}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.profile = tempfile.mkdtemp(prefix="chromium-")
        command = ["chromium", *FLAGS, f"--user-data-dir={self.profile}", f"{self.origin}/"]
        self.process = self.processes.start(f"chromium-{self.host}", command, {})
        return self

    def __exit__(self, *_):
        self.processes.stop([self.process])
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def fetch(self, url, **init):
        """What the page saw: status, headers and body, or the error that the browser gave it."""
        self.tasks.put({"url": url, "method": "POST", **init})
        try:
            return self.seen.get(timeout=EXCHANGE)
        except queue.Empty:
            raise Failed(f"the page said nothing in {EXCHANGE} s: {self.process.last_words()}") from None


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/task":
            self.answer("application/json", json.dumps(self.next()).encode())
        else:
            self.answer("text/html; charset=utf-8", PAGE)

    def next(self):
        try:
            return self.page.tasks.get(timeout=5)
        except queue.Empty:
            return None

    def do_POST(self):
        self.page.seen.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer("text/plain", b"")

    def answer(self, media_type, body):
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        # A page that was closed waits for nothing.
        with contextlib.suppress(OSError):
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_):
        pass
