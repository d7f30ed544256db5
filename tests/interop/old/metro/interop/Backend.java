package interop;

import com.bancbox.schema.BBXPort;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import jakarta.jws.WebService;
import jakarta.xml.soap.SOAPConstants;
import jakarta.xml.soap.SOAPFactory;
import jakarta.xml.soap.SOAPFault;
import jakarta.xml.soap.SOAPHeader;
import jakarta.xml.ws.Endpoint;
import jakarta.xml.ws.handler.MessageContext;
import jakarta.xml.ws.handler.soap.SOAPHandler;
import jakarta.xml.ws.handler.soap.SOAPMessageContext;
import jakarta.xml.ws.soap.SOAPBinding;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.namespace.QName;

/** A BancBox backend on Metro's JAX-WS. What it must do is told in ../../../README.md; the token is checked by Verifier. */
@WebService(endpointInterface = "com.bancbox.schema.BBXPort", targetNamespace = "schema.bancbox.com",
        serviceName = "BBXPortService", portName = "BBXPort")
public class Backend implements BBXPort {
    static String serve(Map<String, String> settings) throws Exception {
        boolean soap12 = settings.get("SOAP_VERSION").equals("1.2");
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = probe.getLocalPort();
        }
        String binding = soap12 ? SOAPBinding.SOAP12HTTP_BINDING : SOAPBinding.SOAP11HTTP_BINDING;
        Endpoint endpoint = Endpoint.create(binding, new Backend());
        endpoint.getBinding().setHandlerChain(List.of(new Gate(settings, soap12)));
        endpoint.publish("http://127.0.0.1:" + port + "/BBXPort");
        return "port " + port;
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

    /** Lets in who has the token of the settings. */
    private static final class Gate implements SOAPHandler<SOAPMessageContext> {
        private final Verifier verifier;
        private final boolean soap12;

        Gate(Map<String, String> settings, boolean soap12) {
            this.verifier = new Verifier(settings);
            this.soap12 = soap12;
        }

        @Override
        public boolean handleMessage(SOAPMessageContext context) {
            if (Boolean.TRUE.equals(context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY))) {
                return true;
            }
            try {
                SOAPHeader header = context.getMessage().getSOAPHeader();
                if (header != null && verifier.accepts(Security.child(header, "Security"))) {
                    return true;
                }
                throw new SOAPFaultException(refusal());
            } catch (SOAPFaultException refused) {
                throw refused;
            } catch (Exception wrong) {
                throw new IllegalStateException(wrong);
            }
        }

        private SOAPFault refusal() throws Exception {
            String protocol = soap12 ? SOAPConstants.SOAP_1_2_PROTOCOL : SOAPConstants.SOAP_1_1_PROTOCOL;
            QName code = new QName(Answer.WSSE, "FailedAuthentication", "wsse");
            String text = "The security token could not be authenticated or authorized";
            SOAPFactory factory = SOAPFactory.newInstance(protocol);
            if (!soap12) {
                return factory.createFault(text, code);
            }
            SOAPFault fault = factory.createFault(text, SOAPConstants.SOAP_SENDER_FAULT);
            fault.appendFaultSubcode(code);
            return fault;
        }

        @Override
        public boolean handleFault(SOAPMessageContext context) {
            return true;
        }

        @Override
        public void close(MessageContext context) {
        }

        @Override
        public Set<QName> getHeaders() {
            return Set.of(new QName(Answer.WSSE, "Security"));
        }
    }
}
