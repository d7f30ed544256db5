// bancbox: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_USERNAME=… -e API_PASSWORD=…
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/soap/bancbox/BBXPort";
const given = {};
for (const name of ["API_USERNAME", "API_PASSWORD"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}
const xml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export default function () {
  {
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      "SOAPAction": "\"\"",
    };
    const body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n" +
      "  <soapenv:Header>\n" +
      "    <wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\n" +
      "      <wsse:UsernameToken wsu:Id=\"UT-0\">\n" +
      "        <wsse:Username>" +
      xml(given.API_USERNAME) +
      "</wsse:Username>\n" +
      "        <wsse:Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText\">" +
      xml(given.API_PASSWORD) +
      "</wsse:Password>\n" +
      "      </wsse:UsernameToken>\n" +
      "    </wsse:Security>\n" +
      "  </soapenv:Header>\n" +
      "  <soapenv:Body>\n" +
      "    <sch:updateClient xmlns:sch=\"schema.bancbox.com\">\n" +
      "      <updateClientRequest>\n" +
      "        <subscriberId>1</subscriberId>\n" +
      "        <clientId>\n" +
      "          <bancBoxId>2</bancBoxId>\n" +
      "          <subscriberReferenceId>text 3</subscriberReferenceId>\n" +
      "        </clientId>\n" +
      "        <merchantId>4</merchantId>\n" +
      "        <firstName>text 5</firstName>\n" +
      "        <lastName>text 6</lastName>\n" +
      "        <middleInitial>text 7</middleInitial>\n" +
      "        <ssn>text 8</ssn>\n" +
      "        <dob>2026-01-31</dob>\n" +
      "        <address>\n" +
      "          <line1>text 9</line1>\n" +
      "          <line2>text 10</line2>\n" +
      "          <city>text 11</city>\n" +
      "          <state>text 12</state>\n" +
      "          <zipcode>text 13</zipcode>\n" +
      "        </address>\n" +
      "        <homePhone>text 14</homePhone>\n" +
      "        <mobilePhone>text 15</mobilePhone>\n" +
      "        <workPhone>text 16</workPhone>\n" +
      "        <email>text 17</email>\n" +
      "        <username>text 18</username>\n" +
      "      </updateClientRequest>\n" +
      "    </sch:updateClient>\n" +
      "  </soapenv:Body>\n" +
      "</soapenv:Envelope>";
    const answer = http.request("POST", address + "", body, { headers });
    check(answer, {
      "updateClient: HTTP status 200": (answer) => answer.status === 200,
      "updateClient: Body has updateClientResponse": (answer) => /<([^\s<>:\/]+:)?Body(\s[^>]*)?>\s*<([^\s<>:\/]+:)?updateClientResponse[\s\/>]/.test(answer.body),
    });
  }
}
