// parts: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_PASSWORD=…
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/soap/parts";
const given = {};
for (const name of ["API_PASSWORD"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}
const xml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export default function () {
  {
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      "SOAPAction": "\"urn:t#ask\"",
    };
    const body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n" +
      "  <soapenv:Header>\n" +
      "    <t:session xmlns:t=\"urn:t\">\n" +
      "      <t:id>" +
      xml(given.API_PASSWORD) +
      "</t:id>\n" +
      "      <t:client>\n" +
      "        <t:trace>3</t:trace>\n" +
      "      </t:client>\n" +
      "    </t:session>\n" +
      "    <t:options xmlns:t=\"urn:t\">\n" +
      "      <t:client>text 5</t:client>\n" +
      "      <t:level>6</t:level>\n" +
      "    </t:options>\n" +
      "    <t:DeveloperToken xmlns:t=\"urn:t\">not-a-secret</t:DeveloperToken>\n" +
      "  </soapenv:Header>\n" +
      "  <soapenv:Body>\n" +
      "    <t:ask xmlns:t=\"urn:t\">\n" +
      "      <t:why>text 1</t:why>\n" +
      "    </t:ask>\n" +
      "  </soapenv:Body>\n" +
      "</soapenv:Envelope>";
    const answer = http.request("POST", address + "", body, { headers });
    check(answer, {
      "ask: HTTP status 200": (answer) => answer.status === 200,
      "ask: Body has answer": (answer) => /<([^\s<>:\/]+:)?Body(\s[^>]*)?>\s*<([^\s<>:\/]+:)?answer[\s\/>]/.test(answer.body),
    });
  }
}
