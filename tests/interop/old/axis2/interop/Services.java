package interop;

import java.net.InetAddress;
import java.net.ServerSocket;
import javax.xml.namespace.QName;
import org.apache.axis2.AxisFault;
import org.apache.axis2.Constants;
import org.apache.axis2.context.ConfigurationContext;
import org.apache.axis2.description.AxisOperation;
import org.apache.axis2.description.AxisService;
import org.apache.axis2.description.InOutAxisOperation;
import org.apache.axis2.engine.MessageReceiver;
import org.apache.axis2.transport.http.SimpleHTTPServer;

/** Services of Axis2, and its own HTTP server. */
final class Services {
    private Services() {
    }

    /** A service without operations, for which this class works. */
    static AxisService of(String name, Class<?> skeleton) throws AxisFault {
        AxisService service = new AxisService(name);
        service.setClassLoader(skeleton.getClassLoader());
        service.addParameter(Constants.SERVICE_CLASS, skeleton.getName());
        return service;
    }

    /** Adds an operation that is known by the element in its messages. */
    static AxisOperation add(AxisService service, QName element, MessageReceiver receiver) {
        AxisOperation operation = new InOutAxisOperation(element);
        operation.setMessageReceiver(receiver);
        service.addOperation(operation);
        service.addMessageElementQNameToOperationMapping(element, operation);
        return operation;
    }

    static String start(ConfigurationContext context, AxisService service) throws Exception {
        context.getAxisConfiguration().addService(service);
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = probe.getLocalPort();
        }
        new SimpleHTTPServer(context, port).start();
        return "port " + port + " /axis2/services/" + service.getName();
    }
}
