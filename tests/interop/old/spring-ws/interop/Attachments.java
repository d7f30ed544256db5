package interop;

import java.util.Map;
import org.springframework.oxm.jaxb.Jaxb2Marshaller;
import org.springframework.ws.client.core.WebServiceTemplate;
import org.springframework.ws.context.MessageContext;
import org.springframework.ws.server.endpoint.annotation.Endpoint;
import org.springframework.ws.server.endpoint.annotation.PayloadRoot;
import org.springframework.ws.support.MarshallingUtils;

/** A client and a server of documents, with MTOM or without: the server gives back what it gets. */
final class Attachments {
    private Attachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        WebServiceTemplate template = Marshalling.template(settings, Document.class, settings.containsKey("MTOM"));
        Document document = new Document();
        document.name = "a";
        document.data = Octets.random();
        Object answer = template.marshalSendAndReceive(Marshalling.element(Document.NAMESPACE, "store", document));
        Octets.same(((Document) answer).data, document.data);
        return "";
    }

    static String serve(Map<String, String> settings) throws Exception {
        return Dispatcher.serve(settings, new Server(Marshalling.of(Document.class, settings.containsKey("MTOM"))));
    }

    @Endpoint
    public static final class Server {
        private final Jaxb2Marshaller marshaller;

        Server(Jaxb2Marshaller marshaller) {
            this.marshaller = marshaller;
        }

        @PayloadRoot(namespace = Document.NAMESPACE, localPart = "store")
        public void store(MessageContext context) throws Exception {
            Object document = MarshallingUtils.unmarshal(marshaller, context.getRequest());
            MarshallingUtils.marshal(marshaller, Marshalling.element(Document.NAMESPACE, "stored", document), context.getResponse());
        }
    }
}
