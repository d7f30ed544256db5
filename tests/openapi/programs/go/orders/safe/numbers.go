package main

import (
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"
)

const (
	id     = "9007199254740993"
	idText = `"9007199254740993"`
	amount = "12.50"
	big    = "18446744073709551615"
)

func day() openapi_types.Date {
	return openapi_types.Date{Time: time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC)}
}
