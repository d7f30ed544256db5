package interop;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.w3c.dom.Element;

/** Takes the UsernameToken of the settings, each nonce once. */
final class Verifier {
    private final Map<String, String> settings;
    private final Set<String> nonces = new HashSet<>();

    Verifier(Map<String, String> settings) {
        this.settings = settings;
    }

    boolean accepts(Element security) throws Exception {
        Element token = security == null ? null : Security.child(security, "UsernameToken");
        Element password = token == null ? null : Security.child(token, "Password");
        if (password == null || settings.containsKey("TIMESTAMP") && !isCurrent(Security.child(security, "Timestamp"))) {
            return false;
        }
        String nonce = Security.text(token, "Nonce");
        boolean digest = settings.get("MODE").equals("digest");
        String secret = digest ? digested(nonce, Security.text(token, "Created")) : settings.get("SOAP_PASSWORD");
        return password.getAttribute("Type").endsWith(digest ? "#PasswordDigest" : "#PasswordText")
                && settings.get("SOAP_USER").equals(Security.text(token, "Username"))
                && password.getTextContent().equals(secret)
                && (nonce == null || isNew(nonce));
    }

    private synchronized boolean isNew(String nonce) {
        return nonces.add(nonce);
    }

    private String digested(String nonce, String created) throws Exception {
        if (nonce == null || created == null
                || Duration.between(Instant.parse(created), Instant.now()).abs().toMinutes() >= 5) {
            return null;
        }
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
        sha1.update(Base64.getDecoder().decode(nonce));
        sha1.update(created.getBytes(StandardCharsets.UTF_8));
        byte[] digest = sha1.digest(settings.get("SOAP_PASSWORD").getBytes(StandardCharsets.UTF_8));
        return Base64.getEncoder().encodeToString(digest);
    }

    private static boolean isCurrent(Element timestamp) {
        String expires = timestamp == null ? null : Security.text(timestamp, "Expires");
        return expires != null && Instant.parse(expires).isAfter(Instant.now());
    }
}
