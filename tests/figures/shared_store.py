"""What the figures of the shared store have in common: servers of Redis, a backend, bridges that share a store, and requests.

Standard library only. Everything listens on 127.0.0.1 at free ports, and ends with the program."""

import asyncio
import atexit
import base64
import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BINARY = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/saponify").resolve()
FOLDER = Path(tempfile.mkdtemp(prefix="saponify-figures-"))
USER, PASSWORD = "ops@example.com", "not-a-real-secret"
ENVIRONMENT = {
    "SAPONIFY_BANCBOX_USERNAME": USER,
    "SAPONIFY_BANCBOX_PASSWORD": PASSWORD,
    "SAPONIFY_BANCBOX_API_KEY": "key",
    "SAPONIFY_BANCBOX_SECRET": "canary-secret",
    "SAPONIFY_TABAPAY_USERNAME": USER,
    "SAPONIFY_TABAPAY_PASSWORD": PASSWORD,
    "SAPONIFY_TABAPAY_TOKEN": "client-token",
}
atexit.register(shutil.rmtree, FOLDER, True)
_processes = []
_missed = []


@atexit.register
def _end():
    for process in _processes:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


def level(what, met, seen):
    """Prints what was seen, and remembers whether it is what it should be."""
    print(f"{'met   ' if met else 'MISSED'} {what}: {seen}", flush=True)
    if not met:
        _missed.append(what)


def finish():
    sys.exit(1 if _missed else 0)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def listens(port, process, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit(f"nothing listens at port {port}")


class Redis:
    """A server. `arguments` are those of the command line."""

    def __init__(self, *arguments, port=None):
        self.port, self.arguments = port or free_port(), arguments
        self.folder = FOLDER / f"redis-{self.port}"
        self.folder.mkdir(exist_ok=True)
        self.start()

    def start(self):
        command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        if "--sentinel" not in self.arguments:
            command += ["--save", "", "--appendonly", "no"]
        else:
            command = ["redis-server"]
        try:
            self.process = subprocess.Popen([*command, *self.arguments], stdout=subprocess.DEVNULL)
        except FileNotFoundError:
            print("skipped: there is no redis-server")
            sys.exit(0)
        _processes.append(self.process)
        listens(self.port, self.process)

    @classmethod
    def sentinel(cls, master):
        port = free_port()
        file = FOLDER / f"sentinel-{port}.conf"
        file.write_text(
            f"port {port}\nbind 127.0.0.1\nsentinel monitor m 127.0.0.1 {master.port} 1\n"
            "sentinel down-after-milliseconds m 500\nsentinel failover-timeout m 5000\n"
        )
        return cls(str(file), "--sentinel", port=port)

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def ask(self, *words):
        with socket.create_connection(("127.0.0.1", self.port), 5) as stream:
            words = [word.encode() for word in words]
            stream.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in words))
            # Sentinels close no connection when they are asked to: what is all is told by a while in which nothing comes.
            stream.settimeout(0.2)
            answer = b""
            try:
                while more := stream.recv(65536):
                    answer += more
            except TimeoutError:
                pass
        return answer.decode("latin1")

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        self.process.kill()
        self.process.wait()


class Proxy(threading.Thread):
    """Passes bytes on to a port, each piece `delay` seconds later."""

    def __init__(self, to):
        super().__init__(daemon=True)
        self.to, self.delay, self.port = to, 0.0, free_port()
        self.start()
        time.sleep(0.2)

    def run(self):
        async def pipe(reader, writer):
            try:
                while data := await reader.read(65536):
                    await asyncio.sleep(self.delay)
                    writer.write(data)
                    await writer.drain()
            except OSError:
                pass
            writer.close()

        async def both(reader, writer):
            try:
                onward = await asyncio.open_connection("127.0.0.1", self.to)
            except OSError:
                writer.close()
                return
            await asyncio.gather(pipe(reader, onward[1]), pipe(onward[0], writer))

        async def serve():
            await (await asyncio.start_server(both, "127.0.0.1", self.port)).serve_forever()

        asyncio.run(serve())


