# awkward: sh -e FILE, or paste what is below a name.
# Set and export API_USERNAME, API_PASSWORD.

# put
curl -sS --fail-with-body -X PUT -H 'Content-Type: application/json' -u "${API_USERNAME:?}:${API_PASSWORD:?}" -H "Idempotency-Key: $(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" --data-binary @- 'http://127.0.0.1:8090/awkward/things/a%20b%2F%C3%BC%3F%23%26%27%7B%7Bx%7D%7D?branch=it%27s%3B%201' <<'BODY'
{
  "@letters": "Zoë 😀 漢字   ",
  "quotes": "it's \"$HOME\" `id` $(id) // /* \\n \\\\ %s \u0021\u0021 # end",
  "templates": "{{API_PASSWORD}} {{{x}}} ${API_PASSWORD} ${#Project#x} ```json <\u0021--",
  "lines": "one\nBODY\n}\n```\n  four\t]]>"
}
BODY

# tell
curl -sS --fail-with-body -X POST -H 'Content-Type: application/json' -u "${API_USERNAME:?}:${API_PASSWORD:?}" -H "Idempotency-Key: $(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')" --data-binary @- http://127.0.0.1:8090/awkward/tell <<'BODY'
"it's \"$HOME\" `id` $(id) // /* \\n \\\\ %s \u0021\u0021 # end"
BODY
