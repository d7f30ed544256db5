"""What the figures of a process's life share: a bridge that runs, a backend, and clients that say what became of each request.
Standard library only; loopback only; every wait has an end."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

BINARY = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/saponify")
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def wsdl(version=1, broken=False):
    """A contract with one operation. Its messages are in another namespace in each version."""
    urn = f"urn:shop:{version}"
    text = f"""<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="{urn}"
  xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{urn}">
<types><xs:schema targetNamespace="{urn}" elementFormDefault="qualified">
<xs:element name="getItem"><xs:complexType><xs:sequence><xs:element name="code" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
<xs:element name="getItemResponse"><xs:complexType><xs:sequence><xs:element name="code" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
</xs:schema></types>
<message name="in"><part name="p" element="t:getItem"/></message><message name="out"><part name="p" element="t:getItemResponse"/></message>
<portType name="T"><operation name="getItem"><input message="t:in"/><output message="t:out"/></operation></portType>
<binding name="B" type="t:T"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
<operation name="getItem"><soap:operation soapAction=""/><input><soap:body use="literal"/></input><output><soap:body use="literal"/></output></operation></binding>
<service name="shop"><port name="P" binding="t:B"><soap:address location="http://127.0.0.1:9/"/></port></service></definitions>"""
    return text.replace("</types>", "") if broken else text


class Bridge:
    """`saponify serve`, ready. `limits` is what stands in `limits: { http: { … } }`."""

    def __init__(self, backend, limits="", arguments=(), threads=1, timeout="", folder=None, listen="127.0.0.1:0"):
        self.folder = folder or tempfile.mkdtemp(prefix="figures-")
        if folder is None:
            self.write("shop.wsdl", wsdl())
            self.write("shop.yaml", "version: 1\nservice: shop\ncontract: { wsdl: shop.wsdl }\nfronts: { json: { path: /shop, auth: none } }\n"
                       f"backend: {{ soap: {{ url: 'http://127.0.0.1:{backend}/'{timeout} }} }}\nlimits: {{ http: {{ {limits} }} }}\n")
        fd, ready = tempfile.mkstemp(suffix=".json", dir=self.folder)
        os.close(fd)
        os.unlink(ready)
        self.log = ready.replace(".json", ".log")
        self.process = subprocess.Popen(
            [BINARY, "serve", "-c", os.path.join(self.folder, "shop.yaml"), "--listen", listen, "--admin", "127.0.0.1:0",
             "--threads", str(threads), "--ready-file", ready, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=open(self.log, "w"), cwd=self.folder)
        for _ in range(1000):
            if os.path.exists(ready):
                break
            if self.process.poll() is not None:
                raise SystemExit(f"the bridge ended with {self.process.returncode}: {self.text()}")
            time.sleep(0.02)
        else:
            raise SystemExit("the bridge does not get ready")
        said = json.load(open(ready))
        self.port = int(re.search(r":(\d+)/", said["fronts"][0]["url"] + "/").group(1))
        self.admin = said["admin"]

    def write(self, name, text):
        """Puts a file in place of the one before, at once."""
        path = os.path.join(self.folder, name)
        open(path + "~", "w").write(text)
        os.rename(path + "~", path)

    def text(self):
        return open(self.log).read()

    def ask(self, path, method="GET"):
        try:
            with urllib.request.urlopen(urllib.request.Request(self.admin + path, method=method), timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def rss(self):
        """KiB."""
        return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{self.process.pid}/status").read()).group(1))

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    async def ended(self, seconds=60):
        """Its exit code; `None` where it does not end."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            await asyncio.sleep(0.005)
        if self.process.poll() is None:
            self.process.kill()
            return None
        return self.process.returncode


def reply(request):
    """The reply of the backend, in the namespace of the request."""
    urn = re.search(rb"urn:shop:\d", request).group(0).decode()
    code = re.search(rb"code[^>]*>([^<]*)<", request).group(1).decode()
    body = (f'<s:Envelope xmlns:s="{SOAP}"><s:Body><t:getItemResponse xmlns:t="{urn}"><t:code>{code}</t:code></t:getItemResponse>'
            "</s:Body></s:Envelope>").encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class Backend:
    """Answers after `delay` seconds; never where the code is `hang`."""

    def __init__(self, delay=0.05):
        self.delay, self.calls, self.seen = delay, 0, {}

    async def start(self):
        self.server = await asyncio.start_server(self.client, "127.0.0.1", 0, backlog=1000)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def client(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(int(re.search(rb"content-length: *(\d+)", head, re.I).group(1)))
                self.calls += 1
                urn = re.search(rb"urn:shop:\d", body).group(0)
                self.seen[urn] = self.seen.get(urn, 0) + 1
                if b"hang" in body:
                    await asyncio.sleep(300)
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(reply(body))
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


def request(code="a", close=False):
    body = json.dumps({"code": code}).encode()
    return (b"POST /shop/getItem HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n" + (b"Connection: close\r\n" if close else b"")
            + b"Content-Length: %d\r\n\r\n" % len(body) + body)


class Lost(Exception):
    """A request was sent, and no whole answer came."""


async def exchange(connection, data, seconds=60):
    """The status, whether the connection may be used again, and the body."""
    reader, writer = connection
    try:
        writer.write(data)
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), seconds)).lower()
        body = await asyncio.wait_for(reader.readexactly(int(re.search(rb"content-length: *(\d+)", head).group(1))), seconds)
        return int(head.split()[1]), b"connection: close" not in head, body
    except (asyncio.IncompleteReadError, asyncio.TimeoutError, OSError) as error:
        raise Lost(repr(error)) from error


def verdict(good):
    print("level met" if good else "LEVEL MISSED")
    sys.exit(0 if good else 1)
