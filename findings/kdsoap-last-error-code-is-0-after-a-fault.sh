#!/usr/bin/env bash
# KDSoap 1.9.1: lastErrorCode() of the code that kdwsdl2cpp makes is 0 after a fault, as it is after an answer. The code of a fault is a
# QName, and the stub makes a number of its text (toInt), although its comment says "Return the fault code from the last blocking call."
# Who asks `if (service.lastErrorCode())` takes an empty answer for a good one; lastError() is what tells.
# Needs Debian 12's packages by apt-get, g++, pkg-config, python3 and Qt 5 (qtbase5-dev). Seen:
#   lastFaultCode: soap:Client
#   lastErrorCode: 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"; [ -z "${server:-}" ] || kill "$server" 2>/dev/null' EXIT
cd "$folder"
for package in libkdsoap1 libkdsoap-server1 libkdsoap-dev libkdsoap-bin; do
    apt-get download -qq "$package=1.9.1+dfsg-5" >apt.log 2>&1 || { cat apt.log; exit 1; }
    dpkg -x "$package"_*.deb root
done
library=$(dirname "$(find "$folder/root" -name libkdsoap.so)")
export LD_LIBRARY_PATH=$library
cat >contract.wsdl <<'WSDL'
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:message name="in"><w:part name="a" type="xs:string"/></w:message>
  <w:message name="out"><w:part name="b" type="xs:string"/></w:message>
  <w:portType name="P">
    <w:operation name="get"><w:input message="t:in"/><w:output message="t:out"/></w:operation>
  </w:portType>
  <w:binding name="B" type="t:P">
    <s:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>
    <w:operation name="get"><s:operation soapAction=""/>
      <w:input><s:body use="literal" namespace="urn:t"/></w:input>
      <w:output><s:body use="literal" namespace="urn:t"/></w:output></w:operation>
  </w:binding>
  <w:service name="S"><w:port name="P" binding="t:B"><s:address location="http://localhost/"/></w:port></w:service>
</w:definitions>
WSDL
cat >server.py <<'PY'
import http.server

FAULT = (b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
         b"<faultcode>soap:Client</faultcode><faultstring>no</faultstring></soap:Fault></soap:Body></soap:Envelope>")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(500)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(FAULT)))
        self.end_headers()
        self.wfile.write(FAULT)

    def log_message(self, *_):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
PY
cat >main.cpp <<'CPP'
#include "stub.h"
#include <QCoreApplication>
#include <QTextStream>

int main(int count, char **words)
{
    QCoreApplication application(count, words);
    S service;
    service.setEndPoint(QStringLiteral("http://127.0.0.1:%1/").arg(words[1]));
    service.get("x");
    QTextStream(stdout) << "lastFaultCode: " << service.lastFaultCode() << "\nlastErrorCode: " << service.lastErrorCode() << "\n";
    return 0;
}
CPP
root/usr/bin/kdwsdl2cpp -o stub.h contract.wsdl >/dev/null 2>&1
root/usr/bin/kdwsdl2cpp -impl stub.h -o stub.cpp contract.wsdl >/dev/null 2>&1
included=(-I. -Iroot/usr/include -Iroot/usr/include/KDSoapClient $(pkg-config --cflags Qt5Core Qt5Network))
moc=$(command -v moc || echo /usr/lib/qt5/bin/moc)
"$moc" "${included[@]}" stub.h -o moc_stub.cpp
g++ -std=c++17 -fPIC "${included[@]}" -o finding main.cpp stub.cpp moc_stub.cpp -L"$library" -lkdsoap $(pkg-config --libs Qt5Core Qt5Network)
python3 server.py >port &
server=$!
until [ -s port ]; do sleep 0.1; done
seen=$(timeout 60 ./finding "$(cat port)")
expected='lastFaultCode: soap:Client
lastErrorCode: 0'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
