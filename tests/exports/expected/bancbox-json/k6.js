// bancbox: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_USERNAME=… -e API_PASSWORD=…
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/bancbox";
const given = {};
for (const name of ["API_USERNAME", "API_PASSWORD"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}
const json = (text) => JSON.stringify(text).slice(1, -1);

export default function () {
  {
    const headers = {
      "Content-Type": "application/json",
    };
    const body = "{\n" +
      "  \"authentication\": {\n" +
      "    \"apiKey\": \"" +
      json(given.API_USERNAME) +
      "\"" +
      ",\n" +
      "    \"secret\": \"" +
      json(given.API_PASSWORD) +
      "\"" +
      "\n" +
      "  },\n" +
      "  \"subscriberId\": 1,\n" +
      "  \"clientId\": {\n" +
      "    \"bancBoxId\": 2,\n" +
      "    \"subscriberReferenceId\": \"text 3\"\n" +
      "  },\n" +
      "  \"merchantId\": 4,\n" +
      "  \"firstName\": \"text 5\",\n" +
      "  \"lastName\": \"text 6\",\n" +
      "  \"middleInitial\": \"text 7\",\n" +
      "  \"ssn\": \"text 8\",\n" +
      "  \"dob\": \"2026-01-31\",\n" +
      "  \"address\": {\n" +
      "    \"line1\": \"text 9\",\n" +
      "    \"line2\": \"text 10\",\n" +
      "    \"city\": \"text 11\",\n" +
      "    \"state\": \"text 12\",\n" +
      "    \"zipcode\": \"text 13\"\n" +
      "  },\n" +
      "  \"homePhone\": \"text 14\",\n" +
      "  \"mobilePhone\": \"text 15\",\n" +
      "  \"workPhone\": \"text 16\",\n" +
      "  \"email\": \"text 17\",\n" +
      "  \"username\": \"text 18\"\n" +
      "}";
    const answer = http.request("POST", address + "/v1/BBXPortRest/updateClient", body, { headers });
    check(answer, {
      "updateClient: HTTP status 200": (answer) => answer.status === 200,
      "updateClient: has requestId": (answer) => "requestId" in answer.json(),
      "updateClient: status is 1": (answer) => answer.json().status === 1,
    });
  }
}
