# bancbox: sh -e FILE, or paste what is below a name.
# Set and export API_USERNAME, API_PASSWORD.

# updateClient
curl -sS --fail-with-body -X POST -H 'Content-Type: application/json' --data-binary @- http://127.0.0.1:8090/bancbox/v1/BBXPortRest/updateClient <<BODY
{
  "authentication": {
    "apiKey": "$(printf %s "${API_USERNAME:?}" | sed 's/[\\"]/\\&/g')",
    "secret": "$(printf %s "${API_PASSWORD:?}" | sed 's/[\\"]/\\&/g')"
  },
  "subscriberId": 1,
  "clientId": {
    "bancBoxId": 2,
    "subscriberReferenceId": "text 3"
  },
  "merchantId": 4,
  "firstName": "text 5",
  "lastName": "text 6",
  "middleInitial": "text 7",
  "ssn": "text 8",
  "dob": "2026-01-31",
  "address": {
    "line1": "text 9",
    "line2": "text 10",
    "city": "text 11",
    "state": "text 12",
    "zipcode": "text 13"
  },
  "homePhone": "text 14",
  "mobilePhone": "text 15",
  "workPhone": "text 16",
  "email": "text 17",
  "username": "text 18"
}
BODY
