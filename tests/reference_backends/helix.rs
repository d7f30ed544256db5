//! Helix.

use saponify_reference::Handle;
use saponify_reference::helix::{Behaviour, json, soap};

use super::support::Answer;
use super::{USERS, anywhere, masked, post_soap, response, send_json, send_soap};

const LINE: &str = "POST /customer/update";
/// `key:canary-secret`
const BASIC: &str = "Basic a2V5OmNhbmFyeS1zZWNyZXQ=";
const REQUEST: &str = include_str!("../../samples/helix/request.json");
const ENVELOPE: &str = include_str!("../../samples/helix/request.xml");

async fn backend() -> Handle<Behaviour> {
    json::start(anywhere(), "key", "canary-secret").await.expect("backend")
}

fn body(answer: &Answer) -> String {
    masked(&answer.body, "\"requestId\":\"", "\"")
}

#[tokio::test]
async fn the_sample_is_accepted_from_who_is_known() {
    let backend = backend().await;
    let answer = send_json(&backend, LINE, BASIC, REQUEST).await;
    let expected = r#"{"data":{"customerId":2653},"errors":[],"requestId":"*","status":200}"#;
    assert_eq!((answer.status, body(&answer).as_str()), (200, expected));
    for authorization in ["Basic a2V5OnNlY3JldA==", "Basic ?", "Bearer a2V5OmNhbmFyeS1zZWNyZXQ="] {
        let answer = send_json(&backend, LINE, authorization, REQUEST).await;
        let expected =
            r#"{"errors":[{"code":50401,"message":"invalid credentials"}],"requestId":"*","status":401}"#;
        assert_eq!((answer.status, body(&answer).as_str()), (401, expected));
    }
}

#[tokio::test]
async fn the_identifier_of_a_reply_is_a_guid() {
    let answer = send_json(&backend().await, LINE, BASIC, REQUEST).await.json();
    let id = answer["requestId"].as_str().expect("identifier");
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
    assert!(id.chars().all(|c| c == '-' || c.is_ascii_hexdigit()), "{id}");
}

#[tokio::test]
async fn bad_requests_get_codes_in_order() {
    let backend = backend().await;
    let residence = r#"{"addressType":"Residence","addressLine1":"P.O. Box 7","city":"Des Moines","state":"IA","postalCode":"50309","country":"US"}"#;
    let boxed = format!(r#"{{"customerId":1,"gender":"X","addresses":[{residence}]}}"#);
    for (request, codes) in [
        (r#"{"customerId":null,"firstName":"Joey"}"#, vec![60001]),
        (&boxed, vec![60302, 66907]),
        (r#"{"customerId":1,"phones":[{"phoneType":"Cell"}]}"#, vec![66801, 66802]),
        (
            r#"{"customerId":1,"addresses":[{"addressType":"Residence"}]}"#,
            vec![66902, 66903, 66904, 66905, 66906],
        ),
        (
            r#"{"customerId":1,"phones":[{"phoneType":"Home","number":"1"},{"phoneType":"Home","number":"2"}]}"#,
            vec![60351],
        ),
        (r#"{"customerId":1,"birthDate":"1976-07-04"}"#, vec![60301]),
        (
            r#"{"customerId":1,"birthDate":"1900-01-01T00:00:00.000+00:00","emailAddress":"@"}"#,
            vec![60301, 60304],
        ),
        (r#"{"customerId":1,"birthDate":"2999-01-01T00:00:00.000+00:00"}"#, vec![60301]),
        (r#"{"customerId":1,"passportIssueDate":"2020-01-01T12:00:00.000+00:00"}"#, vec![59952]),
        (r#"{"customerId":1,"isTaxExempt":"true"}"#, vec![59953]),
        (r#"{"customerId":1"#, vec![59950]),
        (r#"{"customerId":"1"}"#, vec![59900]),
    ] {
        let answer = send_json(&backend, LINE, BASIC, request).await;
        let json = answer.json();
        let got: Vec<i64> =
            json["errors"].as_array().expect("errors").iter().filter_map(|e| e["code"].as_i64()).collect();
        assert_eq!((answer.status, json["status"].as_i64(), got), (400, Some(400), codes), "{request}");
        assert!(json.get("data").is_none(), "{answer:?}");
    }
    let answer = send_json(&backend, LINE, BASIC, &boxed).await;
    let expected = r#"{"errors":[{"code":60302,"message":"gender must be M, F or U"},{"code":66907,"message":"a Residence address may not be a PO Box"}],"requestId":"*","status":400}"#;
    assert_eq!(body(&answer), expected);
}

#[tokio::test]
async fn null_leaves_unchanged_and_other_places_are_unknown() {
    let backend = backend().await;
    let request = r#"{"customerId":1,"gender":null,"birthDate":null,"phones":[]}"#;
    assert_eq!(send_json(&backend, LINE, BASIC, request).await.status, 200);
    for (line, status) in [("PUT /customer/update", 405), ("POST /customer/create", 404)] {
        let answer = send_json(&backend, line, BASIC, REQUEST).await;
        assert_eq!(
            (answer.status, answer.json()["errors"][0]["code"].as_i64()),
            (status, Some(50_000 + i64::from(status)))
        );
    }
}

#[tokio::test]
async fn the_soap_service_answers_by_the_contract() {
    let backend = soap::start(anywhere(), USERS).await.expect("backend");
    let id = |answer: &str| masked(answer, "<h:helixRequestId>", "<");
    let answer = id(&response(&send_soap(&backend, ENVELOPE).await));
    let expected = "<c:status>1</c:status><c:httpStatus>200</c:httpStatus><h:helixRequestId>*</h:helixRequestId><h:data><h:customerId>2653</h:customerId></h:data></h:updateCustomerResponse>";
    assert_eq!(answer, expected);
    let nil = "<h:gender xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>";
    let unchanged = ENVELOPE.replace("<h:gender>U</h:gender>", nil);
    assert_eq!(id(&response(&send_soap(&backend, &unchanged).await)), expected);
    let bad = ENVELOPE.replace(">U<", ">X<").replace("101 Main St", "PO Box 1");
    let expected = "<c:status>0</c:status><c:errors><c:code>60302</c:code><c:message>gender must be M, F or U</c:message></c:errors><c:errors><c:code>66907</c:code><c:message>a Residence address may not be a PO Box</c:message></c:errors><c:httpStatus>400</c:httpStatus><h:helixRequestId>*</h:helixRequestId></h:updateCustomerResponse>";
    assert_eq!(id(&response(&send_soap(&backend, &bad).await)), expected);
}

#[tokio::test]
async fn the_soap_service_refuses_what_it_cannot_read() {
    let backend = soap::start(anywhere(), USERS).await.expect("backend");
    let answer = post_soap(&backend, ENVELOPE, "wrong").await;
    assert!(answer.status == 500 && answer.body.contains(">wsse:FailedAuthentication<"), "{answer:?}");
    let answer = send_soap(&backend, &ENVELOPE.replace(">2653<", ">many<")).await;
    assert!(answer.body.contains("<faultcode>soap:Client</faultcode><faultstring>malformed request"));
    let answer = response(&send_soap(&backend, &ENVELOPE.replace("1976-07-04", "1976-07-04T00:00:00")).await);
    assert!(answer.contains("<c:code>60301</c:code>"), "{answer}");
}
