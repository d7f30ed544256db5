import java.time.LocalDate;
import org.openapitools.client.model.Order;

class Numbers {
    static final String ID_TEXT = "\"9007199254740993\"";

    static Order order(Order order) {
        return order.id("9007199254740993").amount("12.50").big("18446744073709551615").day(LocalDate.of(2024, 2, 29));
    }
}
