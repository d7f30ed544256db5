// ShopService: k6 run FILE
// Variables: -e ADDRESS=URL calls another address
import http from 'k6/http';
import { check } from 'k6';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:9000/";

export default function () {
  {
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      "SOAPAction": "\"urn:shop#getQuote\"",
    };
    const body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n" +
      "  <soapenv:Body>\n" +
      "    <t:getQuote xmlns:t=\"urn:shop\">\n" +
      "      <t:item>text</t:item>\n" +
      "    </t:getQuote>\n" +
      "  </soapenv:Body>\n" +
      "</soapenv:Envelope>";
    const answer = http.request("POST", address + "", body, { headers });
    check(answer, {
      "getQuote: HTTP status 200": (answer) => answer.status === 200,
      "getQuote: Body has quote": (answer) => /<([^\s<>:\/]+:)?Body(\s[^>]*)?>\s*<([^\s<>:\/]+:)?quote[\s\/>]/.test(answer.body),
    });
  }
  {
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      "SOAPAction": "\"urn:shop#placeOrder\"",
    };
    const body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n" +
      "  <soapenv:Body>\n" +
      "    <t:placeOrder xmlns:t=\"urn:shop\">\n" +
      "      <t:quote>1</t:quote>\n" +
      "    </t:placeOrder>\n" +
      "  </soapenv:Body>\n" +
      "</soapenv:Envelope>";
    const answer = http.request("POST", address + "", body, { headers });
    check(answer, {
      "placeOrder: HTTP status 200": (answer) => answer.status === 200,
      "placeOrder: Body has order": (answer) => /<([^\s<>:\/]+:)?Body(\s[^>]*)?>\s*<([^\s<>:\/]+:)?order[\s\/>]/.test(answer.body),
    });
  }
  {
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      "SOAPAction": "\"urn:shop#notify\"",
    };
    const body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n" +
      "  <soapenv:Body>\n" +
      "    <t:notify xmlns:t=\"urn:shop\">text</t:notify>\n" +
      "  </soapenv:Body>\n" +
      "</soapenv:Envelope>";
    const answer = http.request("POST", address + "", body, { headers });
    check(answer, {
      "notify: HTTP status 202": (answer) => answer.status === 202,
    });
  }
}
