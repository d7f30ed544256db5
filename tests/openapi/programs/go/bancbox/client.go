// Calls the bridge before BancBox's reference backend with the client that oapi-codegen has made.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
)

func main() {
	client, reason := NewClientWithResponses(os.Getenv("URL"))
	if reason != nil {
		panic(reason)
	}
	text := `{"authentication":{"apiKey":"ops@example.com","secret":"not-a-real-secret"},"subscriberId":9007199254740993,"clientId":{"bancBoxId":364951},"dob":"1980-02-29"}`
	answer, reason := client.UpdateClientWithBodyWithResponse(context.Background(), nil, "application/json", strings.NewReader(text))
	if reason != nil {
		panic(reason)
	}
	said := string(answer.Body)
	if answer.JSON200 == nil || !strings.Contains(said, `"status":1,`) || !strings.Contains(said, `"clientStatus":"ACTIVE"`) {
		fmt.Printf("not so: %s\n", said)
		os.Exit(1)
	}
}
