"""A BancBox backend that speaks JSON: what the bridge calls behind its SOAP front. It answers as the servers do."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class JsonBackend:
    """`with JsonBackend() as backend:` listens at `backend.url`; `backend.calls` counts what came."""

    def __enter__(self):
        self.calls = 0
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"backend": self}))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.backend.calls += 1
        body = json.dumps(updated(request)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def updated(request):
    warnings = [{"code": "W-ECHO", "message": request["lastName"]}]
    statuses = {"clientStatus": "ACTIVE", "cipStatus": "UNVERIFIED"}
    return {"requestId": 1700000000000 + request["subscriberId"] % 1000, "status": 1, "warnings": warnings, **statuses}
