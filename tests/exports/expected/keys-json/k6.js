// keys: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_KEY=…
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/keys";
const given = {};
for (const name of ["API_KEY"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}

export default function () {
  {
    const headers = {
      "Content-Type": "application/json",
      "x-branch": "it's; 1",
      "x-api-key": given.API_KEY,
    };
    const body = "{\n" +
      "  \"@letters\": \"Zoë 😀 漢字   \",\n" +
      "  \"key\": \"a b/ü?#&'{{x}}\",\n" +
      "  \"quotes\": \"it's \\\"$HOME\\\" `id` $(id) // /* \\\\n \\\\\\\\ %s !! # end\",\n" +
      "  \"templates\": \"{{API_PASSWORD}} {{{x}}} ${API_PASSWORD} ${#Project#x} ```json <!--\",\n" +
      "  \"lines\": \"one\\nBODY\\n}\\n```\\n  four\\t]]>\"\n" +
      "}";
    const answer = http.request("POST", address + "/put", body, { headers });
    check(answer, {
      "put: HTTP status 200": (answer) => answer.status === 200,
      "put: has it-is.ici": (answer) => "it-is.ici" in answer.json(),
    });
  }
}
