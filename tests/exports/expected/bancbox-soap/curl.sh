# bancbox: sh -e FILE, or paste what is below a name.
# Set and export API_USERNAME, API_PASSWORD.

# updateClient
curl -sS --fail-with-body -X POST -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: ""' --data-binary @- http://127.0.0.1:8090/soap/bancbox/BBXPort <<BODY
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Header>
    <wsse:Security soapenv:mustUnderstand="1" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">
      <wsse:UsernameToken wsu:Id="UT-0">
        <wsse:Username>$(printf %s "${API_USERNAME:?}" | sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g')</wsse:Username>
        <wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">$(printf %s "${API_PASSWORD:?}" | sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g')</wsse:Password>
      </wsse:UsernameToken>
    </wsse:Security>
  </soapenv:Header>
  <soapenv:Body>
    <sch:updateClient xmlns:sch="schema.bancbox.com">
      <updateClientRequest>
        <subscriberId>1</subscriberId>
        <clientId>
          <bancBoxId>2</bancBoxId>
          <subscriberReferenceId>text 3</subscriberReferenceId>
        </clientId>
        <merchantId>4</merchantId>
        <firstName>text 5</firstName>
        <lastName>text 6</lastName>
        <middleInitial>text 7</middleInitial>
        <ssn>text 8</ssn>
        <dob>2026-01-31</dob>
        <address>
          <line1>text 9</line1>
          <line2>text 10</line2>
          <city>text 11</city>
          <state>text 12</state>
          <zipcode>text 13</zipcode>
        </address>
        <homePhone>text 14</homePhone>
        <mobilePhone>text 15</mobilePhone>
        <workPhone>text 16</workPhone>
        <email>text 17</email>
        <username>text 18</username>
      </updateClientRequest>
    </sch:updateClient>
  </soapenv:Body>
</soapenv:Envelope>
BODY
