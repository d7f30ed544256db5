# parts: sh -e FILE, or paste what is below a name.
# Set and export API_TOKEN.

# ask
curl -sS --fail-with-body -X POST -H 'Content-Type: application/json' -H 'x-client: text 5' -H 'x-trace: 3' -H "Authorization: Bearer ${API_TOKEN:?}" --data-binary @- http://127.0.0.1:8090/parts/ask <<'BODY'
{
  "$headers": {
    "session": {
      "client": {}
    },
    "options": {
      "level": 6
    }
  },
  "why": "text 1"
}
BODY
