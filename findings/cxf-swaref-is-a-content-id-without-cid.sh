#!/usr/bin/env bash
# Apache CXF 4.0.5 writes a reference to an attachment (`@XmlAttachmentRef`, of the type ref:swaRef) as the bare Content-ID of the part. The WS-I Attachments
# Profile 1.0 has a URI of the scheme cid (RFC 2392) there, as CXF itself writes into the `href` of an xop:Include: so a reader that looks for a
# URI finds none, and one that takes what it finds for a relative URI looks elsewhere.
# Needs Java 17, Maven and its central repository. Seen:
#   swaRef: the Content-ID of the part
#   xop:Include: cid: and the Content-ID of the part
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/pom.xml" <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.cxf</groupId><artifactId>cxf-rt-databinding-jaxb</artifactId><version>4.0.5</version></dependency>
  </dependencies>
</project>
POM
cat >"$folder/Finding.java" <<'JAVA'
import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.Marshaller;
import jakarta.xml.bind.annotation.*;
import java.io.*;
import java.net.URLDecoder;
import java.util.*;
import java.util.regex.*;
import org.apache.cxf.jaxb.attachment.JAXBAttachmentMarshaller;
import org.apache.cxf.message.Attachment;

public class Finding {
    @XmlRootElement
    @XmlAccessorType(XmlAccessType.FIELD)
    public static class Document {
        @XmlAttachmentRef
        public DataHandler referred;
        public DataHandler optimized;
    }

    public static void main(String[] arguments) throws Exception {
        Document document = new Document();
        document.referred = handler();
        Document other = new Document();
        other.optimized = handler();
        System.out.println("swaRef: " + told(document, "<referred>([^<]*)</referred>"));
        System.out.println("xop:Include: " + told(other, "href=\"([^\"]*)\""));
    }

    private static String told(Document document, String pattern) throws Exception {
        List<Attachment> parts = new ArrayList<>();
        Marshaller marshaller = JAXBContext.newInstance(Document.class).createMarshaller();
        marshaller.setAttachmentMarshaller(new JAXBAttachmentMarshaller(parts, null));
        StringWriter written = new StringWriter();
        marshaller.marshal(document, written);
        Matcher found = Pattern.compile(pattern).matcher(written.toString());
        if (!found.find() || parts.size() != 1) {
            throw new IllegalStateException(parts.size() + " parts: " + written);
        }
        String text = URLDecoder.decode(found.group(1), "UTF-8");
        String id = URLDecoder.decode(parts.get(0).getId(), "UTF-8");
        return text.equals(id) ? "the Content-ID of the part" : text.equals("cid:" + id) ? "cid: and the Content-ID of the part" : text + ", not " + id;
    }

    private static DataHandler handler() {
        return new DataHandler(new DataSource() {
            public InputStream getInputStream() { return new ByteArrayInputStream(new byte[] {1, 2, 3}); }
            public OutputStream getOutputStream() { throw new UnsupportedOperationException(); }
            public String getContentType() { return "application/octet-stream"; }
            public String getName() { return "a"; }
        });
    }
}
JAVA
mvn -q -B -f "$folder/pom.xml" -Dmaven.repo.local="$folder/repository" -Dmdep.outputFile="$folder/classpath" \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
seen=$(java -cp "$(cat "$folder/classpath")" "$folder/Finding.java" 2>"$folder/err") || { cat "$folder/err"; exit 1; }
expected=$'swaRef: the Content-ID of the part\nxop:Include: cid: and the Content-ID of the part'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
