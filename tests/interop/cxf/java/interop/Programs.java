package interop;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One JVM for all cells of a stack of Java. It prints `port N`; what other programs read from their environment comes there in the
 * body of a POST, in lines NAME=value: to /call for a client, which answers with what is not so, or to /serve for a server,
 * which answers with its port, and with its path if that is not /BBXPort. Stacks may have more of them.
 */
public final class Programs {
    private Programs() {
    }

    public static void main(String[] arguments) throws IOException {
        start(Map.of());
    }

    /** Serves the programs that all stacks have, and these, by their paths. */
    static void start(Map<String, Program> others) throws IOException {
        Logger.getLogger("").setLevel(Level.WARNING);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/call", exchange -> answer(exchange, Client::call));
        server.createContext("/serve", exchange -> answer(exchange, Backend::serve));
        others.forEach((path, program) -> server.createContext(path, exchange -> answer(exchange, program)));
        server.start();
        System.out.println("port " + server.getAddress().getPort());
    }

    private static void answer(HttpExchange exchange, Program program) throws IOException {
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int status = 200;
        String said;
        try {
            said = program.run(settings(text));
        } catch (NotSo wrong) {
            said = wrong.getMessage();
        } catch (Exception wrong) {
            wrong.printStackTrace();
            status = 500;
            said = wrong.toString();
        }
        byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Map<String, String> settings(String text) {
        Map<String, String> settings = new LinkedHashMap<>();
        text.lines().map(line -> line.split("=", 2)).forEach(pair -> settings.put(pair[0], pair[1]));
        return settings;
    }

    interface Program {
        String run(Map<String, String> settings) throws Exception;
    }

    /** What a client found wrong. */
    static final class NotSo extends Exception {
        NotSo(String what, Object seen) {
            super("not so: " + what + "; seen: " + String.valueOf(seen).replaceAll("\\s+", " "));
        }
    }
}
