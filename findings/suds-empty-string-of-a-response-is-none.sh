#!/usr/bin/env bash
# suds 1.2.0 gives None for an element of xs:string that is there and empty, as for one that is absent, and leaves None out of a request: what was read
# is written back without the element.
# Needs python3 with venv and a package index. Seen:
#   sent:
#   got: None x
#   sent: b
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-input --disable-pip-version-check suds==1.2.0
cat >"$folder/contract.wsdl" <<'WSDL'
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
    <xs:element name="get"><xs:complexType><xs:sequence>
      <xs:element name="a" type="xs:string" minOccurs="0"/>
      <xs:element name="b" type="xs:string" minOccurs="0"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:schema></w:types>
  <w:message name="in"><w:part name="body" element="t:get"/></w:message>
  <w:message name="out"><w:part name="body" element="t:get"/></w:message>
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
from suds.client import Client
from suds.transport import Reply, Transport
import re

class Seen(Transport):
    def open(self, request):
        return open(request.url.removeprefix("file://"), "rb")

    def send(self, request):
        print("sent:", *re.findall(r"<\w+:([ab])\b", request.message.decode()))
        return Reply(200, {}, b'''<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><get xmlns="urn:t"><a></a><b>x</b></get></e:Body></e:Envelope>''')

import os
client = Client("file://" + os.path.abspath("contract.wsdl"), cache=None, transport=Seen())
got = client.service.get()
print("got:", got.a, got.b)
client.service.get(a=got.a, b=got.b)
PY
seen=$(cd "$folder" && venv/bin/python finding.py 2>errors || true)
expected='sent:
got: None x
sent: b'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
