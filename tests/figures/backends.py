"""What the figures about backends share: a contract with one operation, a bridge of it, backends that misbehave, and clients that see all.

Standard library only. A script is called with the path of the program, and ends with 1 when a level is missed. Ports are free ones."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

WSDL = """<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:figures" targetNamespace="urn:figures" name="Figures">
  <wsdl:types><xs:schema targetNamespace="urn:figures" elementFormDefault="qualified">
    <xs:element name="ask"><xs:complexType><xs:sequence><xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="told"><xs:complexType><xs:sequence><xs:element name="id" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
  </xs:schema></wsdl:types>
  <wsdl:message name="ask"><wsdl:part name="parameters" element="t:ask"/></wsdl:message>
  <wsdl:message name="told"><wsdl:part name="parameters" element="t:told"/></wsdl:message>
  <wsdl:portType name="Figures"><wsdl:operation name="ask"><wsdl:input message="t:ask"/><wsdl:output message="t:told"/></wsdl:operation></wsdl:portType>
  <wsdl:binding name="Figures" type="t:Figures"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="ask"><soap:operation soapAction="urn:ask"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>
  </wsdl:binding>
  <wsdl:service name="Figures"><wsdl:port name="Figures" binding="t:Figures"><soap:address location="http://127.0.0.1:9/"/></wsdl:port></wsdl:service>
</wsdl:definitions>
"""


def binary():
    """The program, as the first argument names it."""
    path = sys.argv[1] if len(sys.argv) > 1 else "target/release/saponify"
    if not os.access(path, os.X_OK):
        sys.exit(f"{path} is not there: build it with `cargo build --release`")
    return os.path.abspath(path)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def service(name, backend, more=""):
    """A service file; `backend` is what stands below `backend.soap`."""
    return (f"version: 1\nservice: {name}\ncontract: {{ wsdl: figures.wsdl }}\n"
            f"fronts: {{ json: {{ auth: none }} }}\nbackend: {{ soap: {{ {backend} }} }}\n{more}\n")


class Bridge:
    """A process that serves these services: names and texts of their files."""

    def __init__(self, services, threads=2, environment=None):
        self.folder = tempfile.mkdtemp(prefix="figure-")
        with open(os.path.join(self.folder, "figures.wsdl"), "w") as file:
            file.write(WSDL)
        files = []
        for name, text in services.items():
            path = os.path.join(self.folder, f"{name}.yaml")
            with open(path, "w") as file:
                file.write(text)
            files += ["-c", path]
        self.ready, self.log = os.path.join(self.folder, "ready.json"), open(os.path.join(self.folder, "log"), "w")
        self.port = free_port()
        self.process = subprocess.Popen(
            [binary(), "serve", *files, "--listen", f"127.0.0.1:{self.port}", "--threads", str(threads), "--ready-file", self.ready],
            stdout=subprocess.DEVNULL, stderr=self.log, env={**os.environ, **(environment or {})})
        until = time.monotonic() + 20
        while not os.path.exists(self.ready):
            if self.process.poll() is not None or time.monotonic() > until:
                self.process.kill()
                sys.exit("the bridge does not start: " + open(self.log.name).read()[-2000:])
            time.sleep(0.02)

    def resident(self):
        """KiB in memory."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.folder)


class Answer:
    """What a client got: status, headers and body of a whole answer, or `end` says what came in its place."""

    def __init__(self):
        self.status, self.headers, self.body, self.end, self.seconds = None, {}, b"", "nothing", 0.0

    def code(self):
        """The code of the first error."""
        try:
            return json.loads(self.body)["errors"][0]["code"]
        except (ValueError, KeyError, IndexError, TypeError):
            return None

    def told(self):
        """Status and code, or what came in their place."""
        return (self.status, self.code()) if self.end == "whole" else (self.end, None)


async def ask(port, name="figures", id="1", deadline=30.0, connection=None):
    """Asks the service `name` once, over a `connection` that is there, or one of its own."""
    answer, began, body = Answer(), time.monotonic(), json.dumps({"id": id}).encode()
    head = f"POST /{name}/ask HTTP/1.1\r\nHost: figures\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer = None
    try:
        async with asyncio.timeout(deadline):
            reader, writer = connection or await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode() + body)
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            answer.status = int(lines[0].split()[1])
            answer.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
            answer.body = await reader.readexactly(int(answer.headers["content-length"]))
            answer.end = "whole"
    except TimeoutError:
        answer.end = "no answer in time"
    except asyncio.IncompleteReadError:
        answer.end = "cut"
    except OSError as error:
        answer.end = type(error).__name__
    answer.seconds = time.monotonic() - began
    if writer and not connection:
        writer.close()
    return answer


def envelope(id="1", more=""):
    return (f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><t:told xmlns:t="urn:figures">'
            f"<t:id>{id}</t:id>{more}</t:told></s:Body></s:Envelope>").encode()


def reply(body, status="200 OK", kind="text/xml; charset=utf-8", headers=(), length=None):
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body) if length is None else length}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def id_of(body):
    found = re.search(rb"id>([^<]*)<", body)
    return found.group(1).decode() if found else "?"


async def read_request(reader):
    """Head and body of the next request."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.I)
    return head, await reader.readexactly(int(length.group(1))) if length else b""


class Backend:
    """A server whose connections `serve(reader, writer)` has; how many there are, and were at most."""

    def __init__(self, serve, port=None):
        self.serve, self.port, self.open, self.most = serve, port or free_port(), 0, 0

    @property
    def url(self):
        return f'url: "http://127.0.0.1:{self.port}/soap"'

    async def __aenter__(self):
        self.server = await asyncio.start_server(self.connected, "127.0.0.1", self.port, limit=1 << 24, backlog=1024)
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def connected(self, reader, writer):
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await self.serve(reader, writer)
        except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            pass
        finally:
            self.open -= 1
            writer.close()


def reset(writer):
    """Ends the connection with RST."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


class Levels:
    """Levels of a figure: each is told, and a missed one is the exit code."""

    def __init__(self):
        self.missed = False

    def check(self, what, met):
        print(f"{'ok    ' if met else 'MISSED'} {what}", flush=True)
        self.missed |= not met

    def end(self):
        """The exit code."""
        return 1 if self.missed else 0
