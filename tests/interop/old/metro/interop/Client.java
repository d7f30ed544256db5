package interop;

import com.bancbox.schema.BBXPort;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.soap.SOAPElement;
import jakarta.xml.soap.SOAPFault;
import jakarta.xml.soap.SOAPHeader;
import jakarta.xml.soap.SOAPMessage;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.Service;
import jakarta.xml.ws.handler.MessageContext;
import jakarta.xml.ws.handler.soap.SOAPHandler;
import jakarta.xml.ws.handler.soap.SOAPMessageContext;
import jakarta.xml.ws.soap.AddressingFeature;
import jakarta.xml.ws.soap.SOAPFaultException;
import java.io.File;
import java.net.URL;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.transform.stream.StreamSource;

/** One updateClient call through Metro's JAX-WS, which leaves the Security header to the program. */
final class Client {
    private Client() {
    }

    static String call(Map<String, String> settings) throws Exception {
        Service service = Service.create(new URL(settings.get("WSDL_URL")), new QName("schema.bancbox.com", "BBXPortService"));
        boolean addressed = settings.containsKey("ADDRESSING");
        BBXPort port = service.getPort(BBXPort.class, new AddressingFeature(addressed, addressed));
        BindingProvider provider = (BindingProvider) port;
        provider.getRequestContext().put("com.sun.xml.ws.request.timeout", 15000);
        provider.getBinding().setHandlerChain(List.of(new Header(settings)));
        try {
            return answer(port.updateClient(request(settings))).check(settings);
        } catch (SOAPFaultException thrown) {
            return Answer.checkFault(settings, code(thrown.getFault()), thrown.getMessage());
        }
    }

    /** SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode. */
    private static QName code(SOAPFault fault) {
        QName code = fault.getFaultCodeAsQName();
        try {
            for (Iterator<QName> more = fault.getFaultSubcodes(); more.hasNext();) {
                code = more.next();
            }
        } catch (UnsupportedOperationException of11) {
            return code;
        }
        return code;
    }

    private static UpdateClientRequest request(Map<String, String> settings) throws Exception {
        JAXBContext context = JAXBContext.newInstance(UpdateClientRequest.class);
        StreamSource source = new StreamSource(new File(settings.get("SAMPLE_XML")));
        return context.createUnmarshaller().unmarshal(source, UpdateClientRequest.class).getValue();
    }

    private static Answer answer(UpdateClientResponse given) {
        Answer answer = new Answer(given.getStatus(), given.getRequestId(), given.getClientStatus());
        for (Notice warning : given.getWarnings()) {
            answer.warning(warning.getCode(), warning.getMessage());
        }
        for (Notice error : given.getErrors()) {
            answer.error(error.getCode(), error.getMessage());
        }
        return answer;
    }

    private static final class Header implements SOAPHandler<SOAPMessageContext> {
        private final Map<String, String> settings;

        Header(Map<String, String> settings) {
            this.settings = settings;
        }

        @Override
        public boolean handleMessage(SOAPMessageContext context) {
            if (Boolean.TRUE.equals(context.get(MessageContext.MESSAGE_OUTBOUND_PROPERTY))) {
                try {
                    add(context.getMessage());
                } catch (Exception wrong) {
                    throw new IllegalStateException(wrong);
                }
            }
            return true;
        }

        private void add(SOAPMessage message) throws Exception {
            SOAPHeader header = message.getSOAPHeader();
            if (header == null) {
                header = message.getSOAPPart().getEnvelope().addHeader();
            }
            SOAPElement security = (SOAPElement) header.getOwnerDocument().importNode(Security.header(settings), true);
            String prefix = header.getPrefix();
            security.addAttribute(new QName(header.getNamespaceURI(), "mustUnderstand", prefix), "1");
            header.appendChild(security);
        }

        @Override
        public boolean handleFault(SOAPMessageContext context) {
            return true;
        }

        @Override
        public void close(MessageContext context) {
        }

        /** Answers with a Timestamp have a header that must be understood. */
        @Override
        public Set<QName> getHeaders() {
            return Set.of(new QName(Answer.WSSE, "Security"));
        }
    }
}
