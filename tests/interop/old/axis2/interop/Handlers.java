package interop;

import java.io.IOException;
import javax.activation.DataHandler;
import org.apache.axiom.attachments.ByteArrayDataSource;

/** Octets with a media type, as Axiom attaches them. */
final class Handlers {
    private Handlers() {
    }

    static DataHandler of(byte[] octets, String type) {
        return new DataHandler(new ByteArrayDataSource(octets, type));
    }

    static byte[] read(DataHandler handler) throws IOException {
        return handler == null ? null : handler.getInputStream().readAllBytes();
    }
}
