#!/usr/bin/env bash
# soap 1.13.0 of npm writes a `Date`, which it gives for xs:dateTime in a response, as an empty element in a request: what was read cannot be sent
# back. An empty xs:dateTime is no value (XML Schema Part 2 section 3.2.7), and nothing is said.
# Needs node and npm with a package registry. Seen:
#   sent: <t:get xmlns:t="urn:t" xmlns="urn:t"><t:at></t:at></t:get>
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --silent --no-audit --no-fund --prefix "$folder" soap@1.13.0 >/dev/null
cat >"$folder/contract.wsdl" <<'WSDL'
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
    <xs:element name="get"><xs:complexType><xs:sequence>
      <xs:element name="at" type="xs:dateTime" minOccurs="0"/>
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
cat >"$folder/finding.js" <<'JS'
const http = require('http'), soap = require('soap');
const reply = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><get xmlns="urn:t"/></e:Body></e:Envelope>';
const backend = http.createServer((request, response) => {
  let body = '';
  request.on('data', (piece) => { body += piece; });
  request.on('end', () => {
    console.log('sent:', body.match(/Body>(.*?)<[^<]*Body>/s)[1]);
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(reply);
  });
}).listen(0, '127.0.0.1', async () => {
  const client = await soap.createClientAsync('contract.wsdl', { endpoint: `http://127.0.0.1:${backend.address().port}/` });
  await client.getAsync({ at: new Date(0) });
  backend.close();
  backend.closeAllConnections();
});
JS
seen=$(cd "$folder" && node finding.js 2>errors || true)
expected='sent: <t:get xmlns:t="urn:t" xmlns="urn:t"><t:at></t:at></t:get>'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
