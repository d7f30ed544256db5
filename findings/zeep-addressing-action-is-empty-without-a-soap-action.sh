#!/usr/bin/env bash
# zeep 4.3.3, WsAddressingPlugin: of an operation whose soapAction is empty, which is what services of Java often have, the message gets an empty
# wsa:Action. WS-Addressing 1.0 Metadata section 4.4.4 has a default for it, made of names, and Core section 3.1 an absolute IRI; a service that
# reads the header refuses the message.
# Needs python3 with venv and a package index. Seen:
#   Action: ''
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-input --disable-pip-version-check zeep==4.3.3 isodate==0.7.2 lxml==6.1.3
cat >"$folder/contract.wsdl" <<'WSDL'
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified"><xs:element name="get" type="xs:int"/></xs:schema></w:types>
  <w:message name="in"><w:part name="body" element="t:get"/></w:message>
  <w:portType name="P"><w:operation name="get"><w:input message="t:in"/><w:output message="t:in"/></w:operation></w:portType>
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
from zeep import Client
from zeep.wsa import WsAddressingPlugin

client = Client("contract.wsdl", plugins=[WsAddressingPlugin()])
sent = client.create_message(client.service, "get", 1)
actions = [block.text or "" for block in sent.iter("{http://www.w3.org/2005/08/addressing}Action")]
print(f"Action: {', '.join(map(repr, actions))}")
sys.exit(actions != [""])
PY
cd "$folder"
"$folder/venv/bin/python" finding.py
