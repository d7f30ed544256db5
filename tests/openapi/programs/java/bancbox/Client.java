import java.time.LocalDate;
import org.openapitools.client.ApiClient;
import org.openapitools.client.api.BancboxApi;
import org.openapitools.client.model.UpdateClientRequest;

/** Calls the bridge before BancBox's reference backend with the client that openapi-generator has made for Java. */
public class Client {
    public static void main(String[] arguments) throws Exception {
        ApiClient client = new ApiClient();
        client.updateBaseUri(System.getenv("URL"));
        String text = "{\"authentication\":{\"apiKey\":\"ops@example.com\",\"secret\":\"not-a-real-secret\"},\"subscriberId\":9007199254740993,"
            + "\"clientId\":{\"bancBoxId\":364951},\"firstName\":\"Ana\"}";
        UpdateClientRequest request = client.getObjectMapper().readValue(text, UpdateClientRequest.class).dob(LocalDate.of(1980, 2, 29));
        String answer = client.getObjectMapper().writeValueAsString(new BancboxApi(client).updateClient(request, null));
        if (!answer.contains("\"status\":1,") || !answer.contains("\"clientStatus\":\"ACTIVE\"") || !answer.contains("\"errors\":[]")) {
            System.out.println("not so: " + answer);
            System.exit(1);
        }
    }
}
