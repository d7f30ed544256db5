package interop;

import interop.Programs.NotSo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;

/** What a client of any stack got, and whether it is what was expected. What the settings mean is told in ../../../README.md. */
final class Answer {
    static final String WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";

    private final int status;
    private final long requestId;
    private final String clientStatus;
    private final List<String[]> warnings = new ArrayList<>();
    private final List<String[]> errors = new ArrayList<>();

    Answer(int status, long requestId, String clientStatus) {
        this.status = status;
        this.requestId = requestId;
        this.clientStatus = clientStatus;
    }

    void warning(String code, String message) {
        warnings.add(new String[] {code, message});
    }

    void error(String code, String message) {
        errors.add(new String[] {code, message});
    }

    String check(Map<String, String> settings) throws NotSo {
        switch (settings.getOrDefault("EXPECT", "success")) {
            case "success": checkSuccess(settings); break;
            case "business-failure": checkFailure(settings); break;
            default: throw new NotSo("a wsse fault was expected", status);
        }
        return "";
    }

    private void checkSuccess(Map<String, String> settings) throws NotSo {
        need(status == 1, "status is 1", status);
        checkRequestId(settings);
        need("ACTIVE".equals(clientStatus), "clientStatus is ACTIVE", clientStatus);
        need(errors.isEmpty(), "no errors", errors.size());
        String echo = settings.get("EXPECT_ECHO");
        boolean echoed = warnings.size() == 1 && warnings.get(0)[1].equals(echo);
        need(echo == null || echoed, "the last name comes back", warnings.isEmpty() ? "nothing" : warnings.get(0)[1]);
    }

    private void checkFailure(Map<String, String> settings) throws NotSo {
        need(status == 0, "status is 0", status);
        checkRequestId(settings);
        need(clientStatus == null, "no clientStatus", clientStatus);
        int least = Integer.parseInt(settings.getOrDefault("EXPECT_ERRORS", "1"));
        need(errors.size() >= least, "errors are listed", errors.size());
        for (String[] error : errors) {
            need(error[0] != null && error[1] != null, "each error has code and message", error[0]);
        }
    }

    private void checkRequestId(Map<String, String> settings) throws NotSo {
        String id = Long.toString(requestId);
        need(id.length() == 13, "requestId has 13 digits", id);
        need(id.equals(settings.getOrDefault("EXPECT_REQUEST_ID", id)), "requestId is exact", id);
    }

    /** The faultcode of SOAP 1.1, or the innermost Subcode of SOAP 1.2. */
    static String checkFault(Map<String, String> settings, QName code, String message) throws NotSo {
        String expected = settings.getOrDefault("EXPECT", "success");
        need(expected.equals("auth-fault"), expected + " was expected", code + ": " + message);
        need(code != null && WSSE.equals(code.getNamespaceURI()), "the fault code is in the wsse namespace", code);
        List<String> known = List.of("FailedAuthentication", "InvalidSecurityToken");
        need(known.contains(code.getLocalPart()), "the code says failed authentication", code.getLocalPart());
        return "";
    }

    private static void need(boolean condition, String what, Object seen) throws NotSo {
        if (!condition) {
            throw new NotSo(what, seen);
        }
    }
}
