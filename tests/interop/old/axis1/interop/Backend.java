package interop;

import com.bancbox.schema.BBXPort;
import com.bancbox.schema.Notice;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import java.io.File;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URL;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.namespace.QName;
import org.apache.axis.AxisFault;
import org.apache.axis.Constants;
import org.apache.axis.MessageContext;
import org.apache.axis.configuration.XMLStringProvider;
import org.apache.axis.handlers.BasicHandler;
import org.apache.axis.message.SOAPHeaderElement;
import org.apache.axis.soap.SOAPConstants;
import org.apache.axis.transport.http.SimpleAxisServer;

/** A BancBox backend on the server of Axis 1.4. What it must do is told in ../../../README.md; the token is checked by Verifier. */
public class Backend implements BBXPort {
    private static final String IN_DESCRIPTOR = "com.bancbox.schema.BBXPortBindingImpl";
    private static final Map<Integer, Verifier> VERIFIERS = new ConcurrentHashMap<>();

    static String serve(Map<String, String> settings) throws Exception {
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        int port = socket.getLocalPort();
        VERIFIERS.put(port, new Verifier(settings));
        SimpleAxisServer server = new SimpleAxisServer();
        server.setMyConfig(new XMLStringProvider(descriptor()));
        server.setServerSocket(socket);
        server.start(true);
        return "port " + port;
    }

    /**
     * The descriptor that WSDL2Java made, with this class instead of its empty one, and a gate. The server takes a service from a
     * path of its own, /axis/services; at any other one it takes that of the body's namespace.
     */
    private static String descriptor() throws Exception {
        File classes = new File(Backend.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        File made = new File(classes.getParentFile(), "com/bancbox/schema/deploy.wsdd");
        String gate = "<requestFlow><handler type='java:" + Gate.class.getName() + "'/></requestFlow>"
                + "<namespace>schema.bancbox.com</namespace>";
        String service = "style=\"rpc\" use=\"literal\">";
        return Files.readString(made.toPath()).replace(IN_DESCRIPTOR, Backend.class.getName()).replace(service, service + gate);
    }

    @Override
    public UpdateClientResponse updateClient(UpdateClientRequest request) {
        UpdateClientResponse answer = new UpdateClientResponse();
        answer.setRequestId(1700000000000L + request.getSubscriberId() % 1000);
        if ("Fail".equals(request.getFirstName())) {
            answer.setErrors(new Notice[] {
                new Notice("E-EXAMPLE-1", "first sample error"), new Notice("E-EXAMPLE-2", "second & last")});
            return answer;
        }
        answer.setStatus(1);
        answer.setWarnings(new Notice[] {new Notice("W-ECHO", request.getLastName())});
        answer.setClientStatus("ACTIVE");
        answer.setCipStatus("UNVERIFIED");
        return answer;
    }

    /** Lets in who has the token of the settings. */
    public static final class Gate extends BasicHandler {
        @Override
        public void invoke(MessageContext context) throws AxisFault {
            try {
                SOAPHeaderElement header = context.getRequestMessage().getSOAPEnvelope().getHeaderByName(Answer.WSSE, "Security");
                if (header != null && verifier(context).accepts(header.getAsDOM())) {
                    header.setProcessed(true);
                    return;
                }
            } catch (AxisFault fault) {
                throw fault;
            } catch (Exception wrong) {
                throw AxisFault.makeFault(wrong);
            }
            throw refusal(context);
        }

        /** All servers of a process have the engine of the first, with its configuration. */
        private static Verifier verifier(MessageContext context) throws Exception {
            return VERIFIERS.get(new URL((String) context.getProperty(MessageContext.TRANS_URL)).getPort());
        }

        private static AxisFault refusal(MessageContext context) {
            QName code = new QName(Answer.WSSE, "FailedAuthentication");
            AxisFault fault = new AxisFault(code, "The security token could not be authenticated or authorized", null, null);
            if (context.getSOAPConstants() == SOAPConstants.SOAP12_CONSTANTS) {
                fault.setFaultCode(Constants.FAULT_SOAP12_SENDER);
                fault.addFaultSubCode(code);
            }
            return fault;
        }
    }
}
