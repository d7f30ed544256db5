// Calls the bridge with the client that oapi-codegen has made.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
)

func same(what string, got, expected any) {
	if !reflect.DeepEqual(got, expected) {
		fmt.Printf("not so: %s is %v, not %v\n", what, got, expected)
		os.Exit(1)
	}
}

func must(reason error) {
	if reason != nil {
		fmt.Printf("not so: %v\n", reason)
		os.Exit(1)
	}
}

func order() Order {
	at, big, version, weight := "2024-02-29T24:00:00+02:00", big, int32(3), 0.1
	return Order{
		Version: &version, Id: id, Count: 7, Amount: amount, Day: day(), At: &at, State: "IN WORK", Line: []Line{{Article: "A-1"}},
		Card: &Card{Number: "1234567890123456"}, Big: &big, Weight: &weight,
	}
}

func main() {
	client, reason := NewClientWithResponses(os.Getenv("URL"))
	must(reason)
	sent := order()
	answer, reason := client.PlaceOrderWithResponse(context.Background(), nil, sent)
	must(reason)
	same("the status", answer.StatusCode(), 200)
	if answer.JSON200 == nil {
		must(fmt.Errorf("no order: %s", answer.Body))
	}
	same("the whole", *answer.JSON200, sent)

	remark := "fault"
	sent.Remark = &remark
	answer, reason = client.PlaceOrderWithResponse(context.Background(), nil, sent)
	must(reason)
	same("the status", answer.StatusCode(), 409)
	text, reason := json.Marshal(answer.JSON409)
	must(reason)
	var failure struct {
		Errors []struct {
			Code, Pointer string
			Fault         struct {
				Name   string
				Detail struct{ Id json.RawMessage }
			}
		}
	}
	must(json.Unmarshal(text, &failure))
	first := failure.Errors[0]
	same("the code", first.Code, "CLOSED")
	same("the pointer", first.Pointer, "/id")
	same("the fault", first.Fault.Name, "orderFault")
	same("the order of the fault", string(first.Fault.Detail.Id), idText)
}
