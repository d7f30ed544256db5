//! Calls the bridge with the client that progenitor has made.

use serde_json::{Value, json};

progenitor::generate_api!("document.json");

fn same(what: &str, got: &impl std::fmt::Debug, expected: &impl std::fmt::Debug) {
    let (got, expected) = (format!("{got:?}"), format!("{expected:?}"));
    if got != expected {
        println!("not so: {what} is {got}, not {expected}");
        std::process::exit(1);
    }
}

/// What is sent: through the generated types, so that they have to have a place for all of it.
fn order(more: Value) -> types::Order {
    let safe = std::env::var("NUMBERS").as_deref() == Ok("safe");
    let mut order = json!({
        "@version": 3, "count": 7, "at": "2024-02-29T24:00:00+02:00", "state": "IN WORK", "line": [{ "article": "A-1" }],
        "card": { "number": "1234567890123456" }, "weight": 0.1, "note": null,
    });
    let numbers = match safe {
        true => json!({ "id": "9007199254740993", "amount": "12.50", "day": "2024-02-29", "big": "18446744073709551615" }),
        false => json!({ "id": 9007199254740993_i64, "amount": 12.5, "day": "2024-02-29+02:00", "big": 9223372036854775807_i64 }),
    };
    for more in [numbers, more] {
        order.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    }
    serde_json::from_value(order).expect("the generated type takes it")
}

fn json_of(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("it is JSON")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = Client::new(&std::env::var("URL").expect("an address"));
    let sent = order(json!({}));
    match client.place_order(None, &sent).await {
        Ok(got) => same("the whole", &json_of(&got.into_inner()), &json_of(&sent)),
        Err(reason) => {
            println!("not so: {reason}");
            std::process::exit(1);
        }
    }

    let Err(Error::ErrorResponse(failed)) = client.place_order(None, &order(json!({ "remark": "fault" }))).await else {
        println!("not so: no fault");
        std::process::exit(1);
    };
    same("the status", &failed.status().as_u16(), &409);
    let failed = json_of(&failed.into_inner());
    same("the code", &failed["errors"][0]["code"], &json!("CLOSED"));
    same("the pointer", &failed["errors"][0]["pointer"], &json!("/id"));
    same("the fault", &failed["errors"][0]["fault"]["name"], &json!("orderFault"));
    same("the order of the fault", &failed["errors"][0]["fault"]["detail"]["id"], &json_of(&sent)["id"]);
}
