package interop;

import interop.Programs.NotSo;
import jakarta.activation.DataHandler;
import jakarta.jws.WebService;
import jakarta.xml.ws.Holder;
import jakarta.xml.ws.Service;
import java.io.Closeable;
import java.net.URL;
import java.util.Map;
import javax.xml.namespace.QName;

/** A client and a server of parts beside the envelope and references to parts, for stacks with JAX-WS. The server gives back what it gets. */
final class BoundAttachments {
    private BoundAttachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        Service service = Service.create(new URL(settings.get("WSDL_URL")), new QName(Referring.NAMESPACE, "S"));
        Bound port = service.getPort(new QName(Referring.NAMESPACE, "P"), Bound.class);
        try (Closeable closed = (Closeable) port) {
            if (settings.get("OPERATION").equals("keep")) {
                keep(port);
            } else {
                refer(port);
            }
        }
        return "";
    }

    private static void keep(Bound port) throws Exception {
        byte[] octets = Octets.random();
        Holder<String> body = new Holder<>("a");
        Holder<DataHandler> photo = new Holder<>(Handlers.of(octets, "application/octet-stream"));
        Holder<DataHandler> scan = new Holder<>(Handlers.of(new byte[] {1, 2, 3}, "image/png"));
        port.keep(body, photo, scan);
        Octets.same(Handlers.read(photo.value), octets);
        Octets.same(Handlers.read(scan.value), new byte[] {1, 2, 3});
        if (!scan.value.getContentType().equals("image/png")) {
            throw new NotSo("the media type is the one that was sent", scan.value.getContentType());
        }
    }

    private static void refer(Bound port) throws Exception {
        byte[] octets = Octets.random();
        Referring sent = new Referring();
        sent.name = "a";
        sent.document = Handlers.of(octets, "image/png");
        Octets.same(Handlers.read(port.refer(sent).document), octets);
    }

    static String serve(Map<String, String> settings) throws Exception {
        return Endpoints.publish(new Server(), new QName(Referring.NAMESPACE, "S"), new QName(Referring.NAMESPACE, "P"), settings);
    }

    @WebService(endpointInterface = "interop.Bound", targetNamespace = Referring.NAMESPACE, serviceName = "S", portName = "P")
    public static final class Server implements Bound {
        @Override
        public void keep(Holder<String> body, Holder<DataHandler> photo, Holder<DataHandler> scan) {
            body.value = "kept";
        }

        @Override
        public Referring refer(Referring refer) {
            return refer;
        }
    }
}
