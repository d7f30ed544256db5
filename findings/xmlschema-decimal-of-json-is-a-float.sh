#!/usr/bin/env bash
# xmlschema 4.3.2 writes an xs:decimal as a number of JSON with the precision of a float, although to_dict keeps all digits as Decimal; from_json then writes
# it with an exponent, which no xs:decimal has, into XML that its own schema refuses.
# Needs python3 with venv and a package index. Seen:
#   valid: True
#   json: 1.2345678901234567e+19
#   again: <a>1.2345678901234567e+19</a>
#   valid: False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --no-input --disable-pip-version-check xmlschema==4.3.2
cat >"$folder/finding.py" <<'PY'
import io
import xmlschema
from xml.etree import ElementTree

schema = xmlschema.XMLSchema(io.StringIO('<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a" type="xs:decimal"/></xs:schema>'))
source = "<a>12345678901234567890.10</a>"
json = xmlschema.to_json(source, schema=schema)
print("valid:", schema.is_valid(source))
print("json:", json)
again = xmlschema.from_json(json, schema, path="a")
text = ElementTree.tostring(again, encoding="unicode").strip()
print("again:", text)
print("valid:", schema.is_valid(text))
PY
seen=$(cd "$folder" && venv/bin/python finding.py 2>errors || true)
expected='valid: True
json: 1.2345678901234567e+19
again: <a>1.2345678901234567e+19</a>
valid: False'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
