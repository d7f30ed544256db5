//! What both services check and answer.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};
use yaserde::{YaDeserialize, YaSerialize};

/// The request.
#[derive(Clone, Debug, Default, Deserialize, YaDeserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "the fields that no rule reads are typed all the same: a wrong type is refused")]
pub(super) struct Request {
    #[yaserde(rename = "subscriberId")]
    pub(super) subscriber_id: Option<i64>,
    #[yaserde(rename = "clientId")]
    pub(super) client_id: Option<ClientId>,
    #[yaserde(rename = "merchantId")]
    pub(super) merchant_id: Option<i32>,
    #[yaserde(rename = "firstName")]
    pub(super) first_name: Option<String>,
    #[yaserde(rename = "lastName")]
    pub(super) last_name: Option<String>,
    #[yaserde(rename = "middleInitial")]
    pub(super) middle_initial: Option<String>,
    pub(super) ssn: Option<String>,
    pub(super) dob: Option<String>,
    pub(super) address: Option<Address>,
    #[yaserde(rename = "homePhone")]
    pub(super) home_phone: Option<String>,
    #[yaserde(rename = "mobilePhone")]
    pub(super) mobile_phone: Option<String>,
    #[yaserde(rename = "workPhone")]
    pub(super) work_phone: Option<String>,
    pub(super) email: Option<String>,
    pub(super) username: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, YaDeserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ClientId {
    #[yaserde(rename = "bancBoxId")]
    pub(super) banc_box_id: Option<i64>,
    #[yaserde(rename = "subscriberReferenceId")]
    pub(super) subscriber_reference_id: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, YaDeserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Address {
    pub(super) line1: Option<String>,
    pub(super) line2: Option<String>,
    pub(super) city: Option<String>,
    pub(super) state: Option<String>,
    pub(super) zipcode: Option<String>,
}

/// The response.
#[derive(Clone, Debug, Default, Serialize, YaSerialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    #[yaserde(rename = "requestId")]
    pub(super) request_id: i64,
    pub(super) status: i32,
    pub(super) warnings: Vec<Notice>,
    pub(super) errors: Vec<Notice>,
    #[yaserde(rename = "clientStatus")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client_status: Option<String>,
    #[yaserde(rename = "cipStatus")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cip_status: Option<String>,
}

/// An error or a warning.
#[derive(Clone, Debug, Default, Serialize, YaSerialize)]
pub(super) struct Notice {
    pub(super) code: String,
    pub(super) message: String,
}

/// Checks `request` and makes the answer.
pub(super) fn answer(request: &Request) -> Answer {
    let errors = errors(request);
    let good = errors.is_empty();
    Answer {
        request_id: NEXT.fetch_add(1, Ordering::Relaxed),
        status: i32::from(good),
        warnings: Vec::new(),
        errors,
        client_status: good.then(|| "ACTIVE".to_owned()),
        cip_status: good.then(|| "UNVERIFIED".to_owned()),
    }
}

/// A business failure with one warning and so many errors.
pub(super) fn failure(errors: usize) -> Answer {
    let notice = |kind: &str, n: usize| Notice {
        code: format!("{kind}-EXAMPLE-{n}"),
        message: format!("sample {n} & more"),
    };
    Answer {
        request_id: NEXT.fetch_add(1, Ordering::Relaxed),
        warnings: vec![notice("W", 1)],
        errors: (1..=errors).map(|n| notice("E", n)).collect(),
        ..Answer::default()
    }
}

fn errors(request: &Request) -> Vec<Notice> {
    let present = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
    let id = request.client_id.as_ref();
    let has_id = id.is_some_and(|id| id.banc_box_id.is_some() || present(&id.subscriber_reference_id));
    let address = request.address.as_ref();
    let whole = address.is_none_or(|a| [&a.line1, &a.city, &a.state, &a.zipcode].into_iter().all(present));
    let long = |text: Option<&String>, most: usize| text.is_some_and(|text| text.chars().count() > most);
    let too_long = long(id.and_then(|id| id.subscriber_reference_id.as_ref()), 45)
        || long(address.and_then(|a| a.line1.as_ref()), 128)
        || long(address.and_then(|a| a.line2.as_ref()), 128)
        || long(address.and_then(|a| a.city.as_ref()), 45);
    let rules = [
        (request.subscriber_id.is_none(), "E-SUB", "subscriberId is required"),
        (!has_id, "E-CLI", "bancBoxId or subscriberReferenceId is required"),
        (!whole, "E-ADR", "line1, city, state and zipcode are required"),
        (too_long, "E-LEN", "a field is too long"),
    ];
    let broken = rules.into_iter().filter(|(broken, _, _)| *broken);
    broken.map(|(_, code, message)| Notice { code: code.to_owned(), message: message.to_owned() }).collect()
}

static NEXT: AtomicI64 = AtomicI64::new(1_700_000_000_001);
