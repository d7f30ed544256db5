//! Calls the bridge before BancBox's reference backend with the client that progenitor has made.

use serde_json::json;

progenitor::generate_api!("document.json");

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let client = Client::new(&std::env::var("URL").expect("an address"));
    let body = serde_json::from_value(json!({
        "authentication": { "apiKey": "ops@example.com", "secret": "not-a-real-secret" },
        "subscriberId": 9007199254740993_i64, "clientId": { "bancBoxId": 364951 }, "dob": "1980-02-29",
    }));
    let body = body.expect("the generated type takes it");
    let answer = client.update_client(None, &body).await.expect("an answer").into_inner();
    let answer = serde_json::to_value(&answer).expect("it is JSON");
    if answer["status"] != json!(1) || answer["clientStatus"] != json!("ACTIVE") {
        println!("not so: {answer}");
        std::process::exit(1);
    }
}
