package interop;

import com.bancbox.schema.BBXPort;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import interop.Programs.NotSo;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.Service;
import jakarta.xml.ws.WebServiceFeature;
import jakarta.xml.ws.soap.AddressingFeature;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.io.File;
import java.net.URL;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.namespace.QName;
import javax.xml.transform.stream.StreamSource;
import org.apache.cxf.endpoint.ClientImpl;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.transport.http.HTTPConduit;
import org.apache.cxf.ws.security.wss4j.WSS4JInInterceptor;
import org.apache.cxf.ws.security.wss4j.WSS4JOutInterceptor;
import org.apache.wss4j.common.ext.WSPasswordCallback;
import org.apache.wss4j.dom.handler.WSHandlerConstants;

/** One updateClient call through CXF, with a header made by WSS4J. What the settings mean is told in ../../../README.md. */
final class Client {
    private static final String WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    private static final QName SERVICE = new QName("schema.bancbox.com", "BBXPortService");

    private Client() {
    }

    static String call(Map<String, String> settings) throws Exception {
        String expected = settings.getOrDefault("EXPECT", "success");
        BBXPort port = connect(settings);
        UpdateClientResponse answer;
        try {
            answer = port.updateClient(sample(settings.get("SAMPLE_XML")));
        } catch (SOAPFaultException fault) {
            checkFault(expected, fault);
            return "";
        } finally {
            ((ClientImpl) ClientProxy.getClient(port)).close();
        }
        switch (expected) {
            case "success": checkSuccess(settings, answer); break;
            case "business-failure": checkFailure(settings, answer); break;
            default: throw new NotSo("a wsse fault was expected", answer.getStatus());
        }
        return "";
    }

    private static BBXPort connect(Map<String, String> settings) throws Exception {
        WebServiceFeature addressing = new AddressingFeature(settings.containsKey("ADDRESSING"), true);
        BBXPort port = port(Service.create(url(settings.get("WSDL_URL")), SERVICE), settings.get("PORT"), addressing);
        if (settings.containsKey("ADDRESS")) {
            ((BindingProvider) port).getRequestContext().put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, settings.get("ADDRESS"));
        }
        org.apache.cxf.endpoint.Client client = ClientProxy.getClient(port);
        ((HTTPConduit) client.getConduit()).getClient().setReceiveTimeout(15000);
        if (!settings.containsKey("AS_SHIPPED")) {
            // SOAP 1.2 has HTTP 400 for a fault of the sender; unless told so, CXF does not look for it there.
            client.getRequestContext().put(HTTPConduit.PROCESS_FAULT_ON_HTTP_400, true);
        }
        client.getOutInterceptors().add(new WSS4JOutInterceptor(outgoing(settings)));
        if (settings.containsKey("RESPONSE_TIMESTAMP")) {
            Map<String, Object> incoming = new HashMap<>(Map.of(WSHandlerConstants.ACTION, WSHandlerConstants.TIMESTAMP));
            client.getInInterceptors().add(new WSS4JInInterceptor(incoming));
        }
        return port;
    }

    private static BBXPort port(Service service, String name, WebServiceFeature addressing) {
        if (name == null) {
            return service.getPort(BBXPort.class, addressing);
        }
        return service.getPort(new QName(SERVICE.getNamespaceURI(), name), BBXPort.class, addressing);
    }

    /** A URL, or the path of a file. */
    private static URL url(String wsdl) throws Exception {
        return wsdl.startsWith("/") ? new File(wsdl).toURI().toURL() : new URL(wsdl);
    }

    private static Map<String, Object> outgoing(Map<String, String> settings) {
        String password = settings.get("SOAP_PASSWORD");
        CallbackHandler tell = callbacks -> {
            for (Callback callback : callbacks) {
                ((WSPasswordCallback) callback).setPassword(password);
            }
        };
        Map<String, Object> properties = new HashMap<>();
        properties.put(WSHandlerConstants.ACTION, Backend.actions(settings));
        properties.put(WSHandlerConstants.USER, settings.get("SOAP_USER"));
        properties.put(WSHandlerConstants.PASSWORD_TYPE, Backend.passwordType(settings));
        properties.put(WSHandlerConstants.PW_CALLBACK_REF, tell);
        if (settings.containsKey("NONCE")) {
            // A digest has both anyway.
            properties.put(WSHandlerConstants.ADD_USERNAMETOKEN_NONCE, "true");
            properties.put(WSHandlerConstants.ADD_USERNAMETOKEN_CREATED, "true");
        }
        return properties;
    }

    private static UpdateClientRequest sample(String path) throws Exception {
        JAXBContext context = JAXBContext.newInstance(UpdateClientRequest.class);
        StreamSource source = new StreamSource(new File(path));
        return context.createUnmarshaller().unmarshal(source, UpdateClientRequest.class).getValue();
    }

    private static void checkSuccess(Map<String, String> settings, UpdateClientResponse answer) throws NotSo {
        need(answer.getStatus() == 1, "status is 1", answer.getStatus());
        checkRequestId(settings, answer);
        need("ACTIVE".equals(answer.getClientStatus()), "clientStatus is ACTIVE", answer.getClientStatus());
        need(answer.getErrors().isEmpty(), "no errors", answer.getErrors().size());
        List<String> texts = answer.getWarnings().stream().map(Notice::getMessage).collect(Collectors.toList());
        String echo = settings.get("EXPECT_ECHO");
        need(echo == null || texts.equals(List.of(echo)), "the last name comes back", texts);
    }

    private static void checkFailure(Map<String, String> settings, UpdateClientResponse answer) throws NotSo {
        need(answer.getStatus() == 0, "status is 0", answer.getStatus());
        checkRequestId(settings, answer);
        need(answer.getClientStatus() == null, "no clientStatus", answer.getClientStatus());
        int least = Integer.parseInt(settings.getOrDefault("EXPECT_ERRORS", "1"));
        need(answer.getErrors().size() >= least, "errors are listed", answer.getErrors().size());
        for (Notice error : answer.getErrors()) {
            need(error.getCode() != null && error.getMessage() != null, "each error has code and message", error.getCode());
        }
    }

    private static void checkRequestId(Map<String, String> settings, UpdateClientResponse answer) throws NotSo {
        String id = Long.toString(answer.getRequestId());
        need(id.length() == 13, "requestId has 13 digits", id);
        need(id.equals(settings.getOrDefault("EXPECT_REQUEST_ID", id)), "requestId is exact", id);
    }

    /** SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode. */
    private static void checkFault(String expected, SOAPFaultException thrown) throws NotSo {
        need(expected.equals("auth-fault"), expected + " was expected", thrown.getMessage());
        List<QName> codes = new ArrayList<>(List.of(thrown.getFault().getFaultCodeAsQName()));
        for (Iterator<QName> more = subcodes(thrown); more.hasNext();) {
            codes.add(more.next());
        }
        QName code = codes.get(codes.size() - 1);
        need(WSSE.equals(code.getNamespaceURI()), "the fault code is in the wsse namespace", codes);
        List<String> known = List.of("FailedAuthentication", "InvalidSecurityToken");
        need(known.contains(code.getLocalPart()), "the code says failed authentication", code.getLocalPart());
    }

    private static Iterator<QName> subcodes(SOAPFaultException thrown) {
        try {
            return thrown.getFault().getFaultSubcodes();
        } catch (UnsupportedOperationException of11) {
            return List.<QName>of().iterator();
        }
    }

    private static void need(boolean condition, String what, Object seen) throws NotSo {
        if (!condition) {
            throw new NotSo(what, seen);
        }
    }
}
