#!/usr/bin/env bash
# oapi-codegen 2.8.2: a schema that is called as its operation with `Response` behind, as the element of each wrapped document/literal
# contract is, gives Go code that does not compile: the answer of the operation has a type of that name already.
# Needs Go. Seen:
#   generated: exit code 0
#   compiled: PingResponse redeclared in this block
set -euo pipefail
folder=$(mktemp -d)
trap 'chmod -R u+w "$folder"; rm -rf "$folder"' EXIT
export GOPATH="$folder/go" GOFLAGS=-mod=mod
cd "$folder"
cat >api.json <<'JSON'
{"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {"/ping": {"post": {"operationId": "ping",
 "responses": {"200": {"description": "pong", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/pingResponse"}}}}}}}},
 "components": {"schemas": {"pingResponse": {"type": "object", "properties": {"text": {"type": "string"}}}}}}
JSON
cat >go.mod <<'MOD'
module finding

go 1.24
MOD
go get github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2 github.com/oapi-codegen/runtime >log 2>&1 || { cat log; exit 1; }
code=0
go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -generate types,client -package main -o client.go api.json >log 2>&1 || code=$?
echo 'func main() {}' >>client.go
seen=$(echo "generated: exit code $code"; { go build ./... 2>&1 || true; } | sed -n 's/^.*: \(PingResponse redeclared in this block\)$/compiled: \1/p')
expected='generated: exit code 0
compiled: PingResponse redeclared in this block'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat log; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
