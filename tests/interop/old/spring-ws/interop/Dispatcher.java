package interop;

import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.ws.server.EndpointInterceptor;
import org.springframework.ws.server.endpoint.adapter.DefaultMethodEndpointAdapter;
import org.springframework.ws.server.endpoint.mapping.PayloadRootAnnotationMethodEndpointMapping;
import org.springframework.ws.soap.saaj.SaajSoapMessageFactory;
import org.springframework.ws.transport.http.MessageDispatcherServlet;

/** The servlet of Spring-WS in Jetty. */
final class Dispatcher {
    private Dispatcher() {
    }

    /** Serves an object with annotations of Spring-WS, behind these interceptors. */
    static <T> String serve(Map<String, String> settings, T endpoint, EndpointInterceptor... gates) throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler();
        context.addServlet(new ServletHolder(new MessageDispatcherServlet(beans(settings, endpoint, gates))), "/*");
        server.setHandler(context);
        server.start();
        return "port " + connector.getLocalPort() + " /BBXPort";
    }

    @SuppressWarnings("unchecked")
    private static <T> GenericWebApplicationContext beans(Map<String, String> settings, T endpoint, EndpointInterceptor[] gates) throws Exception {
        GenericWebApplicationContext beans = new GenericWebApplicationContext();
        SaajSoapMessageFactory factory = Client.factory(settings);
        beans.registerBean("messageFactory", SaajSoapMessageFactory.class, () -> factory);
        beans.registerBean("endpoint", (Class<T>) endpoint.getClass(), () -> endpoint);
        beans.registerBean("mapping", PayloadRootAnnotationMethodEndpointMapping.class, () -> {
            PayloadRootAnnotationMethodEndpointMapping mapping = new PayloadRootAnnotationMethodEndpointMapping();
            mapping.setInterceptors(gates);
            return mapping;
        });
        beans.registerBean("adapter", DefaultMethodEndpointAdapter.class, DefaultMethodEndpointAdapter::new);
        return beans;
    }
}
