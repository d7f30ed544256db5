# keys: sh -e FILE, or paste what is below a name.
# Set and export API_USERNAME, API_PASSWORD.

# put
curl -sS --fail-with-body -X POST -H 'Content-Type: application/soap+xml; charset=utf-8; action="urn:awkward:it'\''s#$x{{y}}"' --data-binary @- http://127.0.0.1:8090/soap/keys <<BODY_
<soapenv:Envelope xmlns:soapenv="http://www.w3.org/2003/05/soap-envelope">
  <soapenv:Header>
    <wsse:Security soapenv:mustUnderstand="1" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd">
      <wsse:UsernameToken wsu:Id="UT-0">
        <wsse:Username>$(printf %s "${API_USERNAME:?}" | sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g')</wsse:Username>
        <wsse:Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordText">$(printf %s "${API_PASSWORD:?}" | sed 's/&/\&amp;/g;s/</\&lt;/g;s/>/\&gt;/g')</wsse:Password>
      </wsse:UsernameToken>
    </wsse:Security>
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
