package interop;

import interop.Programs.NotSo;
import jakarta.activation.DataHandler;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import jakarta.mail.util.ByteArrayDataSource;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttachmentRef;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.ws.Holder;
import jakarta.xml.ws.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.xml.namespace.QName;
import org.apache.cxf.BusFactory;
import org.apache.cxf.endpoint.ClientImpl;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.jaxws.EndpointImpl;

/** A client and a server of ../../../contract/bound.wsdl: parts beside the envelope, and references to parts. The server gives back what it gets. */
final class BoundAttachments {
    private static final String NAMESPACE = "urn:bound";
    private static final int OCTETS = 50_000;

    private BoundAttachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        Service service = Service.create(new URL(settings.get("WSDL_URL")), new QName(NAMESPACE, "S"));
        Bound port = service.getPort(new QName(NAMESPACE, "P"), Bound.class);
        byte[] octets = new byte[OCTETS];
        new Random(1).nextBytes(octets);
        try {
            if (settings.get("OPERATION").equals("keep")) {
                Holder<String> body = new Holder<>("a");
                Holder<DataHandler> photo = new Holder<>(handler(octets, "application/octet-stream"));
                Holder<DataHandler> scan = new Holder<>(handler(new byte[] {1, 2, 3}, "image/png"));
                port.keep(body, photo, scan);
                same("the octets of the first part", read(photo.value), octets);
                same("the octets of the second part", read(scan.value), new byte[] {1, 2, 3});
                if (!scan.value.getContentType().equals("image/png")) {
                    throw new NotSo("the media type is the one that was sent", scan.value.getContentType());
                }
            } else {
                Referring sent = new Referring();
                sent.name = "a";
                sent.document = handler(octets, "image/png");
                Referring answer = port.refer(sent);
                same("the octets of the part", read(answer.document), octets);
            }
        } finally {
            ((ClientImpl) ClientProxy.getClient(port)).close();
        }
        return "";
    }

    static String serve(Map<String, String> settings) throws IOException {
        EndpointImpl endpoint = new EndpointImpl(BusFactory.getDefaultBus(), new Server(), null, settings.get("WSDL_URL"));
        endpoint.setServiceName(new QName(NAMESPACE, "S"));
        endpoint.setEndpointName(new QName(NAMESPACE, "P"));
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = probe.getLocalPort();
            probe.close();
            endpoint.publish("http://127.0.0.1:" + port + "/bound");
            return "port " + port + " /bound";
        }
    }

    private static DataHandler handler(byte[] octets, String type) {
        return new DataHandler(new ByteArrayDataSource(octets, type));
    }

    private static byte[] read(DataHandler handler) throws IOException {
        return handler == null ? new byte[0] : handler.getInputStream().readAllBytes();
    }

    private static void same(String what, byte[] seen, byte[] wanted) throws NotSo {
        if (!Arrays.equals(seen, wanted)) {
            throw new NotSo(what + " are those that were sent", seen.length);
        }
    }

    @WebService(name = "P", targetNamespace = NAMESPACE)
    @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
    public interface Bound {
        @WebMethod(operationName = "keep", action = "urn:keep")
        void keep(
                @WebParam(name = "keep", targetNamespace = NAMESPACE, partName = "body", mode = WebParam.Mode.INOUT) Holder<String> body,
                @WebParam(name = "photo", targetNamespace = "", partName = "photo", mode = WebParam.Mode.INOUT) Holder<DataHandler> photo,
                @WebParam(name = "scan", targetNamespace = "", partName = "scan", mode = WebParam.Mode.INOUT) Holder<DataHandler> scan);

        @WebMethod(operationName = "refer", action = "urn:refer")
        @WebResult(name = "referred", targetNamespace = NAMESPACE, partName = "body")
        Referring refer(@WebParam(name = "refer", targetNamespace = NAMESPACE, partName = "body") Referring refer);
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Referring", namespace = NAMESPACE, propOrder = {"name", "document"})
    public static final class Referring {
        @XmlElement(namespace = NAMESPACE)
        String name;
        @XmlAttachmentRef
        @XmlElement(namespace = NAMESPACE)
        DataHandler document;
    }

    @WebService(endpointInterface = "interop.BoundAttachments$Bound", targetNamespace = NAMESPACE, serviceName = "S", portName = "P")
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
