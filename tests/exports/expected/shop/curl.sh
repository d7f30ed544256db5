# ShopService: sh -e FILE, or paste what is below a name.

# getQuote
curl -sS --fail-with-body -X POST -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "urn:shop#getQuote"' --data-binary @- http://127.0.0.1:9000/ <<'BODY'
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Body>
    <t:getQuote xmlns:t="urn:shop">
      <t:item>text</t:item>
    </t:getQuote>
  </soapenv:Body>
</soapenv:Envelope>
BODY

# placeOrder
curl -sS --fail-with-body -X POST -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "urn:shop#placeOrder"' --data-binary @- http://127.0.0.1:9000/ <<'BODY'
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Body>
    <t:placeOrder xmlns:t="urn:shop">
      <t:quote>1</t:quote>
    </t:placeOrder>
  </soapenv:Body>
</soapenv:Envelope>
BODY

# notify
curl -sS --fail-with-body -X POST -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "urn:shop#notify"' --data-binary @- http://127.0.0.1:9000/ <<'BODY'
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Body>
    <t:notify xmlns:t="urn:shop">text</t:notify>
  </soapenv:Body>
</soapenv:Envelope>
BODY
