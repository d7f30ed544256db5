#!/usr/bin/env bash
# gowsdl 0.5.0 leaves the members of a sequence in a sequence out: city and zip, which the contract requires (XML Schema Part 1, 3.8.2), are in
# no field, so that a client never sends them and never sees them. It says nothing of it. It looks for elements in a sequence, a choice, a
# choice in a sequence and xs:all, in an extension of a complex type in a sequence or a choice, and nowhere else.
# Needs Go and a proxy of modules. Seen:
#   Name string `xml:"name,omitempty" json:"name,omitempty"`
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export GOMODCACHE=$folder/modules GOFLAGS=-modcacherw
cd "$folder"
printf 'module finding\n\ngo 1.22\n\nrequire github.com/hooklift/gowsdl v0.5.0\n' >go.mod
cat >go.sum <<'SUM'
github.com/davecgh/go-spew v1.1.0/go.mod h1:J7Y8YcW2NihsgmVo/mv3lAwl/skON4iLHjSsI+c5H38=
github.com/hooklift/gowsdl v0.5.0 h1:DE8RevqhGPLchumV/V7OwbCzfJ8lcozFg1uWC/ESCBQ=
github.com/hooklift/gowsdl v0.5.0/go.mod h1:9kRc402w9Ci/Mek5a1DNgTmU14yPY8fMumxNVvxhis4=
github.com/pmezard/go-difflib v1.0.0/go.mod h1:iKH77koFhYxTK1pcRnkKkqfTogsbg7gZNVY4sRDYZ/4=
github.com/stretchr/objx v0.1.0/go.mod h1:HFkY916IF+rwdDfMAkV7OtwuqBVzrE8GR6GFx+wExME=
github.com/stretchr/testify v1.6.1/go.mod h1:6Fq8oRcR53rry900zMqJjRRixrwX3KX962/h/Wwjteg=
gopkg.in/check.v1 v0.0.0-20161208181325-20d25e280405/go.mod h1:Co6ibVJAznAaIkqp8huTwlJQCZ016jof/cbN4VW5Yz0=
gopkg.in/yaml.v3 v3.0.0-20200313102051-9f266ea9e77c/go.mod h1:K4uyk7z7BCEPqu6E+C64Yfv1cQ7kz7rIZviUmN+EgEM=
SUM
go build -o bin/gowsdl github.com/hooklift/gowsdl/cmd/gowsdl
cat >contract.wsdl <<'WSDL'
<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t">
  <w:types><xs:schema targetNamespace="urn:t" elementFormDefault="qualified">
    <xs:element name="get"><xs:complexType><xs:sequence>
      <xs:element name="name" type="xs:string"/>
      <xs:sequence><xs:element name="city" type="xs:string"/><xs:element name="zip" type="xs:string"/></xs:sequence>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="got"><xs:complexType/></xs:element>
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
bin/gowsdl -p client -o client.go contract.wsdl >/dev/null 2>&1
seen=$(sed -n '/^type Get struct/,/^}/p' client/client.go | grep 'omitempty' | sed 's/^\t//')
expected='Name string `xml:"name,omitempty" json:"name,omitempty"`'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
