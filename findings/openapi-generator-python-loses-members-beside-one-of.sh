#!/usr/bin/env bash
# openapi-generator 7.17.0, python: an object with `properties` whose `oneOf` only says which of them are required has a class without any of
# them. What is sent is `{}`, and what comes is read without its members. Java's class of the same document has both.
# Needs Maven, Java 11 and Python with venv. Seen:
#   python: {}
#   java: card transfer
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mvn -q -B -Dstyle.color=never dependency:copy -Dartifact=org.openapitools:openapi-generator-cli:7.17.0 -DoutputDirectory="$folder"
cat >"$folder/api.json" <<'JSON'
{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {"/pay": {"post": {"operationId": "pay",
 "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Payment"}}}}, "responses": {"200": {"description": "paid"}}}}},
 "components": {"schemas": {"Payment": {"type": "object", "properties": {"card": {"type": "string"}, "transfer": {"type": "string"}},
  "oneOf": [{"required": ["card"]}, {"required": ["transfer"]}]}}}}
JSON
generate() {
    java -jar "$folder/openapi-generator-cli-7.17.0.jar" generate -i "$folder/api.json" -o "$folder/$1" "${@:2}" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
}
generate python -g python
generate java -g java --library native
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'pydantic==2.12.5' 'urllib3==2.6.2' 'python-dateutil==2.9.0.post0' 'typing-extensions==4.15.0'
seen=$(
    cd "$folder/python"
    echo "python: $("$folder/venv/bin/python" -c 'from openapi_client.models.payment import Payment; print(Payment.from_dict({"card": "4111"}).to_json())')"
    echo "java: $(grep -ho 'String \(card\|transfer\);' "$folder"/java/src/main/java/org/openapitools/client/model/Payment.java | sed 's/String \(.*\);/\1/' | paste -sd ' ')"
)
expected='python: {}
java: card transfer'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
