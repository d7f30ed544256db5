// awkward: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_USERNAME=… -e API_PASSWORD=…
import http from 'k6/http';
import { check } from 'k6';
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/awkward";
const given = {};
for (const name of ["API_USERNAME", "API_PASSWORD"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}
function key() {
  return Array.from(new Uint8Array(crypto.randomBytes(16)), (octet) => octet.toString(16).padStart(2, '0')).join('');
}

export default function () {
  {
    const headers = {
      "Content-Type": "application/json",
      "Authorization": 'Basic ' + encoding.b64encode(given.API_USERNAME + ':' + given.API_PASSWORD),
      "Idempotency-Key": key(),
    };
    const body = "{\n" +
      "  \"@letters\": \"Zoë 😀 漢字   \",\n" +
      "  \"quotes\": \"it's \\\"$HOME\\\" `id` $(id) // /* \\\\n \\\\\\\\ %s !! # end\",\n" +
      "  \"templates\": \"{{API_PASSWORD}} {{{x}}} ${API_PASSWORD} ${#Project#x} ```json <!--\",\n" +
      "  \"lines\": \"one\\nBODY\\n}\\n```\\n  four\\t]]>\"\n" +
      "}";
    const answer = http.request("PUT", address + "/things/a%20b%2F%C3%BC%3F%23%26%27%7B%7Bx%7D%7D?branch=it%27s%3B%201", body, { headers });
    check(answer, {
      "put: HTTP status 200": (answer) => answer.status === 200,
      "put: has it-is.ici": (answer) => "it-is.ici" in answer.json(),
    });
  }
  {
    const headers = {
      "Content-Type": "application/json",
      "Authorization": 'Basic ' + encoding.b64encode(given.API_USERNAME + ':' + given.API_PASSWORD),
      "Idempotency-Key": key(),
    };
    const body = "\"it's \\\"$HOME\\\" `id` $(id) // /* \\\\n \\\\\\\\ %s !! # end\"";
    const answer = http.request("POST", address + "/tell", body, { headers });
    check(answer, {
      "tell: HTTP status 202": (answer) => answer.status === 202,
    });
  }
}
