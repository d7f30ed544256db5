package interop;

import com.bancbox.schema.BBXPort;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import jakarta.jws.WebService;
import jakarta.xml.ws.WebServiceException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.namespace.QName;
import org.apache.cxf.BusFactory;
import org.apache.cxf.binding.soap.SoapBindingConstants;
import org.apache.cxf.jaxws.EndpointImpl;
import org.apache.cxf.ws.addressing.WSAddressingFeature;
import org.apache.cxf.ws.security.wss4j.WSS4JInInterceptor;
import org.apache.cxf.ws.security.wss4j.WSS4JOutInterceptor;
import org.apache.wss4j.common.WSS4JConstants;
import org.apache.wss4j.common.ext.WSPasswordCallback;
import org.apache.wss4j.dom.handler.WSHandlerConstants;

/**
 * A BancBox backend on CXF. What it must do is told in ../../../README.md. Security is WSS4J's own with its defaults: the
 * rules of the Basic Security Profile, and a cache of nonces.
 */
@WebService(endpointInterface = "com.bancbox.schema.BBXPort", targetNamespace = "schema.bancbox.com",
        serviceName = "BBXPortService", portName = "BBXPort")
public final class Backend implements BBXPort {
    /** Publishes one with these settings; gives its port. Somebody else may take a port that was free just now. */
    static String serve(Map<String, String> settings) throws IOException {
        for (int attempts = 1;; attempts++) {
            int port = freePort();
            try {
                publish(settings, "http://127.0.0.1:" + port + "/BBXPort");
                return "port " + port;
            } catch (WebServiceException taken) {
                if (attempts == 5) {
                    throw taken;
                }
            }
        }
    }

    private static void publish(Map<String, String> settings, String address) {
        String binding = settings.get("SOAP_VERSION").equals("1.2")
                ? SoapBindingConstants.SOAP12_BINDING_ID : SoapBindingConstants.SOAP11_BINDING_ID;
        EndpointImpl endpoint = new EndpointImpl(BusFactory.getDefaultBus(), new Backend(), binding,
                Path.of(settings.get("CONTRACT")).toUri().toString());
        endpoint.setServiceName(new QName("schema.bancbox.com", "BBXPortService"));
        endpoint.setEndpointName(new QName("schema.bancbox.com", "BBXPort"));
        if (settings.containsKey("ADDRESSING")) {
            WSAddressingFeature addressing = new WSAddressingFeature();
            addressing.setAddressingRequired(true);
            endpoint.getFeatures().add(addressing);
        }
        endpoint.getInInterceptors().add(new WSS4JInInterceptor(incoming(settings)));
        if (settings.containsKey("TIMESTAMP")) {
            Map<String, Object> outgoing = new HashMap<>(Map.of(WSHandlerConstants.ACTION, WSHandlerConstants.TIMESTAMP));
            endpoint.getOutInterceptors().add(new WSS4JOutInterceptor(outgoing));
        }
        if (!settings.containsKey("AS_SHIPPED")) {
            // CXF tells nobody why it refuses, not even with a code of WS-Security.
            endpoint.getProperties().put("ws-security.return.security.error", "true");
        }
        endpoint.publish(address);
    }

    private static Map<String, Object> incoming(Map<String, String> settings) {
        CallbackHandler tell = callbacks -> {
            for (Callback callback : callbacks) {
                WSPasswordCallback asked = (WSPasswordCallback) callback;
                if (asked.getIdentifier().equals(settings.get("SOAP_USER"))) {
                    asked.setPassword(settings.get("SOAP_PASSWORD"));
                }
            }
        };
        Map<String, Object> properties = new HashMap<>();
        properties.put(WSHandlerConstants.ACTION, actions(settings));
        properties.put(WSHandlerConstants.PASSWORD_TYPE, passwordType(settings));
        properties.put(WSHandlerConstants.PW_CALLBACK_REF, tell);
        return properties;
    }

    static String actions(Map<String, String> settings) {
        String token = WSHandlerConstants.USERNAME_TOKEN;
        return settings.containsKey("TIMESTAMP") ? WSHandlerConstants.TIMESTAMP + " " + token : token;
    }

    static String passwordType(Map<String, String> settings) {
        return settings.get("MODE").equals("digest") ? WSS4JConstants.PW_DIGEST : WSS4JConstants.PW_TEXT;
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }

    @Override
    public UpdateClientResponse updateClient(UpdateClientRequest request) {
        UpdateClientResponse answer = new UpdateClientResponse();
        answer.setRequestId(1700000000000L + request.getSubscriberId() % 1000);
        if ("Fail".equals(request.getFirstName())) {
            answer.getErrors().add(notice("E-EXAMPLE-1", "first sample error"));
            answer.getErrors().add(notice("E-EXAMPLE-2", "second & last"));
            return answer;
        }
        answer.setStatus(1);
        answer.getWarnings().add(notice("W-ECHO", request.getLastName()));
        answer.setClientStatus("ACTIVE");
        answer.setCipStatus("UNVERIFIED");
        return answer;
    }

    private static Notice notice(String code, String message) {
        Notice notice = new Notice();
        notice.setCode(code);
        notice.setMessage(message);
        return notice;
    }
}
