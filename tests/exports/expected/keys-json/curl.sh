# keys: sh -e FILE, or paste what is below a name.
# Set and export API_KEY.

# put
curl -sS --fail-with-body -X POST -H 'Content-Type: application/json' -H 'x-branch: it'\''s; 1' -H "x-api-key: ${API_KEY:?}" --data-binary @- http://127.0.0.1:8090/keys/put <<'BODY'
{
  "@letters": "Zoë 😀 漢字   ",
  "key": "a b/ü?#&'{{x}}",
  "quotes": "it's \"$HOME\" `id` $(id) // /* \\n \\\\ %s \u0021\u0021 # end",
  "templates": "{{API_PASSWORD}} {{{x}}} ${API_PASSWORD} ${#Project#x} ```json <\u0021--",
  "lines": "one\nBODY\n}\n```\n  four\t]]>"
}
BODY
