package interop;

import interop.Programs.NotSo;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.ws.Service;
import jakarta.xml.ws.soap.MTOMFeature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.xml.namespace.QName;
import org.apache.cxf.BusFactory;
import org.apache.cxf.binding.soap.SoapBindingConstants;
import org.apache.cxf.endpoint.ClientImpl;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.jaxws.EndpointImpl;

/** A client and a server of the documents of ../../../../attachments/contract.wsdl, with MTOM or without: the server gives back what it gets. */
final class Attachments {
    private static final String NAMESPACE = "urn:documents";
    private static final int OCTETS = 50_000;

    private Attachments() {
    }

    static String call(Map<String, String> settings) throws Exception {
        Service service = Service.create(new URL(settings.get("WSDL_URL")), new QName(NAMESPACE, "S"));
        Documents port = service.getPort(new QName(NAMESPACE, "P"), Documents.class, new MTOMFeature(settings.containsKey("MTOM"), 0));
        Document document = new Document();
        document.name = "a";
        document.data = new byte[OCTETS];
        new Random(1).nextBytes(document.data);
        try {
            Document answer = port.store(document);
            if (!Arrays.equals(answer.data, document.data)) {
                throw new NotSo("the octets are those that were sent", answer.data == null ? null : answer.data.length);
            }
        } finally {
            ((ClientImpl) ClientProxy.getClient(port)).close();
        }
        return "";
    }

    static String serve(Map<String, String> settings) throws IOException {
        String binding = settings.get("SOAP_VERSION").equals("1.2")
                ? SoapBindingConstants.SOAP12_BINDING_ID : SoapBindingConstants.SOAP11_BINDING_ID;
        EndpointImpl endpoint = new EndpointImpl(BusFactory.getDefaultBus(), new Server(), binding, settings.get("WSDL_URL"));
        endpoint.setServiceName(new QName(NAMESPACE, "S"));
        endpoint.setEndpointName(new QName(NAMESPACE, "P"));
        endpoint.getProperties().put("mtom-enabled", settings.containsKey("MTOM"));
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = probe.getLocalPort();
            probe.close();
            endpoint.publish("http://127.0.0.1:" + port + "/documents");
            return "port " + port + " /documents";
        }
    }

    @WebService(name = "P", targetNamespace = NAMESPACE)
    @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
    public interface Documents {
        @WebMethod(operationName = "store", action = "urn:store")
        @WebResult(name = "stored", targetNamespace = NAMESPACE, partName = "p")
        Document store(@WebParam(name = "store", targetNamespace = NAMESPACE, partName = "p") Document document);
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Document", namespace = NAMESPACE, propOrder = {"name", "data"})
    public static final class Document {
        @XmlElement(namespace = NAMESPACE)
        String name;
        @XmlElement(namespace = NAMESPACE)
        byte[] data;
    }

    @WebService(endpointInterface = "interop.Attachments$Documents", targetNamespace = NAMESPACE, serviceName = "S", portName = "P")
    public static final class Server implements Documents {
        @Override
        public Document store(Document document) {
            return document;
        }
    }
}
