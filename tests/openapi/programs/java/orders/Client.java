import java.util.List;
import java.util.Objects;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.OrdersApi;
import org.openapitools.client.model.Card;
import org.openapitools.client.model.Line;
import org.openapitools.client.model.Order;
import org.openapitools.client.model.State;

/** Calls the bridge with the client that openapi-generator has made for Java. */
public class Client {
    static Order order() {
        return Numbers.order(new Order().count(7).at("2024-02-29T24:00:00+02:00").state(State.fromValue("IN WORK"))
            .line(List.of(new Line().article("A-1"))).note(null).card(new Card().number("1234567890123456"))
            .weight(0.1).atVersion(3));
    }

    static void same(String what, Object got, Object expected) {
        if (!Objects.equals(got, expected)) {
            System.out.println("not so: " + what + " is " + got + ", not " + expected);
            System.exit(1);
        }
    }

    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(System.getenv("URL"));
        OrdersApi api = new OrdersApi(client);
        same("the whole", api.placeOrder(order(), null), order());
        try {
            api.placeOrder(order().remark("fault"), null);
            same("the exception", null, "one");
        } catch (ApiException reason) {
            same("the status", reason.getCode(), 409);
            String body = reason.getResponseBody();
            same("the fault", body.contains("\"name\":\"orderFault\"") && body.contains("\"id\":" + Numbers.ID_TEXT), true);
        }
    }
}
