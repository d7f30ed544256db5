// members: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_TOKEN=…
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/soap/members";
const given = {};
for (const name of ["API_TOKEN"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}

export default function () {
  {
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      "SOAPAction": "\"urn:awkward:it's#$x{{y}}\"",
      "Authorization": 'Bearer ' + given.API_TOKEN,
    };
    const body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n" +
      "  <soapenv:Body>\n" +
      "    <t:put xmlns:t=\"urn:awkward\" letters=\"Zoë 😀 漢字   \">\n" +
      "      <t:key>a b/ü?#&amp;'{{x}}</t:key>\n" +
      "      <t:branch>it's; 1</t:branch>\n" +
      "      <t:quotes>it's \"$HOME\" `id` $(id) // /* \\n \\\\ %s !! # end</t:quotes>\n" +
      "      <t:templates>{{API_PASSWORD}} {{{x}}} ${API_PASSWORD} ${#Project#x} ```json &lt;!--</t:templates>\n" +
      "      <t:lines>one\n" +
      "BODY\n" +
      "}\n" +
      "```\n" +
      "  four\t]]&gt;</t:lines>\n" +
      "    </t:put>\n" +
      "  </soapenv:Body>\n" +
      "</soapenv:Envelope>";
    const answer = http.request("POST", address + "", body, { headers });
    check(answer, {
      "put: HTTP status 200": (answer) => answer.status === 200,
      "put: Body has put.réponse": (answer) => /<([^\s<>:\/]+:)?Body(\s[^>]*)?>\s*<([^\s<>:\/]+:)?put\.réponse[\s\/>]/.test(answer.body),
    });
  }
}
