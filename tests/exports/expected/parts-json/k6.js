// parts: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_TOKEN=…
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/parts";
const given = {};
for (const name of ["API_TOKEN"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}

export default function () {
  {
    const headers = {
      "Content-Type": "application/json",
      "x-client": "text 5",
      "x-trace": "3",
      "Authorization": 'Bearer ' + given.API_TOKEN,
    };
    const body = "{\n" +
      "  \"$headers\": {\n" +
      "    \"session\": {\n" +
      "      \"client\": {}\n" +
      "    },\n" +
      "    \"options\": {\n" +
      "      \"level\": 6\n" +
      "    }\n" +
      "  },\n" +
      "  \"why\": \"text 1\"\n" +
      "}";
    const answer = http.request("POST", address + "/ask", body, { headers });
    check(answer, {
      "ask: HTTP status 200": (answer) => answer.status === 200,
    });
  }
}
