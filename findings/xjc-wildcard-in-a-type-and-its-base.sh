#!/usr/bin/env bash
# XJC of jaxb-xjc 4.0.5 makes no code of a valid schema in which a type and the type that it extends have a wildcard each: both become a
# property `any`. A derived type may have one (XML Schema Part 1, 3.4.2: the content is the base's, then its own).
# Needs Java 11, Maven and its central repository. Seen:
#   [ERROR] Property "Any" is already defined.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.glassfish.jaxb</groupId><artifactId>jaxb-xjc</artifactId><version>4.0.5</version></dependency>
  </dependencies>
</project>
POM
cat >"$folder/schema.xsd" <<'XSD'
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:complexType name="base"><xs:sequence>
    <xs:element name="a" type="xs:string"/><xs:any namespace="##other" processContents="lax" minOccurs="0"/>
  </xs:sequence></xs:complexType>
  <xs:complexType name="derived"><xs:complexContent><xs:extension base="t:base"><xs:sequence>
    <xs:element name="b" type="xs:string"/><xs:any namespace="##other" processContents="lax" minOccurs="0"/>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="root" type="t:derived"/>
</xs:schema>
XSD
mvn -q -B -f "$folder/pom.xml" -Dmaven.repo.local="$folder/repository" -Dmdep.outputFile="$folder/classpath" \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
mkdir "$folder/out"
seen=$(java -cp "$(cat "$folder/classpath")" com.sun.tools.xjc.XJCFacade -d "$folder/out" "$folder/schema.xsd" 2>&1 | grep '^\[ERROR\]' | head -1 | sed 's/ Use .*//' || true)
expected='[ERROR] Property "Any" is already defined.'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
