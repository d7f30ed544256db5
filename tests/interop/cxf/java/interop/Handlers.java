package interop;

import jakarta.activation.DataHandler;
import jakarta.activation.DataSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Octets with a media type, as JAXB and SAAJ attach them. */
final class Handlers {
    private Handlers() {
    }

    static DataHandler of(byte[] octets, String type) {
        return new DataHandler(new DataSource() {
            @Override
            public InputStream getInputStream() {
                return new ByteArrayInputStream(octets);
            }

            @Override
            public OutputStream getOutputStream() throws IOException {
                throw new IOException("only to be read");
            }

            @Override
            public String getContentType() {
                return type;
            }

            @Override
            public String getName() {
                return "octets";
            }
        });
    }

    static byte[] read(DataHandler handler) throws IOException {
        return handler == null ? null : handler.getInputStream().readAllBytes();
    }
}
