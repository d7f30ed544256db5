package interop;

import java.io.IOException;
import java.util.Map;

/** The programs of a stack of Java that has those of two other contracts, with attachments, too. */
public final class WithAttachments {
    private WithAttachments() {
    }

    public static void main(String[] arguments) throws IOException {
        Programs.start(Map.of(
                "/call-attachments", Attachments::call, "/serve-attachments", Attachments::serve,
                "/call-bound", BoundAttachments::call, "/serve-bound", BoundAttachments::serve));
    }
}
