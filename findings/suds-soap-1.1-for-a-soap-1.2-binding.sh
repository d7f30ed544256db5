#!/usr/bin/env bash
# suds 1.2.0 loads a service whose only port has a binding of SOAP 1.2 (WSDL 1.1 Binding Extension for SOAP 1.2), and sends it envelopes
# and a media type of SOAP 1.1, of which the contract says nothing. It says nothing of that.
# Needs python3 with venv and a package index. Seen:
#   ports: P
#   envelope: http://schemas.xmlsoap.org/soap/envelope/
#   Content-Type: text/xml; charset=utf-8
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-input --disable-pip-version-check suds==1.2.0
cat >"$folder/contract.wsdl" <<'WSDL'
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap12/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
    <xs:element name="get"><xs:complexType><xs:sequence><xs:element name="a" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
    <xs:element name="got"><xs:complexType><xs:sequence><xs:element name="b" type="xs:string"/></xs:sequence></xs:complexType></xs:element>
  </xs:schema></w:types>
  <w:message name="in"><w:part name="body" element="t:get"/></w:message>
  <w:message name="out"><w:part name="body" element="t:got"/></w:message>
  <w:portType name="P">
    <w:operation name="get"><w:input message="t:in"/><w:output message="t:out"/></w:operation>
  </w:portType>
  <w:binding name="B" type="t:P">
    <s:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
    <w:operation name="get"><s:operation soapAction=""/>
      <w:input><s:body use="literal"/></w:input><w:output><s:body use="literal"/></w:output></w:operation>
  </w:binding>
  <w:service name="S"><w:port name="P" binding="t:B"><s:address location="http://localhost/"/></w:port></w:service>
</w:definitions>
WSDL
cat >"$folder/finding.py" <<'PY'
import sys
from suds.client import Client
from suds.transport import Transport

class Seen(Transport):
    def open(self, request):
        return open(request.url.removeprefix("file://"), "rb")

    def send(self, request):
        root = request.message.decode().partition("?>")[2]
        namespace = [word for word in ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope") if word in root]
        print("envelope:", *namespace)
        print("Content-Type:", next(value if isinstance(value, str) else value.decode() for name, value in request.headers.items()
                                    if (name if isinstance(name, str) else name.decode()).lower() == "content-type"))
        return None

client = Client("file://" + sys.argv[1], cache=None, transport=Seen())
print("ports:", *[port.name for port in client.wsdl.services[0].ports])
client.service.get("x")
PY
seen=$("$folder/venv/bin/python" "$folder/finding.py" "$folder/contract.wsdl" 2>"$folder/errors" || true)
expected='ports: P
envelope: http://schemas.xmlsoap.org/soap/envelope/
Content-Type: text/xml; charset=utf-8'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
