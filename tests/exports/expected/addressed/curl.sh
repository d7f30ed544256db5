# addressed: sh -e FILE, or paste what is below a name.
# Set and export API_USERNAME, API_PASSWORD.

# put
nonce=$(openssl rand -base64 16) created=$(date -u +%Y-%m-%dT%H:%M:%SZ)
digest=$({ printf %s "$nonce" | openssl base64 -d -A; printf %s "$created${API_PASSWORD:?}"; } | openssl dgst -sha1 -binary | openssl base64 -A)
curl -sS --fail-with-body -X POST -H 'Content-Type: text/xml; charset=utf-8' -H 'SOAPAction: "urn:awkward:it'\''s#$x{{y}}"' --data-binary @- http://127.0.0.1:8090/soap/addressed <<BODY_
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">
  <soapenv:Header>
    <wsse:Security soapenv:mustUnderstand="1" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">
      <wsse:UsernameToken wsu:Id="UT-0">
        <wsse:Username>$(printf %s "${API_USERNAME:?}" | sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g')</wsse:Username>
        <wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">$digest</wsse:Password>
        <wsse:Nonce EncodingType="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary">$nonce</wsse:Nonce>
        <wsu:Created>$created</wsu:Created>
      </wsse:UsernameToken>
    </wsse:Security>
    <wsa:Action xmlns:wsa="http://www.w3.org/2005/08/addressing">urn:awkward:it's#\$x{{y}}</wsa:Action>
    <wsa:To xmlns:wsa="http://www.w3.org/2005/08/addressing">http://127.0.0.1:8090/soap/addressed</wsa:To>
    <wsa:ReplyTo xmlns:wsa="http://www.w3.org/2005/08/addressing">
      <wsa:Address>http://www.w3.org/2005/08/addressing/anonymous</wsa:Address>
    </wsa:ReplyTo>
    <wsa:MessageID xmlns:wsa="http://www.w3.org/2005/08/addressing">urn:uuid:$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n' | sed 's/^\(.\{8\}\)\(....\)\(....\)\(....\)/\1-\2-\3-\4-/')</wsa:MessageID>
  </soapenv:Header>
  <soapenv:Body>
    <t:put xmlns:t="urn:awkward" letters="Zoë 😀 漢字   ">
      <t:key>a b/ü?#&amp;'{{x}}</t:key>
      <t:branch>it's; 1</t:branch>
      <t:quotes>it's "\$HOME" \`id\` \$(id) // /* \\n \\\\ %s &#33;&#33; # end</t:quotes>
      <t:templates>{{API_PASSWORD}} {{{x}}} \${API_PASSWORD} \${#Project#x} \`\`\`json &lt;&#33;--</t:templates>
      <t:lines>one
BODY
}
\`\`\`
  four&#9;]]&gt;</t:lines>
    </t:put>
  </soapenv:Body>
</soapenv:Envelope>
BODY_
