package interop;

import interop.Programs.NotSo;
import java.net.URL;
import java.util.Map;
import java.util.UUID;
import javax.activation.DataHandler;
import javax.xml.namespace.QName;
import org.apache.axiom.om.OMAbstractFactory;
import org.apache.axiom.om.OMElement;
import org.apache.axiom.soap.SOAPEnvelope;
import org.apache.axis2.AxisFault;
import org.apache.axis2.Constants;
import org.apache.axis2.addressing.EndpointReference;
import org.apache.axis2.client.OperationClient;
import org.apache.axis2.client.Options;
import org.apache.axis2.client.ServiceClient;
import org.apache.axis2.context.ConfigurationContext;
import org.apache.axis2.context.ConfigurationContextFactory;
import org.apache.axis2.context.MessageContext;
import org.apache.axis2.description.AxisService;
import org.apache.axis2.receivers.AbstractInOutMessageReceiver;
import org.apache.axis2.wsdl.WSDLConstants;

/**
 * A client and a server of parts beside the envelope and references to parts. The code that Axis2 makes of a contract knows neither: the program
 * attaches the parts, under the names of the Attachments Profile. The server gives back what it gets.
 */
final class BoundAttachments {
    private static final byte[] SCAN = {1, 2, 3};

    private BoundAttachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        ConfigurationContext context = ConfigurationContextFactory.createConfigurationContextFromFileSystem(null, null);
        ServiceClient client = new ServiceClient(context, null);
        Options options = new Options();
        options.setTo(new EndpointReference(Addresses.of(new URL(settings.get("WSDL_URL")))));
        options.setAction("urn:" + settings.get("OPERATION"));
        options.setTimeOutInMilliSeconds(15000);
        options.setProperty(Constants.Configuration.ENABLE_SWA, Constants.VALUE_TRUE);
        client.setOptions(options);
        try {
            if (settings.get("OPERATION").equals("keep")) {
                keep(client);
            } else {
                refer(client);
            }
        } finally {
            client.cleanupTransport();
            context.terminate();
        }
        return "";
    }

    private static void keep(ServiceClient client) throws Exception {
        byte[] octets = Octets.random();
        MessageContext message = new MessageContext();
        element(message, "keep").setText("a");
        message.addAttachment(name("photo"), Handlers.of(octets, "application/octet-stream"));
        message.addAttachment(name("scan"), Handlers.of(SCAN, "image/png"));
        MessageContext answer = sent(client, message);
        Octets.same(Handlers.read(part(answer, "photo")), octets);
        DataHandler scan = part(answer, "scan");
        Octets.same(Handlers.read(scan), SCAN);
        if (!scan.getContentType().equals("image/png")) {
            throw new NotSo("the media type is the one that was sent", scan.getContentType());
        }
    }

    private static void refer(ServiceClient client) throws Exception {
        byte[] octets = Octets.random();
        MessageContext message = new MessageContext();
        refer(element(message, "refer"), message, Handlers.of(octets, "image/png"));
        MessageContext answer = sent(client, message);
        Octets.same(Handlers.read(referred(answer)), octets);
    }

    private static MessageContext sent(ServiceClient client, MessageContext message) throws AxisFault {
        OperationClient operation = client.createClient(ServiceClient.ANON_OUT_IN_OP);
        operation.addMessageContext(message);
        operation.execute(true);
        return operation.getMessageContext(WSDLConstants.MESSAGE_LABEL_IN_VALUE);
    }

    /** The element in the body of a new envelope. */
    private static OMElement element(MessageContext message, String name) throws AxisFault {
        SOAPEnvelope envelope = OMAbstractFactory.getSOAP11Factory().getDefaultEnvelope();
        message.setEnvelope(envelope);
        OMElement element = envelope.getOMFactory().createOMElement(new QName("urn:bound", name));
        envelope.getBody().addChild(element);
        return element;
    }

    private static void refer(OMElement element, MessageContext message, DataHandler document) {
        String name = UUID.randomUUID() + "@example.com";
        element.getOMFactory().createOMElement(new QName("urn:bound", "name"), element).setText("a");
        element.getOMFactory().createOMElement(new QName("urn:bound", "document"), element).setText("cid:" + name);
        message.addAttachment(name, document);
    }

    private static DataHandler referred(MessageContext message) {
        OMElement element = message.getEnvelope().getBody().getFirstElement();
        String reference = element.getFirstChildWithName(new QName("urn:bound", "document")).getText();
        return message.getAttachment(reference.substring("cid:".length()));
    }

    private static String name(String part) {
        return part + "=" + UUID.randomUUID() + "@example.com";
    }

    private static DataHandler part(MessageContext message, String name) {
        for (String id : message.getAttachmentMap().getAllContentIDs()) {
            if (id.startsWith(name + "=")) {
                return message.getAttachment(id);
            }
        }
        throw new IllegalStateException("no part " + name);
    }

    static String serve(Map<String, String> settings) throws Exception {
        ConfigurationContext context = ConfigurationContextFactory.createConfigurationContextFromFileSystem(null, null);
        AxisService service = Services.of("Bound", Server.class);
        for (String operation : new String[] {"keep", "refer"}) {
            Services.add(service, new QName("urn:bound", operation), new Server());
        }
        service.addParameter(Constants.Configuration.ENABLE_SWA, Constants.VALUE_TRUE);
        return Services.start(context, service);
    }

    public static final class Server extends AbstractInOutMessageReceiver {
        @Override
        public void invokeBusinessLogic(MessageContext message, MessageContext answer) throws AxisFault {
            if (message.getEnvelope().getBody().getFirstElementLocalName().equals("refer")) {
                refer(element(answer, "referred"), answer, referred(message));
                return;
            }
            element(answer, "keep").setText("kept");
            for (String part : new String[] {"photo", "scan"}) {
                answer.addAttachment(name(part), part(message, part));
            }
        }
    }
}
