package interop;

import jakarta.jws.WebService;
import jakarta.xml.ws.Service;
import jakarta.xml.ws.WebServiceFeature;
import jakarta.xml.ws.soap.MTOMFeature;
import java.io.Closeable;
import java.net.URL;
import java.util.Map;
import javax.xml.namespace.QName;

/** A client and a server of documents, with MTOM or without, for stacks with JAX-WS: the server gives back what it gets. */
final class Attachments {
    private Attachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        Service service = Service.create(new URL(settings.get("WSDL_URL")), new QName(Document.NAMESPACE, "S"));
        Documents port = service.getPort(new QName(Document.NAMESPACE, "P"), Documents.class, features(settings));
        Document document = new Document();
        document.name = "a";
        document.data = Octets.random();
        try (Closeable closed = (Closeable) port) {
            Octets.same(port.store(document).data, document.data);
        }
        return "";
    }

    /** What a client says of MTOM, unless that is left to the policy of its contract. */
    private static WebServiceFeature[] features(Map<String, String> settings) {
        MTOMFeature mtom = new MTOMFeature(settings.containsKey("MTOM"), 0);
        return settings.containsKey("POLICY") ? new WebServiceFeature[0] : new WebServiceFeature[] {mtom};
    }

    static String serve(Map<String, String> settings) throws Exception {
        return Endpoints.publish(new Server(), new QName(Document.NAMESPACE, "S"), new QName(Document.NAMESPACE, "P"), settings);
    }

    @WebService(endpointInterface = "interop.Documents", targetNamespace = Document.NAMESPACE, serviceName = "S", portName = "P")
    public static final class Server implements Documents {
        @Override
        public Document store(Document document) {
            return document;
        }
    }
}
