# parts: sh -e FILE, or paste what is below a name.
# Set and export API_PASSWORD.

# ask
curl -sS --fail-with-body -X POST -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "urn:t#ask"' --data-binary @- http://127.0.0.1:8090/soap/parts <<BODY
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Header>
    <t:session xmlns:t="urn:t">
      <t:id>$(printf %s "${API_PASSWORD:?}" | sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g')</t:id>
      <t:client>
        <t:trace>3</t:trace>
      </t:client>
    </t:session>
    <t:options xmlns:t="urn:t">
      <t:client>text 5</t:client>
      <t:level>6</t:level>
    </t:options>
    <t:DeveloperToken xmlns:t="urn:t">not-a-secret</t:DeveloperToken>
  </soapenv:Header>
  <soapenv:Body>
    <t:ask xmlns:t="urn:t">
      <t:why>text 1</t:why>
    </t:ask>
  </soapenv:Body>
</soapenv:Envelope>
BODY
