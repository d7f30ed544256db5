#!/usr/bin/env bash
# openapi-generator 7.17.0 and oapi-codegen 2.8.2, Go: `type: number` without a format is a float32, so that an amount of ten digits comes
# back as another one. With `format: double` both have a float64.
# Needs Maven, Java 11 and Go. Seen:
#   openapi-generator: Amount *float32, Exact *float64
#   oapi-codegen: Amount *float32, Exact *float64
#   12345678.91 as a float32: 12345679
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
export GOPATH="$folder/go" GOFLAGS=-mod=mod
cd "$folder"
cat >api.json <<'JSON'
{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {"/pay": {"post": {"operationId": "pay",
 "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Payment"}}}}, "responses": {"200": {"description": "paid"}}}}},
 "components": {"schemas": {"Payment": {"type": "object", "properties": {"amount": {"type": "number"}, "exact": {"type": "number", "format": "double"}}}}}}
JSON
mvn -q -B -Dstyle.color=never dependency:copy -Dartifact=org.openapitools:openapi-generator-cli:7.17.0 -DoutputDirectory=.
java -jar openapi-generator-cli-7.17.0.jar generate -i api.json -o generated -g go >log 2>&1 || { cat log; exit 1; }
mkdir other
cat >other/go.mod <<'MOD'
module finding

go 1.24
MOD
cat >other/amount.go <<'GO'
package main

import (
	"encoding/json"
	"fmt"
)

func main() {
	var payment struct{ Amount float32 }
	if err := json.Unmarshal([]byte(`{"amount":12345678.91}`), &payment); err != nil {
		panic(err)
	}
	written, _ := json.Marshal(payment.Amount)
	fmt.Printf("12345678.91 as a float32: %s\n", written)
}
GO
(cd other && go get github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 && go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -generate types -package main -o ../types.go ../api.json) >log 2>&1 || { cat log; exit 1; }
members() { sed -n 's/^\t\(Amount\|Exact\) *\(\*[a-z0-9]*\) .*/\1 \2/p' "$1" | paste -sd ',' | sed 's/,/, /'; }
seen=$(
    echo "openapi-generator: $(members generated/model_payment.go)"
    echo "oapi-codegen: $(members types.go)"
    go run other/amount.go
)
expected='openapi-generator: Amount *float32, Exact *float64
oapi-codegen: Amount *float32, Exact *float64
12345678.91 as a float32: 12345679'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
