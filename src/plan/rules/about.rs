//! What a field rule says of itself: its documentation, its examples and the mistakes that it refuses. docs/MAPPING.md has
//! the table of these, and tests/mapping.rs holds the document and the code to them.

/// A field rule of the service file.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its key in the service file.
    pub key: &'static str,
    /// What stands behind the key.
    pub value: &'static str,
    /// How that is written.
    pub example: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// What a message loses by it on its way there and back.
    pub lost: &'static str,
    /// Whether the field deepest in the message comes first, so that no key on the way to another has changed already.
    pub deepest_first: bool,
    /// What it makes of messages.
    pub examples: &'static [Example],
    /// What it refuses.
    pub mistakes: &'static [Mistake],
}

/// A rule and a message, over the contract tests/mapping/orders.wsdl.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The rules of the operation `placeOrder`, as YAML.
    pub rules: &'static str,
    /// The request in JSON.
    pub json: &'static str,
    /// What is in the element of the request in SOAP.
    pub xml: &'static str,
    /// What is in the element when it is read; empty where that is `xml`.
    pub received: &'static str,
    /// The JSON that this becomes; empty where it is `json` again.
    pub back: &'static str,
}

impl Example {
    /// What most examples leave out.
    pub(super) const EMPTY: Self = Self { rules: "", json: "", xml: "", received: "", back: "" };
}

/// Rules that cannot be, over the same contract.
#[derive(Clone, Copy, Debug)]
pub struct Mistake {
    /// The rules of the operation `placeOrder`, as YAML.
    pub rules: &'static str,
    /// What is said of them.
    pub says: &'static str,
}
