#!/usr/bin/env bash
# zeep 4.3.3 gives None, as for an element that is absent, for valid times that have no counterpart in Python: the end of a day as 24:00:00, and years with
# more than four digits or before 1 (XML Schema Part 2 section 3.2.7.1). It logs a traceback and raises nothing.
# Needs python3 with venv and a package index. Seen:
#   got: None None None
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-input --disable-pip-version-check zeep==4.3.3 isodate==0.7.2 lxml==6.1.3
cat >"$folder/contract.wsdl" <<'WSDL'
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
    <xs:element name="get"><xs:complexType><xs:sequence>
      <xs:element name="a" type="xs:dateTime" minOccurs="0"/>
      <xs:element name="b" type="xs:date" minOccurs="0"/>
      <xs:element name="c" type="xs:time" minOccurs="0"/>
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
from unittest.mock import Mock
from zeep import Client

client = Client("contract.wsdl")
reply = Mock(status_code=200, headers={"Content-Type": "text/xml"}, encoding="utf-8")
reply.content = b'''<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><get xmlns="urn:t"><a>2020-01-02T24:00:00</a><b>12020-01-01</b><c>24:00:00</c></get></e:Body></e:Envelope>'''
got = client.service._binding.process_reply(client, client.service._binding.get("get"), reply)
print("got:", *([got[name] for name in got] if hasattr(got, "__iter__") else [got]))
PY
seen=$(cd "$folder" && venv/bin/python finding.py 2>errors || true)
expected='got: None None None'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
