#!/usr/bin/env bash
# openapi-generator 7.17.0, python: a member with `format: date` and a `pattern`, which its own text fulfils, cannot be set nor read: the
# pattern is matched against the date object. Without the pattern, or without the format, it can.
# Needs Maven, Java 11 and Python with venv. Seen:
#   both: TypeError
#   format: 2024-02-29
#   pattern: 2024-02-29
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mvn -q -B -Dstyle.color=never dependency:copy -Dartifact=org.openapitools:openapi-generator-cli:7.17.0 -DoutputDirectory="$folder"
cat >"$folder/api.json" <<'JSON'
{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {"/days": {"get": {"operationId": "days",
 "responses": {"200": {"description": "days", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Days"}}}}}}}},
 "components": {"schemas": {"Days": {"type": "object", "properties": {
  "both": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
  "format": {"type": "string", "format": "date"},
  "pattern": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}}}}}}
JSON
java -jar "$folder/openapi-generator-cli-7.17.0.jar" generate -i "$folder/api.json" -o "$folder/python" -g python >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q 'pydantic==2.12.5' 'urllib3==2.6.2' 'python-dateutil==2.9.0.post0' 'typing-extensions==4.15.0'
cat >"$folder/python/read.py" <<'PYTHON'
from openapi_client.models.days import Days

for name in ("both", "format", "pattern"):
    try:
        print(f"{name}: {getattr(Days.from_dict({name: '2024-02-29'}), name)}")
    except Exception as error:
        print(f"{name}: {type(error).__name__}")
PYTHON
seen=$(cd "$folder/python" && "$folder/venv/bin/python" read.py)
expected='both: TypeError
format: 2024-02-29
pattern: 2024-02-29'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
