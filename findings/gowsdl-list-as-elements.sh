#!/usr/bin/env bash
# gowsdl 0.5.0 makes a slice of an xs:list, which encoding/xml writes as an element for each item. The contract has one element whose text is
# all items (XML Schema Part 2, 2.5.1.2): <sizes>1 2 3</sizes>.
# Needs Go and a proxy of modules. Seen:
#   <get xmlns="urn:t"><sizes>1</sizes><sizes>2</sizes><sizes>3</sizes></get> <nil>
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
      <xs:element name="sizes"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element>
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
cat >main.go <<'GO'
package main

import (
	"encoding/xml"
	"fmt"

	"finding/client"
)

func main() {
	written, err := xml.Marshal(client.Get{Sizes: []int32{1, 2, 3}})
	fmt.Println(string(written), err)
}
GO
seen=$(go run .)
expected='<get xmlns="urn:t"><sizes>1</sizes><sizes>2</sizes><sizes>3</sizes></get> <nil>'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