class Backend:
    """Both backends: what it answers to JSON is a response of BancBox, and to SOAP one of TabaPay."""

    JSON = b'{"requestId":1700000000009,"status":1,"clientStatus":"ACTIVE","warnings":[],"errors":[]}'
    SOAP = (
        b'<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="urn:bridge:tabapay:account:2" '
        b'xmlns:c="urn:bridge:common:1"><soapenv:Body><t:updateAccountResponse><c:requestId>1700000000009</c:requestId><c:status>1</c:status>'
        b"<t:SC>200</t:SC><t:EC>0</t:EC></t:updateAccountResponse></soapenv:Body></soapenv:Envelope>"
    )

    def __init__(self):
        outer = self
        self.heard, self.delay = 0, 0.0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                super().setup()
                self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                outer.heard += 1
                time.sleep(outer.delay)
                soap = body.lstrip()[:1] == b"<"
                reply = outer.SOAP if soap else outer.JSON
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {'text/xml' if soap else 'application/json'}\r\nContent-Length: {len(reply)}\r\n\r\n"
                self.wfile.write(head.encode() + reply)

            do_POST = do_PUT = do_PATCH = do_GET = answer

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 256
            daemon_threads = True

        server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Bridge:
    """A process that serves SOAP clients before the JSON backend and JSON clients before the SOAP backend, with `store`."""

    count = 0

    def __init__(self, backend, store):
        Bridge.count += 1
        home = FOLDER / f"bridge-{Bridge.count}"
        for folder in ("samples", "wsdl", "xsd"):
            shutil.copytree(ROOT / folder, home / folder)
        files = [home / "samples/bancbox/soap-to-json.yaml", home / "samples/tabapay/json-to-soap.yaml"]
        for file in files:
            text = file.read_text().replace("include:", f'store: {{ redis: "{store}" }}\ninclude:', 1)
            file.write_text(re.sub(r"(?m)^(    url: ).*$", rf'\g<1>"{backend.url}"', text))
        ready, self.log = home / "ready.json", home / "log"
        command = [BINARY, "serve", "-c", files[0], "-c", files[1], "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
        command += ["--threads", "1", "--ready-file", ready]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, stderr=log, stdout=log, env={**os.environ, **ENVIRONMENT})
        _processes.append(self.process)
        end = time.monotonic() + 30
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit(f"the bridge does not start:\n{self.log.read_text()}")
            time.sleep(0.02)
        said = json.loads(ready.read_text())
        self.port = int(re.search(r":(\d+)", said["fronts"][0]["url"].split("//")[1]).group(1))
        self.admin = int(re.search(r":(\d+)", said["admin"].split("//")[1]).group(1))

    def metric(self, name):
        with socket.create_connection(("127.0.0.1", self.admin), 5) as stream:
            stream.sendall(b"GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            text = b""
            while more := stream.recv(65536):
                text += more
        lines = [line for line in text.decode().splitlines() if line.startswith(name)]
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


SAMPLE = (ROOT / "samples/bancbox/request.xml").read_text()
SAMPLE = SAMPLE[: SAMPLE.index("<soapenv:Header>")] + "{header}" + SAMPLE[SAMPLE.index("<soapenv:Body>") :]
OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"


def token(ahead=0.0):
    """A SOAP request with a digest of its own."""
    nonce = secrets.token_bytes(16)
    created = datetime.now(timezone.utc) + timedelta(seconds=ahead)
    created = created.strftime("%Y-%m-%dT%H:%M:%S.") + f"{created.microsecond // 1000:03}Z"
    digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + PASSWORD.encode()).digest()).decode()
    header = (
        f'<soapenv:Header><w:Security xmlns:w="{OASIS}wssecurity-secext-1.0.xsd" xmlns:u="{OASIS}wssecurity-utility-1.0.xsd"><w:UsernameToken>'
        f'<w:Username>{USER}</w:Username><w:Password Type="{OASIS}username-token-profile-1.0#PasswordDigest">{digest}</w:Password>'
        f'<w:Nonce EncodingType="{OASIS}soap-message-security-1.0#Base64Binary">{base64.b64encode(nonce).decode()}</w:Nonce>'
        f"<u:Created>{created}</u:Created></w:UsernameToken></w:Security></soapenv:Header>"
    )
    body = SAMPLE.replace("{header}", header).encode()
    head = f"POST /soap/bancbox/BBXPort HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def outbound(key=None):
    """A JSON request, for which no store is asked unless it has an idempotency key."""
    body = b'{"owner":{"name":{"first":"Jane"}}}'
    named = f"Idempotency-Key: {key}\r\n" if key else ""
    path = "/tabapay/v2/clients/AbCdEfGhIjKlMnOpQrSt_2/accounts/ih0V8HSE2S6gAUqCkG29uw"
    head = (
        f"PUT {path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nAuthorization: Bearer client-token\r\n"
        f"{named}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Answer:
    def __init__(self, head, body, seconds):
        self.status, self.head, self.body, self.seconds = int(head.split(b" ", 2)[1]), head.lower(), body, seconds

    def __repr__(self):
        return f"{self.status} after {self.seconds * 1000:.0f} ms: {self.body[:200]!r}"

    def refused_for_a_while(self):
        return self.status >= 500 and b"retry-after:" in self.head


class Client:
    """A connection to a bridge that is kept."""

    def __init__(self, bridge):
        self.bridge, self.streams = bridge, None

    async def ask(self, request):
        begun = time.monotonic()
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.bridge.port)
        reader, writer = self.streams
        writer.write(request)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 30)
        length = re.search(rb"(?i)content-length: *(\d+)", head)
        body = await asyncio.wait_for(reader.readexactly(int(length.group(1)) if length else 0), 30)
        if b"connection: close" in head.lower():
            writer.close()
            self.streams = None
        return Answer(head, body, time.monotonic() - begun)


async def once(bridge, request):
    client = Client(bridge)
    answer = await client.ask(request)
    if client.streams:
        client.streams[1].close()
    return answer


async def recovers(bridge, seconds=20):
    """Asks with new tokens until one is let in. After how many seconds."""
    begun = time.monotonic()
    while (await once(bridge, token())).status != 200:
        if time.monotonic() - begun > seconds:
            return float("inf")
        await asyncio.sleep(0.01)
    return time.monotonic() - begun


async def taken(bridges, requests):
    """How many of `requests` are answered with 200, each by each of the bridges."""
    count = 0
    for bridge in bridges:
        client = Client(bridge)
        for request in requests:
            count += (await client.ask(request)).status == 200
    return count
