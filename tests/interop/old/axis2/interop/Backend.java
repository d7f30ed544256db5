package interop;

import com.bancbox.schema.BBXPortServiceMessageReceiverInOut;
import com.bancbox.schema.BBXPortServiceSkeleton;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClient;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import com.bancbox.schema.UpdateClientResponseE;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import javax.xml.namespace.QName;
import org.apache.axiom.om.OMElement;
import org.apache.axiom.soap.SOAP12Constants;
import org.apache.axiom.soap.SOAPHeader;
import org.apache.axiom.soap.SOAPHeaderBlock;
import org.apache.axis2.AxisFault;
import org.apache.axis2.addressing.AddressingConstants;
import org.apache.axis2.context.ConfigurationContext;
import org.apache.axis2.context.ConfigurationContextFactory;
import org.apache.axis2.context.MessageContext;
import org.apache.axis2.description.AxisOperation;
import org.apache.axis2.description.AxisService;
import org.apache.axis2.engine.AxisConfiguration;
import org.apache.axis2.handlers.AbstractHandler;
import org.xml.sax.InputSource;

/** A BancBox backend on Axis2's own HTTP server. What it must do is told in ../../../README.md; the token is checked by Verifier. */
final class Backend {
    private static final QName UPDATE = new QName("schema.bancbox.com", "updateClient");
    private static final QName SECURITY = new QName(Answer.WSSE, "Security");

    private static final String ACTION = "schema.bancbox.com/BBXPort/updateClient";

    private Backend() {
    }

    static String serve(Map<String, String> settings) throws Exception {
        ConfigurationContext context = ConfigurationContextFactory.createConfigurationContextFromFileSystem(null, null);
        boolean addressed = settings.containsKey("ADDRESSING");
        AxisConfiguration axis = context.getAxisConfiguration();
        if (addressed) {
            axis.engageModule("addressing");
        }
        // Behind the phase of WS-Addressing, so that a refusal relates to its message; headers that must be understood are looked at after the last one.
        axis.getInFlowPhases().get(2).addHandler(new Gate(settings));
        return Services.start(context, service(addressed));
    }

    private static AxisService service(boolean addressed) throws AxisFault {
        AxisService service = Services.of("BBXPort", Updater.class);
        AxisOperation update = Services.add(service, UPDATE, new BBXPortServiceMessageReceiverInOut());
        if (addressed) {
            // As its WSDL2Java has it in services.xml; Metadata 4.4.4.
            service.mapActionToOperation(ACTION + "Request", update);
            update.setOutputAction(ACTION + "Response");
            service.addParameter(AddressingConstants.ADDRESSING_REQUIREMENT_PARAMETER, AddressingConstants.ADDRESSING_REQUIRED);
        }
        return service;
    }

    public static final class Updater extends BBXPortServiceSkeleton {
        @Override
        public UpdateClientResponseE updateClient(UpdateClient wrapper) {
            UpdateClientResponseE out = new UpdateClientResponseE();
            out.set_return(answer(wrapper.getUpdateClientRequest()));
            return out;
        }

        private static UpdateClientResponse answer(UpdateClientRequest request) {
            UpdateClientResponse answer = new UpdateClientResponse();
            answer.setRequestId(1700000000000L + request.getSubscriberId() % 1000);
            if ("Fail".equals(request.getFirstName())) {
                answer.setStatus(0);
                answer.addErrors(notice("E-EXAMPLE-1", "first sample error"));
                answer.addErrors(notice("E-EXAMPLE-2", "second & last"));
                return answer;
            }
            answer.setStatus(1);
            answer.addWarnings(notice("W-ECHO", request.getLastName()));
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

    /** Lets in who has the token of the settings. */
    private static final class Gate extends AbstractHandler {
        private final Verifier verifier;

        Gate(Map<String, String> settings) {
            verifier = new Verifier(settings);
        }

        @Override
        public InvocationResponse invoke(MessageContext in) throws AxisFault {
            SOAPHeader header = in.getEnvelope().getHeader();
            OMElement security = header == null ? null : header.getFirstChildWithName(SECURITY);
            if (security == null || !accepts(security.toString())) {
                throw refusal(in);
            }
            ((SOAPHeaderBlock) security).setProcessed();
            return InvocationResponse.CONTINUE;
        }

        private boolean accepts(String security) throws AxisFault {
            try {
                return verifier.accepts(Security.root(new InputSource(new StringReader(security))));
            } catch (Exception wrong) {
                throw AxisFault.makeFault(wrong);
            }
        }

        private static AxisFault refusal(MessageContext in) {
            QName code = new QName(Answer.WSSE, "FailedAuthentication", "wsse");
            String text = "The security token could not be authenticated or authorized";
            if (in.isSOAP11()) {
                return new AxisFault(text, code);
            }
            return new AxisFault(SOAP12Constants.QNAME_SENDER_FAULTCODE, List.of(code), text, null);
        }
    }
}
