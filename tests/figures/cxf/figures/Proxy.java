package figures;

import jakarta.activation.DataHandler;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlMimeType;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.ws.Service;
import jakarta.xml.ws.soap.MTOMFeature;
import java.net.URL;
import javax.xml.namespace.QName;
import jakarta.xml.ws.BindingProvider;
import org.apache.cxf.BusFactory;
import org.apache.cxf.jaxws.EndpointImpl;

/** A service of tests/attachments/contract.wsdl that calls another one with what it gets, both by MTOM. Arguments: the contract, its own port, the backend. */
public final class Proxy {
    private static final String NAMESPACE = "urn:documents";

    private Proxy() {
    }

    public static void main(String[] arguments) throws Exception {
        Service service = Service.create(new URL(arguments[0]), new QName(NAMESPACE, "S"));
        Documents backend = service.getPort(new QName(NAMESPACE, "P"), Documents.class, new MTOMFeature(true, 0));
        ((BindingProvider) backend).getRequestContext().put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, arguments[2]);
        EndpointImpl endpoint = new EndpointImpl(BusFactory.getDefaultBus(), new Server(backend), null, arguments[0]);
        endpoint.setServiceName(new QName(NAMESPACE, "S"));
        endpoint.setEndpointName(new QName(NAMESPACE, "P"));
        endpoint.getProperties().put("mtom-enabled", true);
        endpoint.publish("http://127.0.0.1:" + arguments[1] + "/soap");
        System.out.println("ready");
        Thread.currentThread().join();
    }

    @WebService(name = "P", targetNamespace = NAMESPACE)
    @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
    public interface Documents {
        @WebMethod(operationName = "store", action = "urn:store")
        @WebResult(name = "stored", targetNamespace = NAMESPACE, partName = "p")
        Document store(@WebParam(name = "store", targetNamespace = NAMESPACE, partName = "p") Document document);
    }

    /** Octets that are handed on as they come, which is the quickest that CXF has. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Document", namespace = NAMESPACE, propOrder = {"name", "data"})
    public static final class Document {
        @XmlElement(namespace = NAMESPACE)
        String name;
        @XmlElement(namespace = NAMESPACE)
        @XmlMimeType("application/octet-stream")
        DataHandler data;
    }

    @WebService(endpointInterface = "figures.Proxy$Documents", targetNamespace = NAMESPACE, serviceName = "S", portName = "P")
    public static final class Server implements Documents {
        private final Documents backend;

        Server(Documents backend) {
            this.backend = backend;
        }

        @Override
        public Document store(Document document) {
            return backend.store(document);
        }
    }
}
