//! The request. The identifiers are in the path of the JSON service.

#![allow(
    non_snake_case,
    dead_code,
    reason = "named as on the wire; what no rule reads is typed all the same"
)]

use serde::{Deserialize, Serialize};
use yaserde::YaDeserialize;

use super::super::shape::{Shape, Shaped};

records! { "urn:bridge:finzly:account:1"
    /// What a body of SOAP holds.
    Body {
        updateCustomerAccount: UpdateCustomerAccount,
    }
    /// The whole request.
    UpdateCustomerAccount {
        customerUID: String,
        accountUID: String,
        accountType: String,
        accountSubType: String,
        systemOfRecords: String,
        accountNumber: String,
        currency: String,
        accountName: String,
        masterGl: String,
        enableOffset: String,
        enableWire: String,
        defaultOffset: String,
        feeAccount: String,
        returnAccount: String,
        fboAccountNumber: String,
        countryCode: String,
        routingNumber: String,
        bankIdType: String,
        enableCallbacks: bool,
        callbackLimit: f64,
        costCenter: String,
        isUnderWritten: bool,
        isAchPrefund: bool,
        debitExposureLimit: f64,
        creditExposureLimit: f64,
        accountAnalysis: bool,
        reason: String,
        secCodes: SecCodes,
        achCompanyId: String,
        accountFeatures: AccountFeatures,
        additionalAttributes: Attributes,
    }
    /// A named value.
    Attribute {
        attributeName: String,
        value: String,
    }
}

lists! { "urn:bridge:finzly:account:1"
    /// Named values.
    Attributes of Attribute,
}

// The contract takes the type of this list, and so the namespace of its items, from the common schema.
lists! { "urn:bridge:common:1"
    /// Codes of ACH.
    SecCodes of String,
}

/// What the account can do. Not all of its members are documented.
#[derive(Clone, Debug, Default, Deserialize, Serialize, YaDeserialize)]
#[yaserde(prefix = "n", namespaces = { "n" = "urn:bridge:finzly:account:1" })]
pub(crate) struct AccountFeatures {
    #[yaserde(prefix = "n")]
    rfpReceive: Option<bool>,
    #[yaserde(prefix = "n")]
    rfpSend: Option<bool>,
}

impl Shaped for AccountFeatures {
    const SHAPE: &'static Shape = &Shape::Open;
}
