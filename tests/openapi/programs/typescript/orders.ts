// Calls the bridge with openapi-fetch and the types that openapi-typescript has made. JavaScript has doubles alone, so before a bridge with
// numbers that are JSON's the long is one that a double holds.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

declare const process: { env: Record<string, string | undefined>; exit(code: number): never };

type Order = components["schemas"]["Order"];

const safe = process.env["NUMBERS"] === "safe";
const id = (safe ? "9007199254740993" : 9007199254740991) as Order["id"];

function order(more: Partial<Order>): Order {
  return {
    "@version": 3,
    id,
    count: 7,
    amount: (safe ? "12.50" : 12.5) as Order["amount"],
    day: safe ? "2024-02-29" : "2024-02-29+02:00",
    at: "2024-02-29T24:00:00+02:00",
    state: "IN WORK",
    line: [{ article: "A-1" }],
    note: null,
    card: { number: "1234567890123456" },
    big: (safe ? "18446744073709551615" : 9007199254740991) as Order["big"],
    weight: 0.1,
    ...more,
  };
}

function same(what: string, got: unknown, expected: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(expected)) {
    console.log(`not so: ${what} is ${JSON.stringify(got)}, not ${JSON.stringify(expected)}`);
    process.exit(1);
  }
}

const client = createClient<paths>({ baseUrl: process.env["URL"] ?? "" });

const sent = order({});
const { data, error } = await client.POST("/placeOrder", { body: sent });
same("the error", error, undefined);
same("the whole", Object.entries(data ?? {}).sort(), Object.entries(sent).sort());

const failed = await client.POST("/placeOrder", { body: order({ remark: "fault" }) });
same("the status", failed.response.status, 409);
const first = failed.error?.errors?.[0];
same("the code", first?.code, "CLOSED");
same("the pointer", first?.pointer, "/id");
same("the fault", first?.fault?.name, "orderFault");
same("the order of the fault", first?.fault?.detail, { id, state: "CLOSED" });
