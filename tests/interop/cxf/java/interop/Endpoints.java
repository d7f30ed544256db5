package interop;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import javax.xml.namespace.QName;
import org.apache.cxf.BusFactory;
import org.apache.cxf.binding.soap.SoapBindingConstants;
import org.apache.cxf.jaxws.EndpointImpl;

/** Endpoints of CXF for a contract. */
final class Endpoints {
    private Endpoints() {
    }

    static String publish(Object server, QName service, QName name, Map<String, String> settings) throws Exception {
        String binding = settings.get("SOAP_VERSION").equals("1.2")
                ? SoapBindingConstants.SOAP12_BINDING_ID : SoapBindingConstants.SOAP11_BINDING_ID;
        EndpointImpl endpoint = new EndpointImpl(BusFactory.getDefaultBus(), server, binding, settings.get("WSDL_URL"));
        endpoint.setServiceName(service);
        endpoint.setEndpointName(name);
        endpoint.getProperties().put("mtom-enabled", settings.containsKey("MTOM"));
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = probe.getLocalPort();
            probe.close();
            endpoint.publish("http://127.0.0.1:" + port + "/attachments");
            return "port " + port + " /attachments";
        }
    }
}
