package interop;

import interop.Programs.NotSo;
import java.util.Arrays;
import java.util.Random;

/** What clients of any stack attach, and whether it comes back. */
final class Octets {
    private static final int LENGTH = 50_000;

    private Octets() {
    }

    static byte[] random() {
        byte[] octets = new byte[LENGTH];
        new Random(1).nextBytes(octets);
        return octets;
    }

    static void same(byte[] seen, byte[] sent) throws NotSo {
        if (!Arrays.equals(seen, sent)) {
            throw new NotSo("the octets are those that were sent", seen == null ? null : seen.length);
        }
    }
}
