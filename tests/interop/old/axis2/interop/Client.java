package interop;

import com.bancbox.schema.BBXPortServiceStub;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClient;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URL;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamReader;
import org.apache.axiom.om.OMXMLBuilderFactory;
import org.apache.axiom.soap.SOAP12Constants;
import org.apache.axis2.AxisFault;
import org.apache.axis2.client.Options;
import org.apache.axis2.client.ServiceClient;
import org.apache.axis2.context.ConfigurationContext;
import org.apache.axis2.context.ConfigurationContextFactory;

/** One updateClient call through the stub that Axis2 makes of the contract; the Security header is left to the program. */
final class Client {
    private Client() {
    }

    static String call(Map<String, String> settings) throws Exception {
        ConfigurationContext context = ConfigurationContextFactory.createConfigurationContextFromFileSystem(null, null);
        BBXPortServiceStub stub = new BBXPortServiceStub(context, Addresses.of(new URL(settings.get("WSDL_URL"))));
        ServiceClient client = stub._getServiceClient();
        client.getOptions().setTimeOutInMilliSeconds(15000);
        // The stub is made of a contract of SOAP 1.1.
        if (settings.get("SOAP_VERSION").equals("1.2")) {
            client.getOptions().setSoapVersionURI(SOAP12Constants.SOAP_ENVELOPE_NAMESPACE_URI);
        }
        if (settings.containsKey("ADDRESSING")) {
            client.engageModule("addressing");
            client.setOverrideOptions(new WithAction(settings.get("ACTION")));
        }
        client.addHeader(OMXMLBuilderFactory.createOMBuilder(Security.header(settings), false).getDocumentElement());
        try {
            return answer(stub.updateClient(request(settings)).get_return()).check(settings);
        } catch (AxisFault fault) {
            return Answer.checkFault(settings, code(fault), fault.getMessage());
        } finally {
            stub.cleanup();
            context.terminate();
        }
    }

    /** The action of the contract that is served: the one of which the stub is made has no soapAction, and another Action of its own. */
    private static final class WithAction extends Options {
        WithAction(String action) {
            super.setAction(action);
        }

        @Override
        public void setAction(String ofStub) {
        }
    }

    /** SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode. */
    private static QName code(AxisFault fault) {
        List<QName> more = fault.getFaultSubCodes();
        return more == null || more.isEmpty() ? fault.getFaultCode() : more.get(more.size() - 1);
    }

    private static UpdateClient request(Map<String, String> settings) throws Exception {
        UpdateClient wrapper = new UpdateClient();
        try (InputStream file = new FileInputStream(settings.get("SAMPLE_XML"))) {
            XMLStreamReader reader = XMLInputFactory.newInstance().createXMLStreamReader(file);
            reader.nextTag();
            wrapper.setUpdateClientRequest(UpdateClientRequest.Factory.parse(reader));
        }
        return wrapper;
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
