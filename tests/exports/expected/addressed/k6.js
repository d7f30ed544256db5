// addressed: k6 run FILE
// Variables: -e ADDRESS=URL calls another address; -e API_USERNAME=… -e API_PASSWORD=…
import http from 'k6/http';
import { check } from 'k6';
import crypto from 'k6/crypto';
import encoding from 'k6/encoding';

export const options = { vus: 1, iterations: 1, thresholds: { checks: ['rate==1'] } };

const address = __ENV.ADDRESS || "http://127.0.0.1:8090/soap/addressed";
const given = {};
for (const name of ["API_USERNAME", "API_PASSWORD"]) {
if (__ENV[name] === undefined) throw new Error(`set ${name}`);
  given[name] = __ENV[name];
}
const xml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
function key() {
  return Array.from(new Uint8Array(crypto.randomBytes(16)), (octet) => octet.toString(16).padStart(2, '0')).join('');
}
function messageId() {
  return 'urn:uuid:' + key().replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
function made(password) {
  const nonce = crypto.randomBytes(16);
  const created = new Date().toISOString();
  const hash = crypto.createHash('sha1');
  hash.update(nonce);
  hash.update(created + password);
  return { nonce: encoding.b64encode(nonce), created, digest: hash.digest('base64') };
}

export default function () {
  {
    const token = made(given.API_PASSWORD);
    const headers = {
      "Content-Type": "text/xml; charset=utf-8",
      "SOAPAction": "\"urn:awkward:it's#$x{{y}}\"",
    };
    const body = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\n" +
      "  <soapenv:Header>\n" +
      "    <wsse:Security soapenv:mustUnderstand=\"1\" xmlns:wsse=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd\" xmlns:wsu=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd\">\n" +
      "      <wsse:UsernameToken wsu:Id=\"UT-0\">\n" +
      "        <wsse:Username>" +
      xml(given.API_USERNAME) +
      "</wsse:Username>\n" +
      "        <wsse:Password Type=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest\">" +
      token.digest +
      "</wsse:Password>\n" +
      "        <wsse:Nonce EncodingType=\"http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary\">" +
      token.nonce +
      "</wsse:Nonce>\n" +
      "        <wsu:Created>" +
      token.created +
      "</wsu:Created>\n" +
      "      </wsse:UsernameToken>\n" +
      "    </wsse:Security>\n" +
      "    <wsa:Action xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">urn:awkward:it's#$x{{y}}</wsa:Action>\n" +
      "    <wsa:To xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">http://127.0.0.1:8090/soap/addressed</wsa:To>\n" +
      "    <wsa:ReplyTo xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">\n" +
      "      <wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address>\n" +
      "    </wsa:ReplyTo>\n" +
      "    <wsa:MessageID xmlns:wsa=\"http://www.w3.org/2005/08/addressing\">" +
      messageId() +
      "</wsa:MessageID>\n" +
      "  </soapenv:Header>\n" +
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
