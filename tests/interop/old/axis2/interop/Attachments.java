package interop;

import documents.Document;
import documents.SMessageReceiverInOut;
import documents.SSkeleton;
import documents.SStub;
import documents.Store;
import documents.Stored;
import java.net.URL;
import java.util.Map;
import javax.xml.namespace.QName;
import org.apache.axiom.soap.SOAP12Constants;
import org.apache.axis2.Constants;
import org.apache.axis2.client.Options;
import org.apache.axis2.context.ConfigurationContext;
import org.apache.axis2.context.ConfigurationContextFactory;
import org.apache.axis2.description.AxisService;

/** A client and a server of documents, with MTOM or without: the server gives back what it gets. */
final class Attachments {
    private Attachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        ConfigurationContext context = ConfigurationContextFactory.createConfigurationContextFromFileSystem(null, null);
        SStub stub = new SStub(context, Addresses.of(new URL(settings.get("WSDL_URL"))));
        Options options = stub._getServiceClient().getOptions();
        options.setTimeOutInMilliSeconds(15000);
        options.setProperty(Constants.Configuration.ENABLE_MTOM, Boolean.toString(settings.containsKey("MTOM")));
        // The stub is made of a contract of SOAP 1.1.
        if (settings.get("SOAP_VERSION").equals("1.2")) {
            options.setSoapVersionURI(SOAP12Constants.SOAP_ENVELOPE_NAMESPACE_URI);
        }
        byte[] octets = Octets.random();
        Document document = new Document();
        document.setName("a");
        document.setData(Handlers.of(octets, "application/octet-stream"));
        Store store = new Store();
        store.setStore(document);
        try {
            Octets.same(Handlers.read(stub.store(store).getStored().getData()), octets);
        } finally {
            stub.cleanup();
            context.terminate();
        }
        return "";
    }

    static String serve(Map<String, String> settings) throws Exception {
        ConfigurationContext context = ConfigurationContextFactory.createConfigurationContextFromFileSystem(null, null);
        AxisService service = Services.of("Documents", Server.class);
        Services.add(service, new QName("urn:documents", "store"), new SMessageReceiverInOut());
        service.addParameter(Constants.Configuration.ENABLE_MTOM, Boolean.toString(settings.containsKey("MTOM")));
        return Services.start(context, service);
    }

    public static final class Server extends SSkeleton {
        @Override
        public Stored store(Store store) {
            Stored stored = new Stored();
            stored.setStored(store.getStore());
            return stored;
        }
    }
}
