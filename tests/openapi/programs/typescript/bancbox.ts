// Calls the bridge before BancBox's reference backend with openapi-fetch and the types that openapi-typescript has made.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { env: Record<string, string | undefined>; exit(code: number): never };

const client = createClient<paths>({ baseUrl: process.env["URL"] ?? "" });
const { data } = await client.POST("/v1/BBXPortRest/updateClient", {
  body: {
    authentication: { apiKey: "ops@example.com", secret: "not-a-real-secret" },
    subscriberId: 200417,
    clientId: { bancBoxId: 364951 },
    firstName: "Ana",
    dob: "1980-02-29",
  },
});
if (data === undefined || data.status !== 1 || !("clientStatus" in data) || data.clientStatus !== "ACTIVE" || data.errors?.length !== 0) {
  console.log(`not so: ${JSON.stringify(data)}`);
  process.exit(1);
}
