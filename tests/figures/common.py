"""What the figures share: a bridge that runs, a backend that does as it is told, requests as bytes. The standard library is enough."""

import asyncio
import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def binary():
    """The program that is measured: the first argument, or the release build."""
    given = sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/release/saponify"
    return pathlib.Path(given).resolve()


def free_port():
    """A port, from FIGURES_PORT on where that is set, that nothing listens at."""
    first = os.environ.get("FIGURES_PORT")
    if first is None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]
    free_port.next = getattr(free_port, "next", int(first)) + 1
    return free_port.next - 1


class Bridge:
    """`serve` with a JSON front at /shop and a SOAP front at /soap, for anyone, before a SOAP backend."""

    def __init__(self, backend, limits="", prefix=(), threads=1, operations="", options=(), environment=()):
        self.folder = tempfile.TemporaryDirectory(prefix="figure-")
        folder = pathlib.Path(self.folder.name)
        (folder / "shop.wsdl").write_bytes((HERE / "shop.wsdl").read_bytes())
        (folder / "service.yaml").write_text(
            "version: 1\nservice: shop\ncontract: { wsdl: shop.wsdl }\n"
            "fronts: { json: { path: /shop, auth: none }, soap: { path: /soap, auth: none } }\n"
            f"backend: {{ soap: {{ url: 'http://127.0.0.1:{backend}/' }} }}\n"
            f"limits: {{ http: {{ {limits} }} }}\n{operations}\n"
        )
        self.port, self.admin = free_port(), free_port()
        ready = folder / "ready.json"
        self.log = open(folder / "log", "w", encoding="utf-8")
        command = [*prefix, str(binary()), "serve", "-c", str(folder / "service.yaml")]
        command += ["--listen", f"127.0.0.1:{self.port}", "--admin", f"127.0.0.1:{self.admin}"]
        command += ["--threads", str(threads), "--ready-file", str(ready), *options]
        environment = {**os.environ, **dict(environment)}
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.log, env=environment)
        until = time.monotonic() + 20
        while not ready.exists():
            if self.process.poll() is not None or time.monotonic() > until:
                raise SystemExit("the bridge does not start: " + (folder / "log").read_text())
            time.sleep(0.02)
        self.pid = json.loads(ready.read_text())["pid"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()
        self.folder.cleanup()

    def kib(self, name="VmRSS"):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"^{name}:\s*(\d+)", status, re.M)[1])

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def connections(self):
        """Connections of clients that the bridge has not closed."""
        lines = [line.split() for line in open("/proc/net/tcp", encoding="ascii")][1:]
        local = f"0100007F:{self.port:04X}"
        return sum(line[1] == local and line[3] == "01" and line[9] != "0" for line in lines)

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


def envelope(body):
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{body}</s:Body></s:Envelope>'.encode()


def pong(text="x"):
    return envelope(f'<t:pingResponse xmlns:t="urn:shop"><t:text>{text}</t:text></t:pingResponse>')


class Backend:
    """Answers each request after `delay` seconds with what `reply(body)` gives."""

    def __init__(self, reply=lambda _: pong(), delay=0.0, port=None):
        self.reply, self.delay, self.calls, self.port = reply, delay, 0, port or free_port()

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", self.port, limit=1 << 26, backlog=2000)
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def serve(self, reader, writer):
        with contextlib.suppress(asyncio.CancelledError, asyncio.IncompleteReadError, OSError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"content-length: *(\d+)", head, re.I)
                body = await reader.readexactly(int(length[1]) if length else 0)
                self.calls += 1
                delay = self.delay(body) if callable(self.delay) else self.delay
                if delay:
                    await asyncio.sleep(delay)
                reply = self.reply(body)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(reply) + reply)
                await writer.drain()
        writer.close()


def post(path, body, kind="application/json", close=True, method="POST"):
    head = f"{method} {path} HTTP/1.1\r\nHost: bridge\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return (head + ("Connection: close\r\n" if close else "") + "\r\n").encode() + body


def ping(text="x", **more):
    return post("/shop/ping", json.dumps({"text": text}).encode(), **more)


class Answer:
    def __init__(self, status, head=b"", body=b"", seconds=0.0):
        self.status, self.head, self.body, self.seconds = status, head.lower(), body, seconds


async def ask(port, request, deadline=10.0, keep=None):
    """The answer to `request`: its status, or what happened in its place."""
    began, writer = time.monotonic(), None

    def ended(status, head=b"", body=b""):
        return Answer(status, head, body, time.monotonic() - began)

    try:
        async with asyncio.timeout(deadline):
            reader, writer = keep or await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
            with contextlib.suppress(ConnectionError):
                writer.write(request)
                await writer.drain()
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: *(\d+)", head, re.I)
            body = await reader.readexactly(int(length[1]) if length else 0)
            return ended(int(head.split()[1]), head, body)
    except TimeoutError:
        return ended("late")
    except asyncio.IncompleteReadError:
        return ended("cut")
    except OSError:
        return ended("reset")
    finally:
        if writer and not keep:
            writer.close()


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


class Levels:
    """What is to hold, said line by line; the exit code says whether all of it did."""

    def __init__(self):
        self.missed = 0

    def say(self, what, seen, held):
        self.missed += not held
        print(f"{'ok    ' if held else 'MISSED'} {what}: {seen}", flush=True)

    def end(self):
        raise SystemExit(1 if self.missed else 0)
