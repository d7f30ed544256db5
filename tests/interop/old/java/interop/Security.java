package interop;

import java.io.File;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** A Security header with a UsernameToken, for stacks that leave it to the program; and the request of the settings. */
final class Security {
    private static final String WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-";

    private Security() {
    }

    static Element header(Map<String, String> settings) throws Exception {
        byte[] nonce = new byte[16];
        new SecureRandom().nextBytes(nonce);
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        boolean digest = settings.get("MODE").equals("digest");
        String secret = digest ? digested(nonce, now.toString(), settings.get("SOAP_PASSWORD")) : settings.get("SOAP_PASSWORD");
        String fresh = "<wsse:Nonce EncodingType='" + WSS + "soap-message-security-1.0#Base64Binary'>"
                + Base64.getEncoder().encodeToString(nonce) + "</wsse:Nonce><wsu:Created>" + now + "</wsu:Created>";
        String stamp = "<wsu:Timestamp><wsu:Created>" + now + "</wsu:Created><wsu:Expires>" + now.plusSeconds(300)
                + "</wsu:Expires></wsu:Timestamp>";
        String xml = "<wsse:Security xmlns:wsse='" + WSS + "wssecurity-secext-1.0.xsd' xmlns:wsu='" + WSS
                + "wssecurity-utility-1.0.xsd'>" + (settings.containsKey("TIMESTAMP") ? stamp : "")
                + "<wsse:UsernameToken><wsse:Username>" + escaped(settings.get("SOAP_USER")) + "</wsse:Username>"
                + "<wsse:Password Type='" + WSS + "username-token-profile-1.0#" + (digest ? "PasswordDigest" : "PasswordText")
                + "'>" + escaped(secret) + "</wsse:Password>"
                + (digest || settings.containsKey("NONCE") ? fresh : "") + "</wsse:UsernameToken></wsse:Security>";
        return root(new InputSource(new StringReader(xml)));
    }

    private static String digested(byte[] nonce, String created, String password) throws Exception {
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(nonce);
        sha1.update(created.getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(sha1.digest(password.getBytes(StandardCharsets.UTF_8)));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    static Element request(Map<String, String> settings) throws Exception {
        return root(new InputSource(new File(settings.get("SAMPLE_XML")).toURI().toString()));
    }

    static Element root(InputSource source) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(source).getDocumentElement();
    }

    /** The text of a child, or nothing. */
    static String text(Element parent, String name) {
        Element child = child(parent, name);
        return child == null ? null : child.getTextContent();
    }

    static Element child(Element parent, String name) {
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element && name.equals(node.getLocalName())) {
                return (Element) node;
            }
        }
        return null;
    }
}
