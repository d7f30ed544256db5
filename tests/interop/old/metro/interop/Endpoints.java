package interop;

import jakarta.xml.ws.Endpoint;
import jakarta.xml.ws.soap.MTOMFeature;
import jakarta.xml.ws.soap.SOAPBinding;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import javax.xml.transform.stream.StreamSource;

/** Endpoints of Metro for a contract. */
final class Endpoints {
    private Endpoints() {
    }

    static String publish(Object server, QName service, QName name, Map<String, String> settings) throws Exception {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = probe.getLocalPort();
        }
        String binding = settings.get("SOAP_VERSION").equals("1.2") ? SOAPBinding.SOAP12HTTP_BINDING : SOAPBinding.SOAP11HTTP_BINDING;
        Endpoint endpoint = Endpoint.create(binding, server, new MTOMFeature(settings.containsKey("MTOM"), 0));
        endpoint.setMetadata(List.of(new StreamSource(settings.get("WSDL_URL"))));
        endpoint.setProperties(Map.of(Endpoint.WSDL_SERVICE, service, Endpoint.WSDL_PORT, name));
        endpoint.publish("http://127.0.0.1:" + port + "/attachments");
        return "port " + port + " /attachments";
    }
}
