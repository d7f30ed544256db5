package interop;

import java.io.IOException;
import java.util.Map;

/** The programs of CXF: those of another contract too, with attachments. */
public final class Cxf {
    private Cxf() {
    }

    public static void main(String[] arguments) throws IOException {
        Programs.start(Map.of(
                "/call-attachments", Attachments::call, "/serve-attachments", Attachments::serve,
                "/call-bound", BoundAttachments::call, "/serve-bound", BoundAttachments::serve));
    }
}
