# members: sh -e FILE, or paste what is below a name.
# Set and export API_TOKEN.

# put
curl -sS --fail-with-body -X POST -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "urn:awkward:it'\''s#$x{{y}}"' -H "Authorization: Bearer ${API_TOKEN:?}" --data-binary @- http://127.0.0.1:8090/soap/members <<'BODY_'
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Body>
    <t:put xmlns:t="urn:awkward" letters="Zoë 😀 漢字   ">
      <t:key>a b/ü?#&amp;'{{x}}</t:key>
      <t:branch>it's; 1</t:branch>
      <t:quotes>it's "$HOME" `id` $(id) // /* \n \\ %s &#33;&#33; # end</t:quotes>
      <t:templates>{{API_PASSWORD}} {{{x}}} ${API_PASSWORD} ${#Project#x} ```json &lt;&#33;--</t:templates>
      <t:lines>one
BODY
}
```
  four&#9;]]&gt;</t:lines>
    </t:put>
  </soapenv:Body>
</soapenv:Envelope>
BODY_
