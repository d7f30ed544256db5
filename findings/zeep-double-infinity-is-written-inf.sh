#!/usr/bin/env bash
# zeep 4.3.3 writes the infinity of an xs:double as `inf`, and what is not a number as `nan`, which are no values of xs:double (XML Schema Part 2 section
# 3.2.5.1); of xs:float it writes INF.
# Needs python3 with venv and a package index. Seen:
#   sent: inf nan INF
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
      <xs:element name="a" type="xs:double" minOccurs="0"/>
      <xs:element name="b" type="xs:double" minOccurs="0"/>
      <xs:element name="c" type="xs:float" minOccurs="0"/>
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
from zeep import Client
from lxml import etree

client = Client("contract.wsdl")
envelope = client.create_message(client.service, "get", a=float("inf"), b=float("nan"), c=float("inf"))
print("sent:", *[child.text for child in envelope.find(".//{urn:t}get")])
PY
seen=$(cd "$folder" && venv/bin/python finding.py 2>errors || true)
expected='sent: inf nan INF'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
