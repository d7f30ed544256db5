import org.openapitools.client.model.Order;

class Numbers {
    static final String ID_TEXT = "9007199254740993";

    static Order order(Order order) {
        return order.id(9007199254740993L).amount(12.50).big(9223372036854775807L).day("2024-02-29+02:00");
    }
}
