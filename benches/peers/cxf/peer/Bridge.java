package peer;

import com.bancbox.schema.BBXPort;
import com.bancbox.schema.UpdateClientRequest;
import com.bancbox.schema.UpdateClientResponse;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import jakarta.jws.WebService;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.Service;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.text.SimpleDateFormat;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.security.auth.callback.CallbackHandler;
import javax.xml.namespace.QName;
import org.apache.cxf.BusFactory;
import org.apache.cxf.frontend.ClientProxy;
import org.apache.cxf.jaxws.EndpointImpl;
import org.apache.cxf.ws.security.wss4j.WSS4JInInterceptor;
import org.apache.cxf.ws.security.wss4j.WSS4JOutInterceptor;
import org.apache.wss4j.common.WSS4JConstants;
import org.apache.wss4j.common.ext.WSPasswordCallback;
import org.apache.wss4j.dom.handler.WSHandlerConstants;

/** The bridge on Apache CXF with WSS4J and Jackson, one way or the other. What the environment means is told in ../../run. */
@WebService(endpointInterface = "com.bancbox.schema.BBXPort", targetNamespace = "schema.bancbox.com",
        serviceName = "BBXPortService", portName = "BBXPort")
public final class Bridge implements BBXPort {
    private static final String NAMESPACE = "schema.bancbox.com";
    private static final QName SERVICE = new QName(NAMESPACE, "BBXPortService");
    private static final Map<String, String> SETTINGS = System.getenv();
    private static final URI BACKEND = URI.create(SETTINGS.get("BACKEND"));
    private static final ObjectMapper JSON = JsonMapper.builder().enable(MapperFeature.USE_GETTERS_AS_SETTERS)
            .serializationInclusion(JsonInclude.Include.NON_NULL).defaultDateFormat(new SimpleDateFormat("yyyy-MM-dd")).build();
    private final HttpClient backend = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public static void main(String[] arguments) throws IOException {
        Logger.getLogger("").setLevel(Level.SEVERE);
        int port = Integer.parseInt(SETTINGS.get("PORT"));
        if (arguments[0].equals("json-to-soap")) {
            jsonToSoap(port);
        } else {
            soapToJson(port);
        }
    }

    private static void jsonToSoap(int port) throws IOException {
        BBXPort soap = Service.create(Path.of(SETTINGS.get("CONTRACT")).toUri().toURL(), SERVICE).getPort(BBXPort.class);
        Map<String, Object> context = ((BindingProvider) soap).getRequestContext();
        context.put(BindingProvider.ENDPOINT_ADDRESS_PROPERTY, BACKEND.toString());
        context.put("thread.local.request.context", "true");
        ClientProxy.getClient(soap).getOutInterceptors().add(new WSS4JOutInterceptor(Map.of(
                WSHandlerConstants.ACTION, WSHandlerConstants.USERNAME_TOKEN, WSHandlerConstants.USER, SETTINGS.get("TOKEN_USER"),
                WSHandlerConstants.PASSWORD_TYPE, WSS4JConstants.PW_DIGEST, WSHandlerConstants.PW_CALLBACK_REF, password())));
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1024);
        server.setExecutor(Executors.newFixedThreadPool(64));
        server.createContext("/", exchange -> answer(exchange, soap));
        server.start();
    }

    private static void answer(HttpExchange exchange, BBXPort soap) throws IOException {
        int status = 200;
        byte[] body;
        try {
            UpdateClientRequest request = JSON.readValue(exchange.getRequestBody(), UpdateClientRequest.class);
            body = JSON.writeValueAsBytes(soap.updateClient(request));
        } catch (IOException | RuntimeException error) {
            status = 502;
            body = String.valueOf(error).getBytes();
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static void soapToJson(int port) {
        EndpointImpl endpoint = new EndpointImpl(BusFactory.getDefaultBus(), new Bridge(), null,
                Path.of(SETTINGS.get("CONTRACT")).toUri().toString());
        endpoint.setServiceName(SERVICE);
        endpoint.setEndpointName(new QName(NAMESPACE, "BBXPort"));
        endpoint.getInInterceptors().add(new WSS4JInInterceptor(Map.of(
                WSHandlerConstants.ACTION, WSHandlerConstants.USERNAME_TOKEN,
                WSHandlerConstants.PASSWORD_TYPE, WSS4JConstants.PW_TEXT, WSHandlerConstants.PW_CALLBACK_REF, password())));
        endpoint.publish("http://127.0.0.1:" + port + "/");
    }

    @Override
    public UpdateClientResponse updateClient(UpdateClientRequest request) {
        try {
            HttpRequest post = HttpRequest.newBuilder(BACKEND).header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request))).build();
            return JSON.readValue(backend.send(post, BodyHandlers.ofByteArray()).body(), UpdateClientResponse.class);
        } catch (IOException | InterruptedException error) {
            throw new IllegalStateException(error);
        }
    }

    private static CallbackHandler password() {
        return callbacks -> {
            for (var callback : callbacks) {
                WSPasswordCallback asked = (WSPasswordCallback) callback;
                if (asked.getIdentifier().equals(SETTINGS.get("TOKEN_USER"))) {
                    asked.setPassword(SETTINGS.get("PASSWORD"));
                }
            }
        };
    }
}
