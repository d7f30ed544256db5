package interop;

import com.bancbox.schema.Address;
import com.bancbox.schema.BBXPortBindingStub;
import com.bancbox.schema.Id;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import java.net.URL;
import java.text.SimpleDateFormat;
import java.util.Map;
import org.apache.axis.AxisFault;
import org.apache.axis.message.SOAPHeaderElement;
import org.w3c.dom.Element;

/** One updateClient call through the stub that Axis 1.4 makes of the contract. */
final class Client {
    private Client() {
    }

    static String call(Map<String, String> settings) throws Exception {
        // Axis reads no service out of a WSDL when it runs: the address is all that a program needs of it.
        URL wsdl = new URL(settings.get("WSDL_URL"));
        BBXPortBindingStub port = new BBXPortBindingStub(new URL(Addresses.of(wsdl)), null);
        port.setTimeout(15000);
        SOAPHeaderElement security = new SOAPHeaderElement(Security.header(settings));
        security.setMustUnderstand(true);
        // Axis sends a header to the next node unless it is told that it is for nobody in particular.
        security.setActor(null);
        port.setHeader(security);
        try {
            return answer(port.updateClient(request(settings))).check(settings);
        } catch (AxisFault fault) {
            return Answer.checkFault(settings, fault.getFaultCode(), fault.getFaultString());
        }
    }

    private static UpdateClientRequest request(Map<String, String> settings) throws Exception {
        Element given = Security.request(settings);
        UpdateClientRequest request = new UpdateClientRequest();
        request.setSubscriberId(Long.parseLong(Security.text(given, "subscriberId")));
        request.setClientId(id(Security.child(given, "clientId")));
        request.setFirstName(Security.text(given, "firstName"));
        request.setLastName(Security.text(given, "lastName"));
        request.setMiddleInitial(Security.text(given, "middleInitial"));
        request.setSsn(Security.text(given, "ssn"));
        request.setDob(date(Security.text(given, "dob")));
        request.setHomePhone(Security.text(given, "homePhone"));
        request.setMobilePhone(Security.text(given, "mobilePhone"));
        request.setWorkPhone(Security.text(given, "workPhone"));
        request.setEmail(Security.text(given, "email"));
        request.setUsername(Security.text(given, "username"));
        request.setAddress(address(Security.child(given, "address")));
        return request;
    }

    private static java.util.Date date(String text) throws Exception {
        return text == null ? null : new SimpleDateFormat("yyyy-MM-dd").parse(text);
    }

    private static Id id(Element given) {
        Id id = new Id();
        String number = Security.text(given, "bancBoxId");
        id.setBancBoxId(number == null ? null : Long.valueOf(number));
        id.setSubscriberReferenceId(Security.text(given, "subscriberReferenceId"));
        return id;
    }

    private static Address address(Element given) {
        if (given == null) {
            return null;
        }
        Address address = new Address();
        address.setLine1(Security.text(given, "line1"));
        address.setLine2(Security.text(given, "line2"));
        address.setCity(Security.text(given, "city"));
        address.setState(Security.text(given, "state"));
        address.setZipcode(Security.text(given, "zipcode"));
        return address;
    }

    private static Answer answer(UpdateClientResponse given) {
        Answer answer = new Answer(given.getStatus(), given.getRequestId(), given.getClientStatus());
        for (Notice warning : listed(given.getWarnings())) {
            answer.warning(warning.getCode(), warning.getMessage());
        }
        for (Notice error : listed(given.getErrors())) {
            answer.error(error.getCode(), error.getMessage());
        }
        return answer;
    }

    private static Notice[] listed(Notice[] notices) {
        return notices == null ? new Notice[0] : notices;
    }
}
