package interop;

import interop.Programs.NotSo;
import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import javax.xml.transform.TransformerException;
import org.springframework.oxm.jaxb.Jaxb2Marshaller;
import org.springframework.ws.WebServiceMessage;
import org.springframework.ws.client.core.WebServiceTemplate;
import org.springframework.ws.context.MessageContext;
import org.springframework.ws.mime.Attachment;
import org.springframework.ws.mime.MimeMessage;
import org.springframework.ws.server.endpoint.annotation.Endpoint;
import org.springframework.ws.server.endpoint.annotation.PayloadRoot;
import org.springframework.ws.support.MarshallingUtils;
import org.springframework.xml.transform.StringSource;
import org.springframework.xml.transform.TransformerHelper;

/**
 * A client and a server of parts beside the envelope and references to parts. Spring-WS reads no bindings: the program attaches the parts, under
 * the names of the Attachments Profile. The server gives back what it gets.
 */
final class BoundAttachments {
    private static final String KEEP = "<keep xmlns=\"urn:bound\">%s</keep>";
    private static final byte[] SCAN = {1, 2, 3};

    private BoundAttachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        WebServiceTemplate template = Marshalling.template(settings, Referring.class, true);
        if (settings.get("OPERATION").equals("keep")) {
            keep(template);
        } else {
            refer(template);
        }
        return "";
    }

    private static void keep(WebServiceTemplate template) throws Exception {
        byte[] octets = Octets.random();
        Attachment[] parts = template.sendAndReceive(
                message -> {
                    write(message, "a");
                    attach(message, "photo", "application/octet-stream", octets);
                    attach(message, "scan", "image/png", SCAN);
                },
                // They are read as long as the connection is there.
                message -> new Attachment[] {part(message, "photo"), part(message, "scan")});
        Octets.same(read(parts[0]), octets);
        Octets.same(read(parts[1]), SCAN);
        if (!parts[1].getContentType().equals("image/png")) {
            throw new NotSo("the media type is the one that was sent", parts[1].getContentType());
        }
    }

    private static void refer(WebServiceTemplate template) throws Exception {
        byte[] octets = Octets.random();
        Referring sent = new Referring();
        sent.name = "a";
        sent.document = Handlers.of(octets, "image/png");
        Object answer = template.marshalSendAndReceive(Marshalling.element(Referring.NAMESPACE, "refer", sent));
        Octets.same(Handlers.read(((Referring) answer).document), octets);
    }

    private static void write(WebServiceMessage message, String text) throws TransformerException {
        new TransformerHelper().transform(new StringSource(String.format(KEEP, text)), message.getPayloadResult());
    }

    private static void attach(WebServiceMessage message, String part, String type, byte[] octets) {
        String name = "<" + part + "=" + UUID.randomUUID() + "@example.com>";
        ((MimeMessage) message).addAttachment(name, Handlers.of(octets, type));
    }

    private static Attachment part(WebServiceMessage message, String name) {
        for (Iterator<Attachment> all = ((MimeMessage) message).getAttachments(); all.hasNext();) {
            Attachment one = all.next();
            if (one.getContentId().startsWith("<" + name + "=")) {
                return one;
            }
        }
        throw new IllegalStateException("no part " + name);
    }

    private static byte[] read(Attachment attachment) throws IOException {
        return attachment.getInputStream().readAllBytes();
    }

    static String serve(Map<String, String> settings) throws Exception {
        return Dispatcher.serve(settings, new Server(Marshalling.of(Referring.class, true)));
    }

    @Endpoint
    public static final class Server {
        private final Jaxb2Marshaller marshaller;

        Server(Jaxb2Marshaller marshaller) {
            this.marshaller = marshaller;
        }

        @PayloadRoot(namespace = Referring.NAMESPACE, localPart = "keep")
        public void keep(MessageContext context) throws Exception {
            write(context.getResponse(), "kept");
            for (String name : new String[] {"photo", "scan"}) {
                Attachment part = part(context.getRequest(), name);
                attach(context.getResponse(), name, part.getContentType(), read(part));
            }
        }

        @PayloadRoot(namespace = Referring.NAMESPACE, localPart = "refer")
        public void refer(MessageContext context) throws Exception {
            Object referring = MarshallingUtils.unmarshal(marshaller, context.getRequest());
            MarshallingUtils.marshal(marshaller, Marshalling.element(Referring.NAMESPACE, "referred", referring), context.getResponse());
        }
    }
}
