#!/usr/bin/env bash
# Spring-WS 4.0.11 with Jaxb2Marshaller (spring-oxm 6.0.16, JAXB 4.0.1) reads a message by MTOM also where `mtomEnabled` is not set, which is the default, and
# finds no octets in it: the element with the xop:Include becomes an array of no bytes, and nothing is thrown or logged. Whether a server answers
# by MTOM is often its own choice, so a client that sends texts loses what it is answered with.
# Needs Java 17, Maven and its central repository. Seen:
#   without mtomEnabled: 0 octets
#   with mtomEnabled: 3 octets
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.springframework.ws</groupId><artifactId>spring-ws-core</artifactId><version>4.0.11</version></dependency>
    <dependency><groupId>org.glassfish.jaxb</groupId><artifactId>jaxb-runtime</artifactId><version>4.0.1</version></dependency>
    <dependency><groupId>com.sun.xml.messaging.saaj</groupId><artifactId>saaj-impl</artifactId><version>3.0.4</version></dependency>
  </dependencies>
</project>
POM
cat >"$folder/Finding.java" <<'JAVA'
import jakarta.xml.bind.annotation.*;
import jakarta.xml.soap.*;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.springframework.oxm.jaxb.Jaxb2Marshaller;
import org.springframework.ws.soap.saaj.SaajSoapMessage;
import org.springframework.ws.support.MarshallingUtils;

public class Finding {
    @XmlRootElement
    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Document {
        public byte[] data;
    }

    static final String TYPE = "multipart/related; boundary=b; type=\"application/xop+xml\"; start=\"<root@example.com>\"; start-info=\"text/xml\"";
    static final String MESSAGE = "--b\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\nContent-ID: <root@example.com>\r\n\r\n"
        + "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><document><data>"
        + "<x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\"cid:data@example.com\"/></data></document></s:Body></s:Envelope>"
        + "\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <data@example.com>\r\n\r\nabc\r\n--b--\r\n";

    public static void main(String[] arguments) throws Exception {
        System.out.println("without mtomEnabled: " + read(new Jaxb2Marshaller()) + " octets");
        Jaxb2Marshaller enabled = new Jaxb2Marshaller();
        enabled.setMtomEnabled(true);
        System.out.println("with mtomEnabled: " + read(enabled) + " octets");
    }

    private static int read(Jaxb2Marshaller marshaller) throws Exception {
        marshaller.setClassesToBeBound(Document.class);
        marshaller.afterPropertiesSet();
        MimeHeaders headers = new MimeHeaders();
        headers.addHeader("Content-Type", TYPE);
        ByteArrayInputStream body = new ByteArrayInputStream(MESSAGE.getBytes(StandardCharsets.US_ASCII));
        SOAPMessage message = MessageFactory.newInstance(SOAPConstants.SOAP_1_1_PROTOCOL).createMessage(headers, body);
        return ((Document) MarshallingUtils.unmarshal(marshaller, new SaajSoapMessage(message))).data.length;
    }
}
JAVA
mvn -q -B -f "$folder/pom.xml" -Dmaven.repo.local="$folder/repository" -Dmdep.outputFile="$folder/classpath" \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
seen=$(java -cp "$(cat "$folder/classpath")" "$folder/Finding.java" 2>"$folder/err") || { cat "$folder/err"; exit 1; }
expected=$'without mtomEnabled: 0 octets\nwith mtomEnabled: 3 octets'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
